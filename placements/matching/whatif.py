"""What would help: the seats that would place the most people still without a place.

Every host is asked 'what if you took as many as we need?', those with the dearest seats first. Hosts whose
seats have no price cannot lift the relaxation (duality), so they are left out, unless that has a place
more already than any whole answer. The relaxation with all seats of the host opened bounds what that
could give; then a whole-number answer is sought near it, and where that places fewer, everywhere, up to
some effort. Where that was enough for every host, the number of people is the most. The further seats are
few, and enough for it, but that it cannot be done with one less is not proven.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import floor

import numpy as np

from placements.matching.columns import Columns
from placements.matching.limit import Limit, work_within
from placements.matching.pool import Pool
from placements.matching.pricing import Prices, add_better
from placements.matching.program import TINY, Optimum, Program
from placements.matching.scoring import Level
from placements.matching.types import Host, Problem, Solution, Stay
from placements.matching.whole import Whole, whole

MOST_HOSTS = 20
ASKED_FOR_EACH = 3
# How far each host's answer is sought: nodes of the search tree times columns.
EFFORT_A_HOST = 1_000_000
# Stays that cost up to so many further seats are looked at first.
NEAR = 2
NOBODY = -1


@dataclass(frozen=True)
class Help:
    """What one call could give: `places` more people, with these further seats (day, seats), and with so
    many visitors more than the host's most in the round.
    """

    host: int
    places: int
    seats: tuple[tuple[int, int], ...]
    visitors: int = 0


@dataclass(frozen=True)
class Helps:
    """The calls that would help, the best first; complete when every host was asked that could."""

    calls: tuple[Help, ...]
    is_complete: bool


def what_would_help(
    problem: Problem,
    solution: Solution,
    *,
    most_hosts: int = MOST_HOSTS,
    time_limit: float = 60.0,
    should_stop: Callable[[], bool] | None = None,
) -> Helps:
    """The hosts of whom more seats would place the most people, each by itself.

    Of an answer that is not proven to place the most people nothing can be said: what a host gives
    could not be told from what the answer lacks. In very large rounds, whose pool leaves stays out, a
    call may give more than is said: then the list is never called complete.
    """
    if not solution.proofs[0].is_proven or solution.proofs[0].goal != "placed":
        return Helps((), False)
    limit = Limit(time_limit, should_stop)
    found: list[Help] = []
    is_complete = False

    def ask_one_after_another() -> None:
        nonlocal is_complete
        question = _Question(problem.in_order(), solution, limit)
        worth = question.worth_asking()
        for host in worth[: most_hosts * ASKED_FOR_EACH]:
            if answer := question.ask(host):
                found.append(answer)
        is_complete = len(worth) <= most_hosts * ASKED_FOR_EACH and question.is_sure

    work_within(limit, ask_one_after_another)
    is_all = (
        is_complete  # Read before the calls, of which work that is left alone could still find one.
    )
    best = sorted(found, key=lambda each: (-each.places, len(each.seats), each.host))
    return Helps(tuple(best[:most_hosts]), is_all)


class _Question:
    """The round with every day that hosts could open among its stays, but not yet with the seats."""

    def __init__(self, problem: Problem, solution: Solution, limit: Limit):
        pinned = {stay.person for stay in problem.pinned}
        left = problem.without_seats_of(problem.pinned)
        self.people = tuple(person for person in problem.people if person.id not in pinned)
        self.left = replace(left, people=self.people)
        self.limit = limit
        self.placed = len(solution.stays) - len(problem.pinned)
        self.days, self.hosts = len(problem.days), len(problem.hosts)
        self.pool = Pool(replace(self.left, hosts=tuple(map(_opened, self.left.hosts))))
        # By how much the pinned stays of a host exceed its seats of each day, and its most visitors.
        self.owed = [_owed(host, problem.pinned) for host in problem.hosts]
        self.program = Program(*self.pool.row_bounds(self.left), limit, len(self.people))
        # Of each column of the program the person; of further seats none.
        self.person = np.zeros(0, int)
        self.is_stay = np.zeros(0, bool)
        self._pool_seen = 0
        self._follow_pool()
        # Whether the search for some host was cut short, so that it may give more than was found.
        self.gave_up = False

    def worth_asking(self) -> list[int]:
        """The positions of the hosts that could give something, the dearest seats first."""
        if not len(self.pool) or self.placed == len(self.people):
            return []
        placed = Level("placed", lambda person, rank: 1)
        optimum = self.program.maximise(self.is_stay.astype(float))
        while self.pool.is_wide and add_better(self.pool, [Prices(placed, optimum)]):
            self._follow_pool()
            optimum = self.program.maximise(self.is_stay.astype(float))
        prices = optimum.prices
        worth = [(prices[self._rows(host)].sum(), host) for host in range(self.hosts)]
        is_torn = floor(optimum.value + TINY) > self.placed
        return [
            host
            for price, host in sorted(worth, key=lambda w: (-w[0], w[1]))
            if is_torn or price > TINY
        ]

    @property
    def is_sure(self) -> bool:
        """Whether every stay was looked at, and every host's best answer found."""
        return not (self.pool.is_wide or self.gave_up)

    def ask(self, host: int) -> Help | None:
        """How many more people this host could give a place to, and with which further seats."""
        self.pool.add_all_at(self.pool.problem.hosts[host])
        self._follow_pool()
        rows = self._rows(host)
        as_many_as_needed = np.full(len(rows), float(len(self.people)))
        further_seats = Columns.of(
            np.ones(len(rows), int), rows, np.full(len(rows), -1.0), as_many_as_needed
        )
        self.person = np.append(self.person, np.full(len(rows), NOBODY))
        self.is_stay = np.append(self.is_stay, np.zeros(len(rows), bool))
        with self.program.widened(further_seats) as opened:
            return self._answer(host, opened)

    def _answer(self, host: int, opened: np.ndarray) -> Help | None:
        people, further = self.is_stay.astype(float), np.zeros(len(self.program.columns))
        further[opened] = -1
        # One person outweighs all further seats that could be needed.
        both = people * (len(self.people) * (self.days + 1)) + further
        optimum = self.program.maximise(both)
        if people @ optimum.x < self.placed + 1 - TINY:
            return None
        found = self._whole_near(both, optimum)
        most = floor(self.program.maximise(people).value + TINY)
        if found.x is None or people @ found.x < most - TINY:
            found = whole(self.program, both, limit=self.limit, start=found.x, effort=EFFORT_A_HOST)
            self.gave_up |= found.x is None or (
                people @ found.x < most - TINY and found.bound > both @ found.x + 1 - TINY
            )
        if found.x is None:
            return None
        places = round(people @ found.x) - self.placed
        further, owed = np.rint(found.x[opened]).astype(int), self.owed[host]
        *seats, visitors = np.where(further, further + owed, 0).tolist()
        named = tuple((day, count) for day, count in enumerate(seats) if count)
        return Help(self.left.hosts[host].id, places, named, visitors) if places > 0 else None

    def _whole_near(self, both: np.ndarray, optimum: Optimum) -> Whole:
        """The best whole-number answer among the stays that the relaxation uses, and others of the people
        whom it tears."""
        if not optimum.fractional.any():
            return Whole(np.rint(optimum.x), optimum.value)
        torn = np.isin(self.person, self.person[optimum.fractional])
        torn &= np.abs(optimum.reduced) <= NEAR
        near = (optimum.x > TINY) | torn | (self.person == NOBODY)
        return whole(self.program, both, limit=self.limit, free=near, effort=EFFORT_A_HOST)

    def _follow_pool(self) -> None:
        """Take up the stays that the pool has got since."""
        before, self._pool_seen = self._pool_seen, len(self.pool)
        self.program.add(self.pool.columns(before))
        self.person = np.append(self.person, self.pool.person[before:])
        self.is_stay = np.append(self.is_stay, self.pool.is_stay[before:])

    def _rows(self, host: int) -> np.ndarray:
        """The rows of a host: its days, and its quota last."""
        first = len(self.people) + host * self.days
        quotas = len(self.people) + self.hosts * self.days
        return np.append(np.arange(first, first + self.days), quotas + host)


def _opened(host: Host) -> Host:
    """The host with a seat on each day that it could open, and room for somebody."""
    seats = tuple(max(count, int(day in host.openable)) for day, count in enumerate(host.seats))
    return replace(host, seats=seats)


def _owed(host: Host, pinned: Iterable[Stay]) -> np.ndarray:
    here = [stay for stay in pinned if stay.host == host.id]
    taken = [sum(day in stay.days for stay in here) for day in range(len(host.seats))]
    return np.maximum(0, np.array([*taken, len(here)]) - np.array([*host.seats, host.quota]))
