"""Who stands on which side of a visit, and who of them has been told of it: the recipients of its mails."""

from collections.abc import Callable, Iterable
from datetime import date
from itertools import chain
from operator import attrgetter

from django.db.models import Prefetch, Q, prefetch_related_objects

from employees.models import Employee
from mail.models import NEVER_CAME, OutgoingMail
from placements.domain import letter_keys
from placements.enums import CalledOffBy, MailKind, PlanState, Side
from placements.models import Placement, PlannedMail, Wish

EVERYBODY = (Side.PARTICIPANT, Side.HOST, Side.MANAGER)
TELLS_OF_VISIT = (MailKind.CONFIRMED, MailKind.MOVED, MailKind.SHORTENED)
# The mail that a visit ends early takes the first of the days that fall away out of the calendar itself.
TELLS_OF_FURTHER_DAY = (
    MailKind.CONFIRMED_DAY,
    MailKind.MOVED_DAY,
    MailKind.SHORTENED,
    MailKind.SHORTENED_DAY,
)
TELLS_OF_A_DAY = (*TELLS_OF_VISIT, *TELLS_OF_FURTHER_DAY)
# What became of letters, without their long words.
FATES = OutgoingMail.objects.only("state")
FATE_OF_LETTER = Prefetch("letter", FATES)


def people(placement: Placement, side: Side) -> list[Employee]:
    """The people who stand on this side of a visit now and can be written to."""
    if side == Side.HOST:
        return [contact for contact in placement.host.contacts.all() if contact.is_active]
    return of_wish(placement.wish, side)


def of_wish(wish: Wish, side: Side) -> list[Employee]:
    """The participant or the manager, if there is one who can be written to."""
    person = wish.employee if side == Side.PARTICIPANT else wish.employee.manager
    return [person] if person and person.is_active else []


def sent(placement: Placement) -> list[PlannedMail]:
    """The mails that somebody may have about a visit, and about those that it took the place of elsewhere."""
    mails = placement.planned_mails.all()
    if placement.calendar_key:
        line = Q(placement=placement.calendar_key) | Q(placement__calendar_key=placement.calendar_key)
        mails = PlannedMail.objects.filter(Q(placement=placement) | line)
        mails = mails.select_related("placement__host__workplace")
    mails = sorted(mails, key=attrgetter("pk"))
    prefetch_related_objects(mails, "recipient", FATE_OF_LETTER)
    return [row for row in mails if _has_come(row)]


def _has_come(row: PlannedMail) -> bool:
    """Whether somebody may have the mail; where it was sent again, from an earlier letter too."""
    if row.letter is None:
        return row.state == PlanState.SENT  # Letters are erased after a year.
    if row.letter.state not in NEVER_CAME:
        return True
    earlier = letter_keys.keys_of(row)[:-1]
    written = OutgoingMail.objects.filter(key__in=earlier).exclude(state__in=NEVER_CAME)
    return bool(earlier) and written.exists()


def _recipients(mails: Iterable[PlannedMail]) -> list[Employee]:
    return list(dict.fromkeys(row.recipient for row in mails if row.recipient.is_active))


def _telling(placement: Placement, side: Side, kinds: Iterable[MailKind]) -> list[PlannedMail]:
    """The letters of these kinds to a side in order, whoever is in charge now.

    A host hears of its own visit only.
    """
    rows = [
        row
        for row in sent(placement)
        if row.side == side
        and row.kind in kinds
        and (side != Side.HOST or row.placement_id == placement.pk)
    ]
    return sorted(rows, key=attrgetter("placement_id", "revision"))


def told_of_visit(placement: Placement) -> list[Employee]:
    """Everybody who was told that the visit is settled."""
    told = (_recipients(_telling(placement, side, TELLS_OF_VISIT)) for side in EVERYBODY)
    return list(chain.from_iterable(told))


def is_in_calendars(placement: Placement) -> bool:
    """Whether somebody may have a day of the visit in the calendar: what follows must be newer than that."""
    return any(_telling(placement, side, TELLS_OF_A_DAY) for side in EVERYBODY)


