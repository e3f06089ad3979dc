"""The best answer to a problem, and how far it is proven.

Each independent part climbs from goal to goal (scoring.py): the relaxation of a goal is solved by
HiGHS and gives a bound; a whole-number answer is sought near it; the program is narrowed to the
answers that are as good (program.py), and the next goal is looked at. The relaxation of this problem
is nearly integral, so the answer near it mostly reaches the bound, which proves it. If not, an answer
better by one is looked for everywhere, unless the program is so large that it would take many minutes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import floor, inf

import numpy as np

from placements.matching import chains, scoring
from placements.matching.parts import parts
from placements.matching.pool import Pool, Prices, row_limits
from placements.matching.program import TINY, Face, Limit, Optimum, Program, Stopped, Whole, whole
from placements.matching.rules import Seats
from placements.matching.scoring import RELATIONS, SOFT, Level, Weights
from placements.matching.soft import Extended, Soft, add_relations
from placements.matching.types import Goal, Problem, Proof, Solution, Stay

LARGEST_SEARCH = 120_000
SHARE_FOR_PROOF = 0.5


@dataclass(frozen=True)
class Progress:
    """How far a solve has come: the goal at work, the best number of people placed so far."""

    step: str
    placed: int
    seconds: float


def solve(
    problem: Problem,
    *,
    goal: Goal = Goal.MOST_PLACED,
    weights: Weights | None = None,
    rank_cost: Sequence[int] | None = None,
    time_limit: float = 60.0,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solution:
    """The best answer found within time_limit seconds, with its proofs.

    should_stop is asked about twice a second; the best answer so far is given then. The same problem
    gives the same answer, whatever the order of its parts, unless the time runs out.
    """
    weights = weights or Weights()
    limit = Limit(time_limit, should_stop)
    problem = problem.in_order()
    goals = scoring.levels(goal, rank_cost)
    pinned = {stay.person for stay in problem.pinned}
    open_problem = problem.without_seats_of(problem.pinned)
    open_problem = replace(
        open_problem, people=tuple(p for p in open_problem.people if p.id not in pinned)
    )
    placed = len(problem.pinned)
    answers = []
    for part in parts(open_problem, goal, weights):
        reporter = _Reporter(on_progress, limit, placed)
        answers.append(_Part(part, problem, goals, weights, limit, reporter).answer())
        placed += len(answers[-1].stays)
    stays = tuple(sorted([*problem.pinned, *(stay for answer in answers for stay in answer.stays)]))
    return Solution(
        stays, _proofs(problem, goals, weights, stays, answers), limit.spent, limit.is_over()
    )


@dataclass
class _Answer:
    """The stays of one part, and for each goal by how much more there could be (0: proven)."""

    stays: list[Stay]
    short: list[float]


def _proofs(problem, goals, weights, stays, answers: list[_Answer]) -> tuple[Proof, ...]:
    values = [scoring.value(level, problem, stays) for level in goals]
    rings = weights.ring and weights.ring * chains.count(problem, stays)
    values.append(scoring.soft_value(problem, stays, weights) + rings)
    names = [*(level.name for level in goals), SOFT]
    short = [sum(answer.short[n] for answer in answers) for n in range(len(names))]
    return tuple(
        Proof(name, value, value + less) for name, value, less in zip(names, values, short, strict=True)
    )


@dataclass
class _Reporter:
    on_progress: Callable[[Progress], None] | None
    limit: Limit
    before: int

    def tell(self, step: str, placed: int) -> None:
        if self.on_progress:
            self.on_progress(Progress(step, self.before + placed, self.limit.spent))


class _Part:
    """One independent part of a problem. `problem` is the part, `everything` the whole round."""

    def __init__(self, problem: Problem, everything: Problem, goals, weights: Weights, limit, reporter):
        self.problem, self.everything = problem, everything
        self.goals, self.weights = goals, weights
        self.limit, self.reporter = limit, reporter
        self.pool = Pool(problem)
        self.best = fill(self.pool, by_rank(self.pool))
        self.short = [inf] * (len(goals) + 1)
        if goals[0].name == "placed":
            self.short[0] = len(np.unique(self.pool.person)) - self.best.sum()

    def answer(self) -> _Answer:
        """The best answer of this part."""
        self.reporter.tell("start", int(self.best.sum()))
        if len(self.pool):
            try:
                self._climb()
            except Stopped:
                pass
        else:
            self.short = [0.0] * len(self.short)
        stays = [self.pool.stay(position) for position in np.flatnonzero(self.best)]
        return _Answer(stays, [max(0.0, short) for short in self.short])

    def _climb(self) -> None:
        """Climb from goal to goal, with the best whole answer so far at each."""
        climb = _Climb(self.pool, self.everything, self.goals, self.limit)
        bounds = []
        try:
            start = climb.near_the_start()
            self._grow()
            if climb.cost(0) @ start >= climb.cost(0) @ climb.with_extras(self.best):
                self._take(start)
            for number, level in enumerate(self.goals):
                self.reporter.tell(level.name, int(self.best.sum()))
                optimum = climb.maximise(number)
                self._grow()
                bounds.append(floor(optimum.value + TINY))
                self._note(climb, bounds)
                found = climb.best_whole(number, optimum, climb.with_extras(self.best))
                self._take(found.x)
                bounds[-1] = floor(found.bound + TINY)
                self._note(climb, bounds)
                climb.keep(number, optimum, round(climb.cost(number) @ found.x))
            self._improve_soft(climb)
        finally:
            self._grow()

    def _grow(self) -> None:
        """Follow the pool, which may have got further stays."""
        self.best = np.append(self.best, np.zeros(len(self.pool) - len(self.best)))

    def _note(self, climb: "_Climb", bounds: list[float]) -> None:
        """What is proven of the best answer: a goal's bound counts while those before it are reached."""
        is_reached = not (self.pool.wide and climb.is_fixed)
        x = climb.with_extras(self.best)
        for number, bound in enumerate(bounds):
            short = max(0.0, bound - round(climb.cost(number) @ x))
            self.short[number] = short if is_reached else inf
            is_reached = is_reached and not short

    def _take(self, x: np.ndarray) -> None:
        self.best = np.rint(x[: len(self.pool)])
        self.reporter.tell("found", int(self.best.sum()))

    def _improve_soft(self, climb: "_Climb") -> None:
        """The last goal, on the best face of all the others; bound and answer as far as time allows."""
        self.reporter.tell(SOFT, int(self.best.sum()))
        columns = climb.program.columns
        chosen = np.flatnonzero(columns.upper[: len(self.pool)] > 0)
        if not len(chosen):
            self.short[-1] = 0.0
            return
        kept = np.append(chosen, np.arange(len(self.pool), len(columns)))
        soft = Soft(self.pool, self.everything, self.weights)
        program = soft.extend(
            columns.only(kept), climb.program.row_lower, climb.program.row_upper, chosen
        )
        self._climb_soft(_SoftClimb(self.pool, program, chosen, self.best[chosen], self.limit))

    def _climb_soft(self, climb: "_SoftClimb") -> None:
        try:
            optimum = climb.maximise()
            for found in climb.answers(optimum):
                if found.x is None:
                    continue
                self.best = np.zeros(len(self.pool))
                self.best[climb.chosen] = np.rint(found.x[: len(climb.chosen)])
                bound = min(optimum.value, found.bound)
                self.short[-1] = _short(bound, climb.points @ found.x)
                self.reporter.tell(SOFT, int(self.best.sum()))
        finally:
            if self.pool.wide:
                self.short[-1] = inf


