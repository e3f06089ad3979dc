"""The mail plan: which mails a wish or a visit calls for, to whom and when.

`replan` compares what a placement calls for now with what is planned, and mends the difference. It
can be run at any time and any number of times. Offsets are in working days (praktik.lib.dates) and
come from the mail plan's table in docs/mail.md; times are local.
"""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from employees.models import Employee
from mail import outbox
from placements.enums import MailKind, PlacementState, PlanReason, PlanState, Side
from placements.models import Placement, PlannedMail, Wish
from praktik.lib.background import queue_after_commit
from praktik.lib.dates import add_working_days, at

SEND_DUE = "placements.tasks.send_due_mail"
MORNING = time(8)
EVALUATION_HOUR = time(9)
END_OF_DAY = time(23, 59)
EVERYBODY = (Side.PARTICIPANT, Side.HOST, Side.MANAGER)
BOTH_SIDES = (Side.PARTICIPANT, Side.HOST)


@dataclass(frozen=True)
class Rule:
    """When a kind of mail is called for.

    due gives the moment (None: at once); a mail that is due before the confirmation is sent at once
    when send_late is set, else it is not planned. useless_after gives the moment after which it
    makes no sense. A calendar entry is one day, so further_days asks for one mail per day but the
    first.
    """

    kind: MailKind
    sides: tuple[Side, ...]
    state: PlacementState
    useless_after: Callable[[Placement], datetime]
    due: Callable[[Placement], datetime] | None = None
    send_late: bool = False
    further_days: bool = False


def _before_visit(working_days: int) -> Callable[[Placement], datetime]:
    return lambda placement: at(add_working_days(placement.first_day, -working_days), MORNING)


def _day_after(placement: Placement) -> datetime:
    return at(add_working_days(placement.last_day, 1), EVALUATION_HOUR)


def _start(placement: Placement) -> datetime:
    return at(placement.first_day, placement.host.starts_at)


def _end(placement: Placement) -> datetime:
    return at(placement.last_day, END_OF_DAY)


def _two_months_later(placement: Placement) -> datetime:
    return at(placement.last_day + timedelta(days=60), END_OF_DAY)


ASKED, CONFIRMED, CANCELLED = (
    PlacementState.ASKED,
    PlacementState.CONFIRMED,
    PlacementState.CANCELLED,
)
RULES = [
    Rule(MailKind.HOST_ASKED, (Side.HOST,), ASKED, useless_after=_start),
    Rule(MailKind.CONFIRMED, EVERYBODY, CONFIRMED, useless_after=_end),
    Rule(MailKind.CONFIRMED_DAY, EVERYBODY, CONFIRMED, useless_after=_end, further_days=True),
    Rule(
        MailKind.GUIDE,
        (Side.PARTICIPANT,),
        CONFIRMED,
        useless_after=_start,
        due=_before_visit(10),
        send_late=True,
    ),
    Rule(
        MailKind.REMINDER, BOTH_SIDES, CONFIRMED, useless_after=_before_visit(1), due=_before_visit(5)
    ),
    Rule(MailKind.TOMORROW, BOTH_SIDES, CONFIRMED, useless_after=_start, due=_before_visit(1)),
    Rule(MailKind.EVALUATION, BOTH_SIDES, CONFIRMED, useless_after=_two_months_later, due=_day_after),
    Rule(MailKind.CANCELLED, EVERYBODY, CANCELLED, useless_after=_end),
    Rule(MailKind.CANCELLED_DAY, EVERYBODY, CANCELLED, useless_after=_end, further_days=True),
]
REVOCABLE = {PlanReason.NOT_CALLED_FOR, PlanReason.NOT_IN_CHARGE}
TOLD_BEFORE = {
    MailKind.CANCELLED: [MailKind.CONFIRMED, MailKind.HOST_ASKED],
    MailKind.CANCELLED_DAY: [MailKind.CONFIRMED_DAY],
}
RULE_OF = {rule.kind: rule for rule in RULES}


@dataclass(frozen=True)
class Intent:
    """A mail that is called for."""

    kind: MailKind
    side: Side
    recipient: Employee
    day: date | None
    due: datetime | None

    @property
    def key(self) -> tuple:
        return (self.kind, self.side, self.recipient.pk, self.day)


def plan_wish_received(wish: Wish, *, now: datetime) -> None:
    """Plan the receipt for a wish that was just sent."""
    PlannedMail.objects.create(
        wish=wish,
        kind=MailKind.WISH_RECEIVED,
        side=Side.PARTICIPANT,
        recipient=wish.employee,
        number=wish.times_sent,
        due=now,
    )
    queue_after_commit(SEND_DUE)


