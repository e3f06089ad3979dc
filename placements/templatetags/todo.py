"""The consultants' to-do on the start page of the admin."""

from django import template

from placements.domain import todo
from praktik.lib import clock

register = template.Library()


@register.simple_tag
def tasks_of_today() -> list[todo.Task]:
    return todo.tasks(now=clock.now())