def _short(bound: float, value: float) -> float:
    return 0.0 if bound < value + 1 - TINY else bound - value


class _Climb:
    """The program of a part, at one goal after another."""

    def __init__(self, pool: Pool, everything: Problem, goals: list[Level], limit: Limit):
        self.pool, self.goals, self.limit = pool, goals, limit
        self.prices: list[Prices] = []
        self.is_fixed = any(level.name == RELATIONS for level in goals)
        limits = row_limits(pool.problem)
        program = Extended(pool.columns(), np.full(len(limits), -inf), limits, np.zeros(len(pool)))
        if self.is_fixed:
            add_relations(program, pool, everything, np.arange(len(pool)), 1.0)
            program.finish()
        self._extra_points = program.points[len(pool) :]
        self.program = Program(
            program.row_lower, program.row_upper, limit, choice_rows=len(pool.problem.people)
        )
        self.program.add(program.columns)

    def near_the_start(self) -> np.ndarray:
        """All goals at once, roughly: a good place to climb from, and a first answer near it."""
        rough = scoring.rough(self.goals)
        optimum = self._priced(rough)
        near = self._near(optimum, self._cost(rough), np.rint(optimum.x))
        if near.x is None:
            raise Stopped
        return near.x

    def maximise(self, number: int) -> Optimum:
        """The best of a goal's relaxation among all stays, those outside the pool included."""
        return self._priced(self.goals[number])

    def keep(self, number: int, optimum: Optimum, value: float) -> None:
        """Go on among the answers that have this much of a goal."""
        kept = self._kept()
        self.program.keep(number, self.cost(number), optimum, value)
        gap = max(0.0, optimum.value - value)
        self.prices.append(Prices(self.goals[number], optimum, gap, kept))

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

    def best_whole(self, number: int, optimum: Optimum, known: np.ndarray) -> Whole:
        """The best whole answer for a goal, and its bound, from a known one on.

        First near what the relaxation is torn about, the others where they are known to be, or where
        the relaxation has them; what is then still in doubt is looked for everywhere, unless the
        program is too large.
        """
        cost = self.cost(number)
        bound = floor(optimum.value + TINY)
        near = self._near(optimum, cost, known)
        if near.x is None:
            near.x = known
        best = near.x
        while round(cost @ best) < bound:
            better = self.program.narrowed(cost, optimum, round(cost @ best) + 1)
            found = self._near(optimum, cost, np.rint(optimum.x), better)
            if found.x is None:
                return self._anywhere(better, cost, best, bound)
            best = found.x
        return Whole(best, bound)

    def _anywhere(self, better: Face, cost: np.ndarray, best: np.ndarray, bound: float) -> Whole:
        """An answer better than the best so far, looked for everywhere; or the proof that there is none."""
        stays = np.count_nonzero(better.columns.upper > better.columns.lower)
        if stays > LARGEST_SEARCH:
            return Whole(best, bound)
        found = whole(better, cost, limit=self.limit, seconds=self.limit.left * SHARE_FOR_PROOF)
        if found.x is None:
            return Whole(best, round(cost @ best) if found.bound == -inf else bound)
        return Whole(found.x, min(bound, found.bound))

    def _near(
        self,
        optimum: Optimum,
        cost: np.ndarray,
        start: np.ndarray,
        face: Program | Face | None = None,
    ) -> Whole:
        """The best whole answer, on a face or in all that is left, with most people where they start.

        Free are the people whom the relaxation tears between stays, and all at the hosts of these.
        """
        if not optimum.fractional.any():
            x = np.rint(optimum.x)
            return Whole(x, cost @ x)
        free = _free(self.pool.person, self.pool.host, optimum, start)
        return whole(face or self.program, cost, limit=self.limit, free=free, start=start)

    def _priced(self, level: Level) -> Optimum:
        optimum = self.program.maximise(self._cost(level))
        while self.pool.wide and not self.is_fixed:
            before = len(self.pool)
            prices = [*self.prices, Prices(level, optimum, 0.0, self._kept())]
            if not self.pool.add_better(prices):
                break
            rows = [(row, self.pool.worth(self.goals[goal])) for row, goal in self.program.kept]
            self.program.add(self.pool.columns(before, rows))
            optimum = self.program.maximise(self._cost(level))
        return optimum

    def _kept(self) -> list[tuple[int, Level]]:
        return [(row, self.goals[goal]) for row, goal in self.program.kept]

    def _cost(self, level: Level) -> np.ndarray:
        extra = self._extra_points * (level.name == RELATIONS)
        return np.append(self.pool.worth(level), extra)


