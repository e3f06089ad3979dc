"""Calling a visit off: by its participant or its host until the lock period, by phone after that.

The wish of a visit that the host calls off stands, and comes first when places are found again
(domain/snapshot.py). A participant says whether to stay on the list or to take part no more.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from employees.models import Employee
from placements.domain import calls, lifecycle, wishes
from placements.domain.errors import Refused
from placements.domain.texts import text_problems
from placements.enums import CalledOffBy, PlacementState
from placements.models import Placement, Wish


class TooNear(Refused):
    """The visit is so near that it can be called off by phone only."""


def as_it_stands(visit: Placement) -> Placement:
    """The visit that took the place of this one when it moved to another host, and so on; else itself."""
    while visit.ended_by == CalledOffBy.MOVED:
        following = Placement.objects.with_people().filter(replaces=visit).first()
        if following is None:
            break
        visit = following
    return visit


def check_can_be_called_off(visit: Placement, *, now: datetime) -> None:
    """Raises TooNear, or Refused, with the sentence that the participant or host should read."""
    words = {"name": visit.employee, "host": visit.host}
    if visit.state == PlacementState.CANCELLED:
        raise Refused(_("The visit of %(name)s to %(host)s was cancelled.") % words)
    if visit.state != PlacementState.CONFIRMED:
        raise Refused(_("The visit of %(name)s to %(host)s is not settled.") % words)
    if visit.is_over(now):
        raise Refused(_("The visit is over and cannot be cancelled."))
    if visit.is_locked(now):
        raise TooNear(_("The visit is so near that it is called off by phone: call the consultants."))


def call_off(
    *,
    visit: Placement,
    caller: CalledOffBy,
    reason: str,
    takes_part: bool = True,
    by: Employee,
    now: datetime,
) -> None:
    """The participant or the host calls a settled visit off themselves.

    takes_part: whether the participant still wants a place. Raises Refused, also in the lock period.
    """
    check_can_be_called_off(visit, now=now)
    _check_reason(reason)
    with transaction.atomic():
        _end(visit, caller, reason, takes_part, by=by, now=now)


def record(
    *,
    placement: Placement,
    caller: CalledOffBy,
    reason: str,
    takes_part: bool = True,
    by: Employee,
    now: datetime,
) -> None:
    """A consultant records who called a live visit off on the phone, and why; up to its end.

    What the host says is noted as a call. Raises Refused, also when a colleague has the host on the phone.
    """
    _check_reason(reason)
    with calls.as_said_by(caller, visit=placement, by=by, now=now):
        _end(placement, caller, reason, takes_part, by=by, now=now)


def _check_reason(reason: str) -> None:
    if not reason:
        raise Refused(_("Write the reason: those who are told of it read it."))
    if problems := text_problems(reason):
        raise Refused(" ".join(problems))


def _end(
    visit: Placement, caller: CalledOffBy, reason: str, takes_part: bool, *, by: Employee, now: datetime
) -> None:
    wish = lifecycle.locked(Wish, [visit.wish_id])[visit.wish_id]
    lifecycle.cancel(placement=visit, reason=reason, by=by, now=now, caller=caller)
    if not takes_part:
        wishes.withdraw(wish=wish, by=by, now=now)
