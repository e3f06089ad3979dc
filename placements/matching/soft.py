"""The last goal as a program: relations, spread, volunteers, stability and rings, on the best face.

visitors of a host   Σ stays − Σ steps = 0      the nth step costs what the nth visitor costs
the same split days  Σ days − same ≤ length − 1, and each day − same ≥ 0
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
from placements.matching.types import Problem, Stay


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
        program = Extended(columns, lower, upper, np.zeros(len(columns)))
        self._add_points_of_stays(program, chosen)
        weights = self.weights
        if weights.spread or (weights.volunteered and any(h.volunteered for h in self.whole.hosts)):
            self._add_visitors(program, chosen)
        if weights.new_relation:
            add_relations(program, self.pool, self.whole, chosen, weights.new_relation)
        if weights.ring:
            self._add_rings(program, chosen)
        return program.finish()

    def _add_points_of_stays(self, program: Extended, chosen: np.ndarray) -> None:
        pool, weights = self.pool, self.weights
        previous = {stay.person: stay for stay in self.whole.previous}
        visited = {
            person.id: scoring.departments_visited(person, self.whole)
            for person in pool.problem.people
            if person.visited
        }
        for n in _stays_among(pool, chosen):
            person = pool.problem.people[pool.person[chosen[n]]]
            if person.id not in previous and not person.visited:
                continue
            host = pool.problem.hosts[pool.host[chosen[n]]]
            stay = Stay(person.id, host.id, pool.runs[pool.run[chosen[n]]])
            before = previous.get(person.id)
            program.points[n] = scoring.stability(stay, before, weights)
            program.points[n] += scoring.soft_of_stay(
                person, self.whole.host_of[host.id], weights, visited.get(person.id, set())
            )
            if before and before.host == host.id and not stay.days:
                self._add_same_days(program, chosen, chosen[n], before)

    def _add_same_days(self, program: Extended, chosen, position: int, before: Stay) -> None:
        """Points for a split stay that has the days of the previous one, which could be at the same host."""
        wanted = self.pool.columns_of_days(position, before.days)
        days = np.flatnonzero(np.isin(chosen, wanted))
        length = self.pool.problem.people[self.pool.person[position]].length
        if len(days) != length or len(before.days) != length:
            return
        first = program.add_rows([-INFINITY] + [0.0] * length, [length - 1.0] + [INFINITY] * length)
        rows = np.stack([np.full(length, first), first + 1 + np.arange(length)], axis=1)
        program.columns = with_entries(program.columns, np.repeat(days, 2), rows.ravel())
        program.add_column(
            range(first, first + 1 + length),
            [-1.0] * (1 + length),
            self.weights.same_stay - self.weights.same_host,
            1,
        )

    def _add_visitors(self, program: Extended, chosen: np.ndarray) -> None:
        stays = _stays_among(self.pool, chosen)
        hosts, where, count = np.unique(
            self.pool.host[chosen[stays]], return_inverse=True, return_counts=True
        )
        first = program.add_rows(np.zeros(len(hosts)), np.zeros(len(hosts)))
        program.columns = with_entries(program.columns, stays, first + where)
        pinned = Counter(stay.host for stay in self.whole.pinned)
        for row, (number, most) in enumerate(zip(hosts.tolist(), count.tolist(), strict=True), first):
            left = self.pool.problem.hosts[number]
            host = self.whole.host_of[left.id]
            for nth in range(pinned[host.id] + 1, pinned[host.id] + min(left.quota, most) + 1):
                points = self.weights.volunteered * (host.volunteered and nth == 1)
                points -= scoring.crowding(nth, host, self.weights)
                program.add_column([row], [-1.0], points, 1)

    def _add_rings(self, program: Extended, chosen: np.ndarray) -> None:
        people, hosts = self.pool.problem.people, self.pool.problem.hosts
        stays = _stays_among(self.pool, chosen)
        pairs = zip(self.pool.person[chosen[stays]], self.pool.host[chosen[stays]], strict=True)
        arcs = [chains.arc_between(people[person], hosts[host]) for person, host in pairs]
        pinned = Counter(chains.arc_of(self.whole, stay) for stay in self.whole.pinned)
        used = chains.inside([*arcs, *pinned])
        places = {place for arc in used for place in arc}
        rows = {arc: n for n, arc in enumerate(used)}
        limits = [-float(pinned[arc]) for arc in used]
        first = program.add_rows(limits, [INFINITY] * len(used))
        in_arc = np.array([n for n, arc in enumerate(arcs) if arc in rows], dtype=np.int64)
        entries = np.array([first + rows[arcs[n]] for n in in_arc], dtype=np.int32)
        program.columns = with_entries(program.columns, stays[in_arc], entries)
        order = {place: n for n, place in enumerate(sorted(places))}
        balance = program.add_rows(np.zeros(len(places)), np.zeros(len(places)))
        most = Counter(arcs)
        for arc in used:
            leaves, comes = balance + order[arc[0]], balance + order[arc[1]]
            program.add_column(
                [first + rows[arc], leaves, comes],
                [-1.0, 1.0, -1.0],
                self.weights.ring,
                most[arc] + pinned[arc],
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
    for n in _stays_among(pool, chosen):
        position = chosen[n]
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


def _stays_among(pool: Pool, chosen: np.ndarray) -> np.ndarray:
    """Which of the chosen columns of a pool are stays."""
    return np.flatnonzero(pool.is_stay[chosen])
