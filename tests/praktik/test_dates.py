from datetime import UTC, date, datetime, time

import pytest

from praktik.lib.dates import add_working_days, at, by_week, is_working_day, working_days_between


@pytest.mark.parametrize(
    ("day", "open"),
    [
        (date(2027, 1, 4), True),
        (date(2027, 1, 2), False),  # Saturday
        (date(2027, 1, 3), False),  # Sunday
        (date(2027, 3, 25), False),  # Maundy Thursday
        (date(2027, 4, 23), True),  # the former General Prayer Day
        (date(2026, 6, 5), False),  # Constitution Day
        (date(2026, 12, 24), False),
        (date(2026, 12, 31), False),
    ],
)
def test_working_days_are_those_on_which_municipal_offices_are_open(day, open):
    assert is_working_day(day) is open


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2027, 1, 8), 1, date(2027, 1, 11)),  # over a week-end
        (date(2027, 1, 11), -1, date(2027, 1, 8)),
        (date(2027, 3, 30), -1, date(2027, 3, 24)),  # over Easter
        (date(2027, 1, 4), -4, date(2026, 12, 23)),  # over Christmas and New Year
        (date(2027, 1, 4), 0, date(2027, 1, 4)),
    ],
)
def test_counting_working_days(day, count, expected):
    assert add_working_days(day, count) == expected


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        (date(2027, 3, 26), 7),  # Friday before summer time begins
        (date(2027, 3, 29), 6),  # Monday after
        (date(2026, 10, 23), 6),  # Friday before winter time begins
        (date(2026, 10, 26), 7),
    ],
)
def test_eight_in_the_morning_is_eight_on_both_sides_of_a_change_of_the_clock(day, utc_hour):
    assert at(day, time(8)).astimezone(UTC) == datetime(
        day.year, day.month, day.day, utc_hour, tzinfo=UTC
    )


def test_days_are_grouped_by_iso_week_across_new_year():
    days = working_days_between(date(2026, 12, 30), date(2027, 1, 5))
    assert by_week(days) == [
        (53, [date(2026, 12, 30)]),
        (1, [date(2027, 1, 4), date(2027, 1, 5)]),
    ]
