"""The program of a part: the relaxation of a goal, and whole-number answers near it."""

from collections.abc import Iterator
from math import floor, inf

import numpy as np

from placements.matching import scoring
from placements.matching.cuts import EVERY_KIND, PLAIN, Kinds
from placements.matching.limit import Limit
from placements.matching.pool import Pool
from placements.matching.pricing import Prices, add_better, add_possible
from placements.matching.program import TINY, Face, Optimum, Program
from placements.matching.scoring import RELATIONS, Level
from placements.matching.soft import Extended, add_relations
from placements.matching.solver import OnBetter
from placements.matching.types import Problem
from placements.matching.whole import Whole, whole

# How far whole-number answers are sought (`effort`): a search nearby takes up to about half a minute on an
# instance of the hardest kind, most of it before its first node.
EFFORT_NEARBY, EFFORT_EVERYWHERE = 1_000_000, 20_000_000
# Stays that are too many to search everywhere: where a proof can come of it, and where the pool leaves out
# some that a better answer could have (nor are more than that taken in).
TOO_MANY, TOO_MANY_OF_A_POOL = 400_000, 120_000
PATIENCE = 5


class Climb:
    """The program of a part, at one goal after another.

    `optimum` is the best of the relaxation at the goal at work.
    """

    optimum: Optimum

    def __init__(self, pool: Pool, everything: Problem, goals: list[Level], limit: Limit):
        self.pool, self.goals, self.limit = pool, goals, limit
        self.prices: list[Prices] = []
        self.is_fixed = any(level.name == RELATIONS for level in goals)
        program = Extended(pool.columns(), *pool.row_bounds(), np.zeros(len(pool)))
        if self.is_fixed:
            add_relations(program, pool, everything, np.arange(len(pool)), 1.0)
            program.finish()
        self._extra_points = program.points[len(pool) :]
        self.program = Program(
            program.row_lower, program.row_upper, limit, choice_rows=len(pool.problem.people)
        )
        self.program.add(program.columns)

    def near_the_start(self, on_better: OnBetter) -> np.ndarray | None:
        """All goals at once, roughly: a good place to climb from, and a first answer quite near it, if there
        is one."""
        rough = scoring.rough(self.goals)
        self.optimum = self._priced(rough)
        return self._near(self._cost(rough), np.rint(self.optimum.x), on_better, how_far=2).x

    def optima(self, number: int) -> Iterator[Optimum]:
        """The best of a goal's relaxation among all stays, those outside the pool included; then again
        and again with what is not whole cut off."""
        self.optimum = self._priced(self.goals[number])
        yield self.optimum
        yield from self._cut_off(number, PLAIN)

    def _cut_off(self, number: int, kinds: Kinds) -> Iterator[Optimum]:
        """The relaxation's best after each round of cuts, as long as they bring the bound down."""
        lowest, rounds_left = self.optimum.value, PATIENCE
        while rounds_left and self.program.cut(self.optimum, kinds):
            self.optimum = self._priced(self.goals[number])
            yield self.optimum
            rounds_left = PATIENCE if self.optimum.value < lowest - TINY else rounds_left - 1
            lowest = self.optimum.value

    def keep(self, number: int, value: float) -> None:
        """Go on among the answers that have this much of a goal."""
        gap = max(0.0, self.optimum.value - value)
        self.prices.append(self._prices(self.goals[number], self.optimum, gap))
        self.program.keep(number, self.cost(number), self.optimum, value)

    def cost(self, number: int) -> np.ndarray:
        """What each column adds to a goal."""
        return self._cost(self.goals[number])

    def with_extras(self, x: np.ndarray) -> np.ndarray:
        """Stays as a point of the program: columns that count relations included."""
        if not self.is_fixed:
            return x
        extras = self.program.columns.only(np.arange(len(self.pool), len(self.program.columns)))
        counts = extras.rows[extras.starts[:-1]]
        rows = self.program.columns.only(np.arange(len(self.pool))).activity(
            x, len(self.program.row_lower)
        )
        return np.append(x, np.minimum(1.0, rows[counts]))

    def whole_answers(self, number: int, known: np.ndarray, on_better: OnBetter) -> Iterator[Whole]:
        """Ever better whole answers for a goal with their bound, a known one first; on_better is given what
        a search has found while it is still at work.

        First near what the relaxation is torn about, the others where they are known to be; where that does
        not reach the relaxation, cuts of every kind bring it down. Then again, and with the others
        where the relaxation has them; what is then still in doubt is looked for everywhere, unless the
        program is too large.
        """
        cost, best = self.cost(number), known
        yield Whole(best, self._bound)
        best = self._better_of(cost, best, on_better)
        yield Whole(best, self._bound)
        before = self.optimum.value
        if before > round(cost @ best) + TINY:
            for optimum in self._cut_off(number, EVERY_KIND):
                cost, best = self.cost(number), self._as_wide_as_the_pool(best)
                yield Whole(best, self._bound)
                if optimum.value < round(cost @ best) + TINY:
                    break
        if self.optimum.value < before - TINY:
            best = self._better_of(cost, best, on_better)
            yield Whole(best, self._bound)
        while round(cost @ best) < self._bound:
            better = self.program.narrowed(cost, self.optimum, round(cost @ best) + 1)
            found = self._near(cost, np.rint(self.optimum.x), on_better, better)
            if found.x is None:
                yield self._anywhere(number, best, on_better)
                return
            best = found.x
            yield Whole(best, self._bound)

    @property
    def _bound(self) -> int:
        """What no whole answer exceeds at the goal at work."""
        return floor(self.optimum.value + TINY)

    def _better_of(self, cost: np.ndarray, best: np.ndarray, on_better: OnBetter) -> np.ndarray:
        """A known answer, or a better one near it."""
        if round(cost @ best) >= self._bound:
            return best
        near = self._near(cost, best, on_better)
        if near.x is None or round(cost @ near.x) < round(cost @ best):
            return best
        return near.x

    def _anywhere(self, number: int, best: np.ndarray, on_better: OnBetter) -> Whole:
        """An answer better than the best so far, looked for everywhere; or the proof that there is none.

        Where the pool leaves too much out there is no proof.
        """
        bound, wanted = self._bound, round(self.cost(number) @ best) + 1
        is_all_in = self._widen(number, wanted)
        best, cost = self._as_wide_as_the_pool(best), self.cost(number)
        better = self.program.narrowed(cost, self.optimum, wanted)
        stays = np.count_nonzero(better.columns.upper > better.columns.lower)
        if stays > (TOO_MANY if is_all_in else TOO_MANY_OF_A_POOL):
            return Whole(best, bound)
        found = whole(better, cost, limit=self.limit, effort=EFFORT_EVERYWHERE, on_better=on_better)
        if found.x is None:
            is_proven = is_all_in and found.bound == -inf
            return Whole(best, wanted - 1 if is_proven else bound)
        return Whole(found.x, min(bound, found.bound) if is_all_in else bound)

    def _widen(self, number: int, wanted: int) -> bool:
        """Take up what the pool leaves out and an answer with so much of a goal could have; returns whether
        that was not too much to search."""
        if not self.pool.is_wide or self.is_fixed:
            return not self.pool.is_wide
        gap, before = self.optimum.value - wanted, len(self.pool)
        prices = [*self.prices, self._prices(self.goals[number], self.optimum, gap)]
        is_all_in = add_possible(self.pool, prices, TOO_MANY_OF_A_POOL)
        if len(self.pool) > before:
            self._follow_pool(before)
            self.optimum = self.program.maximise(self.cost(number))
        return is_all_in

    def _near(
        self,
        cost: np.ndarray,
        start: np.ndarray,
        on_better: OnBetter,
        face: Program | Face | None = None,
        how_far: int | None = None,
    ) -> Whole:
        """A good whole answer, on a face or in all that is left, sought in one neighbourhood after another
        (all, or `how_far` of them) until it has what the relaxation has.

        First among the stays of the relaxation and of the start alone; then all stays of those whom the
        relaxation tears; of those whom it does not place wholly; of all at the hosts of the torn ones; and
        of all at hosts where the start is another.
        """
        optimum = self.optimum
        if not optimum.fractional.any():
            x = np.rint(optimum.x)
            return Whole(x, cost @ x)
        person, host = self.pool.person, self.pool.host
        best = Whole(None, inf)
        for neighbourhood in _NEIGHBOURHOODS[:how_far]:
            free, base = neighbourhood(person, host, optimum, start)
            found = whole(
                face or self.program,
                cost,
                limit=self.limit,
                free=free,
                start=base,
                effort=EFFORT_NEARBY,
                on_better=on_better,
            )
            if found.x is not None and (best.x is None or cost @ found.x > cost @ best.x):
                best, start = found, found.x
            if best.x is not None and cost @ best.x > optimum.value - 1 + TINY:
                break
        return best

    def _priced(self, level: Level) -> Optimum:
        optimum = self.program.maximise(self._cost(level))
        while self.pool.is_wide and not self.is_fixed:
            before = len(self.pool)
            if not add_better(self.pool, [*self.prices, self._prices(level, optimum)]):
                break
            self._follow_pool(before)
            optimum = self.program.maximise(self._cost(level))
        return optimum

    def _follow_pool(self, before: int) -> None:
        """Take up the stays that the pool has got since it had so many."""
        rows = [(row, self.pool.worth(self.goals[goal])) for row, goal in self.program.kept]
        self.program.add(self.pool.columns(before, rows))

    def _as_wide_as_the_pool(self, x: np.ndarray) -> np.ndarray:
        return np.append(x, np.zeros(len(self.program.columns) - len(x)))

    def _prices(self, level: Level, optimum: Optimum, gap: float = 0.0) -> Prices:
        kept = [(row, self.goals[goal]) for row, goal in self.program.kept]
        return Prices(level, optimum, gap, kept, list(self.program.cuts))

    def _cost(self, level: Level) -> np.ndarray:
        extra = self._extra_points * (level.name == RELATIONS)
        return np.append(self.pool.worth(level), extra)


