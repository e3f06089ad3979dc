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
from placements.matching.climb import Climb, SoftClimb, short_of
from placements.matching.parts import parts
from placements.matching.pool import Pool
from placements.matching.program import TINY
from placements.matching.rules import Seats
from placements.matching.scoring import SOFT, Weights
from placements.matching.soft import Soft
from placements.matching.solver import Limit, Stopped
from placements.matching.types import Goal, Problem, Proof, Solution, Stay


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
    gives the same answer, whatever the order of its parts and however slow the machine, unless the time
    runs out: then the answer says that it was stopped.
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
    was_stopped = limit.was_cut or limit.is_over()
    return Solution(stays, _proofs(problem, goals, weights, stays, answers), limit.spent, was_stopped)


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
            self.short[0] = len(np.unique(self.pool.person)) - self.pool.placed(self.best)

    def answer(self) -> _Answer:
        """The best answer of this part."""
        self._tell("start")
        if len(self.pool):
            try:
                self._climb()
            except Stopped:
                pass
        else:
            self.short = [0.0] * len(self.short)
        return _Answer(self.pool.stays(self.best), [max(0.0, short) for short in self.short])

    def _climb(self) -> None:
        """Climb from goal to goal, with the best whole answer so far at each."""
        climb = Climb(self.pool, self.everything, self.goals, self.limit)
        bounds = []
        try:
            start = climb.near_the_start()
            self._grow()
            if start is not None:
                known = climb.with_extras(self.best)
                self._take(start if climb.cost(0) @ start >= climb.cost(0) @ known else known)
            for number, level in enumerate(self.goals):
                self._tell(level.name)
                bounds.append(inf)
                for optimum in climb.optima(number):
                    self._grow()
                    bounds[-1] = floor(optimum.value + TINY)
                    self._note(climb, bounds)
                    if not self.short[number] and optimum.value < bounds[-1] + TINY:
                        break
                found, optimum = climb.best_whole(number, optimum, climb.with_extras(self.best))
                self._take(found.x)
                bounds[-1] = floor(found.bound + TINY)
                self._note(climb, bounds)
                climb.keep(number, optimum, round(climb.cost(number) @ found.x))
            self._improve_soft(climb)
        finally:
            self._grow()

    def _tell(self, step: str) -> None:
        self.reporter.tell(step, self.pool.placed(self.best))

    def _grow(self) -> None:
        """Follow the pool, which may have got further stays."""
        self.best = np.append(self.best, np.zeros(len(self.pool) - len(self.best)))

    def _note(self, climb: Climb, bounds: list[float]) -> None:
        """What is proven of the best answer: a goal's bound counts while those before it are reached."""
        is_reached = not (self.pool.is_wide and climb.is_fixed)
        x = climb.with_extras(self.best)
        for number, bound in enumerate(bounds):
            short = max(0.0, bound - round(climb.cost(number) @ x))
            self.short[number] = short if is_reached else inf
            is_reached = is_reached and not short

    def _take(self, x: np.ndarray) -> None:
        self.best = np.rint(x[: len(self.pool)])
        self._tell("found")

    def _improve_soft(self, climb: Climb) -> None:
        """The last goal, on the best face of all the others; bound and answer as far as time allows."""
        self._tell(SOFT)
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
        self._climb_soft(SoftClimb(self.pool, program, chosen, self.best[chosen], self.limit))

    def _climb_soft(self, climb: SoftClimb) -> None:
        try:
            optimum = climb.maximise()
            for found in climb.answers(optimum):
                if found.x is None:
                    continue
                self.best = np.zeros(len(self.pool))
                self.best[climb.chosen] = np.rint(found.x[: len(climb.chosen)])
                bound = min(optimum.value, found.bound)
                self.short[-1] = short_of(bound, climb.points @ found.x)
                self._tell(SOFT)
        finally:
            if self.pool.is_wide or any(self.short[:-1]):
                self.short[-1] = inf


def by_rank(pool: Pool) -> np.ndarray:
    """The stays of a pool with the first choices before the second ones, people in order."""
    return np.lexsort((np.arange(len(pool)), pool.person, pool.rank))


def fill(pool: Pool, order: np.ndarray) -> np.ndarray:
    """Take stays in this order wherever person and seats are still free; ones at those taken."""
    seats, x = Seats(pool.problem), np.zeros(len(pool))
    is_placed = np.zeros(len(pool.problem.people), bool)
    for position in order[pool.is_stay[order]].tolist():
        person = pool.person[position]
        if not is_placed[person]:
            is_placed[person] = pool.take(position, seats, x)
    return x
