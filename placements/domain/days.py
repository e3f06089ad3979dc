"""Other days for a placement: offered by the host and taken by the participant, or moved by a consultant.

The old days are held until new ones are taken; taking them is one transaction.
"""

from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from employees.models import Employee
from hosts.models import Host
from placements.domain import lifecycle, mailplan, seats
from placements.domain.errors import Refused
from placements.domain.phases import check_not_closed
from placements.domain.taking import Proposal, Taking, visit_lengths
from placements.enums import MailKind, PlacementState
from placements.models import Placement, Wish

MOST_OFFERS = 3
MOST_SHOWN = 12


def day_options(
    placement: Placement, *, today: date, host: Host | None = None
) -> list[seats.DayOption]:
    """The working days of the round for a visit that is there already: its own days can be kept.

    host is where it would move to; none is the one where it is.
    """
    host = host or placement.host
    wish = placement.wish
    occupancy = seats.Occupancy(wish.round, [host], [wish.employee_id])
    occupancy.give_back(placement)
    return occupancy.day_options(wish, host, today)


def possible_runs(placement: Placement, *, today: date) -> list[list[date]]:
    """The days, as many as the visit has, on which host and participant could do it instead.

    The days follow each other on the calendar, as in the puzzle, unless both allow them apart.
    """
    wish, host = placement.wish, placement.host
    options = day_options(placement, today=today)
    free = [option.day for option in options if option.ticked_by_participant and option.is_offered]
    length = len(placement.days)
    runs = [free[first : first + length] for first in range(len(free) - length + 1)]
    may_be_apart = wish.may_split and host.allows_split
    return [
        run for run in runs
        if run != placement.days and (may_be_apart or (run[-1] - run[0]).days == length - 1)
    ]  # fmt: skip


def nearest_runs(placement: Placement, *, today: date) -> list[list[date]]:
    """Those of the possible days that lie nearest to the ones asked for: a list that fits a phone."""

    def distance(run: list[date]) -> int:
        return abs((run[0] - placement.first_day).days)

    return sorted(sorted(possible_runs(placement, today=today), key=distance)[:MOST_SHOWN])


def offer(
    *,
    placement: Placement,
    offers: Sequence[Sequence[date]],
    by: Employee | None,
    now: datetime,
    by_phone: bool = False,
) -> None:
    """The host would rather have the visit on one of these lists of days. The old days are held.

    Raises Refused when none or more than three are given, or one of them cannot be had.
    """
    lifecycle.check_is_to_come(placement, now)
    if not 1 <= len(offers) <= MOST_OFFERS:
        raise Refused(_("Choose from one to three other possibilities."))
    possible = possible_runs(placement, today=timezone.localdate(now))
    if any(list(days) not in possible for days in offers):
        raise Refused(_("One of the days is no longer free. Choose again."))
    offered = [[day.isoformat() for day in days] for days in offers]
    lifecycle.change_state(
        placement,
        PlacementState.OFFERED,
        by=by,
        now=now,
        reason=lifecycle.as_said("", by_phone),
        offered=offered,
        offered_at=now,
    )


def accept_offer(
    *,
    placement: Placement,
    days: Sequence[date],
    by: Employee | None,
    now: datetime,
    by_phone: bool = False,
) -> None:
    """The participant takes one of the days offered: the host's yes is then given. Raises Refused."""
    if list(days) not in placement.offered_days:
        raise Refused(_("Choose one of the days offered."))
    with _locked(placement) as (wish, host):
        reason = lifecycle.as_said("", by_phone)
        lifecycle.change_state(
            placement, PlacementState.ACCEPTED, by=by, now=now, reason=reason, offered=[]
        )
        _rebook(placement, wish, host, days, now=now)


