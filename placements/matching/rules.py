"""Who can go where and when: the stays that break no rule of their own, and why the others do.

A stay is a run of neighbouring calendar days; where person and host agree to split days, any days that
both have. Sets of first days are kept as the bits of an int.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import combinations
from math import comb

from placements.matching.types import Host, Person, Problem, Stay

# So many stays of split days are listed for somebody to choose from.
MOST_LISTED = 1_000


class Reason(StrEnum):
    """Why a host is closed to a person, in the order in which the rules are tried.

    OWN_DAYS    the days that were wished for hold no stay of the length
    PAST        without those that are past they hold none
    ELSEWHERE   without those on which the person is at another visit, the others hold none
    UNWANTED    without those on which the host would rather not have the person, the others hold none;
                what is said below of the person's days is said of these others
    NOT_OPEN    the host has seats on none of the person's days
    OPEN_APART  it has seats on some of them, but not for a whole stay
    QUOTA       it has its most visitors
    FULL        it has seats on all the person's days, and others have them all
    FULL_OR_CLOSED  it has seats on some of the person's days, and others have them all
    LEFT_APART  seats are left on some of the person's days, but not for a whole stay
    """

    BARRED = "barred"
    OWN_WORKPLACE = "own_workplace"
    OWN_ORGANISATION = "own_organisation"
    FORBIDDEN = "forbidden"
    LENGTH = "length"
    OWN_DAYS = "own_days"
    PAST = "past"
    ELSEWHERE = "elsewhere"
    UNWANTED = "unwanted"
    NOT_OPEN = "not_open"
    OPEN_APART = "open_apart"
    QUOTA = "quota"
    FULL = "full"
    FULL_OR_CLOSED = "full_or_closed"
    LEFT_APART = "left_apart"


class Rules:
    """The hard rules of one problem, for pairs of a person and a host."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self._own_runs: dict[tuple[frozenset[int], int], int] = {}
        self._host_runs: dict[tuple[int, int], int] = {}

    @cached_property
    def runs(self) -> dict[int, list[tuple[int, ...]]]:
        """For each length the runs of days, by first day; an empty one where none begins."""
        lengths = {person.length for person in self.problem.people}
        return {length: [self._run(day, length) for day in self._all_days] for length in lengths}

    def stays(self, person: Person, host: Host) -> Sequence[tuple[int, ...]]:
        """The days of every stay of the person at this host that breaks no rule of its own; of split days
        there can be millions."""
        if self._closing_rule(person, host):
            return []
        if may_split(person, host):
            return list(combinations(self.days_to_split(person, host), person.length))
        firsts = self.firsts(person, host)
        runs = self.runs[person.length]
        return [runs[day] for day in self._all_days if firsts >> day & 1]

    def days_to_split(self, person: Person, host: Host) -> list[int]:
        """The days of which a stay can be any; none where the days must be in a row."""
        if not may_split(person, host) or self._closing_rule(person, host):
            return []
        return sorted(person.days_at(host.id) & _open_days(host))

    def firsts(self, person: Person, host: Host) -> int:
        """The first days of the runs that both have, as bits."""
        own = self._runs_in(person.days_at(host.id), person.length)
        return own & self.host_runs(host, person.length)

    def host_runs(self, host: Host, length: int) -> int:
        """The first days of runs on which the host has seats, as bits."""
        key = host.id, length
        if key not in self._host_runs:
            self._host_runs[key] = self._bits(_open_days(host), length)
        return self._host_runs[key]

    def is_open_to(self, person: Person, host: Host) -> bool:
        """Whether the pair breaks no rule that has nothing to do with days."""
        return self._closing_rule(person, host) is None

    def closed_because(self, person: Person, host: Host) -> Reason | None:
        """The first rule that closes this host to the person, seats of others aside; or None."""
        rule = self._closing_rule(person, host)
        is_split, days = may_split(person, host), person.days_at(host.id)
        if rule or self._has_a_stay(person, host, is_split):
            return rule
        if not self._days_hold_a_stay(person.days, person.length, is_split):
            return self._own_days_lack(person, is_split)
        if not self._days_hold_a_stay(days, person.length, is_split):
            return Reason.UNWANTED
        return Reason.OPEN_APART if days & _open_days(host) else Reason.NOT_OPEN

    def _days_hold_a_stay(self, days: frozenset[int], length: int, is_split: bool) -> bool:
        return len(days) >= length and (is_split or self._runs_in(days, length) != 0)

    def _has_a_stay(self, person: Person, host: Host, is_split: bool) -> bool:
        if is_split:
            return len(self.days_to_split(person, host)) >= person.length
        return bool(self.firsts(person, host))

    def _own_days_lack(self, person: Person, is_split: bool) -> Reason:
        """Why the days that the person has left hold no stay."""
        dates = {self.problem.days[day] for day in person.days}
        if _hold_a_stay(dates | person.elsewhere, person.length, is_split):
            return Reason.ELSEWHERE
        wished = dates | person.elsewhere | person.past
        return Reason.PAST if _hold_a_stay(wished, person.length, is_split) else Reason.OWN_DAYS

    def _closing_rule(self, person: Person, host: Host) -> Reason | None:
        if person.is_barred:
            return Reason.BARRED
        if person.workplace is not None and person.workplace == host.workplace:
            return Reason.OWN_WORKPLACE
        if person.leaves is not None and person.leaves == host.organisation:
            return Reason.OWN_ORGANISATION
        if host.id in person.forbidden:
            return Reason.FORBIDDEN
        return None if person.length in host.lengths else Reason.LENGTH

    @cached_property
    def _all_days(self) -> range:
        return range(len(self.problem.days))

    def _runs_in(self, days: frozenset[int], length: int) -> int:
        key = days, length
        if key not in self._own_runs:
            self._own_runs[key] = self._bits(days, length)
        return self._own_runs[key]

    def _run(self, first: int, length: int) -> tuple[int, ...]:
        if first + length > len(self.problem.days):
            return ()
        days = tuple(range(first, first + length))
        return days if all(self.problem.is_followed[day] for day in days[:-1]) else ()

    def _bits(self, days: frozenset[int], length: int) -> int:
        bits = 0
        for first, run in enumerate(self.runs[length]):
            if run and days.issuperset(run):
                bits |= 1 << first
        return bits


