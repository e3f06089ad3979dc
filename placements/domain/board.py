"""The match board: where wishes are put, pinned, forbidden, cleared; what is chosen of a solution; undo.

The board is made of proposals (placements that nobody has been told of). Every change made here locks
the round's row, so that two consultants never mix their changes, and keeps what stood there in a
BoardStep, so that it can be undone.
"""

from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from employees.models import Employee
from hosts.models import Host
from placements.domain import board_news, board_refusals, fingerprints, lifecycle, snapshot
from placements.domain.errors import Refused
from placements.domain.phases import check_not_closed
from placements.domain.taking import Proposal, check_fits
from placements.domain.unwanted import unwanted_days
from placements.enums import PlacementState
from placements.models import BoardStep, Forbidding, Placement, Round, Solve, Wish
from praktik.lib.wording import days_in_words

Seat = list | None
"""What the board has for a wish: [host, [days as ISO texts], pinned], or nothing."""


def put(
    *,
    wish: Wish,
    host: Host,
    days: Iterable[date],
    by: Employee,
    now: datetime,
    seen: str | None = None,
    is_agreed: bool = False,
) -> None:
    """Propose a place that a consultant picked; it is pinned. Raises Refused: then all is as before.

    is_agreed: with the person, who may go elsewhere, on other days or for longer than the wish says.
    """
    if not is_agreed:
        check_fits(wish, host, days)
        _check_not_turned_down(wish, host)
        _check_days_wanted(wish, host, days)
    if Forbidding.objects.filter(wish=wish, host=host).exists():
        words = _("%(host)s is ruled out for %(name)s. Allow it first.")
        raise Refused(words % {"host": host, "name": wish.employee})
    target = {wish.pk: [host.pk, [day.isoformat() for day in sorted(set(days))], True]}
    words = _("%(name)s → %(host)s") % {"name": wish.employee, "host": host}
    _change_or_refuse(wish, target, words, seen, by=by, now=now)


def clear(*, wish: Wish, by: Employee, now: datetime, seen: str | None = None) -> None:
    """Take a wish off the board. Raises Refused when somebody has been told of its place."""
    words = _("%(name)s taken off") % {"name": wish.employee}
    _change_or_refuse(wish, {wish.pk: None}, words, seen, by=by, now=now)


def pin(*, wish: Wish, is_pinned: bool, by: Employee, now: datetime, seen: str | None = None) -> None:
    """Keep a proposal where it is when the puzzle is solved again, or no longer. Raises Refused."""
    with _locked_wish(wish, seen):
        seat = _seats(wish.round, [wish.pk])[wish.pk]
        if seat is None:
            raise Refused(_("%(name)s has no place to pin.") % {"name": wish.employee})
        lifecycle.set_pinned(wish=wish, is_pinned=is_pinned)
        what = _("%(name)s pinned") if is_pinned else _("%(name)s no longer pinned")
        _note(
            wish.round, {wish.pk: seat}, {wish.pk: [*seat[:2], is_pinned]},
            what % {"name": wish.employee}, by=by, now=now,
        )  # fmt: skip


def forbid(*, wish: Wish, host: Host, by: Employee, now: datetime, seen: str | None = None) -> None:
    """Never propose this host to the wish again; a proposal there is taken off. Raises Refused."""
    with _locked_wish(wish, seen):
        _row, is_new = Forbidding.objects.get_or_create(
            wish=wish, host=host, defaults={"by": by, "at": now}
        )
        seat = _seats(wish.round, [wish.pk])[wish.pk]
        what = _("%(name)s ↛ %(host)s") % {"name": wish.employee, "host": host}
        bans = [(wish.pk, host.pk, True)] if is_new else []
        if seat and seat[0] == host.pk:
            _change(wish.round, {wish.pk: None}, what, by=by, now=now, bans=bans)
        elif is_new:
            _note(wish.round, {wish.pk: seat}, {wish.pk: seat}, what, by=by, now=now, bans=bans)


def allow(*, wish: Wish, host: Host, by: Employee, now: datetime) -> None:
    """Take back a forbidding. Raises Refused when the round is closed."""
    with _locked_board(wish.round):
        if not Forbidding.objects.filter(wish=wish, host=host).delete()[0]:
            return
        seat = _seats(wish.round, [wish.pk])[wish.pk]
        what = _("%(host)s allowed again for %(name)s") % {"name": wish.employee, "host": host}
        bans = [(wish.pk, host.pk, False)]
        _note(wish.round, {wish.pk: seat}, {wish.pk: seat}, what, by=by, now=now, bans=bans)


@dataclass(frozen=True)
class Chosen:
    """What came of choosing a solution: how many wishes have a new place, who lost theirs, and what
    was left alone and why."""

    placed: int
    removed: list[str]
    left_alone: list[str]


