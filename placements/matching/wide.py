"""Wishes for so many hosts that a program starts with some of their stays; pricing.py finds what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb

import numpy as np

from placements.matching.rules import Rules
from placements.matching.types import Choice, Host, Person, Problem

PAIRS_LOOKED_AT = 60_000
WIDE = 40
FIRST_HOSTS = 8
# Of split days so many stays of a person at a host have a column each.
MOST_SPLIT_STAYS = 30

Shape = tuple[int, bool]
"""How long a stay is, and whether its days may be split."""


@dataclass(frozen=True)
class WideChoice:
    """What a person may be given of one rank: the hosts (by position) and the sets of days of the shape."""

    person: int
    rank: int
    shape: Shape
    hosts: np.ndarray
    sets: np.ndarray


class WideWishes:
    """The wishes of a problem that name very many hosts, when all wishes together name too many."""

    def __init__(self, problem: Problem, rules: Rules):
        self.problem, self.rules = problem, rules
        self.choices: list[WideChoice] = []
        self._position = {host.id: n for n, host in enumerate(problem.hosts)}
        self._positions_of: dict[frozenset[int], np.ndarray] = {}
        named = sum(map(self._named, problem.people))
        self._most_named = WIDE if named > PAIRS_LOOKED_AT else 2**31

    def hosts_to_start_with(self, number: int, person: Person) -> list[tuple[int, Host]] | None:
        """(rank, host) for some hosts of each rank, while the rest is put down among the choices; None when
        all stays of the person are to be looked at."""
        if self._named(person) <= self._most_named or self._has_too_many_sets(person):
            return None
        if person.is_barred:
            return []
        return [*self._some(number, person), *self._with_unwanted_days(person)]

    @cached_property
    def sets_of_days(self) -> dict[Shape, list[tuple[int, ...]]]:
        """The sets of days of each shape: runs by first day (an empty one where none begins), or any days."""
        runs = {(length, False): runs for length, runs in self.rules.runs.items()}
        days = range(len(self.problem.days))
        lengths = [length for length in self.rules.runs if comb(len(days), length) <= MOST_SPLIT_STAYS]
        return runs | {(length, True): list(combinations(days, length)) for length in lengths}

    @cached_property
    def days_in_sets(self) -> dict[Shape, np.ndarray]:
        """For each shape whether a day (column) is in a set of days (row), as 0 and 1."""
        days = range(len(self.problem.days))
        return {
            shape: np.array([day in each for each in sets for day in days], float).reshape(
                len(sets), len(days)
            )
            for shape, sets in self.sets_of_days.items()
        }

    @cached_property
    def open_sets(self) -> dict[Shape, np.ndarray]:
        """For each shape whether a host (row) has it and is open on a set of days (column)."""
        closed = np.array([[not seats for seats in host.seats] for host in self.problem.hosts], float)
        found = {}
        for (length, is_split), sets in self.sets_of_days.items():
            has_shape = np.array(
                [
                    length in host.lengths and host.allows_split >= is_split
                    for host in self.problem.hosts
                ]
            )
            is_open = closed @ self.days_in_sets[length, is_split].T == 0
            found[length, is_split] = (
                has_shape[:, None] & is_open & np.array(list(map(bool, sets)), bool)
            )
        return found

    def _has_too_many_sets(self, person: Person) -> bool:
        return person.may_split and (person.length, True) not in self.sets_of_days

    def _some(self, number: int, person: Person) -> Iterator[tuple[int, Host]]:
        """Some of the calmest hosts of each rank; the rest is kept to be priced."""
        is_left = self._allowed(person)
        for rank, choice in enumerate(person.choices, start=1):
            named = self._positions(choice)
            named = named[is_left[named]]
            is_left[named] = False
            for shape, hosts in self._by_shape(person, named):
                sets = self._own_sets(person, shape)
                fitting = hosts[self.open_sets[shape][np.ix_(hosts, sets)].any(axis=1)]
                if len(fitting) > WIDE:
                    self.choices.append(WideChoice(number, rank, shape, fitting, sets))
                    fitting = self._first(number, fitting)
                for position in fitting:
                    yield rank, self.problem.hosts[position]

    def _by_shape(self, person: Person, hosts: np.ndarray) -> list[tuple[Shape, np.ndarray]]:
        """These hosts by the shape that the person's stays have there."""
        allows_split = self._allows_split[hosts] & person.may_split
        return [
            ((person.length, is_split), hosts[allows_split == is_split])
            for is_split in ([False, True] if person.may_split else [False])
        ]

    def _own_sets(self, person: Person, shape: Shape) -> np.ndarray:
        """The sets of days on which the person can."""
        sets = enumerate(self.sets_of_days[shape])
        return np.array([n for n, days in sets if days and person.days.issuperset(days)], dtype=int)

    def _first(self, number: int, hosts: np.ndarray) -> np.ndarray:
        """The hosts to start with, others for each person."""
        step = max(1, len(hosts) // (2 * FIRST_HOSTS))
        calm = hosts[np.argsort(self._calm[hosts], kind="stable")]
        return calm[number % step :: step][:FIRST_HOSTS]

    def _with_unwanted_days(self, person: Person) -> list[tuple[int, Host]]:
        """The few hosts whose days for the person are their own: all stays there are looked at."""
        hosts = sorted({host for host, _day in person.unwanted} & self._position.keys())
        ranks = [(person.rank_of(host), self.problem.hosts[self._position[host]]) for host in hosts]
        return [(rank, host) for rank, host in ranks if rank]

    def _named(self, person: Person) -> int:
        """How many hosts a person names, some perhaps twice."""
        every = len(self.problem.hosts)
        return sum(every if choice is None else len(choice) for choice in person.choices)

    @cached_property
    def _calm(self) -> np.ndarray:
        """The place of each host in the order of how few narrow wishes name it, for what it takes."""
        wishes = np.zeros(len(self.problem.hosts))
        for person in self.problem.people:
            if self._named(person) <= WIDE:
                for choice in person.choices:
                    wishes[self._positions(choice)] += 1
        quotas = np.array([max(1, host.quota) for host in self.problem.hosts])
        return np.argsort(np.argsort(wishes / quotas, kind="stable"), kind="stable")

    def _positions(self, choice: Choice) -> np.ndarray:
        if choice is None:
            return np.arange(len(self.problem.hosts))
        if choice not in self._positions_of:
            known = sorted(self._position[host] for host in choice if host in self._position)
            self._positions_of[choice] = np.array(known, dtype=np.int64)
        return self._positions_of[choice]

    def _allowed(self, person: Person) -> np.ndarray:
        """The hosts that are open to the person on the days that both have."""
        allowed = np.ones(len(self.problem.hosts), bool)
        unwanted = {host for host, _day in person.unwanted}
        for host in (person.forbidden | unwanted) & self._position.keys():
            allowed[self._position[host]] = False
        if person.leaves is not None:
            allowed &= self._organisations != person.leaves
        return allowed & (self._workplaces != (-1 if person.workplace is None else person.workplace))

    @cached_property
    def _allows_split(self) -> np.ndarray:
        return np.array([host.allows_split for host in self.problem.hosts], bool)

    @cached_property
    def _organisations(self) -> np.ndarray:
        return np.array(
            [-2 if host.organisation is None else host.organisation for host in self.problem.hosts]
        )

    @cached_property
    def _workplaces(self) -> np.ndarray:
        return np.array(
            [-2 if host.workplace is None else host.workplace for host in self.problem.hosts]
        )
