"""The records that the puzzles of some rounds are made of, in a fixed number of queries for all of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from employees.models import Organisation
from hosts.models import Host
from placements.domain.seats import Occupancy
from placements.domain.unwanted import unwanted_days
from placements.enums import CalledOffBy, PlacementState, WishState
from placements.models import HostRound, Placement, Round, Wish


class Reading:
    """What the rounds hold, each by the round's key; the history of people is told by the visits.

    wishes are the sent ones, or those of them that are given.
    """

    def __init__(self, rounds: Iterable[Round], wishes: Iterable[Wish] | None):
        self.rounds = list(rounds)
        self.wishes = _by_round(self._read_wishes(wishes), "round_id")
        self.placements = _by_round(self._read_placements(), "of_round")
        of_rounds = Organisation.objects.filter(rounds__in=self.rounds).order_by()
        self.organisations = _pairs(of_rounds.values_list("rounds", "pk"))
        staying_out = HostRound.objects.not_this_time().filter(round__in=self.rounds)
        self.not_this_time = _pairs(staying_out.values_list("round", "host"))
        self._hosts = self._read_hosts()
        self.employees = {wish.employee_id for own in self.wishes.values() for wish in own}
        self.occupancy = Occupancy.of_rounds(self.rounds, self._hosts, self.employees)
        self.unwanted = unwanted_days(row for own in self.placements.values() for row in own)
        self.visits = self._read_visits()
        self.missed = self._read_missed()

    def hosts_of(self, round: Round) -> dict[int, Host]:
        """The hosts of the round's organisations and of its visits, by name."""
        organisations = self.organisations[round.pk]
        visited = {row.host_id for row in self.placements[round.pk] if row.is_live}
        return {
            host.pk: host
            for host in self._hosts
            if host.pk in visited or host.workplace.department.organisation_id in organisations
        }

    def _read_wishes(self, wishes: Iterable[Wish] | None):
        rows = Wish.objects.filter(round__in=self.rounds, state=WishState.SENT)
        if wishes is not None:
            rows = rows.filter(pk__in=[wish.pk for wish in wishes])
        rows = rows.select_related("employee__workplace__department__organisation")
        return rows.prefetch_related("choices__host__workplace", "choices__field", "forbiddings")

    def _read_placements(self):
        rows = Placement.objects.filter(wish__round__in=self.rounds)
        return rows.annotate(of_round=F("wish__round")).order_by("pk")

    def _read_hosts(self) -> list[Host]:
        visited = [row.host_id for own in self.placements.values() for row in own if row.is_live]
        organisations = set().union(*self.organisations.values())
        hosts = Host.objects.in_organisations(organisations) | Host.objects.filter(pk__in=visited)
        return list(hosts.with_place().prefetch_related("closed_days", "open_days"))

    def _read_visits(self) -> list[tuple]:
        """(round, employee, host, department of the visitor, department of the host) of settled visits, but
        not of those to which the visitor did not come."""
        rows = Placement.objects.filter(state=PlacementState.CONFIRMED).exclude(attended=False)
        rows = rows.values_list(
            "wish__round",
            "wish__employee",
            "host",
            "wish__employee__workplace__department",
            "host__workplace__department",
        )
        return list(rows)

    def _read_missed(self) -> list[tuple]:
        """(employee, last possible day of the round) of sent wishes of earlier rounds that came to nothing,
        unless the manager refused or the visitor called the last visit off."""
        begin = [round.visits_from for round in self.rounds]
        own = Placement.objects.filter(wish=OuterRef("pk"))
        missed = Wish.objects.annotate(
            last_ended_by=Coalesce(Subquery(own.order_by("-pk").values("ended_by")[:1]), Value(""))
        ).filter(
            ~Exists(own.filter(state=PlacementState.CONFIRMED)),
            ~Q(last_ended_by=CalledOffBy.PARTICIPANT),
            state=WishState.SENT,
            refused_at=None,
            employee__in=self.employees,
            round__visits_until__lt=max(begin, default=date.min),
        )
        return list(missed.values_list("employee", "round__visits_until"))


def _by_round(rows: Iterable, name: str) -> dict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _pairs(rows: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found = defaultdict(set)
    for round, key in rows:
        found[round].add(key)
    return found
