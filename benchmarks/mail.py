"""bin/bench mail [--letters N]: how fast due mail goes out, as a ratio to a bare smtplib loop.

Ours: N planned mails that are due go through planning, outbox, Celery (two workers) and SMTP. Bare:
one process sends the same N letters, built beforehand as email.message.EmailMessage, with
smtplib.SMTP.send_message over one kept connection to the same sink in the same run.
Then the minute sweep: the best time to send 100 due mails among 200,000 planned, against 2,000 planned.
"""

import argparse
import os
import smtplib
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.utils import localtime, make_msgid

import django

PORT = 8791
os.environ["DJANGO_SETTINGS_MODULE"] = "praktik.settings"
os.environ |= {"EMAIL_URL": f"smtp://127.0.0.1:{PORT}", "MAIL_PER_DAY": "1000000"}
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from redis import Redis  # noqa: E402

from benchmarks.site import database, post_office  # noqa: E402
from benchmarks.site.sink import sink  # noqa: E402
from mail.models import LetterState, OutgoingMail  # noqa: E402
from placements.domain import dispatch, mailplan  # noqa: E402
from praktik.lib import clock  # noqa: E402
from praktik.lib.background import queue  # noqa: E402

WORKERS, DUE, RUNS = 2, 100, 10
FEW, MANY = 2_000, 200_000
DELIVER_WAITING = "mail.tasks.deliver_waiting"


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--letters", type=int, default=10_000)
    letters = arguments.parse_args().letters
    name = settings.DATABASES["default"]["NAME"]
    print(f"{os.cpu_count()} cores, {WORKERS} workers of one process, aiosmtpd as the sink")
    report_letters(name, letters)
    report_sweep(name)
    database.drop(name)


# --- Letters ---------------------------------------------------------------------------------------


def report_letters(name: str, letters: int) -> None:
    database.make_new(name)
    post_office.plan(due=letters, later=0)
    with sink(PORT) as taken:
        ours = letters / seconds_of_ours(letters)
        bare = letters / seconds_of_bare_loop()
    print(f"\n{letters:,} letters, {taken[0]:,} messages taken by the sink")
    print(f"{'planning, outbox, Celery':<28}{ours:>7.0f} letters a second")
    print(f"{'bare smtplib loop':<28}{bare:>7.0f} letters a second")
    print(f"{'ratio':<28}{ours / bare:>7.2f}")


def seconds_of_ours(letters: int) -> float:
    Redis.from_url(settings.REDIS_URL).flushdb()
    with workers():
        started = time.monotonic()
        sweeps = 0
        while OutgoingMail.objects.filter(state=LetterState.SENT).count() < letters:
            if time.monotonic() - started >= sweeps * settings.SWEEP_SECONDS:
                # As beat does each minute: what waited longer for a busy machine has expired.
                queue(mailplan.SEND_DUE)
                queue(DELIVER_WAITING)
                sweeps += 1
            time.sleep(0.2)
        return time.monotonic() - started


def seconds_of_bare_loop() -> float:
    messages = [message_of(letter) for letter in OutgoingMail.objects.iterator()]
    started = time.monotonic()
    with smtplib.SMTP("127.0.0.1", PORT) as line:
        for message in messages:
            line.send_message(message)
    return time.monotonic() - started


def message_of(letter: OutgoingMail) -> EmailMessage:
    """A letter as the standard library's documentation builds one, with the headers that ours have."""
    message = EmailMessage()
    message["From"] = settings.MAIL_FROM
    message["To"] = letter.to_address
    message["Subject"] = letter.subject
    message["Date"] = localtime(letter.sent_at)
    message["Message-ID"] = make_msgid(f"letter-{letter.pk}", domain="localhost")
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.language
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


@contextmanager
def workers():
    """The workers, once each of them has shown that it is at work."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "praktik", "worker", "--loglevel", "WARNING"]
            + ["--concurrency", "1", "--hostname", f"bench{number}@%h"],
        )
        for number in range(WORKERS)
    ]
    try:
        wait_for_workers()
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def wait_for_workers() -> None:
    from praktik.celery import app

    while len(app.control.ping(timeout=1) or []) < WORKERS:
        time.sleep(0.1)


# --- The minute sweep --------------------------------------------------------------------------------


def report_sweep(name: str) -> None:
    few, many = (seconds_of_sweep(name, planned) for planned in (FEW, MANY))
    print(f"\n{DUE} due, the best of {RUNS} sweeps")
    for planned, seconds in ((FEW, few), (MANY, many)):
        print(f"{f'among {planned:,} planned':<28}{seconds * 1000:>7.0f} ms")
    print(f"{'ratio':<28}{many / few:>7.2f}")


def seconds_of_sweep(name: str, planned: int) -> float:
    database.make_new(name)
    post_office.plan(due=0, later=planned)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    times = []
    for _ in range(RUNS):
        post_office.make_due(DUE, now=clock.now() - timedelta(seconds=1))
        started = time.perf_counter()
        if dispatch.send_due(now=clock.now()) != DUE:
            raise SystemExit("Not all that was due became letters.")
        times.append(time.perf_counter() - started)
    # What else the machine does can only add to a time.
    return min(times)


if __name__ == "__main__":
    main()
