"""Who arrives at a host, by week and day."""

from collections import defaultdict
from datetime import date

from hosts.models import Host
from placements.models import Placement, VisitDay
from praktik.lib.dates import by_week


def confirmed_days(**whose):
    """The visit days that a host or an employee may know of, in order, with all that is told of the visitor."""
    return (
        VisitDay.objects.filter(placement__in=Placement.objects.told(), **whose)
        .select_related(
            "placement__host__workplace", "placement__wish__employee__workplace__department"
        )
        .order_by("date", "employee__name")
    )


def arrivals_by_week(host: Host, *, since: date | None):
    """[(week number, [(day, [VisitDay])])] of the confirmed visitors since a day (None: ever)."""
    days = confirmed_days(host=host)
    if since:
        days = days.filter(date__gte=since)
    by_day = defaultdict(list)
    for visit_day in days:
        by_day[visit_day.date].append(visit_day)
    return [(week, [(day, by_day[day]) for day in members]) for week, members in by_week(by_day)]