def decline_offer(
    *, placement: Placement, by: Employee | None, now: datetime, by_phone: bool = False
) -> None:
    """The participant can on none of the days: the wish is back in the puzzle. Raises Refused.

    It is no no of the host's, which stays possible; only these days are not the participant's.
    """
    if placement.state != PlacementState.OFFERED:
        raise Refused(_("There is no offer to decline."))
    reason = _("None of the days offered suited the participant.")
    with transaction.atomic():
        lifecycle.change_state(
            placement,
            PlacementState.UNSUITED,
            by=by,
            now=now,
            reason=lifecycle.as_said(reason, by_phone),
            end_reason=reason,
        )
        lifecycle.free_seats(placement)


def move(
    *, placement: Placement, days: Iterable[date], reason: str, by: Employee | None, now: datetime
) -> None:
    """Move a confirmed visit to other days at the same host; both sides and the manager are told.

    Raises Refused when the visit is not confirmed or has begun, when nothing changes, or when a day
    cannot be had.
    """
    days = sorted(set(days))
    check_not_closed(placement.wish.round)
    check_is_movable(placement, now=now)
    if days == placement.days:
        raise Refused(_("These are the days that the visit already has."))
    shortest, longest = visit_lengths(placement.host, placement.wish.round)
    if not shortest <= len(days) <= longest:
        raise Refused(
            _("A visit to %(host)s lasts from %(shortest)d to %(longest)d days.")
            % {"host": placement.host, "shortest": shortest, "longest": longest}
        )
    with _locked(placement) as (wish, host):
        seen = placement.revision
        current = Placement.objects.select_for_update(no_key=True).filter(
            pk=placement.pk, state=PlacementState.CONFIRMED, revision=seen, days=placement.days
        )
        if not current.exists():
            raise Refused(_("Nothing was moved: the visit has changed meanwhile. Look at it again."))
        # What still waits in the outbox tells of the old days: whoever it is for has not been told.
        mailplan.plan_again_what_waits(placement.planned_mails.exclude(kind=MailKind.GROUP))
        placement.earlier_days.append([day.isoformat() for day in placement.days])
        placement.revision, placement.moved_at = seen + 1, now
        placement.save(update_fields=["revision", "earlier_days", "moved_at"])
        _rebook(placement, wish, host, days, now=now)
        lifecycle.note(placement, placement.state, by=by, now=now, reason=reason)
        mailplan.replan(placement, now=now, was_moved=True)


def check_is_movable(placement: Placement, *, now: datetime) -> None:
    """Raises Refused unless the visit is settled and to come."""
    if placement.state != PlacementState.CONFIRMED:
        raise Refused(
            _("Only a settled visit can be moved: that of %(name)s to %(host)s stands at “%(state)s”.")
            % {
                "name": placement.employee,
                "host": placement.host,
                "state": placement.get_state_display(),
            }
        )
    if placement.has_begun(now):
        raise Refused(
            _("The visit of %(name)s has begun and cannot be moved.") % {"name": placement.employee}
        )


@contextmanager
def _locked(placement: Placement):
    """A transaction that holds the wish and the host of a placement, in the order of docs/locking.md."""
    with transaction.atomic():
        wishes = lifecycle.locked(Wish, [placement.wish_id], "round", "employee__workplace")
        hosts = lifecycle.locked(Host, [placement.host_id], "workplace__department")
        yield wishes[placement.wish_id], hosts[placement.host_id]


def _rebook(
    placement: Placement, wish: Wish, host: Host, days: Sequence[date], *, now: datetime
) -> None:
    """Give up the seats of the old days and take those of the new ones. Raises Refused."""
    lifecycle.free_seats(placement)
    occupancy = seats.Occupancy(wish.round, [host], [wish.employee_id])
    taking = Taking(wish.round, occupancy, {wish.pk: wish}, timezone.localdate(now))
    taking.check_days(Proposal(wish, host, tuple(days)))
    taken = occupancy.take(wish, host, days)
    placement.days, placement.last_day = list(days), days[-1]
    placement.save(update_fields=["days", "last_day"])
    try:
        with transaction.atomic():
            lifecycle.hold_seats([(placement, taken)])
    except IntegrityError as error:
        raise Refused(_("Somebody was faster: the seat or the person is now taken.")) from error
