"""The mail plan's table: which mails a wish or a visit calls for, when, to whom, and until when.

Product page, "The mail plan". Offsets are working days (praktik.lib.dates) from an anchor; times are
local. Consultants can change offsets and hours (domain/timings.py); what stands here is the default.
"""

from collections.abc import Callable
from datetime import datetime, time
from operator import attrgetter

from django.db.models import Prefetch

from employees.models import Employee
from placements.domain import mailmoments, recipients
from placements.domain.mailrule import Rule, Subject
from placements.domain.quotes import quotes_for
from placements.domain.recipients import EVERYBODY, TELLS_OF_FURTHER_DAY, TELLS_OF_VISIT
from placements.enums import MailKind, PlacementState, PlanReason, Side, WishState
from placements.models import Evaluation, Idea, Placement, PlannedMail, Wish
from placements.models.mail_timing import LONGEST_OFFSET
from praktik.lib.dates import at

EVALUATION_HOUR = time(9)
BOTH_SIDES = (Side.PARTICIPANT, Side.HOST)


def _stands_at(state: PlacementState) -> Callable[[Placement], bool]:
    return lambda placement: placement.state == state


# A place is settled, and the round does not hold its result back.
_is_confirmed = attrgetter("is_told")


def _took_place(placement: Placement) -> bool:
    return _is_confirmed(placement) and placement.attended is not False


def _is_moved(placement: Placement) -> bool:
    """What ends early has its own mail of that, which says also what was not yet told of a move."""
    was_moved = placement.revision > 0 or placement.calendar_key is not None
    return _is_confirmed(placement) and was_moved and placement.shortened_at is None


def _ends_early(placement: Placement) -> bool:
    return _is_confirmed(placement) and placement.shortened_at is not None


def _evaluation_of(placement: Placement, side: Side) -> Evaluation | None:
    return next((each for each in placement.evaluations.all() if each.side == side), None)


def idea_of(placement: Placement) -> Idea | None:
    """The idea that the participant brought home, or None."""
    return getattr(_evaluation_of(placement, Side.PARTICIPANT), "idea", None)


def _is_evaluated(placement: Placement, side: Side) -> bool:
    return _evaluation_of(placement, side) is not None


def _both_have_answered(placement: Placement) -> bool:
    return _took_place(placement) and len(placement.evaluations.all()) == 2


def _thanked(placement: Placement, side: Side) -> list[Employee]:
    """Both who let the visit happen; the visitor when the host has something to pass on."""
    if side == Side.PARTICIPANT and not quotes_for(placement, side):
        return []
    return recipients.people(placement, side)


def _has_idea(placement: Placement) -> bool:
    return _took_place(placement) and idea_of(placement) is not None


def _idea_is_told_of(placement: Placement, side: Side) -> bool:
    idea = idea_of(placement)
    return idea is not None and idea.told_at is not None


def _has_no_place(wish: Wish) -> bool:
    """Once the result is told. A visit that came to nothing after people were told has its own mail of that.

    What was sent after the result was told is not part of it, and what the manager has not decided on
    has not missed out yet.
    """
    is_open = wish.state == WishState.SENT and not wish.refused_at and not wish.awaits_approval
    is_told = is_open and wish.round.released_at and wish.sent_at <= wish.round.released_at
    return bool(is_told) and not any(
        placement.is_live or placement.was_told for placement in wish.placements.all()
    )


def _days_but_first(placement: Placement, side: Side, person: Employee) -> range:
    return range(2, len(placement.days) + 1)


def _days_to_update(placement: Placement, side: Side, person: Employee) -> list[int]:
    """A visit that became shorter must leave the calendars on the days that fell away."""
    told = recipients.further_days_told(placement, side, person, before_move=True)
    return sorted({*_days_but_first(placement, side, person), *told})


def _sendings_before(wish: Wish) -> int:
    return wish.times_sent - 1


def _moves_before(placement: Placement) -> int:
    """The move from another host is the first, before those that `revision` counts."""
    return placement.revision - (0 if placement.calendar_key else 1)


_CHOICES = ("choices__host__workplace", "choices__field")
_TOLD = ("planned_mails__recipient", Prefetch("planned_mails__letter", recipients.FATES))
_CONTACTS_AND_TOLD = ("host__contacts", *_TOLD)