class SoftClimb:
    """The soft goal: its relaxation, and ever better whole answers."""

    def __init__(
        self, pool: Pool, program: Extended, chosen: np.ndarray, known: np.ndarray, limit: Limit
    ):
        self.person, self.host = pool.person[chosen], pool.host[chosen]
        self.chosen, self.known, self.points, self.limit = chosen, known, program.points, limit
        self.program = Program(program.row_lower, program.row_upper, limit)
        self.program.add(program.columns)

    def maximise(self) -> Optimum:
        """The best of the relaxation. Raises Stopped."""
        return self.program.maximise(self.points)

    def answers(self, optimum: Optimum, on_better: OnBetter) -> Iterator[Whole]:
        """A first whole answer, then the best one where the first is not proven to be it; on_better is given
        what that search has found while it is still at work."""
        first = self._close_to(optimum)
        if first.x is None:
            first = self._close_to_the_known(optimum)
        yield first
        program = self.program
        if first.x is not None:
            value = self.points @ first.x
            if short_of(optimum.value, value) == 0:
                return
            program = program.narrowed(self.points, optimum, value)
        yield whole(
            program,
            self.points,
            limit=self.limit,
            start=first.x,
            effort=EFFORT_EVERYWHERE,
            on_better=on_better,
        )

    def _close_to(self, optimum: Optimum) -> Whole:
        """The best whole answer with every stay kept that the relaxation gives wholly."""
        free, start = _held(self.person, self.host, optimum, self.known)
        found = whole(
            self.program, self.points, limit=self.limit, free=free, start=start, effort=EFFORT_NEARBY
        )
        return Whole(found.x, inf)

    def _close_to_the_known(self, optimum: Optimum) -> Whole:
        """The best whole answer with everybody where they are known to be whom the relaxation does not tear."""
        start = np.append(self.known, np.zeros(len(optimum.x) - len(self.known)))
        free, start = _at_torn_hosts(self.person, self.host, optimum, start)
        found = whole(
            self.program, self.points, limit=self.limit, free=free, start=start, effort=EFFORT_NEARBY
        )
        return Whole(found.x, inf)


