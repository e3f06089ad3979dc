"""The best answer to a problem, and how far it is proven.

Each independent part climbs from goal to goal (scoring.py): the relaxation of a goal is solved by
HiGHS and gives a bound; a whole-number answer is sought near it; the program is narrowed to the
answers that are as good (program.py), and the next goal is looked at. The relaxation of this problem
is nearly integral, so the answer near it mostly reaches the bound, which proves it. If not, an answer
better by one is looked for everywhere, unless the program is so large that it would take many minutes.
"""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from math import floor, inf

import numpy as np

from placements.matching import chains, scoring
from placements.matching.climb import Climb, SoftClimb, short_of
from placements.matching.limit import Limit, Stopped, work_within
from placements.matching.parts import parts
from placements.matching.pool import Pool
from placements.matching.program import TINY
from placements.matching.rules import Seats
from placements.matching.scoring import SOFT, Level, Weights
from placements.matching.soft import Soft
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

    should_stop is asked a few times a second; the best answer so far is given then, within another
    second. Raises Stopped when there is none yet, as in the first seconds of a very large round.
    on_progress is told the newest, ten times a second at most. The same problem gives the same answer,
    whatever the order of its parts and however slow the machine, unless the time runs out: then the
    answer says that it was stopped.
    """
    weights = weights or Weights()
    limit = Limit(inf, should_stop)
    problem = problem.in_order()
    goals = scoring.levels(goal, rank_cost)
    search = _Search(problem, goal, goals, weights, limit)
    reporter = _Reporter(on_progress, search)
    work_within(limit, search.fill)
    if search.found is None:
        raise Stopped
    # However short the time, the first answer was waited for.
    limit.end_after(time_limit - limit.spent)
    work_within(limit, search.climb, meanwhile=reporter.tell)
    answers = search.found.answers
    stays = tuple(sorted([*problem.pinned, *(stay for answer in answers for stay in answer.stays)]))
    was_stopped = limit.was_cut or limit.is_over()
    return Solution(stays, _proofs(problem, goals, weights, stays, answers), limit.spent, was_stopped)


@dataclass(frozen=True)
class _Answer:
    """The answer to one part, and for each goal by how much more there could be (0: proven)."""

    pool: Pool
    x: np.ndarray
    short: tuple[float, ...]

    @property
    def stays(self) -> list[Stay]:
        return self.pool.stays(self.x)

    @property
    def placed(self) -> int:
        return self.pool.placed(self.x)


@dataclass(frozen=True)
class _Found:
    """What is found so far: the best answer to each part, and at which goal the search is."""

    step: str
    answers: tuple[_Answer, ...]


def _proofs(problem, goals, weights, stays, answers: Sequence[_Answer]) -> tuple[Proof, ...]:
    values = [scoring.value(level, problem, stays) for level in goals]
    values.append(_soft_value(problem, weights, stays))
    names = [*(level.name for level in goals), SOFT]
    short = [sum(answer.short[n] for answer in answers) for n in range(len(names))]
    return tuple(
        Proof(name, value, value + less) for name, value, less in zip(names, values, short, strict=True)
    )


def _soft_value(problem: Problem, weights: Weights, stays: Sequence[Stay]) -> float:
    rings = weights.ring and weights.ring * chains.count(problem, stays)
    return scoring.soft_value(problem, stays, weights) + rings


class _Reporter:
    def __init__(self, on_progress: Callable[[Progress], None] | None, search: "_Search"):
        self.on_progress, self.search = on_progress, search
        self.told: _Found | None = None

    def tell(self) -> None:
        """Tell what is found so far, if that is new."""
        found = self.search.found
        if self.on_progress and found is not self.told:
            self.told = found
            placed = len(self.search.problem.pinned) + sum(answer.placed for answer in found.answers)
            self.on_progress(Progress(found.step, placed, self.search.limit.spent))


class _Search:
    """The search for the best answer; `found` can be read at any time, from another thread too."""

    def __init__(
        self, problem: Problem, goal: Goal, goals: list[Level], weights: Weights, limit: Limit
    ):
        self.problem, self.goal, self.goals = problem, goal, goals
        self.weights, self.limit = weights, limit
        self.found: _Found | None = None
        self._parts: deque[_Part] = deque()

    def fill(self) -> None:
        """Give each part a first answer, so that nobody goes without one while another part is at work."""
        pinned = {stay.person for stay in self.problem.pinned}
        left = self.problem.without_seats_of(self.problem.pinned)
        left = replace(left, people=tuple(p for p in left.people if p.id not in pinned))
        independent = parts(left, self.goal, self.weights)
        self._parts.extend(_Part(part, number, self) for number, part in enumerate(independent))
        self.found = _Found("start", tuple(part.answer for part in self._parts))

    def climb(self) -> None:
        """Climb in one part after another."""
        while self._parts:
            self._parts.popleft().climb()

    def note(self, number: int, step: str, answer: _Answer) -> None:
        """Note a better answer to a part, or that more is proven of it."""
        answers = self.found.answers
        self.found = _Found(step, (*answers[:number], answer, *answers[number + 1 :]))


class _Part:
    """One independent part of a search; what it finds is noted there."""

    def __init__(self, problem: Problem, number: int, search: _Search):
        self.number, self.search, self.step = number, search, "start"
        self.goals, self.limit = search.goals, search.limit
        self.pool = Pool(problem, check=self.limit.check)
        self.best = fill(self.pool, by_rank(self.pool))
        self.short = [inf if len(self.pool) else 0.0] * (len(self.goals) + 1)
        # What no answer exceeds, of each goal that was looked at.
        self.bounds: list[float] = []
        if self.goals[0].name == "placed":
            self.bounds = [len(np.unique(self.pool.person))]
            self.short[0] = self.bounds[0] - self.pool.placed(self.best)

    @property
    def answer(self) -> _Answer:
        """The best answer so far."""
        return _Answer(self.pool, self.best, tuple(max(0.0, short) for short in self.short))

    def climb(self) -> None:
        """Climb from goal to goal until the limit is over, with the best whole answer so far at each."""
        if not len(self.pool):
            return
        with suppress(Stopped):
            self.limit.check()
            self._climb(Climb(self.pool, self.search.problem, self.goals, self.limit))

    def _climb(self, climb: Climb) -> None:
        take = partial(self._take, climb)
        start = climb.near_the_start(on_better=take)
        self._grow()
        if start is not None:
            take(start)
        for number, level in enumerate(self.goals):
            self._begin(level.name)
            self.bounds[number:] = [inf]
            for optimum in climb.optima(number):
                self._grow()
                self.bounds[number] = floor(optimum.value + TINY)
                self._note(climb)
                if not self.short[number] and optimum.value < self.bounds[number] + TINY:
                    break
            known = climb.with_extras(self.best)
            for found in climb.whole_answers(number, known, on_better=take):
                self.bounds[number] = floor(found.bound + TINY)
                take(found.x)
            climb.keep(number, round(climb.cost(number) @ found.x))
        self._improve_soft(climb)

    def _begin(self, step: str) -> None:
        self.step = step
        self._tell()

    def _tell(self) -> None:
        self.search.note(self.number, self.step, self.answer)

    def _grow(self) -> None:
        """Follow the pool, which may have got further stays."""
        self.best = np.append(self.best, np.zeros(len(self.pool) - len(self.best)))

    def _note(self, climb: Climb) -> None:
        """What is proven of the best answer: a goal's bound counts while those before it are reached."""
        is_reached = not (self.pool.is_wide and climb.is_fixed)
        x = climb.with_extras(self.best)
        for number, bound in enumerate(self.bounds):
            short = max(0.0, bound - round(climb.cost(number) @ x))
            self.short[number] = short if is_reached else inf
            is_reached = is_reached and not short
        self._tell()

    def _take(self, climb: Climb, x: np.ndarray) -> None:
        """Take an answer that is as good as the best one or better, in the goals that were looked at."""
        self._grow()
        if self._lead(climb, x) >= 0:
            self.best = np.rint(x[: len(self.pool)])
        self._note(climb)

    def _lead(self, climb: Climb, x: np.ndarray) -> float:
        """By how much an answer is better than the best one in the first of the goals looked at in which
        they differ; below zero if it is worse."""
        best = climb.with_extras(self.best)
        for number in range(max(1, len(self.bounds))):
            cost = climb.cost(number)
            if lead := round(cost @ x) - round(cost @ best):
                return lead
        return 0

    def _improve_soft(self, climb: Climb) -> None:
        """The last goal, on the best face of all the others; bound and answer as far as time allows."""
        self._begin(SOFT)
        columns = climb.program.columns
        chosen = np.flatnonzero(columns.upper[: len(self.pool)] > 0)
        if not len(chosen):
            self.short[-1] = 0.0
            self._tell()
            return
        kept = np.append(chosen, np.arange(len(self.pool), len(columns)))
        soft = Soft(self.pool, self.search.problem, self.search.weights)
        program = soft.extend(
            columns.only(kept), climb.program.row_lower, climb.program.row_upper, chosen
        )
        self._climb_soft(climb, SoftClimb(self.pool, program, chosen, self.best[chosen], self.limit))

    def _climb_soft(self, climb: Climb, soft: SoftClimb) -> None:
        is_reached = not (self.pool.is_wide or any(self.short[:-1]))
        best_value = self._soft_value(self.best)
        optimum = soft.maximise()

        def take(x: np.ndarray, bound: float = inf) -> None:
            nonlocal best_value
            found = np.zeros(len(self.pool))
            found[soft.chosen] = np.rint(x[: len(soft.chosen)])
            value = self._soft_value(found)
            if (self._lead(climb, climb.with_extras(found)), value) < (0, best_value):
                return
            self.best, best_value = found, value
            if is_reached:
                self.short[-1] = short_of(min(optimum.value, bound), soft.points @ x)
            self._tell()

        for found in soft.answers(optimum, on_better=take):
            if found.x is not None:
                take(found.x, found.bound)

    def _soft_value(self, x: np.ndarray) -> float:
        everything = self.search.problem
        return _soft_value(everything, self.search.weights, [*everything.pinned, *self.pool.stays(x)])


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
