"""What goes into the puzzle and what comes out. Days are numbers: positions in `Problem.days`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

Choice = frozenset[int] | None
"""One choice of a wish: the numbers of the hosts that fulfil it; None is 'anywhere'."""


UNLIMITED = 1_000_000


class Goal(StrEnum):
    """What an answer is to have the most of, before all else."""

    MOST_PLACED = "most_placed"
    MOST_FIRST_CHOICES = "most_first_choices"
    MOST_RELATIONS = "most_relations"


@dataclass(frozen=True, slots=True)
class Host:
    """One host. `seats` has a number of visitors for each day of the round.

    `openable` are days without seats, or with none left beside pinned stays, on which the host could still
    be asked to take somebody.
    """

    id: int
    department: int
    seats: tuple[int, ...]
    lengths: frozenset[int]
    most_visitors: int | None = None
    workplace: int | None = None
    organisation: int | None = None
    openable: frozenset[int] = frozenset()
    volunteered: bool = False
    allows_split: bool = False

    @property
    def quota(self) -> int:
        """The most visitors in the round; without a limit, more than anybody could ask for."""
        return UNLIMITED if self.most_visitors is None else self.most_visitors


@dataclass(frozen=True, slots=True)
class Person:
    """One person with a wish: `length` days within `days`, at a host of the earliest choice possible.

    `past` and `elsewhere` are days that were wished for and are gone: over, or taken by another visit.
    `unwanted` are pairs (host, day): days on which a host would rather not have this person.
    Without a `department` no relation is made. `missed` counts earlier rounds without a place.
    `is_barred` keeps a person out of the puzzle (a manager refused). `leaves` is an organisation whose
    hosts are closed to the person: the own one, in rounds that lead to others. `may_split`: the days
    need not be neighbours where the host agrees.
    """

    id: int
    department: int | None
    length: int
    days: frozenset[int]
    choices: tuple[Choice, ...]
    workplace: int | None = None
    leaves: int | None = None
    forbidden: frozenset[int] = frozenset()
    visited: frozenset[int] = frozenset()
    missed: int = 0
    is_barred: bool = False
    may_split: bool = False
    past: frozenset[date] = frozenset()
    elsewhere: frozenset[date] = frozenset()
    unwanted: frozenset[tuple[int, int]] = frozenset()

    def days_at(self, host: int) -> frozenset[int]:
        """The days without those on which this host would rather not have the person."""
        if not self.unwanted:
            return self.days
        return frozenset(day for day in self.days if (host, day) not in self.unwanted)

    def rank_of(self, host: int) -> int | None:
        """The rank (1 is the dearest) of the first choice that this host fulfils, or None."""
        for rank, choice in enumerate(self.choices, start=1):
            if choice is None or host in choice:
                return rank
        return None


@dataclass(frozen=True, slots=True, order=True)
class Stay:
    """A person at a host on these days."""

    person: int
    host: int
    days: tuple[int, ...]


@dataclass(frozen=True)
class Problem:
    """A round's puzzle.

    `pinned` stays are kept whatever the rules say, and use up seats. `previous` is the answer that a
    new one should stay close to. `known_relations` are pairs of departments that have met, whichever
    was the host; with `relations_have_direction` (home department, host department), each way by itself.
    """

    days: tuple[date, ...]
    hosts: tuple[Host, ...]
    people: tuple[Person, ...]
    pinned: tuple[Stay, ...] = ()
    previous: tuple[Stay, ...] = ()
    known_relations: frozenset[tuple[int, int]] = frozenset()
    relations_have_direction: bool = False

    @cached_property
    def host_of(self) -> dict[int, Host]:
        """The hosts by their numbers."""
        return {host.id: host for host in self.hosts}

    @cached_property
    def person_of(self) -> dict[int, Person]:
        """The people by their numbers."""
        return {person.id: person for person in self.people}

    @cached_property
    def is_followed(self) -> tuple[bool, ...]:
        """For each day whether the next one of the round is the next day of the calendar."""
        pairs = zip(self.days, self.days[1:], strict=False)
        return (*(after - day == timedelta(days=1) for day, after in pairs), False)

    def in_order(self) -> "Problem":
        """The same problem sorted by numbers, so that the order of input never matters."""
        return replace(
            self,
            hosts=tuple(sorted(self.hosts, key=lambda host: host.id)),
            people=tuple(sorted(self.people, key=lambda person: person.id)),
            pinned=tuple(sorted(self.pinned)),
            previous=tuple(sorted(self.previous)),
        )

    def without_seats_of(self, stays: Iterable[Stay]) -> "Problem":
        """The same problem with the seats and quotas of these stays used up."""
        used: dict[int, list[Stay]] = {}
        for stay in stays:
            used.setdefault(stay.host, []).append(stay)
        hosts = tuple(_with_less(host, used.get(host.id, ())) for host in self.hosts)
        return replace(self, hosts=hosts)


def _with_less(host: Host, stays: Iterable[Stay]) -> Host:
    if not stays:
        return host
    seats = list(host.seats)
    for stay in stays:
        for day in stay.days:
            seats[day] = max(0, seats[day] - 1)
    if host.most_visitors is None:
        return replace(host, seats=tuple(seats))
    return replace(host, seats=tuple(seats), most_visitors=max(0, host.most_visitors - len(stays)))


@dataclass(frozen=True, slots=True)
class Proof:
    """How far one goal of an answer is proven: no answer has more than `bound` (goals before it kept)."""

    goal: str
    value: int
    bound: float

    @property
    def is_proven(self) -> bool:
        """Whether nothing better exists."""
        return self.bound < self.value + 1

    @property
    def gap(self) -> float:
        """By how much of its value the answer could at most be better; 0 when it is proven."""
        return 0.0 if self.is_proven else (self.bound - self.value) / max(1, abs(self.value))


@dataclass(frozen=True)
class Solution:
    """An answer: the stays, pinned ones too, and what is proven of it, the first goal first."""

    stays: tuple[Stay, ...]
    proofs: tuple[Proof, ...]
    seconds: float
    was_stopped: bool = False

    @property
    def is_proven(self) -> bool:
        """Whether no answer is better in any of the goals."""
        return all(proof.is_proven for proof in self.proofs)