def told_before(planned: PlannedMail) -> PlannedMail | None:
    """The letter by which the recipient of a mail about a move was last told of the visit before that move."""
    told = _last_told_before_move(planned.placement, Side(planned.side), TELLS_OF_VISIT)
    return told.get(planned.recipient)


def last_told(placement: Placement, side: Side, person: Employee) -> PlannedMail | None:
    """The letter by which a person was last told of a visit."""
    rows = [row for row in _telling(placement, side, TELLS_OF_VISIT) if row.recipient_id == person.pk]
    return rows[-1] if rows else None


def further_days_told(
    placement: Placement, side: Side, person: Employee, *, before_move: bool = False
) -> dict[int, date]:
    """The further days that a person may have in the calendar, by their number; before_move: before the last."""
    telling = _telling_before_move if before_move else _telling
    days: dict[int, date] = {}
    for row in telling(placement, side, TELLS_OF_FURTHER_DAY):
        if row.recipient_id != person.pk:
            continue
        number = row.nth_day or len(row.told_days) + 1
        days.pop(number, None)
        if number <= len(row.told_days):
            days[number] = row.told_days[number - 1]
    return days


def dropped_days_told(placement: Placement, side: Side, person: Employee) -> list[int]:
    """The numbers of the days that fell away and that a person needs a mail of its own about.

    The first of them leaves the calendar with the mail that says so, for who gets that.
    """
    told = further_days_told(placement, side, person, before_move=True)
    first = len(placement.days) + (2 if person in told_of_move(placement, side) else 1)
    return sorted(number for number in told if number >= first)


def _telling_before_move(
    placement: Placement, side: Side, kinds: Iterable[MailKind]
) -> list[PlannedMail]:
    """The letters that were written before the last move, also while the visit was at another host."""
    if not placement.revision and not placement.calendar_key:
        return []
    return [
        row
        for row in _telling(placement, side, kinds)
        if row.placement_id != placement.pk or row.revision < placement.revision
    ]


def _last_told_before_move(
    placement: Placement, side: Side, kinds: Iterable[MailKind]
) -> dict[Employee, PlannedMail]:
    """The last letter of these kinds that each of a side got before the last move."""
    return {row.recipient: row for row in _telling_before_move(placement, side, kinds)}


def _told_before_move(*kinds: MailKind) -> Callable[[Placement, Side], list[Employee]]:
    """Those who were told before the last move, by one of these letters, of something else than what stands."""

    def told(placement: Placement, side: Side) -> list[Employee]:
        last = _last_told_before_move(placement, side, kinds).values()
        stands = (placement.host_id, placement.days)
        return _recipients(row for row in last if (row.placement.host_id, row.told_days) != stands)

    return told


# Who is told of the last move. Not who was first told after it: so the new host, when it was to another
# host, is invited.
told_of_move = _told_before_move(*TELLS_OF_VISIT)
_told_of_moved_further_days = _told_before_move(*TELLS_OF_FURTHER_DAY)


def told_of_moved_days(placement: Placement, side: Side) -> list[Employee]:
    """Who is told what a move does to further days: the first day and those after it are told of apart."""
    told = told_of_move(placement, side) + _told_of_moved_further_days(placement, side)
    return list(dict.fromkeys(told))


def to_be_invited(placement: Placement, side: Side) -> list[Employee]:
    """Who gets the confirmation: those who knew of the visit at another host hear of the move instead."""
    if not placement.calendar_key:
        return people(placement, side)
    rows = _telling(placement, side, TELLS_OF_VISIT)
    told = _recipients(row for row in rows if row.placement_id != placement.pk)
    return [person for person in people(placement, side) if person not in told]


def not_told_of_moved_days(placement: Placement, side: Side) -> list[Employee]:
    """Who is invited to further days: those who had been before a move hear of them by the mails about it."""
    told = told_of_moved_days(placement, side)
    return [person for person in people(placement, side) if person not in told]


def told_of_cancellation(*kinds: MailKind) -> Callable[[Placement, Side], list[Employee]]:
    """Those who got one of these letters; of a move to another host the old host alone is told so."""

    def told(placement: Placement, side: Side) -> list[Employee]:
        is_moved = placement.ended_by == CalledOffBy.MOVED and side != Side.HOST
        return [] if is_moved else _recipients(_telling(placement, side, kinds))

    return told
