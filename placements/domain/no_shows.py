"""Visitors who did not come: somebody asks what happened, and notes that it has been done."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from employees.models import Employee
from placements.domain import lifecycle
from placements.domain.errors import Refused
from placements.domain.phases import check_not_closed
from placements.models import Placement, Round


def to_follow_up():
    """Visits of which it is noted that nobody came, and that nobody has followed up."""
    return Placement.objects.no_shows().filter(followed_up_at=None, wish__round__closed_at=None)


def follow_up(*, placement: Placement, by: Employee, now: datetime) -> None:
    """Note that a no-show has been followed up, and by whom.

    Raises Refused when it is no longer one, when somebody else has noted it, or when the round is closed.
    """
    with transaction.atomic():
        current = Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
        name = {"name": placement.employee}
        if not current.is_no_show:
            raise Refused(_("It is no longer noted that %(name)s did not come.") % name)
        if current.followed_up_at:
            raise Refused(_("It has already been followed up that %(name)s did not come.") % name)
        check_not_closed(Round.objects.get(wishes=placement.wish_id))
        placement.followed_up_at = now
        placement.save(update_fields=["followed_up_at"])
        lifecycle.note(placement, placement.state, by=by, now=now, reason=_("No-show: followed up"))
