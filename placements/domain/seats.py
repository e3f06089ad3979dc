"""Which days of a round are free at a host, and why the others are not."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from hosts.models import Host
from placements.models import Placement, VisitDay, Wish


@dataclass(frozen=True)
class DayOption:
    """A day of the round as seen from one wish and one host."""

    day: date
    free: int
    obstacle: str = ""
    ticked_by_participant: bool = True

    @property
    def is_offered(self) -> bool:
        return not self.obstacle


def day_options(*, wish: Wish, host: Host, today: date) -> list[DayOption]:
    """Every working day of the round with the seats that are free, or the reason why it cannot be chosen."""
    days = wish.round.days
    free = free_seats(host, days)
    elsewhere = set(
        VisitDay.objects.filter(employee=wish.employee_id, date__in=days).values_list("date", flat=True)
    )
    possible = set(wish.possible_days)
    return [
        DayOption(
            day,
            free=len(free[day]),
            obstacle=_obstacle(day, free[day], elsewhere, today),
            ticked_by_participant=day in possible,
        )
        for day in days
    ]


def free_seats(host: Host, days: Iterable[date]) -> dict[date, list[int]]:
    """The numbers of the seats at the host that are free, by day; none on closed days."""
    days = list(days)
    closed = set(host.closed_days.values_list("date", flat=True))
    taken = defaultdict(set)
    for day, seat in VisitDay.objects.filter(host=host, date__in=days).values_list("date", "seat"):
        taken[day].add(seat)
    return {
        day: [
            seat for seat in range(1, host.seats_on(day, closed=closed) + 1) if seat not in taken[day]
        ]
        for day in days
    }


def visitors_left(host: Host, round) -> int | None:
    """How many more visitors the host takes in this round; None when it set no limit."""
    if host.most_visitors is None:
        return None
    return host.most_visitors - Placement.objects.live().filter(host=host, wish__round=round).count()


def _obstacle(day: date, free: list[int], elsewhere: set[date], today: date) -> str:
    if day <= today:
        return _("is today or in the past")
    if day in elsewhere:
        return _("the person is already somewhere else")
    if not free:
        return _("closed or full")
    return ""
