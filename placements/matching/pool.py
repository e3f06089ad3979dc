"""The stays that a program looks at, and finding those worth adding.

Most wishes name a few hosts, and all their stays are looked at. A wish for 'anywhere' in a large
round has tens of thousands; such a person starts with some, and the prices of seats tell whether
another stay could make the answer better (column generation: Desaulniers, Desrosiers and Solomon,
"Column Generation", 2005). When none is left out that could, what is proven of the pool is proven.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from placements.matching.program import TINY, Columns, Optimum
from placements.matching.rules import Rules, hosts_by_rank
from placements.matching.scoring import Level
from placements.matching.types import Host, Person, Problem, Stay

PAIRS_LOOKED_AT = 60_000
WIDE = 40
FIRST_HOSTS = 12
ADDED_AT_ONCE = 6


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
        self._host_of = problem.host_of
        self.wide: list[WideChoice] = []
        named = [list(hosts_by_rank(problem, person)) for person in problem.people]
        limit = WIDE if sum(map(len, named)) > PAIRS_LOOKED_AT else len(problem.hosts)
        contention = self._contention(named)
        found: list[tuple[int, int, int, int]] = []
        for number, (person, hosts) in enumerate(zip(problem.people, named, strict=True)):
            if len(hosts) > limit and not person.may_split:
                hosts = self._start_with_some(number, person, hosts, contention)
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
        people, worths = self.problem.people, {}
        pairs = self.person.astype(np.int64) * 16 + self.rank
        each, where = np.unique(pairs, return_inverse=True)
        worths = [level.of_stay(people[pair // 16], pair % 16) for pair in each.tolist()]
        return np.array(worths, dtype=float)[where] if len(each) else np.zeros(0)

    def stay(self, position: int) -> Stay:
        """The stay at a position."""
        person = self.problem.people[self.person[position]]
        host = self.problem.hosts[self.host[position]]
        return Stay(person.id, host.id, self.runs[self.run[position]])

    def add_better(self, prices: list["Prices"]) -> int:
        """Add stays that could better the last goal without harming those before; returns how many."""
        pricing = _Pricing(self, prices)
        found = [stay for choice in self.wide for stay in pricing.better(choice)]
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

    def _contention(self, named) -> dict[int, float]:
        """How many narrow wishes name a host, for each visitor it takes."""
        wishes = Counter(host.id for hosts in named if len(hosts) <= WIDE for _rank, host in hosts)
        return {host.id: wishes[host.id] / max(1, host.quota) for host in self.problem.hosts}

    def _start_with_some(self, number: int, person: Person, hosts, contention) -> list:
        """Some of the least contended hosts of each rank; the rest is kept to be priced."""
        some = []
        for rank in sorted({rank for rank, _host in hosts}):
            fitting = [
                host
                for at, host in hosts
                if at == rank
                and self.rules.is_open_to(person, host)
                and self.rules.firsts(person, host)
            ]
            if len(fitting) <= WIDE:
                some += [(rank, host) for host in fitting]
                continue
            calm = sorted(fitting, key=lambda host: (contention[host.id], host.id))
            step = max(1, len(calm) // (2 * FIRST_HOSTS))
            some += [(rank, host) for host in calm[number % step :: step][:FIRST_HOSTS]]
            self.wide.append(self._wide_choice(number, person, rank, fitting))
        return some

    def _wide_choice(self, number: int, person: Person, rank: int, hosts: list[Host]) -> WideChoice:
        allowed = np.array(sorted(self._position[host.id] for host in hosts))
        bits = self.rules.own_runs(person)
        days = np.array([day for day in range(len(self.problem.days)) if bits >> day & 1])
        return WideChoice(number, rank, allowed, days)


def row_limits(problem: Problem) -> np.ndarray:
    """The upper bounds of the rows: one stay a person, the seats a day, the quotas."""
    seats = [host.seats for host in problem.hosts]
    quotas = [host.quota for host in problem.hosts]
    return np.concatenate([np.ones(len(problem.people)), np.ravel(seats), quotas]).astype(float)


@dataclass
class Prices:
    """One goal at its optimum: the prices of its rows, and by how much it may fall short of it."""

    level: Level
    optimum: Optimum
    gap: float
    kept: list[tuple[int, Level]]


class _Pricing:
    """The reduced costs of stays outside the pool, goal by goal."""

    def __init__(self, pool: Pool, prices: list[Prices]):
        self.pool, self.prices = pool, prices
        self._runs = [self._price_of_runs(each) for each in prices]
        self._open = {
            length: np.array(
                [
                    [bool(pool.rules.host_runs(host, length) >> day & 1) for day in range(self._days)]
                    for host in pool.problem.hosts
                ]
            )
            for length in pool.rules.runs
        }

    @property
    def _days(self) -> int:
        return len(self.pool.problem.days)

    def better(self, choice: WideChoice) -> list[tuple[int, int, int, int]]:
        """Stays of a wide choice whose reduced cost is above zero in the last goal, the best first."""
        person = self.pool.problem.people[choice.person]
        where = np.ix_(choice.hosts, choice.days)
        possible = self._open[person.length][where]
        for prices, runs in zip(self.prices, self._runs, strict=True):
            reduced = self._worth(prices, person, choice) - runs[person.length][where]
            threshold = TINY if prices is self.prices[-1] else -prices.gap - TINY
            possible = possible & (reduced > threshold)
        found = np.flatnonzero(possible)
        if not len(found):
            return []
        turn = choice.person % len(found)
        order = np.argsort(-np.roll(reduced.ravel()[found], -turn), kind="stable")[:ADDED_AT_ONCE]
        hosts, days = np.unravel_index(np.roll(found, -turn)[order], possible.shape)
        runs = self.pool.rules.runs[person.length]
        return [
            (
                choice.person,
                int(choice.hosts[host]),
                self.pool.number_of_run(runs[choice.days[day]]),
                choice.rank,
            )
            for host, day in zip(hosts, days, strict=True)
        ]

    def _worth(self, prices: Prices, person: Person, choice: WideChoice) -> float:
        own = prices.optimum.prices[choice.person]
        kept = sum(
            prices.optimum.prices[row] * level.of_stay(person, choice.rank)
            for row, level in prices.kept
        )
        return prices.level.of_stay(person, choice.rank) - own - kept

    def _price_of_runs(self, prices: Prices) -> dict[int, np.ndarray]:
        """For each length the price of a run at each host, by its first day."""
        people, hosts = len(self.pool.problem.people), len(self.pool.problem.hosts)
        quotas = people + hosts * self._days
        seats = prices.optimum.prices[people:quotas].reshape(hosts, self._days)
        quota = prices.optimum.prices[quotas : quotas + hosts]
        sums = np.concatenate([np.zeros((hosts, 1)), np.cumsum(seats, axis=1)], axis=1)
        tables = {}
        for length in self.pool.rules.runs:
            last = np.minimum(np.arange(self._days) + length, self._days)
            tables[length] = sums[:, last] - sums[:, :-1] + quota[:, None]
        return tables
