"""Two beats and two workers plan and write at once: no letter twice, none lost.

Real workers, beats, Redis, PostgreSQL and SMTP.
"""

import time
from collections import Counter

import pytest
from django.utils import timezone

from mail.models import LetterState, OutgoingMail
from placements import tasks
from placements.domain import mailplan
from placements.enums import PlanState
from placements.models import PlannedMail, Round
from praktik.lib.dates import add_working_days
from tests import factories
from tests.faults.test_delivery import redis
from tests.mail_server import wait_until
from tests.processes import beat, environment, worker

__all__ = ["redis"]
pytestmark = pytest.mark.django_db(transaction=True)

VISITS = 80
# The receipt of each wish, and the confirmation of one day to participant and host.
KINDS = {"wish_received": VISITS, "confirmed": 2 * VISITS}


@pytest.fixture
def round():
    """Visits that are confirmed just now: so much is due that it is shared between the workers."""
    now = timezone.now()
    day = add_working_days(timezone.localdate(), 20)
    round = factories.round(
        wishes_from=now.date(), wishes_until=now.date(), visits_from=day, visits_until=day
    )
    host = factories.host("Rådhusets kantine", seats=VISITS)
    for _visit in range(VISITS):
        wish = factories.wish(host, round=round, person=factories.employee(), now=now)
        factories.placement("confirmed", host=host, wish=wish, now=now)
    assert PlannedMail.objects.due(timezone.now()).count() > tasks.MAILS_A_SHARE
    return round


def _is_written(due, round) -> bool:
    """Whether all is written; else the plan is asked to be made anew."""
    if not due.filter(state=PlanState.PLANNED).exists():
        return True
    mailplan.ask_to_replan([round])
    time.sleep(0.2)
    return False


def test_what_is_just_due_is_planned_and_written_once(redis, mail_server, round):
    """The plan of the round is made anew meanwhile, again and again."""
    env = environment(redis.url, mail_server)
    due = PlannedMail.objects.filter(kind__in=KINDS)
    with worker(env), worker(env), beat(env), beat(env):
        wait_until(lambda: _is_written(due, round), 120)
        mail_server.wait_for(sum(KINDS.values()), 90)
        wait_until(lambda: not Round.objects.filter(plan_is_stale=True).exists())
        time.sleep(3)  # more sweeps: nothing is sent again
    assert Counter(due.values_list("kind", flat=True)) == KINDS
    assert set(due.values_list("state", "times_written")) == {(PlanState.SENT, 1)}
    fates = OutgoingMail.objects.values_list("state", flat=True)
    assert Counter(fates) == {LetterState.SENT: 3 * VISITS}
    taken = Counter((letter["To"], letter["Message-ID"]) for letter in mail_server.letters)
    assert len(taken) == 3 * VISITS == taken.total()
    host = round.wishes.first().live_placement.host.contacts.get()
    assert len(mail_server.to(host.email)) == VISITS
