"""The consultants' to-do on the start page of the admin, and where the rounds stand."""

from django import template

from placements.domain import progress, todo
from praktik.lib import clock

register = template.Library()


@register.simple_tag
def tasks_of_today() -> list[todo.Task]:
    return todo.tasks(now=clock.now())


@register.simple_tag
def rounds_under_way() -> list[progress.Progress]:
    return progress.under_way(now=clock.now())