def choose(*, solve: Solve, by: Employee, now: datetime, version: int | None = None) -> Chosen:
    """Put a solution on the board. Wishes that changed since it was worked out are left alone.

    Pinned proposals and those that hosts have been asked about stay in any case. version is the board
    that the choice was made on (`board_news`). Raises Refused when it has changed since.
    """
    with _locked_board(solve.round):
        if version is not None:
            board_news.check_version(solve.round, version)
        now_seen = snapshot.take(solve.round, now=now)
        changed = fingerprints.changes(solve.seen, now_seen)
        outdated = {each.key: each.what for each in changed if each.kind == fingerprints.WISHES}
        target, refusals = {}, []
        stays = {wish: [host, days, False] for wish, host, days in solve.stays}
        for wish in now_seen.wishes.values():
            if wish.pk in outdated:
                words = _("%(name)s is left as it is. Changed since: %(what)s.")
                what = ", ".join(outdated[wish.pk])
                refusals.append(words % {"name": wish.employee, "what": what})
            elif snapshot.is_loose(now_seen.placements.get(wish.pk)):
                target[wish.pk] = _still_possible(now_seen, wish, stays.get(wish.pk), refusals)
        what = _("Chosen: %(goal)s") % {"goal": solve.get_goal_display()}
        after, refused = _change(solve.round, target, what, by=by, now=now, is_choice=True)
    placed = sum(seat is not None for seat in after.values())
    removed = [str(now_seen.wishes[wish].employee) for wish, seat in after.items() if seat is None]
    return Chosen(placed, removed, refusals + [str(each) for each in refused])


@dataclass(frozen=True)
class Undone:
    """What came of undoing: the change that it was, whether anything of it went back, and what was left
    as it is now and why."""

    what: str
    is_anything: bool
    left_alone: list[str]


def undo(*, round: Round, by: Employee, now: datetime, version: int | None = None) -> Undone:
    """Undo the last change of the board; it counts as undone also when nothing could go back.

    Wishes whose places have moved on since are left alone. version is the change that the person meant.
    Raises Refused when there is nothing to undo, or another change has come last meanwhile.
    """
    with _locked_board(round):
        if version is not None:
            board_news.check_version(round, version)
        step = round.board_steps.standing().first()
        if step is None:
            raise Refused(_("There is nothing to undo."))
        after = {int(wish): seat for wish, seat in step.after.items()}
        before = {wish: step.before[str(wish)] for wish in after}
        moved = {wish: seat for wish, seat in before.items() if seat != after[wish]}
        present = _seats(round, moved)
        changed = set(
            Wish.objects.filter(pk__in=moved, saved_at__gt=step.at).values_list("pk", flat=True)
        )
        changed |= _turned_down(moved)
        back = {
            wish: seat
            for wish, seat in moved.items()
            if present[wish] == after[wish] and not (seat and wish in changed)
        }
        moved_on = Wish.objects.filter(pk__in=moved.keys() - back.keys()).select_related("employee")
        _lift_or_put_back(step.bans, by=by, now=now)
        step.is_undone = True
        step.save(update_fields=["is_undone"])
        refusals = _move(round, back, by=by, now=now)
        is_anything = bool(step.bans) or _seats(round, moved) != present
    left = [_("%(name)s: the wish or its place has changed.") % {"name": w.employee} for w in moved_on]
    return Undone(step.what, is_anything, left + [str(each) for each in refusals])


# --- How the board changes ---------------------------------------------------------------------------


@contextmanager
def _locked_board(round: Round):
    """A transaction in which nobody else changes the board of this round. Raises Refused when it is closed."""
    with transaction.atomic():
        check_not_closed(Round.objects.select_for_update(no_key=True).get(pk=round.pk))
        yield


@contextmanager
def _locked_wish(wish: Wish, seen: str | None):
    """As _locked_board, while a wish is still where the person saw it (`board_news.mark`; None: wherever it is)."""
    with _locked_board(wish.round):
        if seen is not None:
            board_news.check_mark(wish, seen)
        yield


def _check_not_turned_down(wish: Wish, host: Host) -> None:
    if Placement.objects.turned_down().filter(wish=wish, host=host).exists():
        words = _(
            "%(host)s has said no to %(name)s, or called the visit off. If that has changed, find the place by hand."
        )
        raise Refused(words % {"host": host, "name": wish.employee})


def _check_days_wanted(wish: Wish, host: Host, days: Iterable[date]) -> None:
    unwanted = unwanted_days(Placement.objects.filter(wish=wish)).get(wish.pk, {}).get(host.pk, set())
    if common := sorted(unwanted & set(days)):
        words = _(
            "%(host)s asked for other days than %(days)s for %(name)s. If that has changed, find the place by hand."
        )
        raise Refused(words % {"host": host, "name": wish.employee, "days": days_in_words(common)})


def _turned_down(target: Mapping[int, Seat]) -> set[int]:
    """The wishes whose target is a host that has said no to them, called their visit off, or would rather
    not have them on a day of it."""
    rows = Placement.objects.turned_down().filter(wish__in=target).values_list("wish", "host")
    no = {wish for wish, host in rows if target[wish] and target[wish][0] == host}
    unwanted = unwanted_days(Placement.objects.filter(wish__in=target))
    return no | {
        wish
        for wish, seat in target.items()
        if seat and _days(seat) & unwanted.get(wish, {}).get(seat[0], set())
    }


def _days(seat: list) -> set[date]:
    return set(map(date.fromisoformat, seat[1]))


