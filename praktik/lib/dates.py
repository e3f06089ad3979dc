"""Danish working days and local times. Days are subtracted as local dates before the zone is put on."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo

import holidays

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


# Beyond it a typed date is a slip of the finger, and counting days would overflow.
LAST_POSSIBLE_DAY = date(2199, 12, 31)

# No public holidays by law, but municipal offices are closed by agreement.
CLOSED_BY_AGREEMENT = {(6, 5), (12, 24), (12, 31)}


@cache
def _public_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("DK")


def is_working_day(day: date) -> bool:
    """Whether municipal offices are open on this day.

    That is neither Saturday, Sunday nor a Danish public holiday (package `holidays`), nor
    Constitution Day, Christmas Eve or New Year's Eve.
    """
    is_closed = (day.month, day.day) in CLOSED_BY_AGREEMENT or day in _public_holidays()
    return day.isoweekday() <= 5 and not is_closed


def working_days_between(first: date, last: date) -> list[date]:
    """All working days from first to last, both included."""
    span = range((last - first).days + 1)
    return [day for n in span if is_working_day(day := first + timedelta(days=n))]


def add_working_days(day: date, count: int) -> date:
    """The working day that lies count working days after day (before it, when count is negative)."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def working_day_at_or_after(day: date) -> date:
    """The day itself when it is a working day, else the next one."""
    return day if is_working_day(day) else add_working_days(day, 1)


def working_day_at_or_before(day: date) -> date:
    """The day itself when it is a working day, else the one before."""
    return day if is_working_day(day) else add_working_days(day, -1)


def a_year_later(day: date) -> date:
    """The same weekday of the same ISO week, a year on; week 53 becomes week 52 where there is none."""
    year, week, weekday = day.isocalendar()
    last_week = date(year + 1, 12, 28).isocalendar().week
    return date.fromisocalendar(year + 1, min(week, last_week), weekday)


def at(day: date, clock: time) -> datetime:
    """The moment in Denmark when the clock shows this time on this day."""
    return datetime.combine(day, clock, tzinfo=COPENHAGEN)


def working_day_runs(days: Iterable[date]) -> list[list[date]]:
    """Days in order, grouped where no other working day lies between them: Friday and Monday are neighbours."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and add_working_days(runs[-1][-1], 1) == day:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def by_week(days: Iterable[date]) -> list[tuple[int, list[date]]]:
    """Days in order, grouped as (ISO week number, days of that week)."""
    weeks = groupby(sorted(days), key=lambda day: day.isocalendar()[:2])
    return [(week[1], list(members)) for week, members in weeks]
