"""What the worker does for the outbox."""

from celery import shared_task
from django.conf import settings

from mail import outbox
from praktik.lib import clock
from praktik.lib.background import queue


@shared_task
def deliver_letter(letter_id: int) -> None:
    """Deliver one letter."""
    outbox.deliver(letter_id, now=clock.now())


@shared_task
def deliver_waiting() -> None:
    """Deliver what waits: letters queued while the broker was away, and those whose wait is over."""
    now = clock.now()
    outbox.put_unfinished_to_a_person(now=now)
    for letter_id in outbox.waiting(now=now):
        queue(outbox.DELIVER, letter_id, expires=settings.SWEEP_SECONDS)
