"""Seats on single days, in place of those of the weekday."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from hosts.models import ClosedDay, OpenDay
from placements.domain import board_news, snapshot, solving
from placements.domain.seats import Occupancy
from placements.models import Solve
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db

TUESDAY = FIRST_DAY + timedelta(days=1)


def seats_of(host, days: int = 3) -> list[int]:
    round = factories.round()
    occupancy = Occupancy(round, [host], [])
    return [len(occupancy.free_seats(host, day)) for day in round.days[:days]]


@pytest.mark.parametrize(("weekday", "seats"), [(0, [0, 2, 0]), (1, [1, 2, 1]), (5, [5, 2, 5])])
def test_the_seats_of_a_day_stand_in_place_of_the_weekdays(weekday, seats):
    host = factories.host(seats=weekday)
    OpenDay.objects.create(host=host, date=TUESDAY, seats=2)
    assert seats_of(host) == seats


def test_a_closed_day_stays_closed_and_a_holiday_too():
    host = factories.host(seats=0)
    OpenDay.objects.create(host=host, date=TUESDAY, seats=2)
    ClosedDay.objects.create(host=host, date=TUESDAY)
    assert seats_of(host) == [0, 0, 0]
    christmas_eve = NOW.date().replace(month=12, day=24)
    assert host.seats_on(christmas_eve, opened={christmas_eve: 3}) == 0


def test_the_puzzle_sees_the_seats_and_an_older_solution_is_outdated(clock):
    host = factories.host("Rådhusets kantine", seats=0)
    round = factories.round()
    factories.wish(host, round=round)
    solve = Solve.objects.create(round=round, goal="most_placed", asked_at=NOW)
    solving.run(solve.pk, clock=lambda: NOW)
    solve.refresh_from_db()
    assert (solve.placed, board_news.since(solve, seen=None, now=NOW).changes) == (0, [])
    OpenDay.objects.create(host=host, date=TUESDAY, seats=1)
    assert board_news.since(solve, seen=None, now=NOW).changes == ["Rådhusets kantine: pladser"]
    assert snapshot.take(round, now=NOW).problem.host_of[host.pk].seats[:3] == (0, 1, 0)


@pytest.mark.parametrize(
    ("name", "rows"),
    [("open_day_once", [1, 2]), ("open_day_has_seats", [0]), ("open_day_has_seats", [51])],
)
def test_the_database_refuses(name, rows):
    host = factories.host()
    with pytest.raises(IntegrityError, match=name):
        for seats in rows:
            OpenDay.objects.create(host=host, date=TUESDAY, seats=seats)
