"""Things break while letters are under way: each arrives once, or is put to a person.

Real workers, beat, Redis, PostgreSQL and SMTP.
"""

import time

import pytest
from django.utils import timezone

from mail import outbox
from mail.models import LetterState, OutgoingMail
from mail.rendering import Letter
from tests.mail_server import wait_until
from tests.processes import RedisServer, beat, environment, kill, run, worker

pytestmark = pytest.mark.django_db(transaction=True)

POST_ONE = """
from django.utils import timezone
from mail import outbox
from mail.rendering import Letter
outbox.post(key="while-redis-is-away", to_address="a@havneby.example", language="da",
            letter=Letter("Hej", "Hej", ""), now=timezone.now())
"""


@pytest.fixture
def redis(tmp_path):
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


def post(count: int) -> None:
    for number in range(count):
        outbox.post(
            key=f"letter-{number}",
            to_address=f"person{number}@havneby.example",
            language="da",
            letter=Letter(f"Brev {number}", "Hej", ""),
            now=timezone.now(),
        )


def states() -> dict[str, str]:
    return dict(OutgoingMail.objects.values_list("key", "state"))


def all_are(state: LetterState) -> bool:
    return set(states().values()) == {state}


@pytest.mark.parametrize("server_took_it", [True, False])
def test_a_worker_killed_while_sending(redis, mail_server, server_took_it):
    """Nobody can know whether the server took the letter, so a person is asked, either way."""
    env = environment(redis.url, mail_server)
    mail_server.take_before_waiting = server_took_it
    mail_server.wait_in_data.clear()
    post(3)
    with beat(env):
        with worker(env, concurrency=1) as process:
            assert mail_server.data_begun.wait(timeout=60)
            kill(process)
        (half_sent,) = OutgoingMail.objects.filter(state=LetterState.SENDING)
        wait_until(lambda: mail_server.lines_broken == 1)
        mail_server.wait_in_data.set()
        with worker(env):
            wait_until(lambda: sorted(states().values()) == ["sent", "sent", "unsure"], 90)
            time.sleep(3)  # two more sweeps: nothing is sent again by itself
            assert len(mail_server.letters) == (3 if server_took_it else 2)
            if not server_took_it:
                assert outbox.send_again(half_sent, now=timezone.now())
                wait_until(lambda: all_are(LetterState.SENT), 60)
    subjects = sorted(letter["Subject"] for letter in mail_server.letters)
    assert subjects == ["Brev 0", "Brev 1", "Brev 2"]


def test_redis_away_for_a_while(redis, mail_server):
    env = environment(redis.url, mail_server)
    with worker(env), beat(env):
        post(2)
        wait_until(lambda: all_are(LetterState.SENT), 60)
        redis.stop()
        started = time.monotonic()
        run(POST_ONE, env)
        assert time.monotonic() - started < 15  # a page does not hang on a missing broker
        assert states()["while-redis-is-away"] == LetterState.QUEUED
        time.sleep(10)
        redis.start()
        wait_until(lambda: all_are(LetterState.SENT), 120)
    assert len(mail_server.letters) == 3


def test_redis_goes_while_a_letter_is_under_way(redis, mail_server):
    """The worker holds a task that it has not acknowledged, and must survive that it cannot."""
    env = environment(redis.url, mail_server)
    mail_server.wait_in_data.clear()
    post(1)
    with worker(env) as process, beat(env):
        assert mail_server.data_begun.wait(timeout=60)
        redis.stop()
        time.sleep(3)
        mail_server.wait_in_data.set()
        redis.start()
        post(2)
        wait_until(lambda: all_are(LetterState.SENT), 90)
        assert process.poll() is None
    assert sorted(letter["Subject"] for letter in mail_server.letters) == ["Brev 0", "Brev 1"]


def test_a_mail_server_that_refuses_for_a_while(redis, mail_server):
    env = environment(redis.url, mail_server)
    mail_server.answer = "451 try again later"
    post(3)
    with worker(env), beat(env):
        wait_until(lambda: not OutgoingMail.objects.exclude(error="451 try again later").exists(), 60)
        assert mail_server.letters == []
        mail_server.answer = ""
        OutgoingMail.objects.update(next_attempt_at=timezone.now())  # their wait is over
        wait_until(lambda: all_are(LetterState.SENT), 60)
    assert len(mail_server.letters) == 3


def test_two_workers_and_two_beats_send_each_letter_once(redis, mail_server):
    env = environment(redis.url, mail_server)
    post(40)
    with worker(env), worker(env), beat(env), beat(env):
        wait_until(lambda: all_are(LetterState.SENT), 90)
        time.sleep(2)
    assert len({letter["Subject"] for letter in mail_server.letters}) == 40
    assert len(mail_server.letters) == 40
