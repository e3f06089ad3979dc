"""The mail plan: `replan` makes what is planned agree with what a wish or a visit calls for.

It compares the rules (domain/mailrules.py) with what is planned, and mends the difference. It can be
run at any time and any number of times.
"""

import logging
from collections.abc import Iterable
from copy import copy
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from employees.models import Employee
from mail import outbox
from mail.models import LetterState, OutgoingMail
from placements.domain import mailrules, nags, recipients
from placements.domain.intents import Intent, intents
from placements.domain.mailrule import Subject
from placements.domain.mailrules import RULE_OF
from placements.enums import MailKind, PlacementState, PlanReason, PlanState, Side
from placements.models import Placement, PlannedMail, Round, Wish
from praktik.lib.background import queue_after_commit

log = logging.getLogger(__name__)

SEND_DUE = "placements.tasks.send_due_mail"


def replan(subject: Subject, *, now: datetime, was_moved: bool = False) -> None:
    """Make the plan of this wish or placement agree with its state, days and people.

    was_moved: its days have just changed, so that reminders of the old days are sent anew.
    """
    _replan(subject, now=now, was_moved=was_moved)
    queue_after_commit(SEND_DUE)


def _replan(subject: Subject, *, now: datetime, was_moved: bool = False) -> None:
    _lock(subject)
    mails = list(_locked_mails(subject))
    for row in mails:
        _take_back_if_unsent(row, subject)
    # What was written to a group was wanted by a person: no rule calls for it, and it is looked at when sent.
    planned = {nags.key_of(row): row for row in mails if row.kind != MailKind.GROUP}
    still_wanted = nags.still_wanted(subject, planned, was_moved=was_moved, now=now)
    wanted = {intent.key: intent for intent in still_wanted}
    PlannedMail.objects.bulk_create(
        _row(subject, intent, now) for key, intent in wanted.items() if key not in planned
    )
    for key, row in planned.items():
        if key in wanted:
            _bring_up_to_date(row, wanted[key], now, was_moved)
        elif not _is_insisted_on(row, subject):
            drop(row, PlanState.SKIPPED, _why_dropped(row, subject))


def ask_to_replan(rounds: Iterable[Round]) -> None:
    """Have the plans of whole rounds made anew: at the next sweep, however many wishes there are."""
    Round.objects.filter(pk__in=[round.pk for round in rounds]).update(plan_is_stale=True)
    queue_after_commit(SEND_DUE)


def replan_stale(*, now: datetime) -> None:
    """Make the plans anew of which that was asked, of whole rounds and of single wishes with their visits.

    Each wish is one transaction; one that somebody else holds is left for the next sweep. What is due by
    the new plans is for the sweep that calls this: asked for once a wish, tasks would beget tasks.
    """
    for pk in Round.objects.filter(plan_is_stale=True).values_list("pk", flat=True):
        _pass_on_to_wishes(pk)
    for pk in Wish.objects.filter(plan_is_stale=True).values_list("pk", flat=True):
        with transaction.atomic():
            stale = Wish.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            stale = stale.select_related("round", "employee__manager")
            wish = stale.filter(pk=pk, plan_is_stale=True).first()
            if wish is None:
                continue
            placements = wish.placements.with_people().order_by("pk")
            are_planned = [_replan_or_report(subject, now) for subject in [*placements, wish]]
            Wish.objects.filter(pk=pk).update(plan_is_stale=not all(are_planned))


@transaction.atomic
def _pass_on_to_wishes(pk: int) -> None:
    """Ask for new plans of all wishes of a round of which that was asked."""
    stale = Round.objects.select_for_update(skip_locked=True, no_key=True)
    if stale.filter(pk=pk, plan_is_stale=True).exists():
        wishes = Wish.objects.filter(round=pk).select_for_update(no_key=True).order_by("pk")
        keys = list(wishes.values_list("pk", flat=True))
        Wish.objects.filter(pk__in=keys).update(plan_is_stale=True)
        Round.objects.filter(pk=pk).update(plan_is_stale=False)


