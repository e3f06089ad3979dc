"""Requests that nobody answers run out: the seats are free again, and the wish is back in the puzzle.

The time counts from what was really sent: who was never written to has nothing to answer, and an outage
or a pause takes nobody's time away.
"""

import logging
from datetime import datetime, time

from django.db.models import Exists, Max, Min, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from mail.models import LetterState
from placements.domain import lifecycle
from placements.domain.errors import Refused
from placements.enums import MailKind, PlacementState, PlanState
from placements.models import Placement, PlannedMail
from praktik.lib.dates import add_working_days, at

log = logging.getLogger(__name__)

MORNING = time(8)
# Working days after the last letter: meanwhile the consultants phone (domain/todo.py).
PATIENCE = {PlacementState.ASKED: 5, PlacementState.OFFERED: 10}
ASKS = {PlacementState.ASKED: MailKind.HOST_ASKED, PlacementState.OFFERED: MailKind.DAYS_OFFERED}
# With so few working days to the visit there is no time to find the person another place.
TOO_NEAR = 3


def expire_due(*, now: datetime) -> int:
    """Let run out what should have been answered by now; returns how many. Twice does no harm."""
    unanswered = [placement for state in ASKS for placement in waiting(state)]
    return sum(_expire_or_report(placement, now) for placement in unanswered)


def _expire_or_report(placement: Placement, now: datetime) -> bool:
    """One odd placement must not stop the others."""
    try:
        return expires_at(placement) <= now and _expire(placement, now)
    except Exception:
        log.exception("Whether placement %s has run out could not be found.", placement.pk)
        return False


def waiting(state: PlacementState):
    """The placements that wait for an answer in this state, with what was sent: first_sent_at,
    last_sent_at (None: nothing), and is_written_to, whether a letter is still to come.
    """
    letters = PlannedMail.objects.filter(placement=OuterRef("pk"), kind=ASKS[state])
    to_come = Q(state=PlanState.PLANNED) | Q(
        letter__state__in=[LetterState.QUEUED, LetterState.SENDING]
    )
    sent = Q(planned_mails__kind=ASKS[state], planned_mails__letter__state=LetterState.SENT)
    return (
        Placement.objects.with_people()
        .filter(state=state)
        .annotate(
            first_sent_at=Min("planned_mails__letter__sent_at", filter=sent),
            last_sent_at=Max("planned_mails__letter__sent_at", filter=sent),
            is_written_to=Exists(letters.filter(to_come)),
        )
        .order_by("pk")
    )


def expires_at(placement: Placement) -> datetime:
    """When an unanswered request or offer, one of `waiting`, runs out as things stand.

    That is some days after the last letter, or when the visit comes too near; in any case there is a
    whole working day to answer. Where nothing was sent or the mails are paused it stays until the visit
    begins: then there is nothing to answer any more.
    """
    last_chance = placement.latest_first_day
    begins = at(last_chance, placement.host.starts_at)
    if placement.first_sent_at is None or placement.holds_mails:
        return begins
    ends = add_working_days(last_chance, -TOO_NEAR)
    if not placement.is_written_to:
        last_letter = timezone.localdate(placement.last_sent_at)
        ends = min(ends, add_working_days(last_letter, PATIENCE[placement.state]))
    soonest = add_working_days(timezone.localdate(placement.first_sent_at), 2)
    return min(at(max(ends, soonest), MORNING), begins)


def _expire(placement: Placement, now: datetime) -> bool:
    if placement.state == PlacementState.OFFERED:
        reason = _("The participant did not answer the offer of other days in time.")
    else:
        reason = _("The host did not answer in time.")
    try:
        lifecycle.expire(placement=placement, reason=reason, now=now)
    except Refused:
        return False  # Answered in this very moment: that is what counts.
    return True
