"""The life of a placement: the one writer of Placement.state.

    (new) → PROPOSED → ASKED ─────────→ ACCEPTED → CONFIRMED
       └──→ (retracted)   ├─→ OFFERED ──┘
                          │      └─────→ UNSUITED: the participant can on none of the days
                          ├────────────→ DECLINED: the host's no
                          └──────┴─────→ EXPIRED when nobody answers (domain/expiry.py)
    PROPOSED or ASKED → CONFIRMED (a consultant, after a phone call); any live state → CANCELLED

A confirmed visit that ends early stays CONFIRMED with the days that stand (domain/shortening.py).
Each step is a compare-and-set on the state that the caller saw, an Event, and the mail plan made
anew, in one transaction. Locks are taken in the order wish, host, placement (docs/locking.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from employees.models import Employee
from hosts.models import Host
from placements.domain import mailplan
from placements.domain.errors import Refused
from placements.domain.phases import check_not_closed
from placements.domain.readiness import Readiness, days_have_come, why_not_cancelled
from placements.domain.seats import Occupancy
from placements.domain.taking import Proposal, Taking
from placements.enums import (
    LIVE_STATES,
    CalledOffBy,
    MailKind,
    NoReason,
    PlacementState,
    WishState,
)
from placements.models import Event, Placement, Round, VisitDay, Wish
from placements.models.placement import in_words
from praktik.lib.wording import days_in_words

ALLOWED_FROM = {
    PlacementState.ASKED: {PlacementState.PROPOSED},
    PlacementState.OFFERED: {PlacementState.ASKED},
    PlacementState.ACCEPTED: {PlacementState.ASKED, PlacementState.OFFERED},
    PlacementState.DECLINED: {PlacementState.ASKED},
    PlacementState.UNSUITED: {PlacementState.OFFERED},
    PlacementState.EXPIRED: {PlacementState.ASKED, PlacementState.OFFERED},
    PlacementState.CONFIRMED: {
        PlacementState.PROPOSED,
        PlacementState.ASKED,
        PlacementState.ACCEPTED,
    },
    PlacementState.CANCELLED: set(LIVE_STATES),
}


def propose(
    *, wish: Wish, host: Host, days: Iterable[date], by: Employee | None, now: datetime
) -> Placement:
    """Give a wish a place at a host on these days and take the seats. Nothing is sent.

    Raises Refused when the wish has a place or is not sent, or when the days will not do.
    """
    proposal = Proposal(wish, host, tuple(sorted(set(days))))
    placements, refusals = propose_all(round=wish.round, proposals=[proposal], by=by, now=now)
    if refusals:
        raise refusals[wish.pk]
    return placements[0]


def propose_all(
    *, round: Round, proposals: Sequence[Proposal], by: Employee | None, now: datetime
) -> tuple[list[Placement], dict[int, Refused]]:
    """Take the seats of many proposals of one round at once, in a fixed number of queries.

    What cannot be had is left out; the refusals are told by the key of the wish. Raises Refused, and takes
    nothing, when somebody else takes a seat or a person at the same moment.
    """
    with transaction.atomic():
        check_not_closed(Round.objects.get(pk=round.pk))
        wishes = locked(
            Wish, (each.wish.pk for each in proposals), "round", "employee__workplace__department"
        )
        hosts = locked(Host, (each.host.pk for each in proposals), "workplace__department")
        occupancy = Occupancy(round, hosts.values(), [w.employee_id for w in wishes.values()])
        taking = Taking(round, occupancy, wishes, timezone.localdate(now))
        taken, refusals = [], {}
        for each in proposals:
            proposal = replace(each, wish=wishes[each.wish.pk], host=hosts[each.host.pk])
            try:
                taken.append(taking.take(proposal, now))
            except Refused as refusal:
                refusals[each.wish.pk] = refusal
        try:
            with transaction.atomic():
                _save_all(taken, by=by, now=now)
        except IntegrityError as error:
            raise Refused(_("Somebody was faster: the seat or the person is now taken.")) from error
    return [placement for placement, _days in taken], refusals


def retract_all(*, wishes: Iterable[int], by: Employee | None, now: datetime) -> None:
    """Take back the proposals of these wishes, of which nobody has been told: the seats are free again."""
    with transaction.atomic():
        wishes = locked(Wish, wishes)
        rows = Placement.objects.filter(wish__in=wishes, state=PlacementState.PROPOSED)
        rows = list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))
        Event.objects.bulk_create(
            Event(
                wish_id=row.wish_id, by=by, at=now,
                from_state=PlacementState.PROPOSED, to_state=WishState.SENT,
            )
            for row in rows
        )  # fmt: skip
        Placement.objects.filter(pk__in=[row.pk for row in rows]).delete()


def set_pinned(*, wish: Wish, is_pinned: bool) -> None:
    """Pin the proposal of a wish, or no longer."""
    Placement.objects.filter(wish=wish, state=PlacementState.PROPOSED).update(is_pinned=is_pinned)


def ask(*, placement: Placement, by: Employee | None, now: datetime) -> None:
    """Ask the host contacts by mail. Raises Refused, as `readiness` says."""
    with transaction.atomic():
        _check_is_ready(placement, now)
        change_state(placement, PlacementState.ASKED, by=by, now=now, asked_at=now)


def accept(*, placement: Placement, by: Employee | None, now: datetime, by_phone: bool = False) -> None:
    """The host says yes to the days it was asked for; by_phone: to the consultant `by`. Raises Refused.

    While other days are offered it is the participant who takes one of them (days.accept_offer).
    """
    check_is_to_come(placement, now)
    if placement.state != PlacementState.ASKED:
        raise Refused(_stands_at(placement))
    reason = as_said("", by_phone)
    change_state(placement, PlacementState.ACCEPTED, by=by, now=now, reason=reason)


def decline(
    *,
    placement: Placement,
    reason: str,
    by: Employee | None,
    now: datetime,
    reasons: Iterable[NoReason] = (),
    by_phone: bool = False,
) -> None:
    """The host says no: the seats are freed and the wish is back in the puzzle.

    reasons are those ticked in a list, reason is what was written. Raises Refused.
    """
    reasons = list(reasons)
    with transaction.atomic():
        change_state(
            placement,
            PlacementState.DECLINED,
            by=by,
            now=now,
            reason=as_said(in_words(reasons, reason), by_phone),
            end_reason=reason,
            end_reasons=reasons,
        )
        free_seats(placement)


def as_said(words: str, by_phone: bool) -> str:
    """The reason of an event; what somebody told a consultant on the phone is marked so."""
    if not by_phone:
        return words
    return _("By phone: %(words)s") % {"words": words} if words else _("By phone")


def expire(*, placement: Placement, reason: str, now: datetime) -> None:
    """Nobody has answered in time: the seats are freed and the wish is back in the puzzle. Raises Refused."""
    with transaction.atomic():
        change_state(placement, PlacementState.EXPIRED, by=None, now=now, reason=reason)
        free_seats(placement)


def confirm(
    *, placement: Placement, by: Employee | None, now: datetime, by_phone: bool = False
) -> None:
    """The visit is on; participant, host contacts and manager are told. Raises Refused, as `readiness` says."""
    said = as_said("", by_phone)
    with transaction.atomic():
        _check_is_ready(placement, now)
        change_state(
            placement, PlacementState.CONFIRMED, by=by, now=now, reason=said, confirmed_at=now
        )  # fmt: skip


def cancel(
    *,
    placement: Placement,
    reason: str,
    by: Employee | None,
    now: datetime,
    caller: CalledOffBy = CalledOffBy.OTHER,
) -> None:
    """End a live placement: the seats are freed and those who knew of it are told.

    caller is who does not want it any more, by is who presses the button. Raises Refused, also when
    the visit has taken place, or part of it: a day that has been stays.
    """
    if obstacle := why_not_cancelled(placement, now):
        raise Refused(obstacle)
    with transaction.atomic():
        change_state(
            placement, PlacementState.CANCELLED, by=by, now=now, reason=reason,
            end_reason=reason, ended_by=caller,
        )  # fmt: skip
        free_seats(placement)


def drop_days(
    *,
    placement: Placement,
    days: Iterable[date],
    by: Employee | None,
    now: datetime,
    reason: str,
    **changes,
) -> None:
    """Free these days of a settled visit, of which others stand; changes are further fields to write.

    For domain/shortening.py alone, which says when that is possible. Raises Refused when state or days are
    no longer what the caller saw.
    """
    stand = [day for day in placement.days if day not in days]
    with transaction.atomic():
        locked(Wish, [placement.wish_id])
        before = [*placement.earlier_days, [day.isoformat() for day in placement.days]]
        _compare_and_set(
            placement, days=stand, last_day=stand[-1], earlier_days=before,
            revision=placement.revision + 1, **changes,
        )  # fmt: skip
        # What still waits in the outbox tells of the old days: whoever it is for has not been told.
        mailplan.plan_again_what_waits(placement.planned_mails.exclude(kind=MailKind.GROUP))
        placement.visit_days.exclude(date__in=stand).delete()
        note(placement, placement.state, by=by, now=now, reason=reason)
        mailplan.replan(placement, now=now)


def _check_is_ready(placement: Placement, now: datetime) -> None:
    # Locked, so that the seat is not taken back while the host is told of it (domain/offers.py).
    locked(Wish, [placement.wish_id])
    locked(Host, [placement.host_id])
    if obstacle := Readiness([placement], now=now).obstacle(placement):
        raise Refused(obstacle)


def check_is_to_come(placement: Placement, now: datetime) -> None:
    """Raises Refused when the first day of a live placement has come."""
    if problem := days_have_come(placement, now):
        raise Refused(problem)


def locked(model, pks: Iterable[int], *related: str) -> dict:
    """Rows by their keys, locked in the order of the keys."""
    rows = model.objects.select_for_update(no_key=True, of=("self",)).select_related(*related)
    return {row.pk: row for row in rows.filter(pk__in=set(pks)).order_by("pk")}


def _save_all(taken: list[tuple[Placement, dict[date, int]]], *, by, now: datetime) -> None:
    Placement.objects.bulk_create(placement for placement, _seats in taken)
    hold_seats(taken)
    Event.objects.bulk_create(
        Event(
            wish=placement.wish,
            placement=placement,
            by=by,
            at=now,
            to_state=PlacementState.PROPOSED,
        )
        for placement, _seats in taken
    )


def hold_seats(taken: Iterable[tuple[Placement, dict[date, int]]]) -> None:
    """Write the visit days of placements, each with its seats by day."""
    VisitDay.objects.bulk_create(
        VisitDay(
            placement=placement,
            host=placement.host,
            employee=placement.employee,
            date=day,
            seat=seat,
        )
        for placement, seats in taken
        for day, seat in seats.items()
    )


def free_seats(placement: Placement) -> None:
    """Give the seats back to others."""
    placement.visit_days.all().delete()


def change_state(
    placement: Placement, to: PlacementState, *, by, now: datetime, reason: str = "", **changes
) -> None:
    """Take a placement to its next state by compare-and-set; changes are further fields to write.

    Writes the event and makes the mail plan anew. Raises Refused when the move is not allowed, or state
    or days are no longer what the caller saw. For the steps of this module and of domain/days.py alone.
    """
    old = placement.state
    if old not in ALLOWED_FROM[to]:
        raise Refused(_stands_at(placement))
    with transaction.atomic():
        locked(Wish, [placement.wish_id])
        _compare_and_set(placement, state=to, **changes)
        note(placement, old, by=by, now=now, reason=reason)
        mailplan.replan(placement, now=now)
        _replan_wish_of(placement, now)


def _compare_and_set(placement: Placement, **changes) -> None:
    """Write these fields, unless state or days are no longer what the caller saw: then Refused is raised."""
    # No join here: Django would put the state into a subquery, which PostgreSQL does not look at
    # again when it has waited for somebody else's step.
    is_open = Exists(Wish.objects.filter(pk=OuterRef("wish"), round__closed_at=None))
    seen = Placement.objects.filter(
        is_open, pk=placement.pk, state=placement.state, days=placement.days
    )
    if not seen.update(**changes):
        check_not_closed(Round.objects.get(wishes=placement.wish_id))
        raise Refused(_what_has_changed(placement))
    for name, value in changes.items():
        setattr(placement, name, value)


def _replan_wish_of(placement: Placement, now: datetime) -> None:
    """Once the result is told, whoever loses a place or gets one hears of it, or no longer hears of none."""
    wishes = Wish.objects.select_related("round", "employee__manager")
    wish = wishes.filter(pk=placement.wish_id).exclude(round__released_at=None).first()
    if wish:
        mailplan.replan(wish, now=now)


def check_seen(placement: Placement, version: str) -> None:
    """Raises Refused when the placement is no longer as somebody saw it; version is what they saw."""
    if version != placement.version:
        raise Refused(_what_has_changed(placement, seen=version))


def _what_has_changed(placement: Placement, *, seen: str = "") -> str:
    seen_state = seen.partition(" ")[0] or placement.state
    row = Placement.objects.filter(pk=placement.pk).values("state", "days").first()
    if row is None:
        return _("The proposal of %(name)s has been taken back.") % {"name": placement.employee}
    placement.state, placement.days = row["state"], row["days"]
    if placement.state != seen_state:
        return _stands_at(placement)
    return _("Nothing was changed: the visit of %(name)s to %(host)s now falls on %(days)s.") % {
        "name": placement.employee,
        "host": placement.host,
        "days": days_in_words(placement.days),
    }


def _stands_at(placement: Placement) -> str:
    return _("Nothing was changed: the visit of %(name)s to %(host)s now stands at “%(state)s”.") % {
        "name": placement.employee,
        "host": placement.host,
        "state": placement.get_state_display(),
    }


def note(placement: Placement, old: str, *, by, now: datetime, reason: str = "") -> None:
    """Write the event of a change from the state `old`."""
    Event.objects.create(
        wish=placement.wish,
        placement=placement,
        by=by,
        at=now,
        from_state=old,
        to_state=placement.state,
        reason=reason,
    )
