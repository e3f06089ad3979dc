"""What would help: the seats that would place the most people still without a place.

Every host is asked 'what if you took as many as we need?'. The relaxation with all its seats opened
bounds what that could give, and hosts whose seats have no price cannot give anything (duality). For
the most promising hosts the answer is then found in whole numbers: so many more people, with the
fewest further seats.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import floor, inf

import numpy as np

from placements.matching.pool import Pool, row_limits
from placements.matching.program import TINY, Columns, Limit, Program, Stopped, whole
from placements.matching.types import Host, Problem, Solution

MOST_HOSTS = 20


@dataclass(frozen=True)
class Help:
    """What one call could give: `places` more people, with these further seats (day, seats)."""

    host: int
    places: int
    seats: tuple[tuple[int, int], ...]


def what_would_help(
    problem: Problem,
    solution: Solution,
    *,
    most_hosts: int = MOST_HOSTS,
    time_limit: float = 60.0,
    should_stop: Callable[[], bool] | None = None,
) -> list[Help]:
    """The hosts of whom more seats would place the most people, each by itself; exact as far as it goes.

    Stops early, with what is found, when the time runs out.
    """
    limit = Limit(time_limit, should_stop)
    found: list[Help] = []
    try:
        question = _Question(problem.in_order(), solution, limit)
        for host in question.promising()[:most_hosts]:
            if answer := question.ask(host):
                found.append(answer)
    except Stopped:
        pass
    return sorted(found, key=lambda each: (-each.places, len(each.seats), each.host))


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
        self.limits = row_limits(self.left)

    def promising(self) -> list[int]:
        """The positions of the hosts that could help, those that could help most first."""
        if not len(self.pool):
            return []
        program = self._program()
        prices = program.maximise(np.ones(len(self.pool))).prices
        could = []
        for host in range(self.hosts):
            rows = self._rows(host)
            if prices[rows].max() > TINY:
                program.change_upper(rows, self._generous(rows))
                gain = floor(program.maximise(np.ones(len(self.pool))).value + TINY) - self.placed
                program.change_upper(rows, self.limits[rows])
                could.append((gain, host))
        return [host for gain, host in sorted(could, key=lambda each: (-each[0], each[1])) if gain > 0]

    def ask(self, host: int) -> Help | None:
        """How many more people this host could give a place to, and with which further seats."""
        rows = self._rows(host)
        program = self._program()
        program.add(
            Columns.of(np.ones(len(rows), int), rows, np.full(len(rows), -1.0), self._generous(rows))
        )
        people = np.append(np.ones(len(self.pool)), np.zeros(len(rows)))
        further = np.append(np.zeros(len(self.pool)), np.full(len(rows), -1.0))
        optimum = program.maximise(people)
        best = program.narrowed(people, optimum, floor(optimum.value + TINY))
        found = whole(best, further, limit=self.limit)
        if found.x is None:
            found = whole(program, people * len(self.people) + further, limit=self.limit)
        if found.x is None:
            return None
        places = round(people @ found.x) - self.placed
        seats = found.x[len(self.pool) : -1]
        opened = tuple((day, round(count)) for day, count in enumerate(seats) if count > TINY)
        return Help(self.left.hosts[host].id, places, opened) if places > 0 else None

    def _program(self) -> Program:
        limits = self.limits
        program = Program(np.full(len(limits), -inf), limits, self.limit, len(self.people))
        program.add(self.pool.columns())
        return program

    def _rows(self, host: int) -> np.ndarray:
        """The rows of a host: its days, and its quota last."""
        first = len(self.people) + host * self.days
        quotas = len(self.people) + self.hosts * self.days
        return np.append(np.arange(first, first + self.days), quotas + host)

    def _generous(self, rows: np.ndarray) -> np.ndarray:
        return np.full(len(rows), float(len(self.people)))


def _opened(host: Host) -> Host:
    """The host with a seat on each day that it could open, and room for somebody."""
    seats = tuple(max(count, int(day in host.openable)) for day, count in enumerate(host.seats))
    return replace(host, seats=seats)
