"""Rings of workplaces that visit one another: A → B → C → A.

A stay is an arc from the home workplace to the host's. The most stays that can lie in rings together
is the largest circulation: as many arcs leave a workplace as come to it. That is a linear program
whose corners are whole numbers (the rows are those of a network).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from placements.matching.columns import Columns
from placements.matching.limit import Limit
from placements.matching.program import Program
from placements.matching.types import Host, Person, Problem, Stay

Arc = tuple[int, int]


def count(problem: Problem, stays: Sequence[Stay]) -> int:
    """The most stays that lie in rings together."""
    return sum(_circulation(_arcs(problem, stays)).values())


def rings(problem: Problem, stays: Sequence[Stay]) -> list[list[Stay]]:
    """The stays in rings, ring by ring, the shortest first; together as many stays as possible."""
    waiting = defaultdict(list)
    for stay in sorted(stays):
        waiting[arc_of(problem, stay)].append(stay)
    flow = _circulation(_arcs(problem, stays))
    found = []
    while used := sorted(arc for arc in flow if flow[arc]):
        ring = _ring_through(used[0][0], flow)
        for arc in ring:
            flow[arc] -= 1
        found.append([waiting[arc].pop(0) for arc in ring])
    return sorted(found, key=len)


def _ring_through(start: int, flow: Counter) -> list[Arc]:
    """A ring without detours: walk until a workplace comes again."""
    path, seen, place = [], {}, start
    while place not in seen:
        seen[place] = len(path)
        arc = min(arc for arc in flow if arc[0] == place and flow[arc])
        path.append(arc)
        place = arc[1]
    return path[seen[place] :]


def arc_of(problem: Problem, stay: Stay) -> Arc:
    """From the home workplace (-1: none) to the host's."""
    return arc_between(problem.person_of[stay.person], problem.host_of[stay.host])


def arc_between(person: Person, host: Host) -> Arc:
    """The same for a person and a host."""
    return (-1 if person.workplace is None else person.workplace, host.workplace)


def inside(arcs: Iterable[Arc]) -> list[Arc]:
    """The arcs that can lie in a ring: of workplaces that both send and receive, not to themselves."""
    arcs = {arc for arc in arcs if arc[0] != arc[1]}
    both = {arc[0] for arc in arcs} & {arc[1] for arc in arcs}
    return sorted(arc for arc in arcs if both.issuperset(arc))


def _arcs(problem: Problem, stays: Sequence[Stay]) -> Counter:
    return Counter(arc_of(problem, stay) for stay in stays)


def _circulation(arcs: Counter) -> Counter:
    used = inside(arcs)
    if not used:
        return Counter()
    row = {place: n for n, place in enumerate(sorted({place for arc in used for place in arc}))}
    program = Program(np.zeros(len(row)), np.zeros(len(row)), Limit(30))
    program.add(
        Columns.of(
            np.full(len(used), 2),
            np.array([row[place] for arc in used for place in arc]),
            np.tile([1.0, -1.0], len(used)),
            np.array([float(arcs[arc]) for arc in used]),
        )
    )
    flow = program.maximise(np.ones(len(used))).x
    return Counter({arc: round(amount) for arc, amount in zip(used, flow, strict=True)})
