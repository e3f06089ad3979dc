"""Whether a host can be asked, and a visit be confirmed or cancelled: what stands in the way, in words."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from hosts.models import Host
from placements.domain import appetite
from placements.domain.seats import Occupancy
from placements.domain.taking import does_not_take_part
from placements.enums import PlacementState
from placements.models import Placement
from praktik.lib.wording import day_in_words


class Readiness:
    """What asking about some placements, or confirming them, needs; read in a fixed number of queries a round."""

    def __init__(self, placements: Iterable[Placement], *, now: datetime):
        placements = list(placements)
        self.now = now
        hosts = Host.objects.select_related("workplace__department")
        self._hosts = hosts.in_bulk({placement.host_id for placement in placements})
        told = Host.objects.filter(pk__in=self._hosts, contacts__is_active=True)
        self._with_contact = set(told.values_list("pk", flat=True))
        rounds = {placement.round.pk: placement.round for placement in placements}
        self._not_this_time = {pk: appetite.not_this_time(round) for pk, round in rounds.items()}
        self._occupancy = (
            Occupancy.of_rounds(list(rounds.values()), list(self._hosts.values()), []) if rounds else {}
        )

    def obstacle(self, placement: Placement) -> str:
        """The first thing that stands in the way, as a sentence; "" when nothing does.

        To what a host has agreed it is held, whatever it offers others by now.
        """
        return (
            self._nobody_to_tell(placement)
            or _not_approved(placement)
            or days_have_come(placement, self.now)
            or ("" if placement.state == PlacementState.ACCEPTED else self._taken_back(placement))
        )

    def _nobody_to_tell(self, placement: Placement) -> str:
        if placement.host_id in self._with_contact:
            return ""
        words = _("%(host)s has no host contact to write to. Add one on the host's page.")
        return words % {"host": placement.host}

    def _taken_back(self, placement: Placement) -> str:
        """What the host no longer offers of a place that was free when it was proposed."""
        host, round = self._hosts[placement.host_id], placement.round
        if not host.takes_visitors or host.pk in self._not_this_time[round.pk]:
            return does_not_take_part(host)
        occupancy = self._occupancy[round.pk]
        for day in placement.days:
            if occupancy.taken(host, day) > occupancy.seats(host, day):
                words = _("%(host)s no longer has a seat for %(name)s on %(day)s. Find another place.")
                name = placement.employee
                return words % {"host": host, "name": name, "day": day_in_words(day)}
        return ""


def days_have_come(placement: Placement, now: datetime) -> str:
    """Says so when the first day of a live placement has come."""
    if not placement.is_live or not placement.has_begun(now):
        return ""
    words = _("The days of the visit of %(name)s have come. Cancel it, and find new days.")
    return words % {"name": placement.employee}


def why_not_cancelled(placement: Placement, now: datetime) -> str:
    """Why a settled visit can be cancelled no more, as a sentence; "" when it can."""
    if placement.state != PlacementState.CONFIRMED:
        return ""
    if placement.is_over(now):
        return _("The visit is over and cannot be cancelled.")
    if placement.first_day < timezone.localdate(now):
        if not placement.days_not_begun(now):
            return _("The last day of the visit has begun. Note afterwards whether the visitor came.")
        return _(
            "The visit is under way, and the day that has been stays. What has not begun yet can be "
            "called off on its page: “End the visit early”."
        )
    return ""


def _not_approved(placement: Placement) -> str:
    if not placement.wish.awaits_approval:
        return ""
    return _("The manager of %(name)s has not approved yet.") % {"name": placement.employee}
