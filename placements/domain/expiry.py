"""Requests that nobody answers run out: the seats are free again, and the wish is back in the puzzle."""

from collections.abc import Iterable
from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from placements.domain import lifecycle
from placements.domain.errors import Refused
from placements.domain.timings import timings_of
from placements.enums import MailKind, PlacementState
from placements.models import Placement
from praktik.lib.dates import add_working_days, at

MORNING = time(8)
# Working days after the last reminder: meanwhile the consultants phone (domain/todo.py).
PATIENCE = {PlacementState.ASKED: 5, PlacementState.OFFERED: 10}
LAST_LETTER = {PlacementState.ASKED: MailKind.HOST_ASKED, PlacementState.OFFERED: MailKind.DAYS_OFFERED}
# With so few working days to the visit there is no time to find the person another place.
TOO_NEAR = 3


def expire_due(*, now: datetime) -> int:
    """Let run out what should have been answered by now; returns how many. Twice does no harm."""
    waiting = Placement.objects.with_people().filter(state__in=PATIENCE).order_by("pk")
    return sum(_expire(placement, now) for placement in _overdue(waiting, now))


def _overdue(waiting: Iterable[Placement], now: datetime) -> list[Placement]:
    offsets: dict[int, dict] = {}
    overdue = []
    for placement in waiting:
        round = placement.wish.round
        if round.pk not in offsets:
            timings = timings_of(round)
            offsets[round.pk] = {state: timings[kind].offsets for state, kind in LAST_LETTER.items()}
        if expires_at(placement, max(offsets[round.pk][placement.state])) <= now:
            overdue.append(placement)
    return overdue


def expires_at(placement: Placement, last_reminder: int) -> datetime:
    """When an unanswered request or offer runs out; last_reminder in working days after it was made.

    That is some days after the last reminder, or when the visit comes too near; in any case there is
    a whole working day to answer, and after the first day has begun there is nothing to answer.
    """
    made = placement.offered_at or placement.asked_at
    made_on = timezone.localdate(made)
    patience = add_working_days(made_on, last_reminder + PATIENCE[placement.state])
    too_near = add_working_days(_last_chance(placement), -TOO_NEAR)
    soonest = add_working_days(made_on, 2)
    expires = at(max(min(patience, too_near), soonest), MORNING)
    return min(expires, at(_last_chance(placement), placement.host.starts_at))


def _last_chance(placement: Placement):
    """The first day of the visit; of an offer the first day of the latest possibility."""
    return max([placement.first_day, *(days[0] for days in placement.offered_days)])


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
