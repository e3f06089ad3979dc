"""What the board offers a wish: only places that are possible; of the other days it says why not."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date

from placements.domain import board_words
from placements.domain.snapshot import Snapshot
from placements.matching import explain
from placements.matching.rules import Seats, hosts_by_rank
from placements.matching.types import Person
from placements.models import Placement, Wish

STAYS_OFFERED = 150
HOSTS_IN_FULL = 12

Offer = tuple[str, list[date]]
"""The value of a place in a form, and its days."""


@dataclass(frozen=True)
class Offers:
    """The places for a wish by host: [(rank and host, offers)], the dearest choices first.

    present is the value of the place that the wish has, when it is among them. in_full: all possible days
    of these hosts are offered, and closed_days says of the person's other days why they are not; what
    no host can have any more stands there in any case.
    """

    by_host: list[tuple[str, list[Offer]]]
    present: str
    in_full: bool
    closed_days: list[str]


def offers(seen: Snapshot, wish: Wish, *, only: int | None = None) -> Offers:
    """What the wish can be given, at all hosts or at one, its own seats counted as free.

    Where there are too many for a list, the first possible days of each host are offered, and the present
    ones; all days of a host are had by asking for it alone.
    """
    present, seen = place(seen.placements.get(wish.pk)), _without(seen, wish)
    person = seen.problem.person_of[wish.pk]
    by_rank = list(hosts_by_rank(seen.problem, person))
    if only is not None:
        by_rank = [(rank, host) for rank, host in by_rank if host.id == only]
    found, in_full = _free_stays(seen, person, by_rank), True
    if only is None:
        in_full = len(by_rank) <= HOSTS_IN_FULL and sum(map(len, found.values())) <= STAYS_OFFERED
    if not in_full:
        found = _first_and_present(found, present)
    names = {
        host.id: f"{board_words.nth_choice(rank)}: {seen.hosts[host.id]}" for rank, host in by_rank
    }
    values = {value for stays in found.values() for value, _days in stays}
    return Offers(
        by_host=[(names[host], stays) for host, stays in found.items()],
        present=present if present in values else "",
        in_full=in_full,
        closed_days=[
            *board_words.lost_days(seen, wish),
            *(board_words.closed_days(seen, wish, found) if in_full else []),
        ],
    )


def _free_stays(seen: Snapshot, person: Person, by_rank) -> dict[int, list[Offer]]:
    """All places that are possible now, by host."""
    return {
        host.id: [
            offer(seen, host.id, days)
            for days in explain.free_stays(seen.rules, person, host, seen.seats)
        ]
        for _rank, host in by_rank
        if not explain.closed_because(seen.rules, person, host, seen.seats)
    }


def _first_and_present(found: dict[int, list[Offer]], present: str) -> dict[int, list[Offer]]:
    """The first days of each host, and the present ones; so many hosts as a list can hold, the dearest first."""
    hosts = list(found)[:STAYS_OFFERED]
    return {
        host: [each for each in found[host] if each == found[host][0] or each[0] == present]
        for host in hosts
    }


def closed_choices(seen: Snapshot, wish: Wish) -> list[str]:
    """What closes each choice of a wish, its own seats counted as free."""
    return board_words.closed(_without(seen, wish), wish)


def offer(seen: Snapshot, host: int, days: tuple[int, ...]) -> Offer:
    """A stay as a form offers it."""
    dates = [seen.problem.days[day] for day in days]
    return _value(host, dates), dates


def place(placement: Placement | None) -> str:
    """The value that a placement has among the offers."""
    return _value(placement.host_id, placement.days) if placement else ""


def _value(host: int, dates: Iterable[date]) -> str:
    return f"{host}:{','.join(day.isoformat() for day in dates)}"


def _without(seen: Snapshot, wish: Wish) -> Snapshot:
    """The snapshot with the seats of this wish's own proposal given back."""
    stay = seen.stay_of(wish)
    if stay is None:
        return seen
    freed = copy(seen)
    freed.seats = Seats(seen.problem)
    freed.seats.left = {host: list(days) for host, days in seen.seats.left.items()}
    freed.seats.quota = dict(seen.seats.quota)
    freed.seats.give_back(stay)
    return freed
