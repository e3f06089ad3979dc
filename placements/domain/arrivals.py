"""Who arrives: at a host, by week and day; in a building, for its reception; and who is still to be noted."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import Lower, Trim
from django.utils import timezone

from employees.models import Employee
from hosts.models import Approval, Host
from placements.enums import PlacementState
from placements.models import Placement, VisitDay
from praktik.lib.dates import by_week

# Afterwards it no longer matters to anybody, and the consultants have followed it up.
NOTED_WITHIN = timedelta(days=30)


def confirmed_days(**whose):
    """The visit days that a host or an employee may know of, in order, with all that is told of the visitor."""
    return (
        VisitDay.objects.filter(placement__in=Placement.objects.told(), **whose)
        .select_related(
            "placement__host__workplace", "placement__wish__employee__workplace__department"
        )
        .order_by("date", "employee__name")
    )


def arrivals_by_week(host: Host, *, since: date | None = None, until: date | None = None):
    """[(week number, [(day, [VisitDay])])] of the confirmed visitors between two days (None: no limit)."""
    days = confirmed_days(host=host)
    if since:
        days = days.filter(date__gte=since)
    if until:
        days = days.filter(date__lte=until)
    by_day = defaultdict(list)
    for visit_day in days:
        by_day[visit_day.date].append(visit_day)
    return [(week, [(day, by_day[day]) for day in members]) for week, members in by_week(by_day)]


def with_requests(hosts):
    """Annotates `requests`: how many requests of a host wait for its answer."""
    waiting = Q(placements__state=PlacementState.ASKED)
    return hosts.annotate(requests=Count("placements", filter=waiting))


def requests(host: Host) -> list[Placement]:
    """The requests that wait for this host's answer."""
    asked = Placement.objects.with_people().filter(host=host, state=PlacementState.ASKED)
    return list(asked.order_by("last_day", "pk"))


def to_note(host: Host, *, now: datetime) -> list[Placement]:
    """Visits that ended lately and of which nobody has said whether they took place."""
    today = timezone.localdate(now)
    visits = (
        Placement.objects.told()
        .with_people()
        .filter(
            host=host,
            wish__round__closed_at=None,
            attended=None,
            evaluations=None,
            last_day__range=(today - NOTED_WITHIN, today),
        )
    )
    return [visit for visit in visits if visit.is_over(now)]


@dataclass
class Building:
    """An address with the visit days of all hosts there on one day."""

    name: str
    host: Host
    visit_days: list[VisitDay] = field(default_factory=list)


def in_building(host: Host, day: date) -> list[VisitDay]:
    """The confirmed visit days on this day at all hosts that share the address of this one."""
    address = host.workplace.address.strip().lower()
    days = confirmed_days(date=day).alias(address=Lower(Trim("host__workplace__address")))
    there = days.filter(address=address) if address else days.filter(host=host)
    return list(there.order_by("employee__name", "pk"))


def approved_hosts(person: Employee):
    """The hosts of a contact that a consultant has approved: whoever signs up does not see the neighbours'."""
    return person.hosts.filter(approval=Approval.APPROVED)


def buildings(person: Employee, day: date) -> list[Building]:
    """The buildings whose arrivals somebody may see: those of the own hosts; all with arrivals for consultants."""
    found: dict[str, Building] = {}
    own = approved_hosts(person).select_related("workplace")
    for host in own.order_by("workplace__name"):
        found.setdefault(_building(host), Building(_name(host), host))
    for visit_day in confirmed_days(date=day):
        host = visit_day.placement.host
        if person.is_staff:
            found.setdefault(_building(host), Building(_name(host), host))
        if building := found.get(_building(host)):
            building.visit_days.append(visit_day)
    return sorted(found.values(), key=lambda building: building.name.lower())


def _name(host: Host) -> str:
    return host.workplace.address.strip() or str(host)


def _building(host: Host) -> str:
    """What hosts in one building have in common; a host without an address stands alone."""
    return host.workplace.address.strip().lower() or f"host {host.pk}"
