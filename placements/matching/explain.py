"""Why a person got this place and no dearer one, or none at all; and who could take a free seat."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from placements.matching.rules import (
    Reason,
    Rules,
    Seats,
    hosts_by_rank,
    may_split,
    some_split_stays,
)
from placements.matching.scoring import relation
from placements.matching.types import Host, Person, Problem, Stay


@dataclass(frozen=True)
class ClosedHost:
    """A host that a choice names, and what closes it to the person; None when it is free after all."""

    host: int
    reason: Reason | None


@dataclass(frozen=True)
class ClosedChoice:
    """A choice that the person did not get."""

    rank: int
    hosts: tuple[ClosedHost, ...]


def closed_choices(
    problem: Problem, person: Person, seats: Seats, stay: Stay | None, rules: Rules | None = None
) -> list[ClosedChoice]:
    """What closes each choice dearer than the one the person got (every choice: who got none).

    seats are what is left beside all stays. Exact: with these seats no stay at a closed host is possible.
    """
    rules = rules or Rules(problem)
    reached = stay and person.rank_of(stay.host)
    by_rank: dict[int, list[ClosedHost]] = {rank: [] for rank in range(1, len(person.choices) + 1)}
    for rank, host in hosts_by_rank(problem, person):
        by_rank[rank].append(ClosedHost(host.id, closed_because(rules, person, host, seats)))
    dearer = [rank for rank in by_rank if reached is None or rank < reached]
    return [ClosedChoice(rank, tuple(by_rank[rank])) for rank in dearer]


def closed_because(rules: Rules, person: Person, host: Host, seats: Seats) -> Reason | None:
    """The first thing that closes a host to a person, other people's seats included; or None."""
    reason = rules.closed_because(person, host)
    if reason:
        return reason
    if seats.quota[host.id] <= 0:
        return Reason.QUOTA
    return None if free_stays(rules, person, host, seats) else _taken_because(person, host, seats)


def _taken_because(person: Person, host: Host, seats: Seats) -> Reason:
    days = person.days_at(host.id)
    if any(seats.left[host.id][day] > 0 for day in days):
        return Reason.LEFT_APART
    return Reason.FULL if all(host.seats[day] for day in days) else Reason.FULL_OR_CLOSED


def free_stays(
    rules: Rules, person: Person, host: Host, seats: Seats, *, among: Collection[int] | None = None
) -> list[tuple[int, ...]]:
    """The days of stays that break no rule and for which there are seats, on all days or on some: all of
    them, unless split days make too many to list.
    """
    if may_split(person, host) and seats.quota[host.id] > 0:
        left = {day for day in rules.days_to_split(person, host) if seats.left[host.id][day] > 0}
        return some_split_stays(left if among is None else left & set(among), person.length)
    stays = [days for days in rules.stays(person, host) if seats.has_room(host.id, days)]
    return stays if among is None else [days for days in stays if set(days) <= set(among)]


@dataclass(frozen=True)
class Replacement:
    """Somebody without a place who could come: the rank that it would be, and the first possible days."""

    person: int
    rank: int
    days: tuple[int, ...]
    missed: int
    is_new_relation: bool


def replacements(
    problem: Problem, host: Host, seats: Seats, waiting: Iterable[Person]
) -> list[Replacement]:
    """Who of those waiting could take a free seat at a host, the best first.

    In the order of the goals: who missed out before, the dearer choice, a new relation; then by number.
    """
    rules, found = Rules(problem), []
    for person in waiting:
        rank = person.rank_of(host.id)
        days = rank and closed_because(rules, person, host, seats) is None
        if days:
            first = free_stays(rules, person, host, seats)[0]
            is_new = relation(person, host, problem) is not None
            found.append(Replacement(person.id, rank, first, person.missed, is_new))
    return sorted(found, key=lambda r: (-r.missed, r.rank, not r.is_new_relation, r.person))
