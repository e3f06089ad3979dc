"""Hosts on pages."""

from django import template
from django.utils.dates import WEEKDAYS

register = template.Library()


@register.filter
def seats_by_weekday(host) -> list[tuple[str, int]]:
    """(name of the weekday, seats) from Monday to Friday."""
    return [(WEEKDAYS[n].capitalize(), seats) for n, seats in enumerate(host.weekday_seats)]
