"""What the puzzle heeds when it is solved: what stands, what was said, earlier rounds, and other rounds."""

from datetime import timedelta

import pytest

from placements.domain import (
    board,
    evaluations,
    lifecycle,
    snapshot,
    wishes,
)
from placements.enums import CalledOffBy
from placements.models import Placement
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.board.moves import BEFORE, act, earlier_wish, places, solved

pytestmark = pytest.mark.django_db


def test_pinned_asked_and_ruled_out_are_heeded_when_solved_again(client, signe, town):
    board.put(wish=town.ida, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    act(client, town, "forbid", wish=town.anne.pk, host=town.library.pk)
    board.choose(solve=solved(town, signe), by=signe, now=NOW)
    assert places() == {"Ida": "Rådhusets kantine"}
    act(client, town, "unpin", wish=town.ida.pk)
    act(client, town, "allow", wish=town.anne.pk, host=town.library.pk)
    lifecycle.ask(placement=Placement.objects.get(), by=signe, now=NOW)
    board.choose(solve=solved(town, signe), by=signe, now=NOW)
    assert places() == {"Ida": "Rådhusets kantine", "Anne": "Hovedbiblioteket"}


def test_a_host_that_said_no_is_not_proposed_again(signe, town):
    asked = factories.placement("asked", host=town.canteen, wish=town.bo)
    lifecycle.decline(placement=asked, reason="Travlt", by=signe, now=NOW)
    board.choose(solve=solved(town, signe), by=signe, now=NOW)
    assert "Bo" not in places()


def test_who_missed_out_in_an_earlier_round_comes_first(signe, town):
    earlier_wish(town.ida.employee)
    board.choose(solve=solved(town, signe), by=signe, now=NOW)
    assert places() == {"Anne": "Hovedbiblioteket", "Ida": "Rådhusets kantine"}


def _called_off_by(who):
    def call_off(wish, signe):
        visit = factories.placement("confirmed", wish=wish, host=factories.host(), now=BEFORE)
        lifecycle.cancel(placement=visit, reason="Sygdom", by=signe, now=BEFORE, caller=who)

    return call_off


def _refused(wish, signe):
    wishes.refuse(wish=wish, reason="", by=signe, now=BEFORE)


def _declined(wish, signe):
    visit = factories.placement("asked", wish=wish, host=factories.host(), now=BEFORE)
    lifecycle.decline(placement=visit, reason="Travlt", by=signe, now=BEFORE)


def _did_not_come(wish, signe):
    visit = factories.placement("confirmed", wish=wish, host=factories.host(), now=BEFORE)
    evaluations.note_attendance(placement=visit, came=False, by=signe, now=NOW)


@pytest.mark.parametrize(
    ("happens", "counts"),
    [
        (_called_off_by(CalledOffBy.PARTICIPANT), 0),
        (_called_off_by(CalledOffBy.HOST), 1),
        (_called_off_by(CalledOffBy.OTHER), 1),
        (_refused, 0),
        (_declined, 1),
        (_did_not_come, 0),
    ],
)
def test_only_who_wanted_a_place_and_got_none_missed_out(signe, town, happens, counts):
    happens(earlier_wish(town.ida.employee), signe)
    seen = snapshot.take(town.round, now=NOW)
    assert seen.problem.person_of[town.ida.pk].missed == counts


def test_days_elsewhere_closed_days_and_earlier_visits_are_heeded(signe, town):
    other = factories.round("Anden runde")
    busy = factories.wish(town.library, round=other, person=town.bo.employee)
    factories.placement(host=town.library, wish=busy, days=[FIRST_DAY])
    town.canteen.closed_days.create(date=FIRST_DAY + timedelta(days=1))
    seen = snapshot.take(town.round, now=NOW)
    assert 0 not in seen.problem.person_of[town.bo.pk].days
    assert seen.problem.host_of[town.canteen.pk].seats[:3] == (1, 0, 1)
    assert 1 not in seen.problem.host_of[town.canteen.pk].openable


def test_who_has_no_workplace_makes_no_new_relation(signe, town):
    school = factories.host(workplace=factories.workplace("Skolen", department="Børn og Unge"))
    factories.wish(school, round=town.round, person=factories.employee("Eva", workplace=None))
    solve = solved(town, signe)
    assert (solve.figures["placed"], solve.figures["relations"]) == (3, 0)


def test_departments_that_met_in_either_direction_are_known(signe, town):
    school = factories.workplace("Skolen", department="Børn og Unge")
    eva = factories.employee("Eva", workplace=school)
    earlier = factories.wish(town.library, round=factories.round("Anden runde"), person=eva)
    factories.wish(factories.host(workplace=school), round=town.round, person=factories.employee("Kaj"))
    assert solved(town, signe).figures["relations"] == 1
    visit = factories.placement("confirmed", host=town.library, wish=earlier)
    assert solved(town, signe).figures["relations"] == 0
    visit.attended = False
    visit.save(update_fields=["attended"])
    assert solved(town, signe).figures["relations"] == 1