WISH_RULES = [
    Rule(
        MailKind.WISH_RECEIVED,
        (Side.PARTICIPANT,),
        lambda wish: wish.state == WishState.SENT,
        # Wishes are taken until midnight, and the receipt of the last one may wait for the mail server.
        useless_after=mailmoments.first_visits,
        recipients=recipients.of_wish,
        series=_sendings_before,
        rests_on=_CHOICES,
    ),
    Rule(
        MailKind.DRAFT_UNSENT,
        (Side.PARTICIPANT,),
        lambda wish: wish.state == WishState.DRAFT,
        useless_after=mailmoments.deadline,
        anchor=lambda wish: wish.round.wishes_until,
        offsets=(-3,),
        bounds=(-LONGEST_OFFSET, 0),
        since=lambda wish: wish.saved_at,
        recipients=recipients.of_wish,
        # A draft that was reminded of the old deadline is reminded of a later one too.
        series=lambda wish: 10 * wish.round.deadline_changes,
        rests_on=_CHOICES,
    ),
    Rule(
        MailKind.APPROVAL,
        (Side.MANAGER,),
        lambda wish: wish.awaits_approval,
        useless_after=mailmoments.first_visits,
        anchor=lambda wish: wish.sent_at,
        offsets=(0, 3, 6),
        bounds=(0, LONGEST_OFFSET),
        recipients=recipients.of_wish,
        is_answered=lambda wish, side: bool(wish.approved_at or wish.refused_at),
        series=lambda wish: 10 * _sendings_before(wish),
        rests_on=_CHOICES,
    ),
    Rule(
        MailKind.NOT_PLACED,
        (Side.PARTICIPANT,),
        _has_no_place,
        useless_after=mailmoments.last_visits,
        recipients=recipients.of_wish,
        rests_on=(*_CHOICES, "placements"),
    ),
]
PLACEMENT_RULES = [
    Rule(
        MailKind.HOST_ASKED,
        (Side.HOST,),
        _stands_at(PlacementState.ASKED),
        useless_after=mailmoments.start,
        anchor=lambda placement: placement.asked_at,
        offsets=(0, 4, 8),
        bounds=(0, LONGEST_OFFSET),
        is_answered=lambda placement, side: (
            placement.state
            in {
                PlacementState.ACCEPTED,
                PlacementState.OFFERED,
                PlacementState.DECLINED,
                PlacementState.UNSUITED,
                PlacementState.CONFIRMED,
            }
        ),
    ),
    Rule(
        MailKind.DAYS_OFFERED,
        (Side.PARTICIPANT,),
        _stands_at(PlacementState.OFFERED),
        useless_after=mailmoments.latest_start,
    ),
    Rule(
        MailKind.CONFIRMED,
        EVERYBODY,
        _is_confirmed,
        useless_after=mailmoments.end,
        recipients=recipients.to_be_invited,
    ),
    Rule(
        MailKind.CONFIRMED_DAY,
        EVERYBODY,
        _is_confirmed,
        useless_after=mailmoments.end,
        recipients=recipients.not_told_of_moved_days,
        rests_on=_CONTACTS_AND_TOLD,
        further_days=_days_but_first,
    ),
    Rule(
        MailKind.GUIDE,
        (Side.PARTICIPANT,),
        _is_confirmed,
        useless_after=mailmoments.start,
        anchor=mailmoments.first_day,
        offsets=(-10,),
        bounds=(-LONGEST_OFFSET, -1),
        since=mailmoments.settled,
        send_late=True,
    ),
    Rule(
        MailKind.REMINDER,
        BOTH_SIDES,
        _is_confirmed,
        useless_after=mailmoments.day_before,
        anchor=mailmoments.first_day,
        offsets=(-5,),
        bounds=(-LONGEST_OFFSET, -2),
        since=mailmoments.settled,
        is_sent_anew_after_move=True,
    ),
    Rule(
        MailKind.TOMORROW,
        BOTH_SIDES,
        _is_confirmed,
        useless_after=mailmoments.start,
        anchor=mailmoments.first_day,
        offsets=(-1,),
        bounds=(-LONGEST_OFFSET, -1),
        since=mailmoments.settled,
        send_late=True,
        is_sent_anew_after_move=True,
    ),
    Rule(
        MailKind.MOVED,
        EVERYBODY,
        _is_moved,
        useless_after=mailmoments.end,
        recipients=recipients.told_of_move,
        rests_on=_TOLD,
        series=_moves_before,
    ),
    Rule(
        MailKind.MOVED_DAY,
        EVERYBODY,
        _is_moved,
        useless_after=mailmoments.end,
        recipients=recipients.told_of_moved_days,
        rests_on=_TOLD,
        further_days=_days_to_update,
        series=_moves_before,
    ),
    Rule(
        MailKind.SHORTENED,
        EVERYBODY,
        _ends_early,
        # The last day that stands may be over already, and the days that fall away are what it tells of.
        useless_after=mailmoments.end_before_move,
        recipients=recipients.told_of_move,
        rests_on=_TOLD,
        series=_moves_before,
    ),
    Rule(
        MailKind.SHORTENED_DAY,
        EVERYBODY,
        _ends_early,
        useless_after=mailmoments.end_before_move,
        recipients=recipients.told_of_moved_days,
        rests_on=_TOLD,
        further_days=recipients.dropped_days_told,
        series=_moves_before,
    ),
    Rule(
        MailKind.ATTENDANCE,
        (Side.HOST,),
        _is_confirmed,
        useless_after=mailmoments.after_visit(30),
        anchor=mailmoments.last_day,
        offsets=(1,),
        bounds=(1, 15),
        is_answered=lambda placement, side: placement.attended is not None,
    ),
    Rule(
        MailKind.EVALUATION,
        BOTH_SIDES,
        _took_place,
        useless_after=mailmoments.after_visit(60),
        anchor=mailmoments.last_day,
        offsets=(1, 4, 9),
        bounds=(1, 35),
        hour=EVALUATION_HOUR,
        is_answered=_is_evaluated,
        rests_on=("host__contacts", "evaluations"),
    ),
    Rule(
        MailKind.THANKS,
        EVERYBODY,
        _both_have_answered,
        useless_after=mailmoments.after_visit(120),
        recipients=_thanked,
        rests_on=("host__contacts", "evaluations__author"),
    ),
    Rule(
        MailKind.IDEAS,
        (Side.PARTICIPANT,),
        _has_idea,
        useless_after=mailmoments.after_visit(180),
        anchor=mailmoments.last_day,
        offsets=(90,),
        bounds=(1, 175),
        in_calendar_days=True,
        is_answered=_idea_is_told_of,
        rests_on=("evaluations__idea",),
    ),
    Rule(
        MailKind.CANCELLED,
        EVERYBODY,
        _stands_at(PlacementState.CANCELLED),
        useless_after=mailmoments.end,
        recipients=recipients.told_of_cancellation(*TELLS_OF_VISIT, MailKind.HOST_ASKED),
        rests_on=_TOLD,
    ),
    Rule(
        MailKind.CANCELLED_DAY,
        EVERYBODY,
        _stands_at(PlacementState.CANCELLED),
        useless_after=mailmoments.end,
        recipients=recipients.told_of_cancellation(*TELLS_OF_FURTHER_DAY),
        rests_on=_TOLD,
        further_days=recipients.further_days_told,
    ),
]
FURTHER_DAYS = {rule.kind for rule in PLACEMENT_RULES if rule.further_days}
# Written by a consultant (domain/mailcare.py): nothing calls for it by itself.
GROUP_RULE = Rule(
    MailKind.GROUP,
    EVERYBODY,
    lambda wish: True,
    useless_after=mailmoments.two_months_after_visits,
    rests_on=(),
)
RULE_OF = {rule.kind: rule for rule in [*WISH_RULES, *PLACEMENT_RULES, GROUP_RULE]}


