"""Finding the stays outside the pool that could better an answer.

The prices of seats tell whether another stay could (column generation: Desaulniers, Desrosiers and
Solomon, "Column Generation", 2005). When none is left out that could, what is proven of the pool is
proven of the round.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from placements.matching.cuts import Cut
from placements.matching.pool import Entry, Pool
from placements.matching.program import TINY, Optimum
from placements.matching.scoring import Level
from placements.matching.types import Person
from placements.matching.wide import Shape, WideChoice

ADDED_AT_ONCE = 6
OTHERS = 0


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
        rows = _Rows(pool)
        self._lengths = [person.length for person in pool.problem.people]
        self._tables = rows.sums(prices.optimum.prices)
        self._own: dict[tuple[int, Shape], list[tuple[np.ndarray, np.ndarray]]] = {}
        shares: dict[int, _Share] = {}
        for row, cut in _that_count(prices):
            shares[row] = _Share(cut, rows, shares)
            if price := prices.optimum.prices[row]:
                self._add(shares[row], price)

    def of(self, person: int, shape: Shape) -> np.ndarray:
        """The table of a person (by position) for stays of a shape."""
        table = self._tables[shape]
        if (person, shape) in self._own:
            table = table.copy()
            for hosts, more in self._own[person, shape]:
                table[hosts] += more
        return table

    def _add(self, share: "_Share", price: float) -> None:
        for shape, table in self._tables.items():
            of_others = share.table(OTHERS, shape)
            table[share.hosts] += price * of_others
            for kind, people in share.people.items():
                of_shape = [person for person in people if self._lengths[person] == shape[0]]
                if of_shape:
                    more = price * (share.table(kind, shape) - of_others)
                for person in of_shape:
                    self._own.setdefault((person, shape), []).append((share.hosts, more))


def _that_count(prices: Prices) -> list[tuple[int, Cut]]:
    """The cuts that have a price, and those that stand in them, in order."""
    wanted = {row for row, _cut in prices.cuts if prices.optimum.prices[row]}
    found = []
    for row, cut in reversed(prices.cuts):
        if row in wanted:
            found.append((row, cut))
            wanted.update(cut.rows.tolist())
    return found[::-1]


class _Rows:
    """Where the rows of people, seats and quotas stand in a program."""

    def __init__(self, pool: Pool):
        self.people, self.hosts = len(pool.problem.people), len(pool.problem.hosts)
        self.days, self.days_in_sets = len(pool.problem.days), pool.wide.days_in_sets

    def __len__(self) -> int:
        return self.people + self.hosts * (self.days + 1)

    def by_host(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the rows of seats (by host and day) and of quotas (by host) have."""
        quotas = self.people + self.hosts * self.days
        seats = values[self.people : quotas].reshape(self.hosts, self.days)
        return seats, values[quotas : quotas + self.hosts]

    def sums(self, values: np.ndarray, hosts=slice(None)) -> dict[Shape, np.ndarray]:
        """For each shape what the days of each set and the quota come to, by host and set."""
        seats, quotas = self.by_host(values)
        return {
            shape: seats[hosts] @ in_sets.T + quotas[hosts][:, None]
            for shape, in_sets in self.days_in_sets.items()
        }


class _Share:
    """How often stays that the pool leaves out stand in a cut: at `hosts`, by set of days.

    The own row of a person counts as well, and the cuts that stand in this one. So there are kinds of people
    (by position, in `people`) that have a table of their own; all OTHERS have the same.
    """

    def __init__(self, cut: Cut, rows: _Rows, shares: dict[int, "_Share"]):
        weights = cut.weight_by_row(len(rows))
        own, self._modulus = weights[: rows.people], cut.modulus
        self._parts = [
            (weight, shares[row])
            for row, weight in zip(cut.rows.tolist(), cut.weights.tolist(), strict=True)
            if row in shares
        ]
        seats, quotas = rows.by_host(weights)
        found = [np.flatnonzero(seats.any(axis=1) | (quotas > 0))]
        self.hosts = np.unique(np.concatenate([*found, *(part.hosts for _w, part in self._parts)]))
        self._sums = rows.sums(weights, self.hosts)
        self._tables: dict[tuple[int, Shape], np.ndarray] = {}
        # By the weight of the own row, and the kind in each of the cuts that stand in this one.
        self._kinds = {(0.0, *[OTHERS] * len(self._parts)): OTHERS}
        self._kind_of: dict[int, int] = {}
        self.people: dict[int, list[int]] = {}
        for person in sorted({*np.flatnonzero(own).tolist()}.union(*self._people_of_parts())):
            self._sort(person, (own[person], *(part.kind(person) for _w, part in self._parts)))

    def kind(self, person: int) -> int:
        """The kind of a person."""
        return self._kind_of.get(person, OTHERS)

    def table(self, kind: int, shape: Shape) -> np.ndarray:
        """How often each stay of this kind of people stands in the cut, by host and set of days."""
        if (kind, shape) not in self._tables:
            weight, *kinds = list(self._kinds)[kind]
            total = self._sums[shape] + weight
            for (times, part), of_part in zip(self._parts, kinds, strict=True):
                total[np.searchsorted(self.hosts, part.hosts)] += times * part.table(of_part, shape)
            self._tables[kind, shape] = total // self._modulus
        return self._tables[kind, shape]

    def _people_of_parts(self) -> list[Iterable[int]]:
        return [people for _w, part in self._parts for people in part.people.values()]

    def _sort(self, person: int, what: tuple) -> None:
        kind = self._kinds.setdefault(what, len(self._kinds))
        self._kind_of[person] = kind
        self.people.setdefault(kind, []).append(person)