class _SoftClimb:
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

    def answers(self, optimum: Optimum):
        """A first whole answer, then the best one where the first is not proven to be it."""
        first = self._close_to(optimum)
        if first.x is None:
            first = self._close_to_the_known(optimum)
        yield first
        program = self.program
        if first.x is not None:
            value = self.points @ first.x
            if _short(optimum.value, value) == 0:
                return
            program = program.narrowed(self.points, optimum, value)
        yield whole(program, self.points, limit=self.limit, start=first.x)

    def _close_to(self, optimum: Optimum) -> Whole:
        """The best whole answer with every stay kept that the relaxation gives wholly."""
        stays = len(self.chosen)
        free = np.ones(len(optimum.x), bool)
        free[:stays] = ~np.isin(self.person, self.person[optimum.x[:stays] > 1 - TINY])
        start = np.where(free, 0.0, np.rint(optimum.x))
        found = whole(self.program, self.points, limit=self.limit, free=free, start=start)
        return Whole(found.x, inf)

    def _close_to_the_known(self, optimum: Optimum) -> Whole:
        """The best whole answer with everybody where they are known to be whom the relaxation does not tear."""
        start = np.append(self.known, np.zeros(len(optimum.x) - len(self.known)))
        free = _free(self.person, self.host, optimum, start)
        found = whole(self.program, self.points, limit=self.limit, free=free, start=start)
        return Whole(found.x, inf)


def _free(person: np.ndarray, host: np.ndarray, optimum: Optimum, start: np.ndarray) -> np.ndarray:
    """The columns of all who stay, here or there, at a host of somebody whom the relaxation tears; and
    all columns that are no stays."""
    stays = len(person)
    stands = (optimum.x[:stays] > TINY) | (start[:stays] > TINY)
    at_hosts = stands & np.isin(host, host[optimum.fractional[:stays]])
    return np.append(np.isin(person, person[at_hosts]), np.ones(len(start) - stays, bool))


def by_rank(pool: Pool) -> np.ndarray:
    """The stays of a pool with the first choices before the second ones, people in order."""
    return np.lexsort((np.arange(len(pool)), pool.person, pool.rank))


def fill(pool: Pool, order: np.ndarray) -> np.ndarray:
    """Take stays in this order wherever person and seats are still free; ones at those taken."""
    seats, x = Seats(pool.problem), np.zeros(len(pool))
    is_placed = np.zeros(len(pool.problem.people), bool)
    hosts = pool.problem.hosts
    for position in order.tolist():
        person = pool.person[position]
        if is_placed[person]:
            continue
        host, days = hosts[pool.host[position]].id, pool.runs[pool.run[position]]
        if seats.has_room(host, days):
            seats.take(Stay(int(person), host, days))
            x[position], is_placed[person] = 1, True
    return x
