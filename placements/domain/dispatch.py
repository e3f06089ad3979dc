"""Sending what is due: from the mail plan to the outbox, each mail once."""

from datetime import datetime

from django.db import transaction

from placements.domain import letters, mailplan
from placements.enums import MailKind, PlanReason, PlanState, WishState
from placements.models import PlannedMail


def send_due(*, now: datetime) -> int:
    """Turn every planned mail that is due into a letter; returns how many letters were written.

    Each mail is its own transaction, and a row that another worker holds is left to it, so this may
    run many times at once and die anywhere.
    """
    due = list(PlannedMail.objects.due(now).values_list("pk", flat=True))
    return sum(_send(pk, now=now) for pk in due)


@transaction.atomic
def _send(pk: int, *, now: datetime) -> bool:
    rows = PlannedMail.objects.due(now).filter(pk=pk)
    if not rows.select_for_update(skip_locked=True, of=("self",)).exists():
        return False
    planned = _with_everything(pk)
    if obstacle := _obstacle(planned, now):
        state = PlanState.MISSED if obstacle == PlanReason.TOO_LATE else PlanState.SKIPPED
        mailplan.drop(planned, state, obstacle)
        return False
    letter = letters.post(planned, now=now)
    PlannedMail.objects.filter(pk=pk).update(state=PlanState.SENT, letter=letter)
    return True


def _with_everything(pk: int) -> PlannedMail:
    return PlannedMail.objects.select_related(
        "recipient",
        "wish__round",
        "wish__employee",
        "placement__host__workplace__department",
        "placement__wish__round",
        "placement__wish__employee__workplace__department",
        "placement__wish__employee__manager",
    ).get(pk=pk)


def _obstacle(planned: PlannedMail, now: datetime) -> PlanReason | None:
    """Why a planned mail should not be sent after all, or None."""
    placement = planned.placement
    if placement is None:
        sent = planned.wish.state == WishState.SENT and planned.recipient.is_active
        return None if sent else PlanReason.NOT_CALLED_FOR
    rule = mailplan.RULE_OF[planned.kind]
    if placement.state != rule.state:
        return PlanReason.NOT_CALLED_FOR
    if planned.recipient not in mailplan.recipients(placement, planned.side):
        return PlanReason.NOT_IN_CHARGE
    if planned.kind == MailKind.EVALUATION and _is_evaluated(planned):
        return PlanReason.ALREADY_ANSWERED
    if now > rule.useless_after(placement):
        return PlanReason.TOO_LATE
    return None


def _is_evaluated(planned: PlannedMail) -> bool:
    return planned.placement.evaluations.filter(side=planned.side).exists()
