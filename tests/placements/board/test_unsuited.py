"""A participant who can on none of the days that a host offered: no no of the host's, but to the first days."""

from datetime import timedelta

import pytest

from hosts.models import Call, ClosedDay
from placements.domain import board, calls, days, fingerprints, lifecycle, snapshot, todo, wishes
from placements.domain.errors import Refused
from placements.domain.said import Said
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.board.moves import look, places, solved

pytestmark = pytest.mark.django_db

SECOND = FIRST_DAY + timedelta(days=1)


@pytest.fixture
def visit(town):
    """Bo's visit to the canteen, of which none of the other days suited."""
    return unsuited(factories.placement("asked", host=town.canteen, wish=town.bo, days=[FIRST_DAY]))


def unsuited(row):
    """The host offers the second day, and that does not suit."""
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


LATER = NOW + timedelta(hours=1)


def can_only(wish, *can):
    """The person saves the wish again, with these days."""
    wishes.save_wish(
        round=wish.round,
        employee=wish.employee,
        content=factories.content(wish.choices.get().host, days=can),
        send=True,
        by=wish.employee,
        now=LATER,
    )


def test_nobody_is_proposed_on_days_that_the_host_would_rather_not_have(signe, town, visit):
    town.canteen.most_visitors = None
    town.canteen.save(update_fields=["most_visitors"])

    def proposed() -> list:
        return [stay[1:] for stay in solved(town, signe).stays if stay[0] == town.bo.pk]

    can_only(visit.wish, FIRST_DAY)
    assert proposed() == []
    can_only(visit.wish, FIRST_DAY, SECOND)
    assert proposed() == [[town.canteen.pk, [SECOND.isoformat()]]]


def test_the_board_says_so_and_offers_other_days_only(client, signe, town, visit):
    can_only(visit.wish, FIRST_DAY)
    page = look(client, town, f"{town.bo.pk}/")
    assert (
        "1. ønske (Rådhusets kantine): har bedt om andre dage, og resten af personens dage rummer ikke et "
        "besøg af den længde."
    ) in page
    can_only(visit.wish, FIRST_DAY, SECOND)
    page = look(client, town, f"{town.bo.pk}/")
    assert f'value="{town.canteen.pk}:{SECOND.isoformat()}"' in page
    assert f'value="{town.canteen.pk}:{FIRST_DAY.isoformat()}"' not in page
    assert "Rådhusets kantine – praktikstedet vil hellere have andre dage: 4. januar." in page


def test_who_has_no_other_days_reads_that_those_offered_are_left_out(client, signe, town):
    wish = factories.wish(
        town.canteen, round=town.round, person=factories.employee("Eva"), days=[SECOND]
    )
    unsuited(factories.placement("asked", host=town.canteen, wish=wish, days=[FIRST_DAY]))
    words = "personens dage rummer ikke et besøg af den længde (bortset fra tilbudte dage, der ikke passede)"
    assert words in look(client, town, f"{wish.pk}/")


def test_what_closes_the_other_days_is_said_of_them_alone(client, signe, town, visit):
    can_only(visit.wish, FIRST_DAY, SECOND)
    ClosedDay.objects.create(host=town.canteen, date=SECOND)
    words = "lukket på alle personens dage (bortset fra dage, som praktikstedet helst ikke vil have)"
    assert words in look(client, town, f"{town.bo.pk}/")


def test_it_is_put_there_by_hand_only_when_that_is_agreed(signe, town, visit):
    put = {"wish": visit.wish, "host": town.canteen, "days": [FIRST_DAY], "by": signe, "now": LATER}
    with pytest.raises(Refused, match=r"kantine bad om andre dage end mandag den 4\. januar til Bo\."):
        board.put(**put)
    board.put(**put, is_agreed=True)
    assert places() == {"Bo": "Rådhusets kantine"}


def test_undo_does_not_bring_it_back_there(signe, town):
    board.put(wish=town.bo, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    board.clear(wish=town.bo, by=signe, now=NOW)
    unsuited(factories.placement("asked", host=town.canteen, wish=town.bo, days=[FIRST_DAY]))
    left = board.undo(round=town.round, by=signe, now=LATER).left_alone
    assert (places(), left) == ({}, ["Bo: ønsket eller pladsen er blevet ændret."])


def test_an_offer_that_nobody_answered_leaves_the_first_days_unwanted_too(town):
    row = factories.placement("asked", host=town.canteen, wish=town.bo, days=[FIRST_DAY])
    days.offer(placement=row, offers=[[SECOND]], by=None, now=NOW)
    lifecycle.expire(placement=row, reason="", now=LATER)
    assert unwanted_of(row) == {town.canteen.pk: {FIRST_DAY}}


def unwanted_of(visit):
    return snapshot.take(visit.round, now=NOW).unwanted.get(visit.wish_id, {})


def test_a_yes_on_the_phone_to_these_very_days_makes_them_possible_again(signe, town, visit):
    assert unwanted_of(visit) == {town.canteen.pk: {FIRST_DAY}}
    log = {"round": town.round, "workplace": town.canteen.workplace, "by": signe}
    others = Said(Call.Outcome.YES, weekday_seats={0: 2}, date_seats={SECOND: 2})
    calls.log(**log, said=others, now=LATER)
    assert unwanted_of(visit) == {town.canteen.pk: {FIRST_DAY}}
    these = Said(Call.Outcome.YES, date_seats={FIRST_DAY: 2})
    calls.log(**log, said=these, now=NOW + timedelta(days=1))
    assert unwanted_of(visit) == {}


def test_a_yes_to_this_visit_makes_them_possible_again(signe, town, visit):
    act = {"by": signe, "now": LATER}
    again = lifecycle.propose(wish=visit.wish, host=town.canteen, days=[FIRST_DAY], **act)
    lifecycle.ask(placement=again, **act)
    lifecycle.accept(placement=again, **act)
    lifecycle.cancel(placement=again, reason="", **act)
    assert unwanted_of(visit) == {}


def test_a_solution_from_before_leaves_the_wish_alone(signe, town):
    found = solved(town, signe)
    row = unsuited(factories.placement("asked", host=town.canteen, wish=town.bo, days=[FIRST_DAY]))
    can_only(row.wish, *row.wish.possible_days)
    (change,) = fingerprints.changes(found.seen, snapshot.take(town.round, now=LATER))
    assert (change.key, change.what) == (
        town.bo.pk,
        ("steder, der er udelukket, har sagt nej eller har bedt om andre dage",),
    )


def test_it_is_told_as_the_participants_answer_and_the_seat_as_free(client, signe, town, visit):
    page = client.get(f"/admin/placements/placement/{visit.pk}/change/").text
    assert "Andre dage passede ikke" in page and "Vært har sagt nej" not in page.split("filter")[0]
    page = client.get(f"/admin/placements/placement/{visit.pk}/freed/").text
    assert "ville ikke selv have dette besøg" not in page
    assert list(todo.freed_seats(NOW)) == [visit]
