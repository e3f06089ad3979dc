"""Two people who note the same at the same moment, each having seen the same: one is noted, the other told.

Real threads against the real database: what was seen is compared under the lock, not before it.
"""

import pytest

from placements.domain import appetite, calls, evaluations, shortening, wishes
from placements.domain.said import Answer, Said
from placements.models import Event, HostRound, Placement
from praktik.lib.dates import at
from tests import factories
from tests.concurrency.test_board_at_once import at_once
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def signe():
    return factories.consultant()


def own(visit) -> Placement:
    """The visit as each reads it for oneself."""
    return Placement.objects.with_people().get(pk=visit.pk)


def test_a_managers_yes_and_no_by_phone(signe, thomas):
    wish = factories.wish(round=factories.round(needs_approval=True))
    act = {"wish": wish, "now": NOW, "by_phone": True, "seen": wish.version}
    done, told = at_once(
        lambda: wishes.approve(by=signe, **act),
        lambda: wishes.refuse(by=thomas, reason="Ferie.", **act),
    )
    wish.refresh_from_db()
    answer = "ja" if wish.approved_at else "nej"
    assert (done, bool(wish.approved_at) != bool(wish.refused_at)) == ("done", True)
    assert told.startswith(f"I mellemtiden er der noteret et {answer} til Anne Kjærsgaard")
    assert Event.objects.filter(wish=wish, reason__startswith="Pr. telefon").count() == 1


def test_what_a_host_says_of_a_round(signe, thomas):
    host, round = factories.host("Rådhusets kantine"), factories.round()
    act = {"host": host, "round": round, "now": NOW, "seen": HostRound().version}
    done, told = at_once(
        lambda: appetite.say(appetite="yes", reason="", by=signe, **act),
        lambda: appetite.say(appetite="no", reason="Vi flytter.", by=thomas, **act),
    )
    row = HostRound.objects.get()
    assert done == "done"
    assert told.startswith(f"I mellemtiden har {row.said_by} sagt: {row.get_appetite_display()}.")


def test_whether_a_visitor_came(signe, thomas):
    visit = factories.placement("confirmed")
    after = at(FIRST_DAY, NOW.time().replace(hour=20))
    act = {"now": after, "seen": "unknown"}

    def note(came, by):
        evaluations.note_attendance(placement=own(visit), came=came, by=by, **act)

    done, told = at_once(lambda: note(True, signe), lambda: note(False, thomas))
    visit.refresh_from_db()
    stands = "kom" if visit.attended else "ikke kom"
    assert done == "done"
    assert told.startswith(f"I mellemtiden har en anden noteret, at Anne Kjærsgaard {stands}.")


def test_from_when_on_a_visit_ends_early(signe, thomas):
    host = factories.host(longest_visit=3)
    round = factories.round(longest_visit=3)
    visit = factories.placement(
        "confirmed", host=host, wish=factories.wish(host, round=round, length=3)
    )
    evening = at(FIRST_DAY, NOW.time().replace(hour=20))

    def end(from_day, by):
        shortening.end_early(
            visit=own(visit), from_day=from_day, caller="host", reason="Influenza.", by=by, now=evening
        )

    done, told = at_once(lambda: end(visit.days[1], signe), lambda: end(visit.days[2], thomas))
    visit.refresh_from_db()
    assert done == "done"
    assert told.startswith("Intet er ændret: Besøget fra Anne Kjærsgaard hos")
    assert [day.date for day in visit.visit_days.all()] == visit.days
    assert Event.objects.filter(placement=visit, reason__startswith="Pr. telefon").count() == 1


def test_a_hosts_yes_on_the_page_of_the_placement_and_in_the_call(signe, thomas):
    visit = factories.placement("asked")
    round, workplace = visit.round, visit.host.workplace
    said = Said("answered", answers=[Answer(own(visit), "yes")])
    done, told = at_once(
        lambda: calls.note_yes(placement=own(visit), by=signe, now=NOW),
        lambda: calls.log(round=round, workplace=workplace, said=said, by=thomas, now=NOW),
    )
    visit.refresh_from_db()
    assert (done, visit.state, workplace.calls.count()) == ("done", "accepted", 1)
    caller = workplace.calls.get().caller
    assert told.startswith(("Intet er ændret", f"{caller} talte med"))
