"""Ending a visit early: of one that is under way, the days that have not begun fall away.

One of the two sides says so by phone, to a consultant who records it. The day that has been stays, and
with it the visit: whether they came, and how it was, is asked after the last day that stands.
"""

from copy import copy
from datetime import date, datetime
from functools import partial

from django.utils.translation import gettext as _

from employees.models import Employee
from placements.domain import calls, lifecycle, rehearsal
from placements.domain.errors import Refused
from placements.domain.phases import check_not_closed
from placements.domain.texts import text_problems
from placements.enums import CalledOffBy, PlacementState
from placements.models import Placement, PlannedMail
from praktik.lib.wording import days_in_words


def days_to_come(visit: Placement, now: datetime) -> list[date]:
    """The days of a settled visit under way that have not begun: from any of them on it can be called off.

    Not its first day: who comes on no day at all has the whole visit cancelled.
    """
    if visit.state != PlacementState.CONFIRMED or not visit.has_begun(now):
        return []
    return [day for day in visit.days_not_begun(now) if day != visit.first_day]


def check_can_end_early(visit: Placement, *, now: datetime) -> None:
    """Raises Refused when there is nothing of it to call off, with a sentence that says why."""
    check_not_closed(visit.round)
    words = {"name": visit.employee, "host": visit.host, "state": visit.get_state_display()}
    if visit.state != PlacementState.CONFIRMED:
        said = _("Only a settled visit can end early: that of %(name)s to %(host)s is “%(state)s”.")
        raise Refused(said % words)
    if not visit.has_begun(now):
        said = _(
            "The visit of %(name)s to %(host)s has not begun: move it to fewer days, or cancel it."
        )
        raise Refused(said % words)
    if not days_to_come(visit, now):
        said = _(
            "The last day of the visit of %(name)s to %(host)s has begun: nothing is left to call off."
        )
        raise Refused(said % words)


def end_early(
    *,
    visit: Placement,
    from_day: date,
    caller: CalledOffBy,
    reason: str,
    by: Employee,
    now: datetime,
) -> None:
    """Record that the rest of a visit under way, from this day on, was called off by phone.

    caller is who does not want it any more; of the host it is a call. Everybody who knew of the days that fall
    away is told, and their seats are free for others. Raises Refused, also when a colleague has the host on
    the phone.
    """
    check_can_end_early(visit, now=now)
    if not reason:
        raise Refused(_("Write the reason: those who are told of it read it."))
    if problems := text_problems(reason):
        raise Refused(" ".join(problems))
    if from_day not in days_to_come(visit, now):
        raise Refused(_("Choose a day of the visit that has not begun yet."))
    dropped = [day for day in visit.days if day >= from_day]
    names = {CalledOffBy.HOST: visit.host, CalledOffBy.PARTICIPANT: visit.employee}
    said = _("%(caller)s called off %(days)s. %(reason)s") % {
        "caller": names.get(caller, CalledOffBy.OTHER.label),
        "days": days_in_words(dropped),
        "reason": reason,
    }
    with calls.as_said_by(caller, visit=visit, by=by, now=now):
        lifecycle.drop_days(
            placement=visit, days=dropped, by=by, now=now, reason=lifecycle.as_said(said, by_phone=True),
            end_reason=reason, shortened_by=caller, shortened_at=now,
        )  # fmt: skip


def preview(*, visit: Placement, now: datetime, **given) -> list[PlannedMail]:
    """The mails that would be due at once if the visit ended so. Raises Refused as `end_early` does."""
    step = partial(end_early, visit=copy(visit), now=now, **given)
    return rehearsal.mails_of(step, wish_id=visit.wish_id, now=now)
