"""The seat that a visit has left by ending or by moving to other days: whether it is still free, and who could come."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from placements.domain import snapshot
from placements.domain.snapshot import Snapshot
from placements.domain.taking import does_not_take_part
from placements.enums import ChoiceKind, PlacementState
from placements.matching import explain
from placements.models import Choice, Placement, Round, Wish

# A visit that ended in one of these states has given its seat back.
ENDED_STATES = [
    PlacementState.DECLINED,
    PlacementState.UNSUITED,
    PlacementState.EXPIRED,
    PlacementState.CANCELLED,
]


HAS_LEFT_DAYS = Q(state__in=ENDED_STATES) | Q(state=PlacementState.CONFIRMED, revision__gt=0)


def free_days_by_host(seen: Snapshot) -> dict[int, list[date]]:
    """The days that visits of the round have left and that are free again, by the host's key, the newest
    visit first."""
    ended = Placement.objects.filter(wish__round=seen.round).filter(HAS_LEFT_DAYS)
    found: dict[int, set[date]] = {}
    for visit in ended.order_by("-pk"):
        if days := free_days(seen, visit):
            found.setdefault(visit.host_id, set()).update(days)
    return {host: sorted(days) for host, days in found.items()}


def free_days(seen: Snapshot, ended: Placement) -> list[date]:
    """Those of the days to come on which the host has a seat now."""
    if ended.host_id not in seen.hosts or seen.seats.quota[ended.host_id] < 1:
        return []
    left = dict(zip(seen.problem.days, seen.seats.left[ended.host_id], strict=True))
    return [day for day in ended.days_given_back if left.get(day, 0) > 0]


def why_not_free(seen: Snapshot, ended: Placement) -> str:
    """What stands in the way when none of the days is free."""
    host = seen.hosts.get(ended.host_id)
    if host is None or not host.takes_visitors or host.pk in seen.not_this_time:
        return does_not_take_part(ended.host)
    days = [n for n, day in enumerate(seen.problem.days) if day in ended.days_given_back]
    if not days:
        return _("The days are past; the host may have others.")
    if seen.seats.quota[host.pk] < 1:
        return _("%(host)s has no room for more visitors in this round.") % {"host": host}
    if not any(seen.problem.host_of[host.pk].seats[n] for n in days):
        return _("The host no longer offers these days; it may have others.")
    return _("All seats on these days are taken; the host may have others on other days.")


def could_be_taken(rows: Iterable[Placement], *, now: datetime) -> list[int]:
    """The keys of those ended visits whose seat is still free and that somebody else could have.

    In a fixed number of queries, none where there are no rows; the rows have their wish at hand.
    """
    rows = list(rows)
    if not rows:
        return []
    rounds = Round.objects.filter(pk__in={row.wish.round_id for row in rows})
    seen = snapshot.take_all(rounds, now=now, wishes=_who_may_want(rows))
    return [row.pk for row in rows if _could_be_taken(seen[row.wish.round_id], row)]


def _who_may_want(rows: list[Placement]):
    """The wishes without a place of these rounds that name one of the hosts, or none in particular."""
    hosts = {row.host_id for row in rows}
    wanted = Choice.objects.filter(~Q(kind=ChoiceKind.HOST) | Q(host__in=hosts), wish=OuterRef("pk"))
    rounds = {row.wish.round_id for row in rows}
    waiting = Wish.objects.unplaced().filter(round__in=rounds, refused_at=None)
    return waiting.filter(Exists(wanted))


def _could_be_taken(seen: Snapshot, ended: Placement) -> bool:
    if not free_days(seen, ended):
        return False
    others = [person for person in seen.problem.people if person.id != ended.wish_id]
    host = seen.problem.host_of[ended.host_id]
    return bool(explain.replacements(seen.problem, host, seen.seats, others))
