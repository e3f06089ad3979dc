"""The worker is killed at five points of a delivery, the database and the broker lose what they can.

The points are reached from outside: by locks in PostgreSQL and by what the mail server does.
"""

import time
from contextlib import contextmanager

import psycopg2
import pytest
from django.db import connection
from redis import Redis

from mail.models import LetterState, OutgoingMail
from tests.faults.test_delivery import all_are, post, redis, states
from tests.mail_server import wait_until
from tests.processes import beat, environment, kill, worker

__all__ = ["redis"]
pytestmark = pytest.mark.django_db(transaction=True)

QUIET = 3  # seconds, in which two more sweeps would send what must not be sent


@contextmanager
def another_session():
    """A database session of our own, that holds locks until the block ends."""
    with_password = connection.get_connection_params()
    wanted = {name: with_password.get(name) for name in ("host", "port", "user", "password", "dbname")}
    session = psycopg2.connect(**{name: value for name, value in wanted.items() if value})
    try:
        with session.cursor() as cursor:
            yield cursor
    finally:
        session.close()


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return cursor.fetchone()[0] > 0


def end_sessions(which: str) -> None:
    """End all other sessions of the test database that this SQL condition names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}"
        )


def finish(redis, env, mail_server, *, state: LetterState, letters: int) -> None:
    """Other workers take over: the letter ends in this state, the server has this many."""
    with worker(env), beat(env):
        wait_until(lambda: all_are(state), 60)
        time.sleep(QUIET)
    assert all_are(state)
    assert len(mail_server.letters) == letters


def test_killed_before_the_claim(redis, mail_server):
    env = environment(redis.url, mail_server)
    post(1)
    with another_session() as cursor:
        # Rows can be read and locked, but not yet written: the worker waits before it holds the letter.
        cursor.execute("LOCK TABLE mail_outgoingmail IN SHARE MODE")
        with worker(env, concurrency=1) as process, beat(env):
            wait_until(somebody_waits_for_a_lock, 60)
            kill(process)
    assert states() == {"letter-0": LetterState.QUEUED}
    finish(redis, env, mail_server, state=LetterState.SENT, letters=1)


def test_killed_after_the_claim_before_the_server_answers(redis, mail_server):
    env = environment(redis.url, mail_server)
    mail_server.wait_at_greeting.clear()
    post(1)
    with worker(env, concurrency=1) as process, beat(env):
        wait_until(lambda: all_are(LetterState.SENDING), 60)
        kill(process)
    mail_server.wait_at_greeting.set()
    finish(redis, env, mail_server, state=LetterState.UNSURE, letters=0)


def test_killed_after_the_server_took_it_before_that_is_written(redis, mail_server):
    """The server answers, but the worker cannot write it: only a person can find out.

    Killed while the server takes the letter: see test_delivery.py.
    """
    env = environment(redis.url, mail_server)
    mail_server.wait_in_data.clear()
    post(1)
    with another_session() as cursor:
        with worker(env, concurrency=1) as process, beat(env):
            assert mail_server.data_begun.wait(timeout=60)
            cursor.execute("SELECT 1 FROM mail_outgoingmail FOR UPDATE")
            mail_server.wait_in_data.set()
            wait_until(somebody_waits_for_a_lock, 20)
            kill(process)
        # The dead worker's session has the statement already, and would still carry it out.
        end_sessions("wait_event_type = 'Lock'")
    finish(redis, env, mail_server, state=LetterState.UNSURE, letters=1)


def test_killed_after_sent_before_the_task_is_acknowledged(redis, mail_server):
    """The second letter keeps the task at work when the first one is sent; the task runs again."""
    env = environment(redis.url, mail_server)
    post(2)
    mail_server.wait_in_data_at = 2
    mail_server.wait_in_data.clear()
    with worker(env, concurrency=1) as process, beat(env):
        wait_until(lambda: sorted(states().values()) == ["sending", "sent"], 60)
        wait_until(
            lambda: mail_server.messages == 2
        )  # The claim is committed before the server hears of it.
        assert len(mail_server.letters) == 1
        kill(process)
    wait_until(lambda: mail_server.lines_broken == 1)
    mail_server.wait_in_data.set()
    with worker(env), beat(env):
        wait_until(lambda: sorted(states().values()) == ["sent", "unsure"], 60)
        time.sleep(QUIET)
    assert len(mail_server.letters) == 1


def test_the_broker_forgets_everything(redis, mail_server):
    env = environment(redis.url, mail_server)
    post(5)
    with worker(env), beat(env):
        wait_until(lambda: all_are(LetterState.SENT), 60)
        with Redis.from_url(redis.url) as broker:
            broker.flushall()
        OutgoingMail.objects.filter(key="letter-0").delete()
        post(1)
        wait_until(lambda: all_are(LetterState.SENT), 60)
    assert len(mail_server.letters) == 6


def test_the_broker_forgets_everything_and_is_restarted(redis, mail_server):
    env = environment(redis.url, mail_server)
    with worker(env), beat(env):
        post(2)
        wait_until(lambda: all_are(LetterState.SENT), 60)
        with Redis.from_url(redis.url) as broker:
            broker.flushall()
        redis.stop()
        post(4)  # two more, which no task asks for
        redis.start()
        wait_until(lambda: all_are(LetterState.SENT), 120)
        time.sleep(QUIET)
    assert sorted(letter["Subject"] for letter in mail_server.letters) == [
        f"Brev {number}" for number in range(4)
    ]


def test_the_database_ends_all_sessions(redis, mail_server):
    """All back ends are ended while letters are on their way: none is lost, none goes twice."""
    env = environment(redis.url, mail_server)
    post(60)
    with worker(env), beat(env):
        wait_until(lambda: len(mail_server.letters) >= 5, 60)
        end_sessions("true")
        wait_until(lambda: set(states().values()) <= {"sent", "unsure"}, 90)
        time.sleep(QUIET)
    subjects = [letter["Subject"] for letter in mail_server.letters]
    assert len(subjects) == len(set(subjects))
    sent = OutgoingMail.objects.filter(state=LetterState.SENT).values_list("subject", flat=True)
    assert set(sent) <= set(subjects)
    assert OutgoingMail.objects.filter(state=LetterState.UNSURE).count() <= 2  # one a worker process


def test_a_mail_server_that_hangs_and_one_that_breaks_off(redis, mail_server):
    env = environment(redis.url, mail_server, EMAIL_TIMEOUT="2", MAIL_UNSURE_AFTER_SECONDS="60")
    mail_server.wait_in_data_at = 1
    mail_server.break_off_at = 2
    mail_server.wait_in_data.clear()
    post(4)
    with worker(env, concurrency=1), beat(env):
        wait_until(lambda: sorted(states().values()) == ["sent", "sent", "unsure", "unsure"], 60)
        time.sleep(QUIET)
    assert len(mail_server.letters) == 2


def test_a_mail_server_that_refuses_for_ever(redis, mail_server):
    env = environment(redis.url, mail_server)
    mail_server.answer = "554 we want no mail"
    post(3)
    with worker(env), beat(env):
        wait_until(lambda: all_are(LetterState.FAILED), 60)
    assert set(OutgoingMail.objects.values_list("error", flat=True)) == {"554 we want no mail"}
    assert mail_server.letters == []
