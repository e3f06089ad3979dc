"""The file formats `visit-match/1` and `visit-match-solution/1`: JSON, an instance also gzipped.

docs/matching.md describes both.
"""

import gzip
import json
import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from placements.matching.scoring import Weights
from placements.matching.types import Host, Person, Problem, Solution, Stay

# Sums of larger numbers would not be exact.
LARGEST = 1_000_000_000
FORMAT, SOLUTION_FORMAT = "visit-match/1", "visit-match-solution/1"


class BadInstance(Exception):
    """The file is not an instance; the message is one line that says what is wrong."""

    def __init__(self, message: str):
        super().__init__(" ".join(message.split()))


@dataclass(frozen=True)
class Instance:
    """What a file holds: the problem, the points of the soft goal and the cost of each rank."""

    name: str
    problem: Problem
    weights: Weights
    rank_cost: list[int]


def read(path: Path) -> Instance:
    """Read an instance. Raises BadInstance."""
    try:
        data = path.read_bytes()
        text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        content = json.loads(text)
    except OSError as error:
        raise BadInstance(f"{path}: {error.strerror or error}") from error
    except (ValueError, EOFError, RecursionError, zlib.error) as error:
        raise BadInstance(f"{path}: this is not JSON: {error}") from error
    return parse(content, str(path))


def parse(content, source: str) -> Instance:
    """An instance from what a file held. Raises BadInstance."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BadInstance(f'{source}: "format" must be "{FORMAT}"')
    try:
        instance = _instance(content)
        _check(instance)
    except KeyError as error:
        raise BadInstance(f"{source}: {error} is missing") from error
    except (TypeError, ValueError, IndexError, AttributeError) as error:
        raise BadInstance(f"{source}: {error}") from error
    return instance


def solution(instance: Instance, found: Solution) -> dict:
    """An answer in the solution format."""
    return {
        "format": SOLUTION_FORMAT,
        "instance": instance.name,
        "placements": [[stay.person, stay.host, stay.days[0]] for stay in found.stays],
        "proven": found.is_proven,
        "value": {proof.goal: proof.value for proof in found.proofs},
        "bound": {
            proof.goal: None if proof.bound == float("inf") else proof.bound for proof in found.proofs
        },
        "seconds": round(found.seconds, 3),
    }


def _instance(content: dict) -> Instance:
    days = tuple(map(date.fromisoformat, content["days"]))
    if list(days) != sorted(set(days)):
        raise ValueError("the days must be in order, each once")
    hosts = tuple(_host(row, days) for row in content["hosts"])
    of_kind: dict[int, frozenset[int]] = {}
    for row, host in zip(content["hosts"], hosts, strict=True):
        of_kind[row["cat"]] = of_kind.get(row["cat"], frozenset()) | {host.id}
    forbidden: dict[int, set[int]] = {}
    for person, host in content["forbidden"]:
        forbidden.setdefault(person, set()).add(host)
    people = tuple(_person(row, of_kind, forbidden, days) for row in content["employees"])
    length_of = {person.id: person.length for person in people}
    problem = Problem(
        days=days,
        hosts=hosts,
        people=people,
        pinned=tuple(_stay(row, length_of) for row in content["pins"]),
        previous=tuple(_stay(row, length_of) for row in content["previous"]),
        known_relations=frozenset((home, host) for home, host in content["past_relations"]),
        relations_have_direction=True,
    )
    return Instance(
        str(content["name"]),
        problem,
        _weights(content["soft"]),
        [_whole(c) for c in content["rank_cost"]],
    )


def _host(row: dict, days: tuple[date, ...]) -> Host:
    seats = tuple(map(_not_negative, row["cap"]))
    if len(seats) != len(days):
        raise ValueError(f"host {row['id']}: cap must have one number for each of the {len(days)} days")
    return Host(
        id=_whole(row["id"]),
        department=_whole(row["dept"]),
        seats=seats,
        lengths=frozenset(map(_whole, row["lengths"])),
        most_visitors=_not_negative(row["max_visitors"]),
        workplace=row["id"],
        volunteered=bool(row["volunteer"]),
    )


def _person(row: dict, of_kind, forbidden, days) -> Person:
    wish = row["wish"]
    match wish["mode"]:
        case "list":
            choices = tuple(frozenset([_whole(host)]) for host in wish["hosts"])
        case "kind":
            choices = (of_kind.get(wish["cat"], frozenset()),)
        case "any":
            choices = (None,)
        case other:
            raise ValueError(f"employee {row['id']}: unknown mode {other!r}")
    for first, last in row["avail"]:
        if not 0 <= first <= last < len(days):
            raise ValueError(f"employee {row['id']}: a day outside the round")
    can = frozenset(day for first, last in row["avail"] for day in range(first, last + 1))
    return Person(
        id=_whole(row["id"]),
        department=_whole(row["dept"]),
        length=_positive(row["len"]),
        days=can,
        choices=choices,
        workplace=_whole(row["home"]),
        forbidden=frozenset(forbidden.get(row["id"], ())),
        visited=frozenset(map(_whole, row["visited"])),
    )


def _stay(row, length_of: dict[int, int]) -> Stay:
    person, host, first = map(_whole, row)
    if person not in length_of:
        raise ValueError(f"employee {person} is unknown")
    return Stay(person, host, tuple(range(first, first + length_of[person])))


def _weights(soft: dict) -> Weights:
    return Weights(
        new_relation=_whole(soft["new_relation"]),
        spread=_whole(soft["load_steps"]),
        volunteered=_whole(soft["volunteer_first"]),
        known_host=-_whole(soft["repeat_host"]),
        known_department=-_whole(soft["repeat_dept"]),
        same_stay=_whole(soft["keep_exact"]),
        same_host=_whole(soft["keep_host"]),
    )


def _check(instance: Instance) -> None:
    problem = instance.problem
    if len(problem.person_of) != len(problem.people) or len(problem.host_of) != len(problem.hosts):
        raise ValueError("an id stands twice")
    if len({stay.person for stay in problem.pinned}) < len(problem.pinned):
        raise ValueError("an employee is pinned twice")
    longest = max((len(person.choices) for person in problem.people), default=0)
    if len(instance.rank_cost) < longest:
        raise ValueError(f"rank_cost needs {longest} numbers")
    for stay in (*problem.pinned, *problem.previous):
        if stay.host not in problem.host_of:
            raise ValueError(f"host {stay.host} is unknown")
        if not set(stay.days) <= set(range(len(problem.days))):
            raise ValueError(f"employee {stay.person}: a day outside the round")


def _whole(value) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} is not a whole number")
    if abs(value) > LARGEST:
        raise ValueError(f"{str(value)[:20]} … is too large")
    return value


def _not_negative(value) -> int:
    if _whole(value) < 0:
        raise ValueError(f"{value} is below zero")
    return value


def _positive(value) -> int:
    if _whole(value) < 1:
        raise ValueError(f"{value} days is no length")
    return value
