"""What beat asks the worker to do."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from math import ceil

from celery import shared_task
from django.conf import settings

from placements.domain import (
    alarm,
    digest,
    dispatch,
    erasure,
    expiry,
    mailplan,
    solving,
)
from praktik.lib import clock, heartbeat
from praktik.lib.background import LOW_PRIORITY, queue

log = logging.getLogger(__name__)

SEND_SHARE = "placements.tasks.send_share_of_due_mail"
MAILS_A_SHARE = 200


@shared_task
def sweep() -> None:
    """What beat asks for each minute: its sign of life, and what is due."""
    heartbeat.note(heartbeat.BEAT)
    now = clock.now()
    _each_by_itself([expiry.expire_due, mailplan.revive_what_is_not_yet_due], now)
    send_due_mail()


@shared_task
def send_due_mail() -> None:
    """Write the letters that are due, many by many workers."""
    now = clock.now()
    _each_by_itself(
        [
            mailplan.plan_again_what_was_refused,
            mailplan.replan_stale,
            mailplan.note_letters_too_late,
            digest.send_due,
            alarm.send_due,
        ],
        now,
    )
    shares = ceil(dispatch.count_due(now=now) / MAILS_A_SHARE)
    if shares <= 1:
        dispatch.send_due(now=now)
        return
    for share in range(shares):
        # Letters that are written go first, above all sign-in codes.
        queue(SEND_SHARE, share, shares, expires=settings.SWEEP_SECONDS, priority=LOW_PRIORITY)


def _each_by_itself(steps: Iterable[Callable], now: datetime) -> None:
    """What fails in one step is told in the log, and keeps no mail from being sent."""
    for step in steps:
        try:
            step(now=now)
        except Exception:
            log.exception("%s failed; the sweep goes on.", step.__name__)


@shared_task
def send_share_of_due_mail(share: int, of: int) -> None:
    """Write one share (from 0) of the letters that are due."""
    dispatch.send_due(now=clock.now(), share=share, of=of)


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