def _replan_or_report(subject: Subject, now: datetime) -> bool:
    """Whether it could be planned: one odd wish or placement must not keep the plans of the others as they were."""
    try:
        with transaction.atomic():
            _replan(subject, now=now)
        return True
    except Exception:
        log.exception("The mails of %s %s could not be planned.", type(subject).__name__, subject.pk)
        return False


def plan_again_what_waits(mails: QuerySet) -> None:
    """Take back the letters of these planned mails that still wait in the outbox: they are planned as before.

    A letter that is just being written is waited for, and taken back with them; so is one that is just
    being sent, if the server refuses it for now.
    """
    with transaction.atomic():
        # What they are about comes first: whoever plans anew for several visits waits for us, or we for them.
        for model in (Wish, Placement):
            subjects = model.objects.filter(pk__in=mails.values(model._meta.model_name))
            list(subjects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
        list(mails.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        written = mails.filter(state=PlanState.SENT)
        taken_back = outbox.outdate(OutgoingMail.objects.filter(planned_mail__in=written))
        PlannedMail.objects.filter(letter__in=taken_back).update(state=PlanState.PLANNED, reason="")


def plan_again_what_was_refused(*, now: datetime) -> None:
    """What was outdated while it was being sent, and then refused for now, is looked at anew with its wish.

    What somebody else holds is left for the next sweep.
    """
    letters = OutgoingMail.objects.refused_when_outdated()
    refused = PlannedMail.objects.filter(state=PlanState.SENT, letter__in=letters)
    of_wishes = Wish.objects.filter(pk__in=refused.values("wish"))
    with transaction.atomic():
        wishes = list(of_wishes.select_for_update(skip_locked=True, no_key=True))
        mails = list(refused.filter(wish__in=wishes).select_for_update(skip_locked=True, of=("self",)))
        PlannedMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
            state=PlanState.PLANNED, reason=""
        )
        Wish.objects.filter(pk__in=[wish.pk for wish in wishes]).update(plan_is_stale=True)


def note_letters_too_late(*, now: datetime) -> None:
    """What made no sense any more when the mail server came back was missed, as the plan should say."""
    late = PlannedMail.objects.filter(state=PlanState.SENT, letter__state=LetterState.TOO_LATE)
    _update_free(late.filter(due__lte=now), state=PlanState.MISSED, reason=PlanReason.TOO_LATE)


def revive_what_is_not_yet_due(*, now: datetime) -> None:
    """What was missed before it was due was missed by a clock that ran ahead: it is planned as before."""
    missed = PlannedMail.objects.filter(state=PlanState.MISSED, reason=PlanReason.TOO_LATE)
    _update_free(missed.filter(due__gt=now), state=PlanState.PLANNED, reason="")


@transaction.atomic
def _update_free(mails: QuerySet, **changes) -> None:
    """Change those of these mails that nobody holds just now: the others wait for the next sweep."""
    free = mails.select_for_update(skip_locked=True, of=("self",))
    PlannedMail.objects.filter(pk__in=free.values("pk")).update(**changes)


def preview(placements: Iterable[Placement], to: PlacementState, *, now: datetime) -> list[PlannedMail]:
    """The mails that would be due at once if these placements took this step now, paused or not; not saved."""
    mails = []
    for placement in placements:
        then = copy(placement)
        then.state = to
        if to == PlacementState.CONFIRMED:
            then.confirmed_at = now
        if to == PlacementState.ASKED:
            then.asked_at = now
        rows = [_row(then, intent, now) for intent in intents(then)]
        mails += [row for row in rows if row.due <= now]
    return mails


def drop(row: PlannedMail, state: PlanState, reason: PlanReason, *, by: Employee | None = None) -> bool:
    """Give up a planned mail, as SKIPPED or MISSED. False when it was no longer planned."""
    return bool(_planned(row).update(state=state, reason=reason, handled_by=by, is_insisted=False))


def _planned(row: PlannedMail):
    return PlannedMail.objects.filter(pk=row.pk, state=PlanState.PLANNED)


def _lock(subject: Subject) -> None:
    """What counts is what stands in the database, days as well as state, and it must not change meanwhile."""
    own = [field.attname for field in subject._meta.concrete_fields if not field.is_relation]
    rows = type(subject).objects.select_for_update(no_key=True)
    subject.refresh_from_db(fields=own, from_queryset=rows)
    # So it is with the result of the round and the manager: no later plan may come that knows better.
    wish = subject.wish if isinstance(subject, Placement) else subject
    fresh = Wish.objects.select_related("round", "employee__manager").get(pk=wish.pk)
    wish.round, wish.employee.manager = fresh.round, fresh.employee.manager


def _locked_mails(subject: Subject) -> QuerySet:
    """The planned mails of this subject: one that is just being sent is waited for and counts as sent.

    Their letters are read by a query of their own: a join is not looked at again after such a wait.
    """
    mails = PlannedMail.objects.of(subject).select_for_update().order_by("pk")
    return mails.prefetch_related(recipients.FATE_OF_LETTER, "group_mail__from_host")


def _row(subject: Subject, intent: Intent, now: datetime) -> PlannedMail:
    is_visit = isinstance(subject, Placement)
    return PlannedMail(
        wish_id=subject.wish_id if is_visit else subject.pk,
        placement=subject if is_visit else None,
        kind=intent.kind,
        side=intent.side,
        recipient=intent.recipient,
        number=intent.number,
        nth_day=intent.nth_day,
        due=intent.due or now,
    )


def _is_insisted_on(row: PlannedMail, subject: Subject) -> bool:
    """Whether a person has it sent now, though the plan no longer asks for it, and nothing forbids it."""
    is_planned = row.state == PlanState.PLANNED
    return row.is_insisted and is_planned and mailrules.why_not(row, subject) is None


def _why_dropped(row: PlannedMail, subject: Subject) -> PlanReason:
    is_answered = RULE_OF[row.kind].is_answered(subject, Side(row.side))
    return PlanReason.ALREADY_ANSWERED if is_answered else PlanReason.NOT_CALLED_FOR


def _take_back_if_unsent(row: PlannedMail, subject: Subject) -> None:
    """A letter that is still in the outbox is recalled when it is no longer called for."""
    if row.state != PlanState.SENT or row.letter is None or not row.letter.is_on_its_way:
        return
    obstacle = mailrules.why_not(row, subject)
    if obstacle and outbox.outdate(OutgoingMail.objects.filter(pk=row.letter_id)):
        row.state, row.reason, row.is_insisted = PlanState.SKIPPED, obstacle, False
        row.save(update_fields=["state", "reason", "is_insisted"])


def _bring_up_to_date(row: PlannedMail, intent: Intent, now: datetime, was_moved: bool) -> None:
    """Follow a new date; bring back a mail that was skipped and is called for again."""
    is_told_of_old_days = (
        was_moved
        and row.state == PlanState.SENT
        and RULE_OF[row.kind].is_sent_anew_after_move
        and intent.due > now
    )
    is_back = row.state == PlanState.SKIPPED and row.reason in nags.REVOCABLE
    is_in_time_again = row.reason == PlanReason.TOO_LATE and intent.due and intent.due > now
    if row.state == PlanState.PLANNED:
        # Of what a consultant has sent now a move makes something else again.
        due = intent.due or row.due
        if (was_moved or not row.is_insisted) and (row.due, row.is_insisted) != (due, False):
            _planned(row).update(due=due, is_insisted=False)
    elif is_back or is_in_time_again or is_told_of_old_days:
        row.state, row.reason, row.due = PlanState.PLANNED, "", intent.due or now
        row.is_insisted = False
        row.save(update_fields=["state", "reason", "due", "is_insisted"])
