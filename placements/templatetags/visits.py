"""Visits in the words of the page's or mail's language."""

from django import template

from praktik.lib import wording

register = template.Library()


@register.filter
def day_in_words(day) -> str:
    return wording.day_in_words(day)


@register.filter
def days_in_words(days) -> str:
    return wording.days_in_words(days)


@register.filter
def hours_of(host) -> str:
    """The hours of a visit day at a host."""
    return wording.hours_in_words(host.starts_at, host.ends_at)