def _known(person, host, optimum: Optimum, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Free are the columns that stand in the start or in the relaxation, and all columns that are no stays."""
    free = (optimum.x > TINY) | (start > TINY)
    free[len(person) :] = True
    return free, start


def _torn(person, host, optimum: Optimum, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Free are those and all columns of people whom the relaxation tears."""
    stays = len(person)
    free, start = _known(person, host, optimum, start)
    free[:stays] |= np.isin(person, person[optimum.fractional[:stays]])
    return free, start


def _held(person, host, optimum: Optimum, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Free are all columns of people whom the relaxation does not place wholly; the others stay there."""
    stays = len(person)
    free = np.ones(len(optimum.x), bool)
    is_at_one, is_torn = optimum.x[:stays] > 1 - TINY, optimum.fractional[:stays]
    free[:stays] = ~np.isin(person, person[is_at_one]) | np.isin(person, person[is_torn])
    return free, np.where(free, 0.0, np.rint(optimum.x))


def _at_torn_hosts(person, host, optimum: Optimum, start) -> tuple[np.ndarray, np.ndarray]:
    """Free are the columns of all who stay, here or there, at a host of somebody whom the relaxation tears."""
    return _of_all_at(host[optimum.fractional[: len(host)]], person, host, optimum, start), start


def _at_moved_hosts(person, host, optimum: Optimum, start) -> tuple[np.ndarray, np.ndarray]:
    """Free are the columns of all who stay, here or there, at a host where the two differ."""
    differs = np.abs(optimum.x - start)[: len(host)] > TINY
    return _of_all_at(host[differs], person, host, optimum, start), start


def _of_all_at(hosts, person, host, optimum: Optimum, start) -> np.ndarray:
    """The columns of all who stay at these hosts in the relaxation or in the start, and those that are no stays."""
    stays = len(person)
    stands = (optimum.x[:stays] > TINY) | (start[:stays] > TINY)
    is_there = stands & np.isin(host, hosts)
    return np.append(np.isin(person, person[is_there]), np.ones(len(start) - stays, bool))


_NEIGHBOURHOODS = (_known, _torn, _held, _at_torn_hosts, _at_moved_hosts)


def short_of(bound: float, value: float) -> float:
    """By how much a whole value falls short of a bound; 0 when nothing better exists."""
    return 0.0 if bound < value + 1 - TINY else bound - value
