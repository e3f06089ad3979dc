"""Moving a settled visit to another host: the old placement ends and a new one begins, in one transaction.

Agreed by phone, the new visit is settled at once: participant and manager are told of one move, and
their calendar entries follow. Otherwise the new host is asked by mail; the old visit then ends now, since
nobody can hold two places at a time (docs/change-of-plan.md).
"""

from collections.abc import Iterable
from copy import copy
from datetime import date, datetime
from functools import partial

from django.db import transaction

from employees.models import Employee
from hosts.models import Host
from placements.domain import calls, lifecycle, recipients, rehearsal
from placements.domain import days as visit_days
from placements.domain.errors import Refused
from placements.domain.texts import text_problems
from placements.enums import CalledOffBy
from placements.models import Placement, PlannedMail, Wish


def move(
    *,
    placement: Placement,
    host: Host,
    days: Iterable[date],
    reason: str,
    is_agreed: bool,
    by: Employee,
    now: datetime,
) -> Placement:
    """Move a settled visit to other days, another host, or both; returns the visit as it stands then.

    is_agreed: the host has said yes by phone, which is noted as a call; else it is asked by mail. (At the
    same host a move is always agreed.) Raises Refused, and nothing has changed then.
    """
    visit_days.check_is_movable(placement, now=now)
    if problems := text_problems(reason):
        raise Refused(" ".join(problems))
    if host == placement.host:
        with calls.agreed_by_phone(workplace=host.workplace, by=by, now=now):
            visit_days.move(placement=placement, days=days, reason=reason, by=by, now=now)
        return placement
    if is_agreed:
        with calls.agreed_by_phone(workplace=host.workplace, by=by, now=now):
            _lock(placement, host)
            return _settle_elsewhere(placement, host, days, reason, by=by, now=now)
    with transaction.atomic():
        _lock(placement, host)
        caller = CalledOffBy.OTHER
        lifecycle.cancel(placement=placement, reason=reason, by=by, now=now, caller=caller)
        moved = lifecycle.propose(wish=placement.wish, host=host, days=days, by=by, now=now)
        _set(moved, replaces=placement)
        lifecycle.ask(placement=moved, by=by, now=now)
        return moved


def _lock(placement: Placement, host: Host) -> None:
    lifecycle.locked(Wish, [placement.wish_id])
    lifecycle.locked(Host, [placement.host_id, host.pk])


def preview(*, placement: Placement, now: datetime, **move_to) -> list[PlannedMail]:
    """The mails that would be due at once if the visit were moved so: it is moved, and that undone.

    Raises Refused as `move` does.
    """
    step = partial(move, placement=copy(placement), now=now, **move_to)
    return rehearsal.mails_of(step, wish_id=placement.wish_id, now=now)


def _settle_elsewhere(
    old: Placement, host: Host, days: Iterable[date], reason: str, *, by, now: datetime
) -> Placement:
    """End the visit at the old host and settle it at the new one."""
    lifecycle.cancel(placement=old, reason=reason, by=by, now=now, caller=CalledOffBy.MOVED)
    moved = lifecycle.propose(wish=old.wish, host=host, days=days, by=by, now=now)
    _set(moved, replaces=old)
    if recipients.is_in_calendars(old):
        # The old host's cancellation is one above the old entry: two above wins, whoever gets both.
        _set(
            moved, calendar_key=old.calendar_key or old.pk, sequence_base=old.sequence + 2, moved_at=now
        )  # fmt: skip
    lifecycle.confirm(placement=moved, by=by, now=now, by_phone=True)
    return moved


def _set(placement: Placement, **changes) -> None:
    for name, value in changes.items():
        setattr(placement, name, value)
    placement.save(update_fields=list(changes))
