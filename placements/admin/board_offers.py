"""What the board offers a wish: only places that are possible; of the other days it says why not."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date

from placements.domain import board_words
from placements.domain.snapshot import Snapshot
from placements.matching import explain
from placements.matching.rules import Seats, hosts_by_rank
from placements.models import Placement, Wish

STAYS_OFFERED = 150
HOSTS_IN_FULL = 12

Offer = tuple[str, list[date]]
"""The value of a place in a form, and its days."""


@dataclass(frozen=True)
class Offers:
    """The places for a wish by host: [(rank and host, offers)], the dearest choices first.

    present is the value of the place that the wish has, when it is among them. in_full: all possible days
    of these hosts are offered, and closed_days says of the person's other days why they are not.
    """

    by_host: list[tuple[str, list[Offer]]]
    present: str
    in_full: bool
    closed_days: list[str]


def offers(seen: Snapshot, wish: Wish, *, only: int | None = None) -> Offers:
    """What the wish can be given, at all hosts or at one, its own seats counted as free.

    Of a wish for very many hosts the first possible days of each are offered, and the present ones.
    """
    present, seen = seen.placements.get(wish.pk), _without(seen, wish)
    person = seen.problem.person_of[wish.pk]
    by_rank = list(hosts_by_rank(seen.problem, person))
    in_full = only is not None or len(by_rank) <= HOSTS_IN_FULL
    by_host, free, count = [], [], 0
    for rank, host in by_rank:
        is_asked_for = only in {None, host.id} and count < STAYS_OFFERED
        if not is_asked_for or explain.closed_because(seen.rules, person, host, seen.seats):
            continue
        stays = explain.free_stays(seen.rules, person, host, seen.seats)
        found = [offer(seen, host.id, days) for days in stays]
        if not in_full:
            found = [each for each in found if each == found[0] or each[0] == place(present)]
        by_host.append((f"{board_words.nth_choice(rank)}: {seen.hosts[host.id]}", found))
        free.append(host.id)
        count += len(found)
    values = {value for _name, found in by_host for value, _days in found}
    return Offers(
        by_host=by_host,
        present=place(present) if place(present) in values else "",
        in_full=in_full,
        closed_days=board_words.closed_days(seen, wish, free) if in_full else [],
    )


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
