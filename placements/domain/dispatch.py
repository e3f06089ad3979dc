"""Sending what is due: from the mail plan to the outbox, each mail once."""

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.template import TemplateSyntaxError

from placements.domain import letters, mailplan, mailrules
from placements.enums import MailKind, PlanReason, PlanState, Side
from placements.models import PlannedMail
from praktik.lib.background import each_task_once

log = logging.getLogger(__name__)

SHORTEST_WAIT_FOR_NAG = timedelta(hours=20)
WRITTEN_AT_ONCE = 50


def count_due(*, now: datetime) -> int:
    """How many planned mails are due."""
    return PlannedMail.objects.due(now).count()


def send_due(*, now: datetime, share: int = 0, of: int = 1) -> int:
    """Turn every planned mail that is due into a letter; returns how many letters were written.

    Each mail is its own transaction, and a row that another worker holds is left to it, so this may
    run many times at once and die anywhere. `share` (from 0) of `of` takes a part of the work only.
    """
    due = PlannedMail.objects.due(now).annotate(share=F("pk") % of).filter(share=share)
    pks, written = list(due.values_list("pk", flat=True)), 0
    for start in range(0, len(pks), WRITTEN_AT_ONCE):
        with each_task_once():
            some = pks[start : start + WRITTEN_AT_ONCE]
            written += sum(_send_or_report(pk, now=now) for pk in some)
    return written


def _send_or_report(pk: int, *, now: datetime) -> bool:
    """One mail that cannot be written must not hold up the others; it is tried again next time."""
    try:
        return _send(pk, now=now)
    except (DatabaseError, TemplateSyntaxError, ValueError):
        log.exception("Planned mail %s could not be written.", pk)
        return False


@transaction.atomic
def _send(pk: int, *, now: datetime) -> bool:
    rows = PlannedMail.objects.filter(pk=pk, state=PlanState.PLANNED, due__lte=now)
    if not rows.select_for_update(skip_locked=True).exists():
        return False
    planned = _with_everything(pk)
    if planned.is_paused:
        return False
    if obstacle := _obstacle(planned, now):
        state = PlanState.MISSED if obstacle == PlanReason.TOO_LATE else PlanState.SKIPPED
        mailplan.drop(planned, state, obstacle)
        return False
    letter = letters.post(planned, now=now)
    PlannedMail.objects.filter(pk=pk).update(
        state=PlanState.SENT, letter=letter, times_written=F("times_written") + 1
    )
    return True


def _with_everything(pk: int) -> PlannedMail:
    return PlannedMail.objects.select_related(
        "recipient",
        "group_mail__by",
        "group_mail__from_host__workplace",
        "wish__round",
        "wish__employee__manager",
        "wish__employee__workplace__department",
        "placement__host__workplace__department",
        "placement__wish__round",
        "placement__wish__employee__workplace__department",
        "placement__wish__employee__manager",
    ).get(pk=pk)


def _obstacle(planned: PlannedMail, now: datetime) -> PlanReason | None:
    """Why a planned mail should not be sent after all, or None."""
    if planned.kind == MailKind.GROUP:
        return None if planned.recipient.is_active else PlanReason.NOT_IN_CHARGE
    rule, subject, side = mailrules.RULE_OF[planned.kind], planned.subject, Side(planned.side)
    if rule.is_answered(subject, side) and not planned.is_insisted:
        return PlanReason.ALREADY_ANSWERED
    if not rule.holds_for(subject) or planned.number <= rule.series(subject):
        return PlanReason.NOT_CALLED_FOR
    if planned.recipient not in rule.recipients(subject, side):
        return PlanReason.NOT_IN_CHARGE
    if planned.is_insisted:
        return None
    if _was_just_asked(planned, now):
        return PlanReason.JUST_ASKED
    return PlanReason.TOO_LATE if now > mailrules.useless_after(planned) else None


def _was_just_asked(planned: PlannedMail, now: datetime) -> bool:
    """After an outage a mail and its nags can be due at once: then only the first is sent."""
    if not mailrules.nag(planned):
        return False
    just_written = Q(letter__created_at__gt=now - SHORTEST_WAIT_FOR_NAG)
    about_to_be = Q(state=PlanState.PLANNED, due__lte=now)
    before = PlannedMail.objects.of(planned.subject).filter(
        just_written | about_to_be,
        kind=planned.kind,
        side=planned.side,
        recipient=planned.recipient,
        number__lt=planned.number,
    )
    return before.exists()