def rules_for(subject: Subject) -> list[Rule]:
    """The rules for a wish itself, or for a placement."""
    return PLACEMENT_RULES if isinstance(subject, Placement) else WISH_RULES


def is_sent_to(kind: str, side: str) -> bool:
    """Whether the plan has mails of this kind to this side; a group's mail is written each time anew."""
    return any(rule.kind == kind and side in rule.sides for rule in [*WISH_RULES, *PLACEMENT_RULES])


def why_not(planned: PlannedMail, subject: Subject) -> PlanReason | None:
    """Why a planned mail about this wish or placement should not go out as things stand, or None.

    A person who insists sends also what is answered.
    """
    if planned.group_mail:
        return _why_not_to_group(planned, subject)
    rule, side = RULE_OF[planned.kind], Side(planned.side)
    if rule.is_answered(subject, side) and not planned.is_insisted:
        return PlanReason.ALREADY_ANSWERED
    if not rule.holds_for(subject) or planned.number <= rule.series(subject):
        return PlanReason.NOT_CALLED_FOR
    if planned.recipient not in rule.recipients(subject, side):
        return PlanReason.NOT_IN_CHARGE
    return None


def _why_not_to_group(planned: PlannedMail, subject: Subject) -> PlanReason | None:
    """A host's letter is for those who come on its day."""
    if not planned.recipient.is_active:
        return PlanReason.NOT_IN_CHARGE
    day = planned.group_mail.visit_day
    is_for_them = day is None or (subject.is_told and day in subject.days)
    return None if is_for_them else PlanReason.NOT_CALLED_FOR


def useless_after(planned: PlannedMail) -> datetime:
    """The moment after which a planned mail makes no sense."""
    mail = planned.group_mail
    if mail and mail.visit_day and mail.at < (end := at(mail.visit_day, mail.from_host.ends_at)):
        return end
    return RULE_OF[planned.kind].useless_after(planned.subject)


def nag(planned: PlannedMail) -> int:
    """Which reminder of the same mail it is; 0 is the mail itself."""
    return max(0, planned.number - RULE_OF[planned.kind].series(planned.subject) - 1)
