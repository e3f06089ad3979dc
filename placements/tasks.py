"""What beat asks the worker to do."""

from celery import shared_task

from placements.domain import digest, dispatch, erasure, mailplan, solving
from praktik.lib import clock, heartbeat


@shared_task
def send_due_mail() -> None:
    """Write the letters that are due; also the worker's sign of life."""
    heartbeat.beat()
    mailplan.replan_stale_rounds(now=clock.now())
    dispatch.send_due(now=clock.now())
    digest.send_due(now=clock.now())


@shared_task
def erase_old_data() -> None:
    """Erase what has reached the date shown on it."""
    erasure.erase_due(today=clock.today())


@shared_task
def solve_round(pk: int) -> None:
    """Work out one solution of a round's puzzle."""
    solving.run(pk, clock=clock.now)


@shared_task
def take_up_waiting_solves() -> None:
    """Queue again the solves that were asked for while the broker was away."""
    solving.take_up_waiting(now=clock.now())