def _change_or_refuse(wish, target: Mapping[int, Seat], what: str, seen, *, by, now) -> None:
    with _locked_wish(wish, seen):
        _moved, refusals = _change(wish.round, target, what, by=by, now=now)
        if refusals:
            raise refusals[0]


def _change(
    round: Round,
    target: Mapping[int, Seat],
    what: str,
    *,
    by: Employee,
    now: datetime,
    **kept,
) -> tuple[dict[int, Seat], list[Refused]]:
    """Move wishes to their target and note it, and what else is kept of the step; returns where those that
    moved are now, and the refusals."""
    before = _seats(round, target)
    refusals = _move(round, target, by=by, now=now)
    after = _seats(round, target)
    moved = {wish for wish in target if before[wish] != after[wish]}
    if moved:
        _note(
            round, {wish: before[wish] for wish in moved}, {wish: after[wish] for wish in moved},
            what, by=by, now=now, **kept,
        )  # fmt: skip
    return {wish: after[wish] for wish in moved}, refusals


def _move(round: Round, target: Mapping[int, Seat], *, by: Employee, now: datetime) -> list[Refused]:
    """Move wishes to their target; returns what was refused. Who only gets a pin, or loses it, stays."""
    present = _seats(round, target)
    wishes = Wish.objects.select_related("employee", "round").in_bulk(target)
    moving = {}
    for wish, seat in target.items():
        if seat and present[wish] and seat[:2] == present[wish][:2]:
            lifecycle.set_pinned(wish=wishes[wish], is_pinned=seat[2])
        elif seat != present[wish]:
            moving[wish] = seat
    told = Placement.objects.live().filter(wish__in=target).exclude(state=PlacementState.PROPOSED)
    refusals = [
        Refused(
            _("%(name)s is left alone: the visit to %(host)s stands at “%(state)s”.")
            % {"name": row.employee, "host": row.host, "state": row.get_state_display()}
        )
        for row in told.with_people()
    ]
    for row in told:
        moving.pop(row.wish_id, None)
    lifecycle.retract_all(wishes=moving, by=by, now=now)
    hosts = Host.objects.in_bulk({seat[0] for seat in moving.values() if seat})
    proposals = [
        Proposal(wishes[wish], hosts[seat[0]], tuple(map(date.fromisoformat, seat[1])), seat[2])
        for wish, seat in sorted(moving.items())
        if seat and seat[0] in hosts
    ]
    _placed, refused = lifecycle.propose_all(round=round, proposals=proposals, by=by, now=now)
    refusals += board_refusals.named(proposals, refused)
    if refused:
        _put_back(round, moving, present, by=by, now=now)
    return refusals


def _lift_or_put_back(bans: Iterable[tuple[int, int, bool]], *, by, now) -> None:
    """Undo what a change ruled out or allowed again, wherever the wishes are now."""
    for wish, host, is_banned in bans:
        if is_banned:
            Forbidding.objects.filter(wish=wish, host=host).delete()
        else:
            values = {"by": by, "at": now}
            Forbidding.objects.get_or_create(wish_id=wish, host_id=host, defaults=values)


def _put_back(
    round: Round, moving: Mapping[int, Seat], present: Mapping[int, Seat], *, by, now
) -> None:
    """Who could not be moved stays where it was."""
    seats = _seats(round, moving)
    lost = [wish for wish, seat in moving.items() if seat and present[wish] and not seats[wish]]
    wishes = Wish.objects.select_related("employee").in_bulk(lost)
    hosts = Host.objects.in_bulk({present[wish][0] for wish in lost})
    proposals = [
        Proposal(wishes[wish], hosts[host], tuple(map(date.fromisoformat, days)), is_pinned)
        for wish in sorted(lost)
        for host, days, is_pinned in [present[wish]]
    ]
    lifecycle.propose_all(round=round, proposals=proposals, by=by, now=now)


def _seats(round: Round, wishes: Iterable[int]) -> dict[int, Seat]:
    """What the board has for each of these wishes."""
    seats: dict[int, Seat] = dict.fromkeys(wishes)
    rows = Placement.objects.filter(
        wish__round=round, wish__in=list(seats), state=PlacementState.PROPOSED
    )
    for wish, host, days, is_pinned in rows.values_list("wish", "host", "days", "is_pinned"):
        seats[wish] = [host, [day.isoformat() for day in days], is_pinned]
    return seats


def _note(round: Round, before, after, what: str, *, by, now: datetime, **kept) -> None:
    BoardStep.objects.create(
        round=round, by=by, at=now, what=what[:200], before=before, after=after, **kept
    )


def _still_possible(now_seen: snapshot.Snapshot, wish: Wish, seat: Seat, refusals: list[str]) -> Seat:
    """The seat of a solution, or nothing (and a sentence) when a rule now closes the host."""
    if seat is None:
        return None
    host = now_seen.problem.host_of.get(seat[0])
    person = now_seen.problem.person_of[wish.pk]
    if host is None or now_seen.rules.closed_because(person, host):
        refusals.append(board_refusals.no_longer_possible(now_seen, wish, seat[0]))
        return None
    return seat
