"""A round as the puzzle sees it, read in a fixed number of queries, with a fingerprint of each part."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from hosts.models import Host
from placements.domain.reading import Reading
from placements.domain.taking import visit_lengths
from placements.enums import CalledOffBy, ChoiceKind, PlacementState
from placements.matching import types
from placements.matching.rules import Rules, Seats
from placements.matching.scoring import Weights
from placements.models import Placement, Round, Wish

NO_DEPARTMENT = -1


@dataclass
class Snapshot:
    """The puzzle of a round, and the records that its numbers stand for.

    seats are what all live placements of the round leave, those of wishes outside the snapshot too.
    lost are the wishes whose settled visit others called off: they count as one round missed more.
    """

    round: Round
    problem: types.Problem
    wishes: dict[int, Wish]
    hosts: dict[int, Host]
    seats: Seats
    rules: Rules
    placements: dict[int, Placement]
    not_this_time: set[int]
    lost: set[int]

    def stay_of(self, wish: Wish) -> types.Stay | None:
        """Where the board has a wish."""
        placement = self.placements.get(wish.pk)
        return placement and self.stay(wish.pk, placement.host_id, placement.days)

    def stay(self, wish: int, host: int, days: Iterable[date]) -> types.Stay:
        """A stay with days as numbers; days outside the puzzle are passed over."""
        number = {day: n for n, day in enumerate(self.problem.days)}
        return types.Stay(wish, host, tuple(number[day] for day in days if day in number))

    def fingerprints(self) -> dict[str, dict[str, str]]:
        """A short text for each wish and host that changes when what a solution rests on does.

        Proposals that solving again may move do not count, so that alternatives can be chosen in turn.
        """
        people = self.problem.person_of
        return {
            "wishes": {
                str(pk): self._mark_of_wish(wish, people[pk]) for pk, wish in self.wishes.items()
            },
            "hosts": {str(pk): self._mark_of_host(host) for pk, host in self.hosts.items()},
        }

    def _mark_of_wish(self, wish: Wish, person: types.Person) -> str:
        placement = self.placements.get(wish.pk)
        stands = None
        if placement and not is_loose(placement):
            stands = (placement.state, placement.host_id, placement.days)
        choices = [None if choice is None else sorted(choice) for choice in person.choices]
        return _mark(
            sorted(wish.possible_days), wish.length, wish.may_split, choices, sorted(person.forbidden),
            person.workplace, person.leaves, person.is_barred, stands,
        )  # fmt: skip

    def _mark_of_host(self, host: Host) -> str:
        return _mark(
            host.takes_visitors and host.pk not in self.not_this_time,
            host.weekday_seats, host.shortest_visit, host.longest_visit,
            host.most_visitors, host.allows_split, sorted(day.date for day in host.closed_days.all()),
            sorted((day.date, day.seats) for day in host.open_days.all()),
        )  # fmt: skip


def _mark(*parts) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def is_loose(placement: Placement | None) -> bool:
    """Whether solving again may move it: a proposal that nobody pinned and nobody has been told of."""
    return placement is None or (placement.state == PlacementState.PROPOSED and not placement.is_pinned)


def take(round: Round, *, now: datetime, wishes: Iterable[Wish] | None = None) -> Snapshot:
    """The puzzle of a round's sent wishes, or of some of them."""
    return take_all([round], now=now, wishes=wishes)[round.pk]


def take_all(
    rounds: Iterable[Round], *, now: datetime, wishes: Iterable[Wish] | None = None
) -> dict[int, Snapshot]:
    """The puzzles of some rounds by their keys, in as many queries as that of one."""
    reading, today = Reading(rounds, wishes), timezone.localdate(now)
    return {round.pk: _Reader(round, today, reading).snapshot() for round in reading.rounds}


def weights(round: Round) -> Weights:
    """The points that the consultants gave."""
    return Weights(
        new_relation=round.points_new_relation,
        spread=round.points_spread,
        volunteered=0,
        known_host=round.points_unknown_host,
        known_department=min(1, round.points_unknown_host),
        same_stay=round.points_stability,
        same_host=round.points_stability * 6 // 10,
        ring=round.points_ring,
    )


