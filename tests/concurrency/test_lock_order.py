"""Steps that meet half-way wait for each other in one order: nobody reads that the database has given up.

Each pair is held up by another session where, in another order, the first would hold what the second wants.
"""

from datetime import timedelta

import pytest

from hosts.models import Call
from placements.domain import calls, lifecycle, mailplan, rounds, wishes
from placements.domain.errors import Refused
from placements.domain.said import Answer, Said
from placements.models import HostRound, Placement, Wish
from tests import factories
from tests.concurrency.test_mail_plan_at_once import (
    LATER,
    add_a_contact,
    cancel,
    held_up_by,
    lock_of,
    move,
    pause_the_round,
    replan_the_round,
    seen,
)
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db(transaction=True)

EVENTS_CANNOT_BE_WRITTEN = "LOCK TABLE placements_event IN SHARE MODE"
NO_CANNOT_BE_TAKEN_BACK = "LOCK TABLE placements_hostround IN SHARE MODE"
DAYS_CANNOT_BE_OPENED = "LOCK TABLE hosts_openday IN SHARE MODE"


@pytest.fixture
def two_visits():
    """Two visits to one host in a round whose result is out; the later day comes first in the order of keys."""
    host, round = factories.host(seats=2), factories.round()
    visits = [
        factories.placement(
            "confirmed", host=host, days=[FIRST_DAY + timedelta(days=1 - number)],
            wish=factories.wish(host, round=round, person=factories.employee()),
        )
        for number in range(2)
    ]  # fmt: skip
    rounds.release(round=round, now=NOW)
    mailplan.replan_stale(now=NOW)
    return visits


def withdraw(visit):
    wishes.withdraw(wish=Wish.objects.get(pk=visit.wish_id), by=None, now=NOW)


def test_who_withdraws_and_who_cancels(two_visits):
    visit = two_visits[0]
    with held_up_by(EVENTS_CANNOT_BE_WRITTEN) as start:
        start(cancel, seen(visit))
        start(withdraw, visit)
    visit.refresh_from_db()
    assert (visit.state, visit.wish.state) == ("cancelled", "withdrawn")


def test_who_moves_a_visit_and_the_new_plans_of_its_round(two_visits):
    later, earlier = two_visits
    with held_up_by(lock_of(later)) as start:
        start(replan_the_round, later)
        start(move, seen(earlier))
        start(move, seen(later))
    assert list(Placement.objects.order_by("pk").values_list("days", flat=True)) == [[LATER], [LATER]]


def test_who_pauses_a_round_and_a_new_contact_of_its_host(two_visits):
    with held_up_by(lock_of(two_visits[0])) as start:
        start(add_a_contact, two_visits[0])
        start(pause_the_round, two_visits[0])
    for visit in two_visits:
        assert seen(visit).round.mails_paused
        assert visit.planned_mails.filter(kind="confirmed", recipient__name="Ny Vært").exists()


def one_more_asked(two_visits) -> Placement:
    """A third person, whom the host has been asked to take in the same round."""
    round, host = two_visits[0].round, two_visits[0].host
    wish = factories.wish(host, round=round, person=factories.employee())
    return factories.placement("asked", host=host, wish=wish, days=[FIRST_DAY + timedelta(days=2)])


def propose_again(asked: Placement) -> None:
    with pytest.raises(Refused, match="har allerede en plads"):
        lifecycle.propose(wish=asked.wish, host=asked.host, days=[LATER], by=None, now=NOW)


def test_who_phones_a_host_and_who_places_the_same_person(two_visits):
    round, host = two_visits[0].round, two_visits[0].host
    asked = one_more_asked(two_visits)
    said = Said(
        Call.Outcome.YES, date_seats={LATER: 3}, answers=[Answer(seen(asked), Call.Outcome.YES)]
    )

    def note():
        signe = factories.consultant()
        calls.log(round=round, workplace=host.workplace, said=said, by=signe, now=NOW)

    with held_up_by(DAYS_CANNOT_BE_OPENED) as start:
        start(note)
        start(propose_again, asked)
    asked.refresh_from_db()
    assert asked.state == "accepted"


def test_who_notes_a_hosts_answer_by_phone_and_who_places_the_same_person(two_visits):
    asked = one_more_asked(two_visits)
    HostRound.objects.create(host=asked.host, round=asked.round, appetite="no", said_at=NOW)

    def note():
        calls.note_yes(placement=seen(asked), by=factories.consultant(), now=NOW)

    with held_up_by(NO_CANNOT_BE_TAKEN_BACK) as start:
        start(note)
        start(propose_again, asked)
    asked.refresh_from_db()
    assert (asked.state, HostRound.objects.get().appetite) == ("accepted", "yes")
