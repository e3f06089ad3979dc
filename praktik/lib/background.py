"""Handing work to the Celery worker by the task's name."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def queue(task: str, *args, expires: int | None = None) -> None:
    """Ask a worker to run a task, unless it waits for more than `expires` seconds.

    Without a broker nothing is lost: the minute sweep finds the work.
    """
    try:
        current_app.send_task(task, args=args, expires=expires)
    except OperationalError:
        log.warning("The broker is away; %s%r waits for the next sweep.", task, args)


def queue_after_commit(task: str, *args) -> None:
    """As `queue`, once the present transaction has committed (at once outside one)."""
    transaction.on_commit(lambda: queue(task, *args))