def replan(placement: Placement, *, now: datetime) -> None:
    """Make the plan of this placement agree with its state, days and people."""
    # The state that counts is the one in the database, and it must not change meanwhile; a mail
    # that is just being sent counts as sent.
    placement.state = (
        Placement.objects.select_for_update(no_key=True).values_list("state", flat=True)
    ).get(pk=placement.pk)
    planned = {
        (row.kind, row.side, row.recipient_id, row.day): row
        for row in placement.planned_mails.select_for_update(of=("self",))
    }
    for row in planned.values():
        _take_back_if_unsent(row, placement)
    wanted = {intent.key: intent for intent in intents(placement)}
    PlannedMail.objects.bulk_create(
        PlannedMail(
            wish_id=placement.wish_id,
            placement=placement,
            kind=intent.kind,
            side=intent.side,
            recipient=intent.recipient,
            day=intent.day,
            due=intent.due or now,
        )
        for key, intent in wanted.items()
        if key not in planned
    )
    for key, row in planned.items():
        if key not in wanted:
            drop(row, PlanState.SKIPPED, PlanReason.NOT_CALLED_FOR)
        else:
            _bring_up_to_date(row, wanted[key], now)
    queue_after_commit(SEND_DUE)


def preview(placements: Iterable[Placement], to: PlacementState, *, now: datetime) -> list[Intent]:
    """The mails that would go out at once if these placements took this step now."""
    mails = []
    for placement in placements:
        then = copy(placement)
        then.state = to
        then.confirmed_at = now if to == CONFIRMED else placement.confirmed_at
        mails += [mail for mail in intents(then) if mail.due is None or mail.due <= now]
    return mails


def intents(placement: Placement) -> Iterator[Intent]:
    """All mails that this placement calls for as it stands."""
    for rule in RULES:
        if rule.state != placement.state:
            continue
        due = rule.due(placement) if rule.due else None
        if due and due < placement.confirmed_at:
            if not rule.send_late:
                continue
            due = placement.confirmed_at
        for side in rule.sides:
            for recipient in recipients(placement, side, rule.kind):
                for day in placement.days[1:] if rule.further_days else [None]:
                    yield Intent(rule.kind, side, recipient, day, due)


def recipients(placement: Placement, side: Side, kind: MailKind) -> list[Employee]:
    """The people on this side of a visit who get this kind of mail and can be written to.

    Of a cancellation hear those who had been told of the visit, whoever is in charge now.
    """
    if kind in TOLD_BEFORE:
        told = placement.planned_mails.filter(
            side=side, kind__in=TOLD_BEFORE[kind], state=PlanState.SENT, recipient__is_active=True
        )
        return list({row.recipient for row in told.select_related("recipient").order_by("pk")})
    return people(placement, side)


def people(placement: Placement, side: Side) -> list[Employee]:
    """The people who stand on this side of a visit now and can be written to."""
    if side == Side.HOST:
        return list(placement.host.contacts.filter(is_active=True))
    person = placement.employee if side == Side.PARTICIPANT else placement.employee.manager
    return [person] if person and person.is_active else []


def drop(row: PlannedMail, state: PlanState, reason: PlanReason) -> bool:
    """Give up a planned mail, as SKIPPED or MISSED. False when it was no longer planned."""
    return bool(_planned(row).update(state=state, reason=reason))


def _planned(row: PlannedMail):
    return PlannedMail.objects.filter(pk=row.pk, state=PlanState.PLANNED)


def useless_after(row: PlannedMail) -> datetime:
    """The moment after which a planned mail makes no sense."""
    if row.placement is None:
        return at(row.wish.round.wishes_until, END_OF_DAY)
    return RULE_OF[row.kind].useless_after(row.placement)


def _take_back_if_unsent(row: PlannedMail, placement: Placement) -> None:
    """A letter that still waits in the outbox is recalled when the visit no longer calls for it."""
    is_in_outbox = row.state == PlanState.SENT and row.letter_id
    if is_in_outbox and RULE_OF[row.kind].state != placement.state and outbox.recall(row.letter_id):
        row.state, row.reason = PlanState.SKIPPED, PlanReason.NOT_CALLED_FOR
        row.save(update_fields=["state", "reason"])


def _bring_up_to_date(row: PlannedMail, intent: Intent, now: datetime) -> None:
    """Follow a new date; bring back a mail that was skipped and is called for again."""
    if row.state == PlanState.PLANNED and intent.due and intent.due != row.due:
        _planned(row).update(due=intent.due)
    elif row.state == PlanState.SKIPPED and row.reason in REVOCABLE:
        row.state, row.reason, row.due = PlanState.PLANNED, "", intent.due or now
        row.save(update_fields=["state", "reason", "due"])
