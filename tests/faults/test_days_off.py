"""Workers and beat stood still for some days: what makes sense still goes out once, the rest is MISSED."""

from datetime import time, timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from mail import outbox
from placements.consultants import CONSULTANTS
from placements.domain import dispatch
from placements.enums import PlanReason, PlanState
from placements.models import PlannedMail
from praktik.lib.dates import add_working_days, at
from tests import factories
from tests.faults.test_delivery import redis
from tests.mail_server import wait_until
from tests.processes import beat, environment, worker

__all__ = ["redis"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_days_off(redis, mail_server):
    Group.objects.get_or_create(name=CONSULTANTS)
    day = add_working_days(timezone.localdate(), -2)
    visit(day, confirmed=at(day - timedelta(days=30), time(9)))
    stopped = at(add_working_days(day, -4), time(12))  # after the reminder
    dispatch.send_due(now=stopped)
    outbox.deliver_batch(clock=lambda: stopped)
    sent_before = len(mail_server.letters)
    with worker(environment(redis.url, mail_server)), beat(environment(redis.url, mail_server)):
        wait_until(lambda: not PlannedMail.objects.due(timezone.now()).exists(), 60)
        mail_server.wait_for(sent_before + 2)
        wait_until(lambda: not outbox.waiting(now=timezone.now()), 30)
    rows = PlannedMail.objects.filter(kind__in=["reminder", "tomorrow", "evaluation"], number=1)
    assert set(rows.values_list("kind", "side", "state", "reason")) == {
        ("reminder", "participant", PlanState.SENT, ""),
        ("reminder", "host", PlanState.SENT, ""),
        ("tomorrow", "participant", PlanState.MISSED, PlanReason.TOO_LATE),
        ("tomorrow", "host", PlanState.MISSED, PlanReason.TOO_LATE),
        ("evaluation", "participant", PlanState.SENT, ""),
        ("evaluation", "host", PlanState.SENT, ""),
    }
    assert len(mail_server.letters) == PlannedMail.objects.filter(state=PlanState.SENT).count()


def visit(day, *, confirmed):
    round = factories.round(
        wishes_from=confirmed.date() - timedelta(days=10),
        wishes_until=confirmed.date() + timedelta(days=1),
        visits_from=day,
        visits_until=day,
    )
    host = factories.host("Rådhusets kantine")
    wish = factories.wish(host, round=round, now=confirmed)
    return factories.placement("confirmed", host=host, wish=wish, now=confirmed)
