"""Hosts on pages."""

from collections.abc import Iterable
from datetime import date

from django import template
from django.utils.dates import WEEKDAYS
from django.utils.translation import ngettext

from praktik.lib import clock
from praktik.lib.wording import day_in_words

register = template.Library()


@register.filter
def seats_by_weekday(host) -> list[tuple[str, int]]:
    """(name of the weekday, seats) from Monday to Friday."""
    return [(WEEKDAYS[n].capitalize(), seats) for n, seats in enumerate(host.weekday_seats)]


@register.filter
def open_days_to_come(host) -> list[tuple[date, int]]:
    """(day, seats) of the single days from today on that have seats of their own and are not closed."""
    closed = host.closed_days.values("date")
    days = host.open_days.filter(date__gte=clock.today()).exclude(date__in=closed)
    return list(days.values_list("date", "seats"))


@register.filter
def days_with_seats(seats: Iterable[tuple[date, int]]) -> str:
    """Days with their seats, such as "mandag den 4. januar: 1 plads"."""
    return "; ".join(f"{day_in_words(day)}: {seats_in_words(count)}" for day, count in seats)


def seats_in_words(seats: int) -> str:
    """Such as "2 pladser"."""
    return ngettext("%d seat", "%d seats", seats) % seats
