"""What beat asks the worker to do."""

from celery import shared_task

from placements.domain import dispatch, erasure
from praktik.lib import clock, heartbeat


@shared_task
def send_due_mail() -> None:
    """Write the letters that are due; also the worker's sign of life."""
    heartbeat.beat()
    dispatch.send_due(now=clock.now())


@shared_task
def erase_old_data() -> None:
    """Erase what has reached the date shown on it."""
    erasure.erase_due(today=clock.today())