def may_split(person: Person, host: Host) -> bool:
    """Whether both agree that the days need not be in a row."""
    return person.may_split and host.allows_split


def some_split_stays(days: Collection[int], length: int) -> list[tuple[int, ...]]:
    """Stays on any of these days: all of them, or where those are too many to list, days next to each other."""
    days = sorted(days)
    if comb(len(days), length) <= MOST_LISTED:
        return list(combinations(days, length))
    return [tuple(days[first : first + length]) for first in range(len(days) - length + 1)]


def _hold_a_stay(dates: set[date], length: int, is_split: bool) -> bool:
    """Whether there are so many of these dates, and so many one after another where they must be."""
    if is_split:
        return len(dates) >= length
    runs = ({first + timedelta(days=n) for n in range(length)} for first in dates)
    return any(run <= dates for run in runs)


def _open_days(host: Host) -> frozenset[int]:
    return frozenset(day for day, seats in enumerate(host.seats) if seats)


class Seats:
    """What is left of seats and quotas while stays are taken and given back."""

    def __init__(self, problem: Problem, stays: Sequence[Stay] = ()):
        self.left = {host.id: list(host.seats) for host in problem.hosts}
        self.quota = {host.id: host.quota for host in problem.hosts}
        for stay in stays:
            self.take(stay)

    def take(self, stay: Stay) -> None:
        """Use up the seats of a stay, be they there or not."""
        self._add(stay, -1)

    def give_back(self, stay: Stay) -> None:
        """Free the seats of a stay."""
        self._add(stay, 1)

    def has_room(self, host: int, days: Sequence[int]) -> bool:
        """Whether one more visitor fits on these days."""
        return self.quota[host] > 0 and all(self.left[host][day] > 0 for day in days)

    def _add(self, stay: Stay, count: int) -> None:
        self.quota[stay.host] += count
        for day in stay.days:
            self.left[stay.host][day] += count


def hosts_by_rank(problem: Problem, person: Person) -> Iterator[tuple[int, Host]]:
    """(rank, host) for every host that a choice of the person names, the dearest choices first."""
    seen: set[int] = set()
    for rank, choice in enumerate(person.choices, start=1):
        named = problem.hosts if choice is None else _in_order(problem, choice)
        for host in named:
            if host.id not in seen:
                seen.add(host.id)
                yield rank, host


def _in_order(problem: Problem, choice: frozenset[int]) -> list[Host]:
    return [problem.host_of[number] for number in sorted(choice) if number in problem.host_of]
