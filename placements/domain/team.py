"""A home manager's team: whose wish waits for an answer, where the visits stand, and what came of them.

Never the needs, and nothing of a place before it is settled.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from employees.models import Employee
from placements.domain.quotes import quotes_for
from placements.enums import Side, WishState
from placements.models import Idea, Placement, Wish


@dataclass(frozen=True)
class Member:
    """One wish of the team as its manager may see it."""

    wish: Wish
    visit: Placement | None
    manager: Employee
    now: datetime

    @property
    def awaits_answer(self) -> bool:
        """Whether the manager can still say yes or no."""
        return self.wish.awaits_approval and not self.wish.round.closed_at

    @property
    def can_be_answered_again(self) -> bool:
        """Whether an answer that was overtaken can still be the right one."""
        return self.wish.state == WishState.SENT and not self.wish.round.closed_at

    @property
    def is_answered_wish(self) -> bool:
        """Whether the wish stands and asks nothing of the manager."""
        return self.wish.state == WishState.SENT and not self.awaits_answer

    @property
    def took_place(self) -> bool:
        return (
            self.visit is not None and self.visit.is_over(self.now) and self.visit.attended is not False
        )

    @property
    def stands_at(self) -> str:
        """Where the wish stands, in a few words."""
        if self.wish.state == WishState.WITHDRAWN:
            return _("Withdrawn")
        if self.wish.refused_at:
            is_own = is_own_answer(self.wish, self.manager)
            return _("You have said no") if is_own else _("A no has been given")
        if self.awaits_answer:
            return _("Waits for your answer")
        if self.visit is None:
            return self._without_a_place
        if not self.visit.is_over(self.now):
            return _("Place settled")
        return _("Has been there") if self.took_place else _("The visit did not come about")

    @property
    def _without_a_place(self) -> str:
        if self.wish.round.closed_at:
            return _("There was no place this time")
        return _("On the waiting list") if self.wish.round.released_at else _("A place is sought")

    @property
    def quotes(self) -> list[tuple[str, str]]:
        """(name, observation) of what the participant lets the manager read."""
        return quotes_for(self.visit, Side.MANAGER)

    @property
    def idea(self) -> Idea | None:
        """The idea that the visit gave the participant."""
        own = (each for each in self.visit.evaluations.all() if each.side == Side.PARTICIPANT)
        return next((each.idea for each in own if hasattr(each, "idea")), None)


def members(manager: Employee, *, now: datetime) -> list[Member]:
    """The wishes of the team that were sent, the latest round first, in a fixed number of queries."""
    wishes = (
        of_team(manager)
        .select_related("round", "employee__workplace")
        .prefetch_related(
            "choices__host__workplace",
            "choices__field",
            "placements__host__workplace",
            "placements__evaluations__author",
            "placements__evaluations__idea",
            "events",
        )
    )
    return [
        Member(wish, _settled(wish), manager, now)
        for wish in wishes.order_by("-round__visits_from", "employee__name", "pk")
    ]


def is_own_answer(wish: Wish, manager: Employee) -> bool:
    """Whether this manager gave the answer that stands: it may be a former one's, or noted by a consultant."""
    at = wish.approved_at or wish.refused_at
    said = [event for event in wish.events.all() if event.placement_id is None and event.at == at]
    return bool(said) and said[-1].by_id == manager.pk


def of_team(manager: Employee):
    """The wishes of those whose manager this person is; a draft is nobody's business."""
    return Wish.objects.filter(employee__manager=manager).exclude(state=WishState.DRAFT)


def _settled(wish: Wish) -> Placement | None:
    settled = (each for each in wish.placements.all() if each.is_told)
    return next(settled, None)
