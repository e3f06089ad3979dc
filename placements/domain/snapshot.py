"""A round as the puzzle sees it, read in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from hosts.models import Approval, Host
from placements.domain.reading import Reading
from placements.domain.taking import visit_lengths
from placements.domain.unwanted import Unwanted
from placements.enums import CalledOffBy, ChoiceKind, PlacementState
from placements.matching import types
from placements.matching.rules import Rules, Seats
from placements.matching.scoring import Weights
from placements.models import Placement, Round, Wish


@dataclass
class Snapshot:
    """The puzzle of a round, and the records that its numbers stand for.

    seats are what all live placements of the round leave, those of wishes outside the snapshot too.
    lost are the wishes whose settled visit others called off: they count as one round missed more.
    said_no and called_off are pairs (wish, host). busy are the days on which the person of a wish is
    somewhere else, unsuited those offered instead to which it said no; unwanted are by wish and
    host the days on which the host would rather not have the visitor; other_rounds the seats that visits
    of other rounds have at a host, by day.
    """

    round: Round
    problem: types.Problem
    wishes: dict[int, Wish]
    hosts: dict[int, Host]
    seats: Seats
    rules: Rules
    placements: dict[int, Placement]
    organisations: set[int]
    not_this_time: set[int]
    said_no: set[tuple[int, int]]
    called_off: set[tuple[int, int]]
    lost: set[int]
    busy: dict[int, set[date]]
    unsuited: dict[int, set[date]]
    unwanted: Unwanted
    other_rounds: dict[int, dict[date, int]]

    def is_of_round(self, host: Host) -> bool:
        """Whether the host's organisation takes part in the round."""
        return host.workplace.department.organisation_id in self.organisations

    def stay_of(self, wish: Wish) -> types.Stay | None:
        """Where the board has a wish."""
        placement = self.placements.get(wish.pk)
        return placement and self.stay(wish.pk, placement.host_id, placement.days)

    def stay(self, wish: int, host: int, days: Iterable[date]) -> types.Stay:
        """A stay with days as numbers; days outside the puzzle are passed over."""
        number = {day: n for n, day in enumerate(self.problem.days)}
        return types.Stay(wish, host, tuple(number[day] for day in days if day in number))


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
        self.round, self.reading, self.today = round, reading, today
        self.days = tuple(day for day in round.days if day > today)
        self.number = {day: n for n, day in enumerate(self.days)}
        self.wishes = {wish.pk: wish for wish in reading.wishes[round.pk]}
        for wish in self.wishes.values():
            wish.round = round
        self._sort_placements()
        self.organisations = reading.organisations[round.pk]
        self.not_this_time = reading.not_this_time[round.pk]
        self.hosts = reading.hosts_of(round)
        self.occupancy = reading.occupancy[round.pk]
        self.days_held, self.days_kept = defaultdict(Counter), defaultdict(Counter)
        for placement in self.placements.values():
            self.days_held[placement.host_id].update(placement.days)
            if not is_loose(placement):
                self.days_kept[placement.host_id].update(placement.days)
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
            self.organisations,
            self.not_this_time,
            self.said_no,
            self.called_off,
            self.lost,
            {pk: self._busy(wish) for pk, wish in self.wishes.items()},
            {pk: self._unsuited(wish) for pk, wish in self.wishes.items()},
            self.reading.unwanted,
            {host.pk: self._seats_of_other_rounds(host) for host in self.hosts.values()},
        )

    def _sort_placements(self) -> None:
        """The live placements of the round by wish, the hosts that said no to a wish or called its visit
        off, the days offered instead that did not suit, and the wishes that lost a settled place."""
        self.unsuited = defaultdict(set)
        self.placements, self.said_no, self.called_off, self.lost = {}, set(), set(), set()
        for row in self.reading.placements[self.round.pk]:
            if row.is_live:
                self.placements[row.wish_id] = row
            if row.state == PlacementState.DECLINED:
                self.said_no.add((row.wish_id, row.host_id))
            if row.state == PlacementState.UNSUITED:
                self._sort_unsuited(row)
            if row.ended_by == CalledOffBy.HOST:
                self.called_off.add((row.wish_id, row.host_id))
            if row.is_lost:
                self.lost.add(row.wish_id)

    def _sort_unsuited(self, row: Placement) -> None:
        """The days that the person said no to are not possible, unless the wish was saved again since."""
        wish = self.wishes.get(row.wish_id)
        if wish and wish.saved_at <= row.offered_at:
            self.unsuited[wish.pk].update(*row.offered_days)

    def _sort_history(self) -> None:
        """What earlier rounds tell: hosts visited, departments that have met, rounds without a place."""
        self.visited, self.relations = defaultdict(set), set()
        for round, employee, host, home, there in self.reading.visits:
            if round != self.round.pk:
                self.visited[employee].add(host)
                if home is not None:
                    self.relations.add((home, there))
        begins = self.round.visits_from
        self.missed = Counter(person for person, until in self.reading.missed if until < begins)

    def _host(self, host: Host) -> types.Host:
        shortest, longest = visit_lengths(host, self.round)
        is_of_round = host.workplace.department.organisation_id in self.organisations
        says_no = host.pk in self.not_this_time or host.approval == Approval.REFUSED
        is_open = is_of_round and host.takes_visitors and not says_no
        kept = self.days_kept[host.pk]
        seats = tuple(
            kept[day] + (self._seats_to_give(host, day) if is_open else 0) for day in self.days
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
                if is_of_round and not says_no and not self.occupancy.is_closed(host, day)
            ),
        )

    def _seats_to_give(self, host: Host, day: date) -> int:
        """The seats of a host that are free, or would be without the proposals that may be moved."""
        loose = self.days_held[host.pk][day] - self.days_kept[host.pk][day]
        return max(0, self.occupancy.seats(host, day) - self.occupancy.taken(host, day) + loose)

    def _person(self, wish: Wish) -> types.Person:
        person = wish.employee
        possible, busy = set(wish.possible_days), self._busy(wish)
        to_come = {day for day in possible if day in self.number}
        forbidden = {each.host_id for each in wish.forbiddings.all()} | self.unwilling[wish.pk]
        return types.Person(
            id=wish.pk,
            department=person.workplace.department_id if person.workplace else None,
            length=wish.length,
            days=frozenset(self.number[day] for day in to_come - busy - self._unsuited(wish)),
            past=frozenset(day for day in possible if day <= self.today),
            elsewhere=frozenset(to_come & busy),
            may_split=wish.may_split,
            choices=tuple(self._choice(choice) for choice in wish.choices.all()),
            workplace=person.workplace_id,
            leaves=self._organisation_left_by(person),
            forbidden=frozenset(forbidden),
            visited=frozenset(self.visited[person.pk]),
            missed=self.missed[person.pk] + (wish.pk in self.lost),
            is_barred=wish.is_barred,
            unwanted=self._unwanted(wish),
        )

    def _unwanted(self, wish: Wish) -> frozenset[tuple[int, int]]:
        """The days to come on which a host would rather not have the visitor, as the puzzle counts them."""
        by_host = self.reading.unwanted.get(wish.pk, {}).items()
        return frozenset(
            (host, self.number[day]) for host, days in by_host for day in days if day in self.number
        )

    @cached_property
    def unwilling(self) -> dict[int, set[int]]:
        """The hosts that do not want the visitor of a wish."""
        found = defaultdict(set)
        for wish, host in self.said_no | self.called_off:
            found[wish].add(host)
        return found

    def _busy(self, wish: Wish) -> set[date]:
        own = self.placements.get(wish.pk)
        return self.occupancy.days_elsewhere(wish.employee_id) - set(own.days if own else ())

    def _unsuited(self, wish: Wish) -> set[date]:
        own = self.placements.get(wish.pk)
        return self.unsuited[wish.pk] - set(own.days if own else ())

    def _seats_of_other_rounds(self, host: Host) -> dict[date, int]:
        own = self.days_held[host.pk]
        taken = {day: self.occupancy.taken(host, day) - own[day] for day in self.round.days}
        return {day: count for day, count in taken.items() if count}

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
