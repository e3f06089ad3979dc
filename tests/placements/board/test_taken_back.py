"""What a host has taken back since a proposal was made: nobody is put there again, told or confirmed."""

import pytest

from hosts.models import Approval, ClosedDay
from placements.domain import appetite, board
from placements.enums import Appetite
from placements.models import Placement
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.board.moves import places, solved

pytestmark = pytest.mark.django_db


def say_no(host, round):
    appetite.say(host=host, round=round, appetite=Appetite.NO, reason="Travlt.", by=None, now=NOW)


def close_the_days(host, round):
    ClosedDay.objects.bulk_create(ClosedDay(host=host, date=day) for day in round.days)


def change(**values):
    def do(host, _round):
        type(host).objects.filter(pk=host.pk).update(**values)

    return do


NO_SEATS = {f"seats_{day}": 0 for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
TAKEN_BACK = {
    "said no to the round": say_no,
    "closed the days": close_the_days,
    "no seats any more": change(**NO_SEATS),
    "takes nobody": change(is_open=False),
    "approval refused": change(approval=Approval.REFUSED),
}


@pytest.fixture
def proposed(signe):
    """A loose proposal: a place that nobody has been told of and nobody pinned."""
    visit = factories.placement("proposed", host=factories.host("Rådhusets kantine"))
    assert not visit.is_pinned
    return visit


@pytest.mark.parametrize("take_back", TAKEN_BACK.values(), ids=TAKEN_BACK.keys())
def test_solving_again_leaves_the_host_out(proposed, signe, take_back):
    take_back(proposed.host, proposed.wish.round)
    found = solved(proposed.wish, signe)
    assert (found.stays, found.is_proven) == ([], True)
    board.choose(solve=found, by=signe, now=NOW)
    assert places() == {}


def test_of_two_loose_proposals_one_gives_way_when_a_seat_is_taken_away(signe):
    host = factories.host("Rådhusets kantine", seats=2)
    round = factories.round()
    for _person in range(2):
        wish = factories.wish(host, round=round, person=factories.employee(), days=[FIRST_DAY])
        factories.placement("proposed", host=host, wish=wish, days=[FIRST_DAY])
    change(seats_monday=1)(host, round)
    board.choose(solve=solved(wish, signe), by=signe, now=NOW)
    assert Placement.objects.count() == 1


def test_a_pinned_proposal_stays_where_the_consultants_want_it(proposed, signe):
    board.pin(wish=proposed.wish, is_pinned=True, by=signe, now=NOW)
    say_no(proposed.host, proposed.wish.round)
    board.choose(solve=solved(proposed.wish, signe), by=signe, now=NOW)
    assert places() == {"Anne Kjærsgaard": "Rådhusets kantine"}
