"""A participant who can on none of the days that a host offered: no no of the host's."""

from datetime import timedelta

import pytest

from placements.domain import days, snapshot, todo, wishes
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.board.moves import look

pytestmark = pytest.mark.django_db

SECOND = FIRST_DAY + timedelta(days=1)


@pytest.fixture
def visit(town):
    """Bo's visit to the canteen, of which none of the other days suited."""
    row = factories.placement("asked", host=town.canteen, wish=town.bo, days=[FIRST_DAY])
    days.offer(placement=row, offers=[[SECOND]], by=None, now=NOW)
    days.decline_offer(placement=row, by=None, now=NOW)
    return row


def person_of(visit):
    seen = snapshot.take(visit.round, now=NOW)
    person = seen.problem.person_of[visit.wish_id]
    return person, {seen.problem.days[day] for day in person.days}


def test_the_host_stays_possible_and_only_the_days_offered_do_not(visit):
    person, possible = person_of(visit)
    assert person.forbidden == frozenset()
    assert possible == set(visit.wish.possible_days) - {SECOND}


def test_the_board_says_which_days_did_not_suit(client, signe, town, visit):
    page = look(client, town, f"{town.bo.pk}/")
    assert "Tilbudt af et praktiksted, men passede ikke: 5. januar." in page
    assert "har sagt nej til dette ophold" not in page


def test_who_saves_the_wish_again_with_these_days_can(town, visit):
    wish = visit.wish
    wishes.save_wish(
        round=visit.round,
        employee=wish.employee,
        content=factories.content(town.canteen, days=[FIRST_DAY, SECOND]),
        send=True,
        by=wish.employee,
        now=NOW + timedelta(hours=1),
    )
    assert person_of(visit)[1] == {FIRST_DAY, SECOND}


def test_it_is_told_as_the_participants_answer_and_the_seat_as_free(client, signe, town, visit):
    page = client.get(f"/admin/placements/placement/{visit.pk}/change/").text
    assert "Andre dage passede ikke" in page and "Vært har sagt nej" not in page.split("filter")[0]
    page = client.get(f"/admin/placements/placement/{visit.pk}/freed/").text
    assert "ville ikke selv have dette besøg" not in page
    assert list(todo.freed_seats(NOW)) == [visit]
