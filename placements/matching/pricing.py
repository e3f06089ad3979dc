"""Finding the stays outside the pool that could better an answer.

The prices of seats tell whether another stay could (column generation: Desaulniers, Desrosiers and
Solomon, "Column Generation", 2005). When none is left out that could, what is proven of the pool is
proven of the round.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from placements.matching.cuts import Cut
from placements.matching.pool import Entry, Pool
from placements.matching.program import TINY, Optimum
from placements.matching.scoring import Level
from placements.matching.types import Person
from placements.matching.wide import Shape, WideChoice

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
    return pool.add([stay for choice in pool.wide.choices for stay in pricing.better(choice)])


def add_possible(pool: Pool, prices: list[Prices], most: int) -> bool:
    """Add every stay that an answer could have which falls short of no goal by more than its gap; or none,
    and False, when these are more than `most`.
    """
    pricing = _Pricing(pool, prices)
    possible = [pricing.possible(choice, -prices[-1].gap - TINY)[0] for choice in pool.wide.choices]
    if sum(map(np.count_nonzero, possible)) > most:
        return False
    for choice, each in zip(pool.wide.choices, possible, strict=True):
        pool.add(pricing.entries(choice, *np.nonzero(each)))
    return True


class _Pricing:
    """The reduced costs of stays outside the pool, goal by goal."""

    def __init__(self, pool: Pool, prices: list[Prices]):
        self.pool, self.prices = pool, prices
        self._sets = [_SetPrices(pool, each) for each in prices]

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
        """Which stays of a wide choice, by host and set of days, have a reduced cost above a threshold in the
        last goal and do not harm those before; and these reduced costs."""
        person = self.pool.problem.people[choice.person]
        where = np.ix_(choice.hosts, choice.sets)
        possible = self.pool.wide.open_sets[choice.shape][where]
        for prices, sets in zip(self.prices, self._sets, strict=True):
            reduced = self._worth(prices, person, choice) - sets.of(choice.person, choice.shape)[where]
            least = threshold if prices is self.prices[-1] else -prices.gap - TINY
            possible = possible & (reduced > least)
        return possible, reduced

    def entries(self, choice: WideChoice, hosts: np.ndarray, sets: np.ndarray) -> list[Entry]:
        """The stays of a wide choice at these of its hosts and sets of days, as the pool takes them."""
        every_set = self.pool.wide.sets_of_days[choice.shape]
        return [
            (
                choice.person,
                int(choice.hosts[host]),
                self.pool.number_of_run(every_set[choice.sets[each]]),
                choice.rank,
                True,
            )
            for host, each in zip(hosts, sets, strict=True)
        ]

    def _worth(self, prices: Prices, person: Person, choice: WideChoice) -> float:
        own = prices.optimum.prices[choice.person]
        kept = sum(
            prices.optimum.prices[row] * level.of_stay(person, choice.rank)
            for row, level in prices.kept
        )
        return prices.level.of_stay(person, choice.rank) - own - kept


class _SetPrices:
    """What seats, quota and cuts make sets of days cost in one goal: tables by host and set, for each shape."""

    def __init__(self, pool: Pool, prices: Prices):
        self._people, self._hosts = len(pool.problem.people), len(pool.problem.hosts)
        self._days, self._days_in_sets = len(pool.problem.days), pool.wide.days_in_sets
        seats, quotas = self._by_host(prices.optimum.prices)
        self._tables = {shape: self._sums(seats, quotas, shape) for shape in self._days_in_sets}
        self._own: dict[tuple[int, Shape], list[tuple[np.ndarray, np.ndarray]]] = {}
        for row, cut in prices.cuts:
            if prices.optimum.prices[row]:
                self._add(cut, prices.optimum.prices[row])

    def of(self, person: int, shape: Shape) -> np.ndarray:
        """The table of a person (by position) for stays of a shape."""
        table = self._tables[shape]
        if (person, shape) in self._own:
            table = table.copy()
            for hosts, more in self._own[person, shape]:
                table[hosts] += more
        return table

    def _add(self, cut: Cut, price: float) -> None:
        """A stay pays for half of how often it stands in the rows of a cut, rounded down.

        The person's own row counts too.
        """
        is_summed = np.zeros(self._people + self._hosts * (self._days + 1))
        is_summed[cut.rows[cut.rows < len(is_summed)]] = 1
        seats, quotas = self._by_host(is_summed)
        hosts = np.flatnonzero(seats.any(axis=1) | (quotas > 0))
        for shape, table in self._tables.items():
            counts = self._sums(seats[hosts], quotas[hosts], shape)
            table[hosts] += price * (counts // 2)
            for person in cut.rows[cut.rows < self._people].tolist():
                own = self._own.setdefault((person, shape), [])
                own.append((hosts, price * (counts % 2)))

    def _sums(self, seats: np.ndarray, quotas: np.ndarray, shape: Shape) -> np.ndarray:
        """The sum over the days of each set, and the quota, by host and set."""
        return seats @ self._days_in_sets[shape].T + quotas[:, None]

    def _by_host(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the rows of seats (by host and day) and of quotas (by host) have."""
        quotas = self._people + self._hosts * self._days
        seats = rows[self._people : quotas].reshape(self._hosts, self._days)
        return seats, rows[quotas : quotas + self._hosts]
