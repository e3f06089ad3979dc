"""Who arrives when, and the list for a reception, as files: with the filters and the rules of their pages."""

from django.contrib.auth.decorators import login_required
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from placements.domain import arrivals
from placements.models import VisitDay
from placements.views.arrivals import days_shown, own_host
from placements.views.reception import building_of, day_asked_for
from praktik.lib import clock
from praktik.tables.sheets import Sheet, as_file


@login_required
@require_safe
def arrivals_file(request, host_pk: int, kind: str):
    """The visitors of a host on the days that ?show= asks for; needs are for days to come, as on the page."""
    host = own_host(request, host_pk)
    _show, span = days_shown(request)
    weeks = arrivals.arrivals_by_week(host, **span)
    headings = [
        _("Day"), _("Visitor"), _("Job title"), _("Workplace"), _("Department"), _("Wants to learn"),
        _("Needs"), _("Phone"), _("E-mail"),
    ]  # fmt: skip
    rows = (_arrival(visit_day) for _week, days in weeks for _day, found in days for visit_day in found)
    return as_file(Sheet(_("Who arrives when at %(host)s") % {"host": host}, headings, rows), kind)


def _arrival(visit_day: VisitDay) -> list:
    wish = visit_day.placement.wish
    person = wish.employee
    needs = wish.needs if visit_day.date >= clock.today() else ""
    workplace = person.workplace
    of_person = [person.name, person.job_title, workplace, workplace and workplace.department]
    return [visit_day.date, *of_person, wish.goal, needs, person.phone, person.email]


@login_required
@require_safe
def reception_file(request, host_pk: int, kind: str):
    """Who arrives in a building on a day, without needs and goals."""
    host = building_of(request, host_pk)
    day, _days = day_asked_for(request)
    headings = [
        _("Day"), _("From"), _("Visitor"), _("Workplace"), _("Comes to"), _("Phone"), _("Ask for"),
        _("Meet at"),
    ]  # fmt: skip
    rows = map(_at_the_door, arrivals.in_building(host, day))
    title = _("Visitors: %(place)s") % {"place": host.workplace.address.strip() or host}
    return as_file(Sheet(title, headings, rows), kind)


def _at_the_door(visit_day: VisitDay) -> list:
    visited, person = visit_day.placement.host, visit_day.placement.employee
    where = [visited, visited.workplace.phone, visited.ask_for, visited.meeting_place]
    return [visit_day.date, visited.starts_at, person.name, person.workplace, *where]
