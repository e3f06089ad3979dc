"""What a host has taken back since a proposal was made: nobody is put there again, told or confirmed."""

import re

import pytest

from hosts.models import Approval, ClosedDay
from placements.domain import appetite, board, lifecycle, wishes
from placements.domain.errors import Refused
from placements.enums import Appetite
from placements.models import Placement, PlannedMail
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.board.moves import look, places, solved

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


@pytest.mark.parametrize("step", [lifecycle.ask, lifecycle.confirm])
@pytest.mark.parametrize("take_back", TAKEN_BACK.values(), ids=TAKEN_BACK.keys())
def test_nobody_is_told_of_a_place_that_is_no_longer_offered(proposed, signe, step, take_back):
    take_back(proposed.host, proposed.wish.round)
    with pytest.raises(Refused, match="ikke imod gæster i denne runde|har ikke længere en plads"):
        step(placement=proposed, by=signe, now=NOW)
    proposed.refresh_from_db()
    assert (proposed.state, PlannedMail.objects.exclude(placement=None).count()) == ("proposed", 0)


def test_what_a_host_has_said_yes_to_is_confirmed_whatever_it_says_later(signe):
    visit = factories.placement("accepted", host=factories.host("Rådhusets kantine"))
    say_no(visit.host, visit.wish.round)
    lifecycle.confirm(placement=visit, by=signe, now=NOW)
    assert visit.state == "confirmed"


def test_the_preview_leaves_out_what_would_be_refused_and_says_why(client, town, signe):
    town.round.needs_approval = True
    town.round.save(update_fields=["needs_approval"])
    board.put(wish=town.anne, host=town.library, days=[FIRST_DAY], by=signe, now=NOW)
    board.put(wish=town.bo, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    wishes.approve(wish=town.bo, by=signe, now=NOW, by_phone=True)
    everything = {"action": "confirm", "select_across": "1", "_selected_action": "0"}
    page = client.post("/admin/placements/placement/", everything).content.decode()
    assert "<li>Lederen for Anne har ikke godkendt endnu.</li>" in page
    assert "2 mails sendes med det samme" in page
    assert set(re.findall(r'<th scope="row">(\w+)</th>', page)) == {"Bo"}
    board_page = look(client, town)
    assert board_page.count("har ikke godkendt endnu.") == 1
    say_no(town.canteen, town.round)
    assert "Rådhusets kantine tager ikke imod gæster i denne runde." in look(client, town)
    assert "tager ikke imod gæster i denne runde." in look(client, town, f"{town.bo.pk}/")
    page = client.post("/admin/placements/placement/", everything).content.decode()
    assert "Rådhusets kantine tager ikke imod gæster i denne runde." in page
    assert "Handlingen er ikke mulig for de valgte." in page
