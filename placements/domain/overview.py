"""A round at a glance: this many hosts, that many wishes, by sector and organisation."""

from collections import Counter
from dataclasses import dataclass, fields

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from employees.models import Sector
from hosts.models import Host
from placements.domain import appetite
from placements.domain.taking import visit_lengths
from placements.enums import ChoiceKind, WishState
from placements.models import Choice, Placement, Round, Wish


@dataclass
class Line:
    """The figures of one organisation or sector, or of the whole round.

    seat_days are the days on which hosts take somebody, summed over hosts and seats; wishes and what
    follows are those of the people who work there.
    """

    name: str
    hosts: int = 0
    seat_days: int = 0
    wishes: int = 0
    days_wished: int = 0
    placed: int = 0

    def add(self, other: "Line") -> None:
        """Add the figures of another line."""
        for field in fields(self)[1:]:
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


@dataclass(frozen=True)
class Overview:
    """What hosts offer against what people wish; and how many first choices are of which kind."""

    total: Line
    sectors: list[Line]
    organisations: list[Line]
    first_choices: list[tuple[str, int]]


def overview(round: Round) -> Overview:
    """The figures of a round, in a fixed number of queries."""
    organisations = {each.pk: each for each in round.organisations.all()}
    lines = {pk: Line(each.name) for pk, each in organisations.items()}
    elsewhere = Line(_("Elsewhere"))
    for host in _hosts(round):
        own = lines[host.workplace.department.organisation_id]
        own.hosts += 1
        own.seat_days += seat_days(host, round)
    for organisation, length, is_placed in _wishes(round):
        line = lines.get(organisation, elsewhere)
        line.wishes += 1
        line.days_wished += length
        line.placed += is_placed
    sectors = {sector: Line(sector.label) for sector in Sector}
    total = Line(_("Altogether"))
    for pk, line in lines.items():
        sectors[organisations[pk].sector].add(line)
        total.add(line)
    total.add(elsewhere)
    present = {each.sector for each in organisations.values()}
    shown = [*lines.values(), elsewhere] if elsewhere.wishes else list(lines.values())
    return Overview(
        total=total,
        sectors=[line for sector, line in sectors.items() if sector in present],
        organisations=shown,
        first_choices=_first_choices(round),
    )


def seat_days(host: Host, round: Round) -> int:
    """The days of visits that a host can take in a round; no more than its most visitors can use."""
    closed = {day.date for day in host.closed_days.all()}
    opened = {day.date: day.seats for day in host.open_days.all()}
    offered = sum(host.seats_on(day, closed=closed, opened=opened) for day in round.days)
    _shortest, longest = visit_lengths(host, round)
    if host.most_visitors is None:
        return offered
    return min(offered, host.most_visitors * max(0, longest))


def _hosts(round: Round):
    hosts = Host.objects.open().in_organisations(round.organisations.all())
    taking_part = hosts.exclude(pk__in=appetite.not_this_time(round))
    return taking_part.select_related("workplace__department").prefetch_related(
        "closed_days", "open_days"
    )


def _wishes(round: Round):
    live = Placement.objects.live().filter(wish=OuterRef("pk"))
    sent = Wish.objects.filter(round=round, state=WishState.SENT)
    return sent.annotate(is_placed=Exists(live)).values_list(
        "employee__workplace__department__organisation", "length", "is_placed"
    )


def _first_choices(round: Round) -> list[tuple[str, int]]:
    of_round = Choice.objects.filter(wish__round=round, wish__state=WishState.SENT, rank=1)
    counts = Counter(of_round.values_list("kind", flat=True))
    return [(kind.label, counts[kind]) for kind in ChoiceKind if counts[kind]]
