"""PostgreSQL is restarted, and the clock runs ahead and comes back, while letters are under way."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from placements.enums import PlanState
from placements.models import PlannedMail
from praktik.lib.dates import add_working_days
from tests.faults.test_days_off import visit
from tests.faults.test_delivery import redis
from tests.mail_server import wait_until
from tests.processes import PostgresServer, beat, environment, run, worker

__all__ = ["redis"]
pytestmark = pytest.mark.django_db(transaction=True)

LETTERS = 60
PREPARE = f"""
from django.core.management import call_command
from django.utils import timezone
from mail import outbox
from mail.rendering import Letter
call_command("migrate", verbosity=0)
for number in range({LETTERS}):
    outbox.post(key=f"letter-{{number}}", to_address="a@havneby.example", language="da",
                letter=Letter(f"Brev {{number}}", "Hej", ""), now=timezone.now())
"""
AHEAD = """
from datetime import timedelta
from praktik.lib import clock
clock.move(timedelta(days=3))
"""
BACK = "from praktik.lib import clock; clock.reset()"


@pytest.fixture
def postgres():
    server = PostgresServer()
    server.start()
    yield server
    server.remove()


def test_postgresql_is_restarted(redis, mail_server, postgres):
    """No letter is lost and none goes twice; of at most one for each worker process nobody can know."""
    env = environment(redis.url, mail_server, DATABASE_URL=postgres.url)
    run(PREPARE, env)
    with worker(env), beat(env):
        wait_until(lambda: len(mail_server.letters) >= 5, 60)
        postgres.stop()
        time.sleep(3)
        postgres.start()
        states = "SELECT DISTINCT state FROM mail_outgoingmail"
        wait_until(lambda: {("sent",)} <= set(postgres.rows(states)) <= {("sent",), ("unsure",)}, 90)
        time.sleep(3)  # more sweeps: nothing is sent again by itself
    taken = [letter["Subject"] for letter in mail_server.letters]
    assert len(taken) == len(set(taken))
    sent = postgres.rows("SELECT subject FROM mail_outgoingmail WHERE state = 'sent'")
    unsure = postgres.rows("SELECT subject FROM mail_outgoingmail WHERE state = 'unsure'")
    assert len(sent) + len(unsure) == LETTERS
    assert {subject for (subject,) in sent} <= set(taken)
    assert len(unsure) <= 2


def test_the_clock_runs_three_days_ahead_and_comes_back(redis, mail_server):
    """The reminder goes out when its day seems to have come, and not again when it really has."""
    env = environment(redis.url, mail_server, DEMO="1")
    today = timezone.localdate()
    day = add_working_days(today, 6)
    placement = visit(day, confirmed=timezone.now() - timedelta(days=20))
    with worker(env), beat(env):
        wait_until(lambda: not PlannedMail.objects.due(timezone.now()).exists(), 60)
        reminders = placement.planned_mails.filter(kind="reminder")
        assert set(reminders.values_list("state", flat=True)) == {PlanState.PLANNED}
        run(AHEAD, env)
        wait_until(lambda: not reminders.exclude(state=PlanState.SENT).exists(), 60)
        run(BACK, env)
        time.sleep(3)  # more sweeps, on the real clock
    assert list(reminders.values_list("times_written", flat=True)) == [1, 1]
    assert len(mail_server.letters) == PlannedMail.objects.filter(state=PlanState.SENT).count()
