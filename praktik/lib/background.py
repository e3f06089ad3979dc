"""Handing work to the Celery worker by the task's name."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

# The highest is 0, which is also what a task has by itself.
LOW_PRIORITY = 6
_gathered: ContextVar[set[tuple] | None] = ContextVar("gathered", default=None)


def queue(task: str, *args, expires: int | None = None, priority: int = 0) -> None:
    """Ask a worker to run a task, unless it waits for more than `expires` seconds.

    Without a broker nothing is lost: the minute sweep finds the work.
    """
    try:
        current_app.send_task(task, args=args, expires=expires, priority=priority)
    except OperationalError:
        log.warning("The broker is away; %s%r waits for the next sweep.", task, args)


def queue_after_commit(task: str, *args) -> None:
    """As `queue`, once the present transaction has committed (at once outside one)."""
    transaction.on_commit(lambda: _queue_or_gather(task, *args))


@contextmanager
def each_task_once() -> Iterator[None]:
    """What is asked for after commits within the block is asked for once, at its end."""
    gathered: set[tuple] = set()
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
        for task, *args in sorted(gathered):
            queue(task, *args)


def _queue_or_gather(task: str, *args) -> None:
    gathered = _gathered.get()
    if gathered is None:
        queue(task, *args)
    else:
        gathered.add((task, *args))
