"""Days and times in the words of the person's language."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.utils.formats import date_format, time_format
from django.utils.text import get_text_list
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from praktik.lib.dates import working_day_runs


def day_in_words(day: date) -> str:
    """A day with its weekday, such as "tirsdag den 8. december"."""
    return _("%(weekday)s %(day)s") % {
        "weekday": date_format(day, "l"),
        "day": date_format(day, "MONTH_DAY_FORMAT"),
    }


def days_in_words(days: Iterable[date]) -> str:
    """Days in a row, such as "tirsdag den 8. december og onsdag den 9. december"."""
    return get_text_list([day_in_words(day) for day in days], _("and"))


def days_in_short(days: Iterable[date]) -> str:
    """Days without their weekdays, those that follow each other as a span, such as "4. januar til 8. januar"."""
    return get_text_list([_span(run) for run in working_day_runs(days)], _("and"))


def _span(run: list[date]) -> str:
    ends = [date_format(day, "MONTH_DAY_FORMAT") for day in (run[0], run[-1])]
    if len(run) == 1:
        return ends[0]
    return _("%(first)s to %(last)s") % {"first": ends[0], "last": ends[1]}


def moment_in_words(moment: datetime) -> str:
    """A moment in local time, such as "8. december kl. 10.05"."""
    return _("%(day)s at %(time)s") % {
        "day": date_format(localtime(moment), "MONTH_DAY_FORMAT"),
        "time": date_format(localtime(moment), "TIME_FORMAT"),
    }


def hours_in_words(start: time, end: time) -> str:
    """A span of the day, such as "8.00–15.00"."""
    return f"{time_format(start, 'TIME_FORMAT')}–{time_format(end, 'TIME_FORMAT')}"
