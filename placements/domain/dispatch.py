"""Sending what is due: from the mail plan to the outbox, each mail once."""

import logging
from datetime import datetime

from django.db import DatabaseError, transaction
from django.template import TemplateSyntaxError

from placements.domain import letters, mailplan
from placements.enums import MailKind, PlanReason, PlanState, WishState
from placements.models import PlannedMail

log = logging.getLogger(__name__)


def send_due(*, now: datetime) -> int:
    """Turn every planned mail that is due into a letter; returns how many letters were written.

    Each mail is its own transaction, and a row that another worker holds is left to it, so this may
    run many times at once and die anywhere.
    """
    due = list(PlannedMail.objects.due(now).values_list("pk", flat=True))
    return sum(_send_or_report(pk, now=now) for pk in due)


def _send_or_report(pk: int, *, now: datetime) -> bool:
    """One mail that cannot be written must not hold up the others; it is tried again next time."""
    try:
        return _send(pk, now=now)
    except (DatabaseError, TemplateSyntaxError, ValueError):
        log.exception("Planned mail %s could not be written.", pk)
        return False


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
        return _receipt_obstacle(planned, now)
    rule = mailplan.RULE_OF[planned.kind]
    if placement.state != rule.state:
        return PlanReason.NOT_CALLED_FOR
    if planned.recipient not in mailplan.recipients(placement, planned.side, rule.kind):
        return PlanReason.NOT_IN_CHARGE
    if planned.kind == MailKind.EVALUATION and _is_evaluated(planned):
        return PlanReason.ALREADY_ANSWERED
    return PlanReason.TOO_LATE if now > mailplan.useless_after(planned) else None


def _receipt_obstacle(planned: PlannedMail, now: datetime) -> PlanReason | None:
    wish = planned.wish
    is_last = wish.state == WishState.SENT and planned.number == wish.times_sent
    if not is_last or not planned.recipient.is_active:
        return PlanReason.NOT_CALLED_FOR
    return PlanReason.TOO_LATE if now > mailplan.useless_after(planned) else None


def _is_evaluated(planned: PlannedMail) -> bool:
    return planned.placement.evaluations.filter(side=planned.side).exists()
