"""What makes one answer better than another.

The goals are tried strictly in their order: a later one decides only among the answers that are best
in all before it. For Goal.MOST_PLACED they are

1. placed: the most people placed;
2. missed: the most earlier rounds without a place made good (the sum of `Person.missed`);
3. rank 5, 4, 3, 2: the fewest people on the worst rank, among those the fewest on the next to worst,
   and so on upwards. These are the fair matchings of Huang, Kavitha, Mehlhorn and Michail, "Fair
   Matchings and Related Problems", Algorithmica 74 (2016) 1184–1203;
4. soft: the weighted sum below.

MOST_FIRST_CHOICES and MOST_RELATIONS put the people on their first choice, or the number of new
relations, before all that. Solved from a file, the ranks have costs there and one goal, least cost.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from placements.matching.types import Goal, Host, Person, Problem, Stay

MOST_RANKS = 5
SOFT = "soft"
RELATIONS = "relations"


@dataclass(frozen=True)
class Weights:
    """Points of the last goal. All are whole numbers; 0 leaves a wish of ours out of account.

    new_relation  for each pair of departments that meets for the first time
    spread        taken off for the 2nd, 3rd … visitor of a host: weight × (n − 1) ÷ the most visitors
                  it takes (without a limit: its seats on its fullest day), rounded down
    volunteered   for each host that volunteered and gets somebody
    known_host    taken off for a host that the person visited before
    known_department  taken off for another host of a department visited before
    same_stay     for each person who keeps host and days of the previous answer
    same_host     for each person who keeps the host on other days
    ring          for each stay in a ring of workplaces that visit one another (A→B→C→A)
    """

    new_relation: int = 2
    spread: int = 5
    volunteered: int = 3
    known_host: int = 4
    known_department: int = 1
    same_stay: int = 10
    same_host: int = 6
    ring: int = 0


@dataclass(frozen=True)
class Level:
    """One goal: `of_stay` gives what a stay of this person with this rank adds to it.

    `pull` is its weight in the rough program that the goals start from; it decides nothing.
    """

    name: str
    of_stay: Callable[[Person, int], int]
    pull: int = 0


def levels(goal: Goal, rank_cost: Sequence[int] | None = None) -> list[Level]:
    """The goals in order, all but the soft one; with rank_cost (by rank) those of a file."""
    placed = Level("placed", lambda person, rank: 1, pull=1000)
    if rank_cost is not None:
        return [placed, Level("rank_cost", lambda person, rank: -rank_cost[rank - 1], pull=1)]
    fair = [
        placed,
        Level("missed", lambda person, rank: person.missed, pull=20),
        *(_fewest_on(rank) for rank in range(MOST_RANKS, 1, -1)),
    ]
    first = {
        Goal.MOST_PLACED: [],
        Goal.MOST_FIRST_CHOICES: [
            Level("first_choices", lambda person, rank: int(rank == 1), pull=5000)
        ],
        Goal.MOST_RELATIONS: [Level(RELATIONS, lambda person, rank: 0)],
    }
    return [*first[goal], *fair]


def rough(goals: Sequence[Level]) -> Level:
    """All goals in one, by their pull: where the climb from goal to goal starts."""
    return Level(
        "rough",
        lambda person, rank: sum(goal.pull * goal.of_stay(person, rank) for goal in goals),
    )


def _fewest_on(worst: int) -> Level:
    return Level(f"rank_{worst}", lambda person, rank: -int(rank == worst), pull=2 * worst)


def soft_of_stay(person: Person, host: Host, weights: Weights, visited_departments: set[int]) -> int:
    """What a stay adds to the soft goal by itself, stability aside."""
    if host.id in person.visited:
        return -weights.known_host
    return -weights.known_department if host.department in visited_departments else 0


def stability(stay: Stay, previous: Stay | None, weights: Weights) -> int:
    """What a stay adds to the soft goal for being like the previous one."""
    if previous is None or previous.host != stay.host:
        return 0
    return weights.same_stay if previous.days == stay.days else weights.same_host


def crowding(nth: int, host: Host, weights: Weights) -> int:
    """What the nth visitor of a host takes off the soft goal."""
    most = max(host.seats, default=1) if host.most_visitors is None else host.most_visitors
    return weights.spread * (nth - 1) // max(1, most)


def relation(person: Person, host: Host, problem: Problem) -> tuple[int, int] | None:
    """The new relation that a stay of this person at this host would make, or None."""
    if person.department in {None, host.department}:
        return None
    pair = person.department, host.department
    if not problem.relations_have_direction:
        pair = min(pair), max(pair)
        if pair[::-1] in problem.known_relations:
            return None
    return None if pair in problem.known_relations else pair


def departments_visited(person: Person, problem: Problem) -> set[int]:
    """The departments of the hosts that the person visited before."""
    known = (problem.host_of.get(number) for number in person.visited)
    return {host.department for host in known if host}


@dataclass(frozen=True)
class Figures:
    """An answer in figures: people by rank (1 … 5), relations, hosts with visitors, stays kept."""

    people: int
    placed: int
    missed: int
    by_rank: dict[int, int]
    relations: int
    hosts: int
    busiest: int
    same_stays: int


def figures(problem: Problem, stays: Sequence[Stay]) -> Figures:
    """What an answer comes to."""
    people = [problem.person_of[stay.person] for stay in stays]
    ranks = Counter(person.rank_of(stay.host) for person, stay in zip(people, stays, strict=True))
    visitors = Counter(stay.host for stay in stays)
    return Figures(
        people=len(problem.people),
        placed=len(stays),
        missed=sum(person.missed for person in people),
        by_rank={rank: ranks[rank] for rank in range(1, MOST_RANKS + 1)},
        relations=len(relations(problem, stays)),
        hosts=len(visitors),
        busiest=max(visitors.values(), default=0),
        same_stays=len(set(stays) & set(problem.previous)),
    )


def relations(problem: Problem, stays: Sequence[Stay]) -> set[tuple[int, int]]:
    """The new relations that these stays make."""
    pairs = (
        relation(problem.person_of[stay.person], problem.host_of[stay.host], problem) for stay in stays
    )
    return {pair for pair in pairs if pair}


def value(level: Level, problem: Problem, stays: Sequence[Stay]) -> int:
    """What an answer has of one goal; a pinned stay outside the wish counts as the last choice."""
    if level.name == RELATIONS:
        return len(relations(problem, stays))
    return sum(
        level.of_stay(person, rank_or_last(person, stay.host))
        for stay in stays
        for person in [problem.person_of[stay.person]]
    )


def rank_or_last(person: Person, host: int) -> int:
    """The rank of the choice that a host fulfils; outside the wish that of the last choice."""
    return person.rank_of(host) or max(1, len(person.choices))


def soft_value(problem: Problem, stays: Sequence[Stay], weights: Weights) -> int:
    """The soft goal of an answer, rings aside (chains.py counts those)."""
    previous = {stay.person: stay for stay in problem.previous}
    total = weights.new_relation * len(relations(problem, stays))
    for stay in stays:
        person, host = problem.person_of[stay.person], problem.host_of[stay.host]
        total += soft_of_stay(person, host, weights, departments_visited(person, problem))
        total += stability(stay, previous.get(stay.person), weights)
    for number, count in Counter(stay.host for stay in stays).items():
        host = problem.host_of[number]
        total -= sum(crowding(nth, host, weights) for nth in range(1, count + 1))
        total += weights.volunteered * host.volunteered
    return total
