"""The stays that a program looks at.

Most wishes name a few hosts, and all their stays are looked at. A wish for 'anywhere' in a large
round has tens of thousands; such a person starts with some, and pricing.py finds what is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from placements.matching.columns import Columns
from placements.matching.rules import Rules, hosts_by_rank
from placements.matching.scoring import Level
from placements.matching.types import Choice, Host, Person, Problem, Stay

PAIRS_LOOKED_AT = 60_000
WIDE = 40
FIRST_HOSTS = 8


@dataclass(frozen=True)
class WideChoice:
    """What a person may be given of one rank: the hosts (by position) and the first days."""

    person: int
    rank: int
    hosts: np.ndarray
    days: np.ndarray


class Pool:
    """The stays of a problem as arrays: person, host and run by position, and the rank.

    Rows of a program over it: one for each person, one for each host and day, one for each host.
    """

    def __init__(self, problem: Problem):
        self.problem = problem
        self.rules = Rules(problem)
        self.runs: list[tuple[int, ...]] = []
        self._run_number: dict[tuple[int, ...], int] = {}
        self._position = {host.id: n for n, host in enumerate(problem.hosts)}
        self._positions_of: dict[frozenset[int], np.ndarray] = {}
        self.wide: list[WideChoice] = []
        found: list[tuple[int, int, int, int]] = []
        limit = self._limit()
        for number, person in enumerate(problem.people):
            if self._named(person) > limit and not person.may_split:
                hosts = self._start_with_some(number, person)
            else:
                hosts = hosts_by_rank(problem, person)
            found += self._stays(number, person, hosts)
        self._known = {stay[:3] for stay in found} if self.wide else set()
        table = np.array(found, dtype=np.int32).reshape(-1, 4)
        self.person, self.host, self.run, self.rank = table.T.copy()

    def __len__(self) -> int:
        return len(self.person)

    def columns(self, since: int = 0, kept: Sequence[tuple[int, np.ndarray]] = ()) -> Columns:
        """The columns of the stays from a position on; kept are further rows with their values."""
        people, days = len(self.problem.people), len(self.problem.days)
        person, host, run = self.person[since:], self.host[since:], self.run[since:]
        lengths = np.array([len(days_of_run) for days_of_run in self.runs], dtype=np.int32)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        every_day = np.array(list(chain.from_iterable(self.runs)), dtype=np.int32)
        length = lengths[run] if len(run) else np.zeros(0, np.int32)
        counts = length + 2 + len(kept)
        begins = np.cumsum(counts) - counts
        rows, values = np.zeros(counts.sum(), np.int32), np.ones(counts.sum())
        rows[begins] = person
        for nth in range(lengths.max(initial=0)):
            has = length > nth
            day = every_day[starts[run[has]] + nth]
            rows[begins[has] + 1 + nth] = people + host[has] * days + day
        rows[begins + 1 + length] = people + len(self.problem.hosts) * days + host
        for nth, (row, value) in enumerate(kept):
            rows[begins + 2 + length + nth] = row
            values[begins + 2 + length + nth] = value[since:]
        return Columns.of(counts, rows, values)

    def worth(self, level: Level) -> np.ndarray:
        """What each stay adds to a goal."""
        people, ranks = self.problem.people, int(self.rank.max(initial=0)) + 1
        pairs = self.person.astype(np.int64) * ranks + self.rank
        each, where = np.unique(pairs, return_inverse=True)
        worths = [level.of_stay(people[pair // ranks], pair % ranks) for pair in each.tolist()]
        return np.array(worths, dtype=float)[where] if len(each) else np.zeros(0)

    def stay(self, position: int) -> Stay:
        """The stay at a position."""
        person = self.problem.people[self.person[position]]
        host = self.problem.hosts[self.host[position]]
        return Stay(person.id, host.id, self.runs[self.run[position]])

    def add_all_at(self, host: Host) -> int:
        """Add what is left out of the stays at one host; returns how many."""
        position = self._position[host.id]
        found = []
        for choice in self.wide:
            if position in choice.hosts:
                person = self.problem.people[choice.person]
                found += self._stays(choice.person, person, [(choice.rank, host)])
        return self.add(found)

    def add(self, found: list[tuple[int, int, int, int]]) -> int:
        """Add those of these stays (person, host, run, rank) that are new; returns how many."""
        fresh = [stay for stay in dict.fromkeys(found) if stay[:3] not in self._known]
        self._known.update(stay[:3] for stay in fresh)
        if fresh:
            table = np.array(fresh, dtype=np.int32)
            for name, column in zip(("person", "host", "run", "rank"), table.T, strict=True):
                setattr(self, name, np.concatenate([getattr(self, name), column]))
        return len(fresh)

    def number_of_run(self, days: tuple[int, ...]) -> int:
        """The position of a run in `runs`; a new one is added."""
        if days not in self._run_number:
            self._run_number[days] = len(self.runs)
            self.runs.append(days)
        return self._run_number[days]

    def _stays(self, number: int, person: Person, hosts: list[tuple[int, Host]]):
        for rank, host in hosts:
            for days in self.rules.stays(person, host):
                yield number, self._position[host.id], self.number_of_run(days), rank

    def _named(self, person: Person) -> int:
        """How many hosts a person names, some perhaps twice."""
        every = len(self.problem.hosts)
        return sum(every if choice is None else len(choice) for choice in person.choices)

    def _limit(self) -> int:
        """How many hosts a person may name and still have all their stays looked at."""
        named = sum(map(self._named, self.problem.people))
        return WIDE if named > PAIRS_LOOKED_AT else 2**31

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

    @cached_property
    def open_runs(self) -> dict[int, np.ndarray]:
        """For each length whether a run of open days begins at a host (row) on a day (column)."""
        days = range(len(self.problem.days))
        return {
            length: np.array(
                [
                    [
                        length in host.lengths and bool(self.rules.host_runs(host, length) >> day & 1)
                        for day in days
                    ]
                    for host in self.problem.hosts
                ]
            )
            for length in self.rules.runs
        }

    def _start_with_some(self, number: int, person: Person) -> list[tuple[int, Host]]:
        """Some of the calmest hosts of each rank; the rest is kept to be priced."""
        bits = self.rules.own_runs(person)
        days = np.array([day for day in range(len(self.problem.days)) if bits >> day & 1], dtype=int)
        if person.is_barred or not len(days):
            return []
        is_left = self.open_runs[person.length][:, days].any(axis=1) & self._allowed(person)
        some = []
        for rank, choice in enumerate(person.choices, start=1):
            named = self._positions(choice)
            fitting = named[is_left[named]]
            is_left[fitting] = False
            if len(fitting) > WIDE:
                self.wide.append(WideChoice(number, rank, fitting, days))
                step = max(1, len(fitting) // (2 * FIRST_HOSTS))
                calm = fitting[np.argsort(self._calm[fitting], kind="stable")]
                fitting = calm[number % step :: step][:FIRST_HOSTS]
            some += [(rank, self.problem.hosts[position]) for position in fitting]
        return some + self._with_unwanted_days(person)

    def _with_unwanted_days(self, person: Person) -> list[tuple[int, Host]]:
        """The few hosts whose days for the person are their own: all stays there are looked at."""
        hosts = sorted({host for host, _day in person.unwanted} & self._position.keys())
        ranks = [(person.rank_of(host), self.problem.hosts[self._position[host]]) for host in hosts]
        return [(rank, host) for rank, host in ranks if rank]

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
    def _organisations(self) -> np.ndarray:
        return np.array(
            [-2 if host.organisation is None else host.organisation for host in self.problem.hosts]
        )

    @cached_property
    def _workplaces(self) -> np.ndarray:
        return np.array(
            [-2 if host.workplace is None else host.workplace for host in self.problem.hosts]
        )


def row_limits(problem: Problem) -> np.ndarray:
    """The upper bounds of the rows: one stay a person, the seats a day, the quotas."""
    seats = [host.seats for host in problem.hosts]
    quotas = [host.quota for host in problem.hosts]
    return np.concatenate([np.ones(len(problem.people)), np.ravel(seats), quotas]).astype(float)
