"""The steps a consultant can take with placements: all are the domain's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from employees.models import Employee
from placements.domain import lifecycle
from placements.domain.texts import text_problems
from placements.enums import PlacementState
from placements.models import Placement


@dataclass(frozen=True)
class Step:
    """One step: where it leads, what it is called, and the domain function that takes it."""

    name: str
    label: str
    to_state: PlacementState
    function: Callable
    needs_reason: bool = False

    def is_possible(self, placement: Placement) -> bool:
        return placement.state in lifecycle.ALLOWED_FROM[self.to_state]

    def reason_problem(self, reason: str) -> str:
        """What is wrong with the reason given, as a sentence, or nothing."""
        if self.needs_reason and not reason:
            return _("Write the reason: those who are told of it read it.")
        return " ".join(text_problems(reason))

    def take(self, *, placement: Placement, reason: str, by: Employee, now: datetime) -> None:
        """Raises Refused."""
        given = {"reason": reason} if self.needs_reason else {}
        self.function(placement=placement, by=by, now=now, **given)


STEPS = {
    step.name: step
    for step in (
        Step("ask", gettext_lazy("Ask the host"), PlacementState.ASKED, lifecycle.ask),
        Step(
            "accept",
            gettext_lazy("Note the host's yes (by phone)"),
            PlacementState.ACCEPTED,
            partial(lifecycle.accept, by_phone=True),
        ),
        Step("confirm", gettext_lazy("Confirm"), PlacementState.CONFIRMED, lifecycle.confirm),
        Step(
            "cancel",
            gettext_lazy("Cancel"),
            PlacementState.CANCELLED,
            lifecycle.cancel,
            needs_reason=True,
        ),
    )
}
