"""The steps a consultant can take with placements: all are the domain's."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.forms import Form
from django.utils.translation import gettext_lazy, ngettext_lazy

from employees.models import Employee
from placements.domain import calling_off, calls, lifecycle
from placements.domain.readiness import Readiness, why_not_cancelled
from placements.enums import PlacementState
from placements.forms.calling_off import RecordForm
from placements.models import Placement


@dataclass(frozen=True)
class Step:
    """One step: where it leads, what it is called, the domain function that takes it, and what it asks.

    done is the sentence that says with how many it was taken. tells_host: the host must be ready for it.
    from_state: from where it leads there, when not from every state that may.
    """

    name: str
    label: str
    done: str
    to_state: PlacementState
    function: Callable
    form: type[RecordForm] | None = None
    tells_host: bool = False
    from_state: PlacementState | None = None

    def is_possible(self, placement: Placement) -> bool:
        if self.from_state:
            return placement.state == self.from_state
        return placement.state in lifecycle.ALLOWED_FROM[self.to_state]

    def obstacles(self, placements: Iterable[Placement], *, now: datetime) -> dict[Placement, str]:
        """The placements with which it cannot be taken, each with a sentence that says why."""
        placements, found = list(placements), {}
        readiness = Readiness(placements if self.tells_host else [], now=now)
        for placement in placements:
            if obstacle := self._obstacle(placement, readiness, now):
                found[placement] = obstacle
        return found

    def _obstacle(self, placement: Placement, readiness: Readiness, now: datetime) -> str:
        if not self.is_possible(placement):
            return f"{placement}: {placement.get_state_display()}"
        if self.to_state == PlacementState.CANCELLED:
            why_not = why_not_cancelled(placement, now)
            return f"{placement}: {why_not}" if why_not else ""
        return readiness.obstacle(placement) if self.tells_host else ""

    def take(self, *, placement: Placement, form: Form | None, by: Employee, now: datetime) -> None:
        """Carry it out; form is the valid one of what the step asks. Raises Refused."""
        given = form.recorded if form else {}
        self.function(placement=placement, by=by, now=now, **given)


STEPS = {
    step.name: step
    for step in (
        Step(
            "ask",
            gettext_lazy("Ask the host"),
            ngettext_lazy("The host of %d visit is asked.", "The hosts of %d visits are asked."),
            PlacementState.ASKED,
            lifecycle.ask,
            tells_host=True,
        ),
        Step(
            "accept",
            gettext_lazy("Note the host's yes (by phone)"),
            ngettext_lazy(
                "The host's yes to %d visit is noted.", "The hosts' yes to %d visits is noted."
            ),
            PlacementState.ACCEPTED,
            calls.note_yes,
            from_state=PlacementState.ASKED,
        ),
        Step(
            "confirm",
            gettext_lazy("Confirm"),
            ngettext_lazy("%d visit is confirmed.", "%d visits are confirmed."),
            PlacementState.CONFIRMED,
            calls.confirm,
            tells_host=True,
        ),
        Step(
            "cancel",
            gettext_lazy("Cancel the visit"),
            ngettext_lazy("%d visit is cancelled.", "%d visits are cancelled."),
            PlacementState.CANCELLED,
            calling_off.record,
            form=RecordForm,
        ),
    )
}
