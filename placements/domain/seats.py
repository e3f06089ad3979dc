"""Which days of a round are free at a host, and why the others are not."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from hosts.models import ClosedDay, Host, OpenDay
from placements.models import Placement, Round, VisitDay, Wish


@dataclass(frozen=True)
class DayOption:
    """A day of the round as seen from one wish and one host."""

    day: date
    free: int
    obstacle: str = ""
    ticked_by_participant: bool = True

    @property
    def is_offered(self) -> bool:
        return not self.obstacle


class _Held:
    """Who holds which seats at some hosts during some rounds, read in five queries whatever their number."""

    def __init__(self, rounds: Iterable[Round], hosts: Iterable[Host], employees: Iterable[int]):
        hosts, employees = {host.pk for host in hosts}, set(employees)
        self.days = {day for round in rounds for day in round.days}
        self.closed, self.opened = defaultdict(set), defaultdict(dict)
        for host, day in ClosedDay.objects.filter(host__in=hosts).values_list("host", "date"):
            self.closed[host].add(day)
        opened = self._on_the_days(OpenDay, host__in=hosts)
        for host, day, seats in opened.values_list("host", "date", "seats"):
            self.opened[host][day] = seats
        self.taken, self.elsewhere = defaultdict(set), defaultdict(set)
        at_hosts = self._on_the_days(VisitDay, host__in=hosts)
        for host, day, seat in at_hosts.values_list("host", "date", "seat"):
            self.taken[host, day].add(seat)
        of_people = self._on_the_days(VisitDay, employee__in=employees)
        for employee, day in of_people.values_list("employee", "date"):
            self.elsewhere[employee].add(day)
        live = Placement.objects.live().filter(host__in=hosts, wish__round__in=rounds)
        self.visitors = defaultdict(Counter)
        for round, host in live.values_list("wish__round", "host"):
            self.visitors[round][host] += 1

    def _on_the_days(self, model, **which):
        return model.objects.filter(date__in=self.days, **which)


class Occupancy:
    """Who holds which seats at some hosts during a round, read in five queries whatever their number."""

    def __init__(
        self,
        round: Round,
        hosts: Iterable[Host],
        employees: Iterable[int],
        *,
        held: _Held | None = None,
    ):
        held = held or _Held([round], hosts, employees)
        self.round = round
        self._closed, self._opened = held.closed, held.opened
        self._taken, self._elsewhere = held.taken, held.elsewhere
        self._visitors = held.visitors[round.pk]

    @classmethod
    def of_rounds(
        cls, rounds: Sequence[Round], hosts: Sequence[Host], employees: Iterable[int]
    ) -> dict[int, "Occupancy"]:
        """The same for several rounds, by their keys, in the five queries of one."""
        held = _Held(rounds, hosts, employees)
        return {round.pk: cls(round, hosts, employees, held=held) for round in rounds}

    def free_seats(self, host: Host, day: date) -> list[int]:
        """The numbers of the seats that are free on a day; none on closed days.

        Where seats were taken away under visits that stay, a low number can be free on a full day.
        """
        count, taken = self.seats(host, day), self._taken[host.pk, day]
        free = [seat for seat in range(1, count + 1) if seat not in taken]
        return free[: max(0, count - len(taken))]

    def seats(self, host: Host, day: date) -> int:
        """How many seats the host offers on a day."""
        return host.seats_on(day, closed=self._closed[host.pk], opened=self._opened[host.pk])

    def is_closed(self, host: Host, day: date) -> bool:
        """Whether the host itself has closed this day."""
        return day in self._closed[host.pk]

    def taken(self, host: Host, day: date) -> int:
        """How many visitors the host has on a day."""
        return len(self._taken[host.pk, day])

    def visitors(self, host: Host) -> int:
        """How many visitors the host has in the round."""
        return self._visitors[host.pk]

    def visitors_left(self, host: Host) -> int | None:
        """How many more visitors the host takes in this round; None when it set no limit."""
        return None if host.most_visitors is None else host.most_visitors - self._visitors[host.pk]

    def days_elsewhere(self, employee: int) -> set[date]:
        """The days on which a person already is somewhere."""
        return self._elsewhere[employee]

    def day_options(self, wish: Wish, host: Host, today: date) -> list[DayOption]:
        """Every working day of the round with the seats that are free, or why it cannot be chosen."""
        possible = set(wish.possible_days)
        elsewhere = self._elsewhere[wish.employee_id]
        options = []
        for day in self.round.days:
            free = self.free_seats(host, day)
            obstacle = _obstacle(day, free, elsewhere, today)
            options.append(DayOption(day, len(free), obstacle, day in possible))
        return options

    def give_back(self, placement: Placement) -> None:
        """Look at the days as if this live placement were not there."""
        for own in placement.visit_days.all():
            self._taken[own.host_id, own.date].discard(own.seat)
            self._elsewhere[own.employee_id].discard(own.date)
        self._visitors[placement.host_id] -= 1

    def take(self, wish: Wish, host: Host, days: Iterable[date]) -> dict[date, int]:
        """Hold one free seat on each day; returns their numbers."""
        seats = {day: self.free_seats(host, day)[0] for day in days}
        for day, seat in seats.items():
            self._taken[host.pk, day].add(seat)
            self._elsewhere[wish.employee_id].add(day)
        self._visitors[host.pk] += 1
        return seats


def day_options(*, wish: Wish, host: Host, today: date) -> list[DayOption]:
    """Every working day of the round with the seats that are free, or the reason why it cannot be chosen."""
    return Occupancy(wish.round, [host], [wish.employee_id]).day_options(wish, host, today)


def _obstacle(day: date, free: list[int], elsewhere: set[date], today: date) -> str:
    if day <= today:
        return _("is today or in the past")
    if day in elsewhere:
        return _("the person is already somewhere else")
    if not free:
        return _("closed or full")
    return ""
