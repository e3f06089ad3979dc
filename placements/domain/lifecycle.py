"""The life of a placement: the one writer of Placement.state.

    (new) → PROPOSED → ASKED → ACCEPTED → CONFIRMED
                          └──→ DECLINED
    any live state → CONFIRMED (a consultant, after a phone call) or CANCELLED

Each step is a compare-and-set on the state that the caller saw, an Event, and the mail plan made
anew, in one transaction. Locks are taken in the order wish, host, placement (docs/locking.md).
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from employees.models import Employee
from hosts.models import Host
from placements.domain import mailplan, seats
from placements.domain.errors import Refused
from placements.enums import LIVE_STATES, PlacementState, WishState
from placements.models import Event, Placement, VisitDay, Wish
from praktik.lib.wording import day_in_words

ALLOWED_FROM = {
    PlacementState.ASKED: {PlacementState.PROPOSED},
    PlacementState.ACCEPTED: {PlacementState.ASKED},
    PlacementState.DECLINED: {PlacementState.ASKED},
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
    days = sorted(set(days))
    with transaction.atomic():
        wish = Wish.objects.select_for_update(no_key=True, of=("self",)).get(pk=wish.pk)
        host = Host.objects.select_for_update(no_key=True, of=("self",)).get(pk=host.pk)
        _check_proposal(wish, host, days, timezone.localdate(now))
        placement = Placement(wish=wish, host=host, days=days, last_day=days[-1], created_at=now)
        try:
            with transaction.atomic():
                placement.save()
                _take_seats(placement)
        except IntegrityError as error:
            raise Refused(_("Somebody was faster: the seat or the person is now taken.")) from error
        _note(placement, "", by=by, now=now)
    return placement


def ask(*, placement: Placement, by: Employee | None, now: datetime) -> None:
    """Ask the host contacts by mail. Raises Refused, also when the host has no contact."""
    _check_host_can_be_told(placement)
    _check_is_to_come(placement, now)
    _move(placement, PlacementState.ASKED, by=by, now=now)


def accept(*, placement: Placement, by: Employee | None, now: datetime) -> None:
    """The host says yes. Raises Refused."""
    _check_is_to_come(placement, now)
    _move(placement, PlacementState.ACCEPTED, by=by, now=now)


def decline(*, placement: Placement, reason: str, by: Employee | None, now: datetime) -> None:
    """The host says no: the seats are freed and the wish is back in the puzzle. Raises Refused."""
    with transaction.atomic():
        _move(placement, PlacementState.DECLINED, by=by, now=now, reason=reason, end_reason=reason)
        _free_seats(placement)


def confirm(*, placement: Placement, by: Employee | None, now: datetime) -> None:
    """The visit is on; participant, host contacts and manager are told. Raises Refused."""
    _check_host_can_be_told(placement)
    _check_is_to_come(placement, now)
    _move(placement, PlacementState.CONFIRMED, by=by, now=now, confirmed_at=now)


def cancel(*, placement: Placement, reason: str, by: Employee | None, now: datetime) -> None:
    """End a live placement: the seats are freed and those who knew of it are told.

    Raises Refused, also when the visit has taken place.
    """
    if placement.state == PlacementState.CONFIRMED and placement.is_over(now):
        raise Refused(_("The visit is over and cannot be cancelled."))
    with transaction.atomic():
        _move(placement, PlacementState.CANCELLED, by=by, now=now, reason=reason, end_reason=reason)
        _free_seats(placement)


def _check_host_can_be_told(placement: Placement) -> None:
    if not placement.host.contacts.filter(is_active=True).exists():
        raise Refused(
            _("%(host)s has no host contact to write to. Add one on the host's page.")
            % {"host": placement.host}
        )


def _check_is_to_come(placement: Placement, now: datetime) -> None:
    if placement.is_live and placement.has_begun(now):
        raise Refused(
            _("The days of the visit of %(name)s have come. Cancel it, and find new days.")
            % {"name": placement.employee}
        )


def _check_proposal(wish: Wish, host: Host, days: list[date], today: date) -> None:
    if wish.state != WishState.SENT:
        raise Refused(_("The wish of %(name)s is not sent.") % {"name": wish.employee})
    if wish.live_placement:
        raise Refused(_("%(name)s already has a place.") % {"name": wish.employee})
    if not host.is_open or not _takes_part(host, wish.round):
        raise Refused(_("%(host)s does not take visitors in this round.") % {"host": host})
    if host.workplace_id == wish.employee.workplace_id:
        raise Refused(_("%(host)s is the person's own workplace.") % {"host": host})
    shortest = max(host.shortest_visit, wish.round.shortest_visit)
    longest = min(host.longest_visit, wish.round.longest_visit)
    if not shortest <= len(days) <= longest:
        raise Refused(
            _("A visit to %(host)s lasts from %(shortest)d to %(longest)d days.")
            % {"host": host, "shortest": shortest, "longest": longest}
        )
    left = seats.visitors_left(host, wish.round)
    if left is not None and left < 1:
        raise Refused(
            ngettext(
                "%(host)s takes only %(most)d visitor in this round.",
                "%(host)s takes only %(most)d visitors in this round.",
                host.most_visitors,
            )
            % {"host": host, "most": host.most_visitors}
        )
    _check_days(wish, host, days, today)


def _takes_part(host: Host, round) -> bool:
    return round.organisations.filter(departments__workplaces__host=host).exists()


def _check_days(wish: Wish, host: Host, days: list[date], today: date) -> None:
    options = {option.day: option for option in seats.day_options(wish=wish, host=host, today=today)}
    for day in days:
        if day not in options:
            obstacle = _("lies outside the round or is not a working day")
        elif options[day].is_offered:
            continue
        else:
            obstacle = options[day].obstacle
        raise Refused(
            _("%(day)s cannot be chosen at %(host)s: %(obstacle)s.")
            % {
                "day": day_in_words(day),
                "host": host,
                "obstacle": obstacle,
            }
        )


def _take_seats(placement: Placement) -> None:
    free = seats.free_seats(placement.host, placement.days)
    VisitDay.objects.bulk_create(
        VisitDay(
            placement=placement,
            host=placement.host,
            employee=placement.employee,
            date=day,
            seat=free[day][0],
        )
        for day in placement.days
    )


def _free_seats(placement: Placement) -> None:
    placement.visit_days.all().delete()


def _move(
    placement: Placement, to: PlacementState, *, by, now: datetime, reason: str = "", **changes
) -> None:
    old = placement.state
    if old not in ALLOWED_FROM[to]:
        raise Refused(_stands_at(placement))
    with transaction.atomic():
        moved = Placement.objects.filter(pk=placement.pk, state=old).update(state=to, **changes)
        if not moved:
            placement.refresh_from_db(fields=["state"])
            raise Refused(_stands_at(placement))
        placement.state = to
        for name, value in changes.items():
            setattr(placement, name, value)
        _note(placement, old, by=by, now=now, reason=reason)
        mailplan.replan(placement, now=now)


def _stands_at(placement: Placement) -> str:
    return _("Nothing was changed: the visit of %(name)s to %(host)s now stands at “%(state)s”.") % {
        "name": placement.employee,
        "host": placement.host,
        "state": placement.get_state_display(),
    }


def _note(placement: Placement, old: str, *, by, now: datetime, reason: str = "") -> None:
    Event.objects.create(
        wish=placement.wish,
        placement=placement,
        by=by,
        at=now,
        from_state=old,
        to_state=placement.state,
        reason=reason,
    )
