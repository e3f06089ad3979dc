"""Handing work to the Celery worker by the task's name."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def queue(task: str, *args) -> None:
    """Ask a worker to run a task. Without a broker nothing is lost: the minute sweep finds the work."""
    try:
        current_app.send_task(task, args=args)
    except OperationalError:
        log.warning("The broker is away; %s%r waits for the next sweep.", task, args)


def queue_after_commit(task: str, *args) -> None:
    """As `queue`, once the present transaction has committed (at once outside one)."""
    transaction.on_commit(lambda: queue(task, *args))
