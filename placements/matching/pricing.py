"""Finding the stays outside the pool that could better an answer.

The prices of seats tell whether another stay could (column generation: Desaulniers, Desrosiers and
Solomon, "Column Generation", 2005). When none is left out that could, what is proven of the pool is
proven of the round.
"""

from dataclasses import dataclass

import numpy as np

from placements.matching.pool import Pool, WideChoice
from placements.matching.program import TINY, Optimum
from placements.matching.scoring import Level
from placements.matching.types import Person

ADDED_AT_ONCE = 6


@dataclass
class Prices:
    """One goal at its optimum: the prices of its rows, and by how much it may fall short of it."""

    level: Level
    optimum: Optimum
    gap: float
    kept: list[tuple[int, Level]]


def add_better(pool: Pool, prices: list[Prices]) -> int:
    """Add stays that could better the last goal without harming those before; returns how many."""
    pricing = _Pricing(pool, prices)
    return pool.add([stay for choice in pool.wide for stay in pricing.better(choice)])


class _Pricing:
    """The reduced costs of stays outside the pool, goal by goal."""

    def __init__(self, pool: Pool, prices: list[Prices]):
        self.pool, self.prices = pool, prices
        self._runs = [self._price_of_runs(each) for each in prices]

    @property
    def _days(self) -> int:
        return len(self.pool.problem.days)

    def better(self, choice: WideChoice) -> list[tuple[int, int, int, int]]:
        """Stays of a wide choice whose reduced cost is above zero in the last goal, the best first."""
        person = self.pool.problem.people[choice.person]
        where = np.ix_(choice.hosts, choice.days)
        possible = self.pool.open_runs[person.length][where]
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
