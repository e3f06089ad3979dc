"""Sending what is due: from the mail plan to the outbox, each mail once."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from mail.models import LetterState, OutgoingMail
from placements.domain import letters, mailplan, mailrules
from placements.enums import PlanReason, PlanState
from placements.models import Placement, PlannedMail
from praktik.lib.background import each_task_once

log = logging.getLogger(__name__)

SHORTEST_WAIT_FOR_NAG = timedelta(hours=20)
WRITTEN_AT_ONCE = 100


def count_due(*, now: datetime) -> int:
    """How many planned mails are due."""
    return PlannedMail.objects.due(now).count()


def send_due(*, now: datetime, share: int = 0, of: int = 1) -> int:
    """Turn every planned mail that is due into a letter; returns how many letters were written.

    They are written some at a time, each some in a transaction, and a row that another worker holds is
    left to it: so this may run many times at once and die anywhere. `share` (from 0) of `of` takes a
    part of the work only.
    """
    due = PlannedMail.objects.due(now).annotate(share=F("pk") % of).filter(share=share)
    pks, written = list(due.values_list("pk", flat=True)), 0
    for start in range(0, len(pks), WRITTEN_AT_ONCE):
        with each_task_once():
            written += _send_or_report(pks[start : start + WRITTEN_AT_ONCE], now=now)
    return written


def _send_or_report(pks: list[int], *, now: datetime) -> int:
    """One mail that cannot be written must not hold up the others: it is found by halves.

    It is tried again next time.
    """
    try:
        return _send(pks, now=now)
    except Exception:
        if len(pks) == 1:
            log.exception("Planned mail %s could not be written.", pks[0])
            PlannedMail.objects.filter(pk=pks[0], failing_since=None).update(failing_since=now)
            return 0
    middle = len(pks) // 2
    return sum(_send_or_report(half, now=now) for half in (pks[:middle], pks[middle:]))


@transaction.atomic
def _send(pks: list[int], *, now: datetime) -> int:
    """Write the letters of these mails, as far as they are due and nobody else holds them."""
    due = PlannedMail.objects.filter(pk__in=pks, state=PlanState.PLANNED, due__lte=now)
    due = due.exclude(Exists(_outdated_and_on_its_way()))
    held = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True))
    # Only what is read under the lock is sure to be what counts: a change of plan waits for us.
    mails = [planned for planned in _read(held) if not planned.is_paused]
    just_asked = _just_asked(mails, now)
    to_send = []
    for planned in mails:
        if obstacle := _obstacle(planned, just_asked, now):
            state = PlanState.MISSED if obstacle == PlanReason.TOO_LATE else PlanState.SKIPPED
            mailplan.drop(planned, state, obstacle)
        else:
            to_send.append(planned)
    _mark_sent(to_send, letters.post_all(to_send, now=now))
    return len(to_send)


def _outdated_and_on_its_way() -> QuerySet:
    """Letters that tell the same person what is no longer so: what became of them decides what there is to tell."""
    return PlannedMail.objects.filter(
        wish=OuterRef("wish"),
        recipient=OuterRef("recipient"),
        letter__state=LetterState.SENDING,
        letter__is_outdated=True,
    )


def _read(pks: list[int]) -> list[PlannedMail]:
    """These mails in order, with everything they rest on: the number of queries does not grow with theirs."""
    mails = list(
        PlannedMail.objects.filter(pk__in=pks).prefetch_related(
            "recipient",
            "group_mail__by",
            "group_mail__from_host__workplace",
            "wish__round",
            "wish__employee__manager",
            "wish__employee__workplace",
            "placement__host__workplace",
        )
    )
    for planned in mails:
        if planned.placement:
            planned.placement.wish = planned.wish
    letters.read_what_they_rest_on(mails)
    return mails


def _mark_sent(mails: list[PlannedMail], written: list[OutgoingMail]) -> None:
    letter_of = [When(pk=mail.pk, then=letter.pk) for mail, letter in zip(mails, written, strict=True)]
    moves_of = Placement.objects.filter(pk=OuterRef("placement")).values("revision")
    PlannedMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
        state=PlanState.SENT,
        times_written=F("times_written") + 1,
        letter_id=Case(*letter_of),
        revision=Coalesce(Subquery(moves_of), 0),
    )


def _obstacle(planned: PlannedMail, just_asked: set[int], now: datetime) -> PlanReason | None:
    """Why a planned mail should not be sent after all, or None."""
    if obstacle := mailrules.why_not(planned, planned.subject):
        return obstacle
    if planned.is_insisted:
        return None
    if planned.pk in just_asked:
        return PlanReason.JUST_ASKED
    return PlanReason.TOO_LATE if now > mailrules.useless_after(planned) else None


def _just_asked(mails: list[PlannedMail], now: datetime) -> set[int]:
    """The keys of the nags whose mail itself is not older than a day.

    After an outage a mail and its nags can be due at once: then only the first is sent.
    """
    nags = [planned.pk for planned in mails if mailrules.nag(planned)]
    if not nags:
        return set()
    just_written = Q(letter__created_at__gt=now - SHORTEST_WAIT_FOR_NAG)
    about_to_be = Q(state=PlanState.PLANNED, due__lte=now)
    before = PlannedMail.objects.filter(
        just_written | about_to_be,
        Q(placement=OuterRef("placement")) | Q(placement=None),
        **{name: OuterRef(name) for name in ("wish", "kind", "side", "recipient")},
        number__lt=OuterRef("number"),
    )
    return set(PlannedMail.objects.filter(Exists(before), pk__in=nags).values_list("pk", flat=True))
