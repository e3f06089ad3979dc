"""The last goal as a program: relations, spread, volunteers, stability and rings, on the best face.

visitors of a host   Σ stays − Σ steps = 0      the nth step costs what the nth visitor costs
a new relation       Σ stays − met ≥ 0          met, at most 1, gives the points
an arc of a ring     Σ stays − flow ≥ −pinned   flow runs in circles: as much leaves a workplace
                                                as comes to it, so it can only follow rings
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from placements.matching import chains, scoring
from placements.matching.columns import Columns, with_entries
from placements.matching.pool import Pool
from placements.matching.scoring import Weights
from placements.matching.solver import INFINITY
from placements.matching.types import Problem


@dataclass
class Extended:
    """Columns of stays with what the soft goal adds: further rows and columns, and all their points."""

    columns: Columns
    row_lower: np.ndarray
    row_upper: np.ndarray
    points: np.ndarray

    def add_rows(self, lower: Sequence[float], upper: Sequence[float]) -> int:
        """Add rows; returns the number of the first one."""
        first = len(self.row_lower)
        self.row_lower = np.append(self.row_lower, lower)
        self.row_upper = np.append(self.row_upper, upper)
        return first

    def add_column(self, rows: Sequence[int], values: Sequence[float], points: float, upper: float):
        """Add one column."""
        column = Columns.of(
            np.array([len(rows)]), np.array(rows), np.array(values, float), np.array([upper])
        )
        self._fresh.append((column, points))

    def __post_init__(self):
        self._fresh: list[tuple[Columns, float]] = []

    def finish(self) -> "Extended":
        """Put the added columns in place."""
        if self._fresh:
            added = [column for column, _points in self._fresh]
            more = Columns.of(
                np.array([len(column.rows) for column in added]),
                np.concatenate([column.rows for column in added]),
                np.concatenate([column.values for column in added]),
                np.concatenate([column.upper for column in added]),
            )
            self.columns = self.columns.followed_by(more)
            self.points = np.append(self.points, [points for _column, points in self._fresh])
            self._fresh = []
        return self


class Soft:
    """The soft goal over the stays of a pool. `whole` is the problem before pinned seats were taken."""

    def __init__(self, pool: Pool, whole: Problem, weights: Weights):
        self.pool, self.whole, self.weights = pool, whole, weights

    def extend(self, columns: Columns, lower, upper, chosen: np.ndarray) -> Extended:
        """These columns, of which the first are the stays of the pool at `chosen`, with the soft goal's own."""
        points = np.zeros(len(columns))
        points[: len(chosen)] = self._of_stays(chosen)
        program = Extended(columns, lower, upper, points)
        weights = self.weights
        if weights.spread or (weights.volunteered and any(h.volunteered for h in self.whole.hosts)):
            self._add_visitors(program, chosen)
        if weights.new_relation:
            add_relations(program, self.pool, self.whole, chosen, weights.new_relation)
        if weights.ring:
            self._add_rings(program, chosen)
        return program.finish()

    def _of_stays(self, chosen: np.ndarray) -> np.ndarray:
        pool, weights = self.pool, self.weights
        previous = {stay.person: stay for stay in self.whole.previous}
        visited = {
            person.id: scoring.departments_visited(person, self.whole)
            for person in pool.problem.people
            if person.visited
        }
        points = np.zeros(len(chosen))
        for n, position in enumerate(chosen.tolist()):
            person = pool.problem.people[pool.person[position]]
            if person.id not in previous and not person.visited:
                continue
            stay = pool.stay(position)
            points[n] = scoring.stability(stay, previous.get(person.id), weights)
            points[n] += scoring.soft_of_stay(
                person, self.whole.host_of[stay.host], weights, visited.get(person.id, set())
            )
        return points

    def _add_visitors(self, program: Extended, chosen: np.ndarray) -> None:
        hosts, count = np.unique(self.pool.host[chosen], return_counts=True)
        first = program.add_rows(np.zeros(len(hosts)), np.zeros(len(hosts)))
        where = np.searchsorted(hosts, self.pool.host[chosen])
        program.columns = with_entries(program.columns, np.arange(len(chosen)), first + where)
        pinned = Counter(stay.host for stay in self.whole.pinned)
        for row, (number, stays) in enumerate(zip(hosts.tolist(), count.tolist(), strict=True), first):
            left = self.pool.problem.hosts[number]
            host = self.whole.host_of[left.id]
            for nth in range(pinned[host.id] + 1, pinned[host.id] + min(left.quota, stays) + 1):
                points = self.weights.volunteered * (host.volunteered and nth == 1)
                points -= scoring.crowding(nth, host, self.weights)
                program.add_column([row], [-1.0], points, 1)

    def _add_rings(self, program: Extended, chosen: np.ndarray) -> None:
        arcs = [chains.arc_of(self.whole, self.pool.stay(position)) for position in chosen.tolist()]
        pinned = Counter(chains.arc_of(self.whole, stay) for stay in self.whole.pinned)
        used = chains.inside([*arcs, *pinned])
        places = {place for arc in used for place in arc}
        rows = {arc: n for n, arc in enumerate(used)}
        limits = [-float(pinned[arc]) for arc in used]
        first = program.add_rows(limits, [INFINITY] * len(used))
        in_arc = np.array([n for n, arc in enumerate(arcs) if arc in rows], dtype=np.int64)
        entries = np.array([first + rows[arcs[n]] for n in in_arc], dtype=np.int32)
        program.columns = with_entries(program.columns, in_arc, entries)
        order = {place: n for n, place in enumerate(sorted(places))}
        balance = program.add_rows(np.zeros(len(places)), np.zeros(len(places)))
        stays = Counter(arcs)
        for arc in used:
            leaves, comes = balance + order[arc[0]], balance + order[arc[1]]
            program.add_column(
                [first + rows[arc], leaves, comes],
                [-1.0, 1.0, -1.0],
                self.weights.ring,
                stays[arc] + pinned[arc],
            )


def add_relations(
    program: Extended, pool: Pool, whole: Problem, chosen: np.ndarray, points: float
) -> int:
    """Rows and columns that count the new relations; returns how many there could be."""
    pinned = scoring.relations(whole, whole.pinned)
    known = replace(whole, known_relations=whole.known_relations | pinned)
    pair_of: dict[tuple[int, int], int] = {}
    columns, entries = [], []
    people, hosts = pool.problem.people, pool.problem.hosts
    for n, position in enumerate(chosen.tolist()):
        pair = scoring.relation(people[pool.person[position]], hosts[pool.host[position]], known)
        if pair:
            columns.append(n)
            entries.append(pair_of.setdefault(pair, len(pair_of)))
    first = program.add_rows(np.zeros(len(pair_of)), np.full(len(pair_of), INFINITY))
    program.columns = with_entries(
        program.columns, np.array(columns, dtype=np.int64), first + np.array(entries, dtype=np.int32)
    )
    for row in pair_of.values():
        program.add_column([first + row], [-1.0], points, 1)
    return len(pair_of)
