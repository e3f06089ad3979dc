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
    # Locked before anything is asked of them: a mail that is just being sent counts as sent.
    planned = {
        (row.kind, row.side, row.recipient_id, row.day): row
        for row in placement.planned_mails.select_for_update(of=("self",))
    }
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
        elif wanted[key].due and wanted[key].due != row.due:
            _planned(row).update(due=wanted[key].due)
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
        if due and due < placement.confirmed_at and not rule.send_late:
            continue
        for side in _sides_told(rule, placement):
            for recipient in recipients(placement, side):
                for day in placement.days[1:] if rule.further_days else [None]:
                    yield Intent(rule.kind, side, recipient, day, due)


def recipients(placement: Placement, side: Side) -> list[Employee]:
    """The people who stand on this side of a visit and can be written to."""
    if side == Side.HOST:
        return list(placement.host.contacts.filter(is_active=True))
    person = placement.employee if side == Side.PARTICIPANT else placement.employee.manager
    return [person] if person and person.is_active else []


def drop(row: PlannedMail, state: PlanState, reason: PlanReason) -> bool:
    """Give up a planned mail, as SKIPPED or MISSED. False when it was no longer planned."""
    return bool(_planned(row).update(state=state, reason=reason))


def _planned(row: PlannedMail):
    return PlannedMail.objects.filter(pk=row.pk, state=PlanState.PLANNED)


def _sides_told(rule: Rule, placement: Placement) -> tuple[Side, ...]:
    """Of a cancellation only those hear who had heard of the visit."""
    if rule.state != CANCELLED or placement.confirmed_at:
        return rule.sides
    host_was_asked = placement.planned_mails.filter(
        kind=MailKind.HOST_ASKED, state=PlanState.SENT
    ).exists()
    return (Side.HOST,) if host_was_asked and not rule.further_days else ()
