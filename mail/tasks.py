"""What the worker does for the outbox."""

from math import ceil

from celery import shared_task
from django.conf import settings

from mail import bounces, outbox
from praktik.lib import clock
from praktik.lib.background import queue

MOST_AT_ONCE = 10


@shared_task
def deliver_letters() -> None:
    """Deliver a batch of letters, and ask for the next one while that gets us on."""
    if outbox.deliver_batch(clock=clock.now):
        queue(outbox.DELIVER, expires=settings.SWEEP_SECONDS)


@shared_task
def deliver_waiting() -> None:
    """Deliver what waits: letters queued while the broker was away, and those whose wait is over."""
    now = clock.now()
    outbox.put_unfinished_to_a_person(now=now)
    batches = ceil(len(outbox.waiting(now=now)) / outbox.BATCH)
    for _ in range(min(batches, MOST_AT_ONCE)):
        queue(outbox.DELIVER, expires=settings.SWEEP_SECONDS)


@shared_task
def read_bounces() -> None:
    """Read which letters came back."""
    bounces.read_mailbox()