class _Reader:
    def __init__(self, round: Round, today: date, reading: Reading):
        self.round, self.reading = round, reading
        self.days = tuple(day for day in round.days if day > today)
        self.number = {day: n for n, day in enumerate(self.days)}
        self.wishes = {wish.pk: wish for wish in reading.wishes[round.pk]}
        self.placements, self.declined, self.lost = self._sort_placements()
        self.organisations = reading.organisations[round.pk]
        self.not_this_time = reading.not_this_time[round.pk]
        self.hosts = reading.hosts_of(round)
        self.occupancy = reading.occupancy[round.pk]
        self.days_held = defaultdict(Counter)
        for placement in self.placements.values():
            self.days_held[placement.host_id].update(placement.days)
        self._sort_history()
        self._covered: dict[tuple, types.Choice] = {}

    def snapshot(self) -> Snapshot:
        hosts = tuple(self._host(host) for host in self.hosts.values())
        people = tuple(self._person(wish) for wish in self.wishes.values())
        live = {pk: p for pk, p in self.placements.items() if pk in self.wishes}
        problem = types.Problem(
            days=self.days,
            hosts=hosts,
            people=people,
            pinned=tuple(self._stay(p) for p in live.values() if not is_loose(p)),
            previous=tuple(self._stay(p) for p in live.values() if is_loose(p)),
            known_relations=frozenset(self.relations),
        )
        seats = Seats(problem, [self._stay(p) for p in self.placements.values()])
        return Snapshot(
            self.round,
            problem,
            self.wishes,
            self.hosts,
            seats,
            Rules(problem),
            self.placements,
            self.not_this_time,
            self.lost,
        )

    def _sort_placements(self) -> tuple[dict[int, Placement], dict[int, set[int]], set[int]]:
        """The live placements of the round by wish, the hosts that said no to a wish or called its visit
        off, and the wishes that lost a settled place."""
        live, declined, lost = {}, defaultdict(set), set()
        for row in self.reading.placements[self.round.pk]:
            if row.is_live:
                live[row.wish_id] = row
            if row.state == PlacementState.DECLINED or row.ended_by == CalledOffBy.HOST:
                declined[row.wish_id].add(row.host_id)
            if row.is_lost:
                lost.add(row.wish_id)
        return live, declined, lost

    def _sort_history(self) -> None:
        """What earlier rounds tell: hosts visited, departments that have met, rounds without a place."""
        self.visited, self.relations = defaultdict(set), set()
        for round, employee, host, home, there in self.reading.visits:
            if round != self.round.pk:
                self.visited[employee].add(host)
                self.relations.add((NO_DEPARTMENT if home is None else home, there))
        begins = self.round.visits_from
        self.missed = Counter(person for person, until in self.reading.missed if until < begins)

    def _host(self, host: Host) -> types.Host:
        shortest, longest = visit_lengths(host, self.round)
        own = self.days_held[host.pk]
        is_of_round = host.workplace.department.organisation_id in self.organisations
        says_no = host.pk in self.not_this_time
        is_open = is_of_round and host.takes_visitors and not says_no
        seats = tuple(
            own[day] + (len(self.occupancy.free_seats(host, day)) if is_open else 0)
            for day in self.days
        )
        return types.Host(
            id=host.pk,
            department=host.workplace.department_id,
            seats=seats,
            lengths=frozenset(range(shortest, longest + 1)),
            most_visitors=host.most_visitors,
            workplace=host.workplace_id,
            organisation=host.workplace.department.organisation_id,
            allows_split=host.allows_split,
            openable=frozenset(
                n
                for n, day in enumerate(self.days)
                if not says_no and not self.occupancy.is_closed(host, day)
            ),
        )

    def _person(self, wish: Wish) -> types.Person:
        person = wish.employee
        elsewhere = self.occupancy.days_elsewhere(person.pk)
        own = self.placements.get(wish.pk)
        possible = set(wish.possible_days) - (elsewhere - set(own.days if own else ()))
        forbidden = {each.host_id for each in wish.forbiddings.all()} | self.declined[wish.pk]
        return types.Person(
            id=wish.pk,
            department=person.workplace.department_id if person.workplace else NO_DEPARTMENT,
            length=wish.length,
            days=frozenset(self.number[day] for day in possible if day in self.number),
            may_split=wish.may_split,
            choices=tuple(self._choice(choice) for choice in wish.choices.all()),
            workplace=person.workplace_id,
            leaves=self._organisation_left_by(person),
            forbidden=frozenset(forbidden),
            visited=frozenset(self.visited[person.pk]),
            missed=self.missed[person.pk] + (wish.pk in self.lost),
            is_barred=wish.refused_at is not None,
        )

    def _organisation_left_by(self, person) -> int | None:
        if not self.round.abroad_only or not person.workplace:
            return None
        return person.workplace.department.organisation_id

    def _choice(self, choice) -> types.Choice:
        if choice.kind == ChoiceKind.ANYWHERE:
            return None
        if choice.kind == ChoiceKind.HOST:
            return frozenset({choice.host_id})
        kind = (choice.kind, choice.field_id, choice.area, choice.sector)
        if kind not in self._covered:
            covered = (host.pk for host in self.hosts.values() if choice.covers(host))
            self._covered[kind] = frozenset(covered)
        return self._covered[kind]

    def _stay(self, placement: Placement) -> types.Stay:
        days = tuple(self.number[day] for day in placement.days if day in self.number)
        return types.Stay(placement.wish_id, placement.host_id, days)
