"""The file formats `visit-match/1` and `visit-match-solution/1`: JSON, an instance also gzipped.

docs/matching.md describes both.
"""

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from placements.matching.scoring import Weights
from placements.matching.types import Choice, Host, Person, Problem, Solution, Stay

# Sums of larger numbers would not be exact.
LARGEST = 1_000_000_000
LONGEST_SHOWN = 40
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
    except _FAULTS as error:
        raise BadInstance(f"{source}: {_in_words(error)}") from error
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


_FAULTS = (KeyError, TypeError, ValueError)


def _in_words(fault: Exception) -> str:
    return f"{fault} is missing" if isinstance(fault, KeyError) else str(fault)


def _each(content: dict, name: str, read: Callable) -> list:
    """What `read` makes of each row of a list; a fault says which row it is in."""
    found = []
    for number, row in enumerate(_list(content[name], name)):
        try:
            found.append(read(row))
        except _FAULTS as fault:
            raise ValueError(f"{name}[{number}]: {_in_words(fault)}") from fault
    return found


def _instance(content: dict) -> Instance:
    days = tuple(_each(content, "days", _day))
    if list(days) != sorted(set(days)):
        raise ValueError("the days must be in order, each once")
    hosts = tuple(_each(content, "hosts", partial(_host, days=days)))
    of_kind: dict[int, frozenset[int]] = {}
    for row, host in zip(content["hosts"], hosts, strict=True):
        of_kind[row["cat"]] = of_kind.get(row["cat"], frozenset()) | {host.id}
    forbidden: dict[int, set[int]] = {}
    for person, host in _each(content, "forbidden", partial(_numbers, names="employee, host")):
        forbidden.setdefault(person, set()).add(host)
    read_person = partial(_person, of_kind=of_kind, forbidden=forbidden, days=days)
    people = tuple(_each(content, "employees", read_person))
    if unknown := forbidden.keys() - {person.id for person in people}:
        raise ValueError(f"forbidden: employee {min(unknown)} is unknown")
    lengths = {person.id: person.length for person in people}
    read_stay = partial(_stay, length_of=lengths, days=days)
    read_relation = partial(_numbers, names="department, department")
    return Instance(
        str(content["name"]),
        Problem(
            days=days,
            hosts=hosts,
            people=people,
            pinned=tuple(_each(content, "pins", read_stay)),
            previous=tuple(_each(content, "previous", read_stay)),
            known_relations=frozenset(_each(content, "past_relations", read_relation)),
            relations_have_direction=True,
        ),
        _weights(_object(content["soft"], "soft")),
        _each(content, "rank_cost", _whole),
    )


def _day(text) -> date:
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is not a date as YYYY-MM-DD")
    return date.fromisoformat(text)


def _host(row, days: tuple[date, ...]) -> Host:
    row = _object(row, "a host")
    seats = tuple(map(_not_negative, _list(row["cap"], "cap")))
    if len(seats) != len(days):
        raise ValueError(f"host {row['id']}: cap must have one number for each of the {len(days)} days")
    _whole(row["cat"])
    return Host(
        id=_whole(row["id"]),
        department=_whole(row["dept"]),
        seats=seats,
        lengths=frozenset(map(_whole, _list(row["lengths"], "lengths"))),
        most_visitors=_not_negative(row["max_visitors"]),
        workplace=row["id"],
        volunteered=bool(row["volunteer"]),
    )


def _person(row, of_kind, forbidden, days) -> Person:
    row = _object(row, "an employee")
    number = _whole(row["id"])
    can: set[int] = set()
    for pair in _list(row["avail"], "avail"):
        first, last = _numbers(pair, "first day, last day")
        if not 0 <= first <= last < len(days):
            raise ValueError(f"employee {number}: a day outside the round")
        can.update(range(first, last + 1))
    return Person(
        id=number,
        department=_whole(row["dept"]),
        length=_positive(row["len"]),
        days=frozenset(can),
        choices=_choices(_object(row["wish"], "wish"), of_kind),
        workplace=_whole(row["home"]),
        forbidden=frozenset(forbidden.get(number, ())),
        visited=frozenset(map(_whole, _list(row["visited"], "visited"))),
    )


def _choices(wish: dict, of_kind: dict[int, frozenset[int]]) -> tuple[Choice, ...]:
    match wish["mode"]:
        case "list":
            return tuple(frozenset([_whole(host)]) for host in _list(wish["hosts"], "hosts"))
        case "kind":
            return (of_kind.get(_whole(wish["cat"]), frozenset()),)
        case "any":
            return (None,)
        case other:
            raise ValueError(f"unknown mode {other!r}")


def _stay(row, length_of: dict[int, int], days: tuple[date, ...]) -> Stay:
    person, host, first = _numbers(row, "employee, host, first day")
    if person not in length_of:
        raise ValueError(f"employee {person} is unknown")
    if not 0 <= first <= len(days) - length_of[person]:
        raise ValueError(f"employee {person}: a day outside the round")
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
    _check_names_known_hosts(problem)
    longest = max((len(person.choices) for person in problem.people), default=0)
    if len(instance.rank_cost) < longest:
        raise ValueError(f"rank_cost needs {longest} numbers")
    for stay in (*problem.pinned, *problem.previous):
        if stay.host not in problem.host_of:
            raise ValueError(f"host {stay.host} is unknown")


def _check_names_known_hosts(problem: Problem) -> None:
    for person in problem.people:
        wished = (choice for choice in person.choices if choice)
        named = frozenset().union(person.forbidden, person.visited, *wished)
        if unknown := named - problem.host_of.keys():
            raise ValueError(f"employee {person.id}: host {min(unknown)} is unknown")


def _object(value, what: str) -> dict:
    if not isinstance(value, dict):
        raise TypeError(f"{what} must be an object, not {_shortly(value)}")
    return value


def _list(value, what: str) -> list:
    if not isinstance(value, list):
        raise TypeError(f"{what} must be a list, not {_shortly(value)}")
    return value


def _numbers(row, names: str) -> tuple[int, ...]:
    """A row of so many whole numbers as there are names."""
    if not isinstance(row, list) or len(row) != len(names.split(",")):
        raise TypeError(f"{_shortly(row)} is not [{names}]")
    return tuple(map(_whole, row))


def _shortly(value) -> str:
    text = json.dumps(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"


def _whole(value) -> int:
    if type(value) is not int:
        raise TypeError(f"{_shortly(value)} is not a whole number")
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
