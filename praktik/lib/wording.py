"""Days and times in the words of the person's language."""

from collections.abc import Iterable
from datetime import date, time

from django.utils.formats import date_format, time_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _


def day_in_words(day: date) -> str:
    """A day with its weekday, such as "tirsdag den 8. december"."""
    return _("%(weekday)s %(day)s") % {
        "weekday": date_format(day, "l"),
        "day": date_format(day, "MONTH_DAY_FORMAT"),
    }


def days_in_words(days: Iterable[date]) -> str:
    """Days in a row, such as "tirsdag den 8. december og onsdag den 9. december"."""
    return get_text_list([day_in_words(day) for day in days], _("and"))


def hours_in_words(start: time, end: time) -> str:
    """A span of the day, such as "8.00–15.00"."""
    return f"{time_format(start, 'TIME_FORMAT')}–{time_format(end, 'TIME_FORMAT')}"
