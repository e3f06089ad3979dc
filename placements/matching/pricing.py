"""Finding the stays outside the pool that could better an answer.

The prices of seats tell whether another stay could (column generation: Desaulniers, Desrosiers and
Solomon, "Column Generation", 2005). When none is left out that could, what is proven of the pool is
proven of the round.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from placements.matching.cuts import Cut
from placements.matching.pool import Entry, Pool, WideChoice
from placements.matching.program import TINY, Optimum
from placements.matching.scoring import Level
from placements.matching.types import Person

ADDED_AT_ONCE = 6


@dataclass
class Prices:
    """One goal at its optimum: the prices of its rows, and by how much it may fall short of it.

    kept and cuts are the rows beyond those of people, seats and quotas.
    """

    level: Level
    optimum: Optimum
    gap: float = 0.0
    kept: Sequence[tuple[int, Level]] = ()
    cuts: Sequence[tuple[int, Cut]] = ()


def add_better(pool: Pool, prices: list[Prices]) -> int:
    """Add stays that could better the last goal without harming those before; returns how many."""
    pricing = _Pricing(pool, prices)
    return pool.add([stay for choice in pool.wide for stay in pricing.better(choice)])


def add_possible(pool: Pool, prices: list[Prices], most: int) -> bool:
    """Add every stay that an answer could have which falls short of no goal by more than its gap; or none,
    and False, when these are more than `most`.
    """
    pricing = _Pricing(pool, prices)
    possible = [pricing.possible(choice, -prices[-1].gap - TINY)[0] for choice in pool.wide]
    if sum(map(np.count_nonzero, possible)) > most:
        return False
    for choice, each in zip(pool.wide, possible, strict=True):
        pool.add(pricing.entries(choice, *np.nonzero(each)))
    return True


class _Pricing:
    """The reduced costs of stays outside the pool, goal by goal."""

    def __init__(self, pool: Pool, prices: list[Prices]):
        self.pool, self.prices = pool, prices
        self._runs = [_RunPrices(pool, each) for each in prices]

    def better(self, choice: WideChoice) -> list[Entry]:
        """Stays of a wide choice whose reduced cost is above zero in the last goal, the best first."""
        possible, reduced = self.possible(choice, TINY)
        found = np.flatnonzero(possible)
        if not len(found):
            return []
        turn = choice.person % len(found)
        order = np.argsort(-np.roll(reduced.ravel()[found], -turn), kind="stable")[:ADDED_AT_ONCE]
        return self.entries(choice, *np.unravel_index(np.roll(found, -turn)[order], possible.shape))

    def possible(self, choice: WideChoice, threshold: float) -> tuple[np.ndarray, np.ndarray]:
        """Which stays of a wide choice, by host and first day, have a reduced cost above a threshold in the
        last goal and do not harm those before; and these reduced costs."""
        person = self.pool.problem.people[choice.person]
        where = np.ix_(choice.hosts, choice.days)
        possible = self.pool.open_runs[person.length][where]
        for prices, runs in zip(self.prices, self._runs, strict=True):
            reduced = self._worth(prices, person, choice) - runs.of(choice.person, person.length)[where]
            least = threshold if prices is self.prices[-1] else -prices.gap - TINY
            possible = possible & (reduced > least)
        return possible, reduced

    def entries(self, choice: WideChoice, hosts: np.ndarray, days: np.ndarray) -> list[Entry]:
        """The stays of a wide choice at these of its hosts and first days, as the pool takes them."""
        runs = self.pool.rules.runs[self.pool.problem.people[choice.person].length]
        return [
            (
                choice.person,
                int(choice.hosts[host]),
                self.pool.number_of_run(runs[choice.days[day]]),
                choice.rank,
                True,
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


class _RunPrices:
    """What seats, quota and cuts make runs cost in one goal: tables by host and first day."""

    def __init__(self, pool: Pool, prices: Prices):
        self._people, self._hosts = len(pool.problem.people), len(pool.problem.hosts)
        self._days, lengths = len(pool.problem.days), list(pool.rules.runs)
        seats, quotas = self._by_host(prices.optimum.prices)
        self._tables = {length: _sums_of_runs(seats, quotas, length) for length in lengths}
        self._own: dict[tuple[int, int], list[tuple[np.ndarray, np.ndarray]]] = {}
        for row, cut in prices.cuts:
            if prices.optimum.prices[row]:
                self._add(cut, prices.optimum.prices[row], lengths)

    def of(self, person: int, length: int) -> np.ndarray:
        """The table of a person (by position) for stays of a length."""
        table = self._tables[length]
        if (person, length) in self._own:
            table = table.copy()
            for hosts, more in self._own[person, length]:
                table[hosts] += more
        return table

    def _add(self, cut: Cut, price: float, lengths: list[int]) -> None:
        """A run pays for half of how often it stands in the rows of a cut, rounded down.

        The person's own row counts too.
        """
        is_summed = np.zeros(self._people + self._hosts * (self._days + 1))
        is_summed[cut.rows[cut.rows < len(is_summed)]] = 1
        seats, quotas = self._by_host(is_summed)
        hosts = np.flatnonzero(seats.any(axis=1) | (quotas > 0))
        for length in lengths:
            counts = _sums_of_runs(seats[hosts], quotas[hosts], length)
            self._tables[length][hosts] += price * (counts // 2)
            for person in cut.rows[cut.rows < self._people].tolist():
                own = self._own.setdefault((person, length), [])
                own.append((hosts, price * (counts % 2)))

    def _by_host(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the rows of seats (by host and day) and of quotas (by host) have."""
        quotas = self._people + self._hosts * self._days
        seats = rows[self._people : quotas].reshape(self._hosts, self._days)
        return seats, rows[quotas : quotas + self._hosts]


def _sums_of_runs(seats: np.ndarray, quotas: np.ndarray, length: int) -> np.ndarray:
    """The sum over the days of each run, and the quota, by host and first day."""
    hosts, days = seats.shape
    sums = np.concatenate([np.zeros((hosts, 1)), np.cumsum(seats, axis=1)], axis=1)
    last = np.minimum(np.arange(days) + length, days)
    return sums[:, last] - sums[:, :-1] + quotas[:, None]
