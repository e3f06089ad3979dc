"""The list for the reception of a building: who arrives when at whom. Needs and goals are not its business."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from hosts.models import Host
from placements.domain import arrivals
from praktik.lib import clock
from praktik.lib.dates import add_working_days, is_working_day


@login_required
@require_safe
def buildings(request):
    """The buildings whose lists the person may see, with how many arrive."""
    day, days = day_asked_for(request)
    found = arrivals.buildings(request.user, day)
    return render(request, "placements/buildings.html", {"buildings": found, "day": day, "days": days})


@login_required
@require_safe
def reception(request, host_pk: int):
    """Who arrives at the address of this host: for its contacts and the consultants."""
    host = building_of(request, host_pk)
    day, days = day_asked_for(request)
    context = {
        "host": host,
        "day": day,
        "days": days,
        "visit_days": arrivals.in_building(host, day),
    }
    return render(request, "placements/reception.html", context)


def building_of(request, pk: int) -> Host:
    """The host whose building's list the person may see; else 404."""
    may_see = Host.objects if request.user.is_staff else arrivals.approved_hosts(request.user)
    return get_object_or_404(may_see.select_related("workplace"), pk=pk)


def day_asked_for(request):
    """The day asked for, and (value, day) of those that can be: the next working day, or today."""
    today = clock.today()
    following = add_working_days(today, 1)
    days = [("", following)]
    if is_working_day(today):
        days.insert(0, ("today", today))
    return dict(days).get(request.GET.get("day", ""), following), days
