"""Who stands on which side of a visit, and who of them has been told of it: the recipients of its mails."""

from collections.abc import Callable, Iterable
from operator import attrgetter

from django.db.models import Prefetch, Q, prefetch_related_objects

from employees.models import Employee
from mail.models import NEVER_CAME, OutgoingMail
from placements.domain import letter_keys
from placements.enums import CalledOffBy, MailKind, PlanState, Side
from placements.models import Placement, PlannedMail, Wish

EVERYBODY = (Side.PARTICIPANT, Side.HOST, Side.MANAGER)
TELLS_OF_VISIT = (MailKind.CONFIRMED, MailKind.MOVED)
# What became of letters, without their long words.
FATES = OutgoingMail.objects.only("state", "created_at")
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


def _got(placement: Placement, side: Side, kinds: tuple[MailKind, ...]) -> list[Employee]:
    """Those who got one of these letters, whoever is in charge now. A host hears of its own visit only."""
    return _recipients(
        row
        for row in sent(placement)
        if row.side == side
        and row.kind in kinds
        and (side != Side.HOST or row.placement_id == placement.pk)
    )


def told_of_visit(placement: Placement) -> list[Employee]:
    """Everybody who was told that the visit is settled: they are told of a move."""
    return [person for side in EVERYBODY for person in _got(placement, side, TELLS_OF_VISIT)]


def _told_elsewhere(placement: Placement, side: Side) -> list[Employee]:
    """Participant and manager who knew of the visit while it was at another host."""
    if side == Side.HOST or not placement.calendar_key:
        return []
    return _recipients(
        row
        for row in sent(placement)
        if row.side == side and row.kind in TELLS_OF_VISIT and row.placement_id != placement.pk
    )


def told_of_move(placement: Placement, side: Side) -> list[Employee]:
    """Who is told of the last move; of one from another host not the new host, which is invited.

    Whoever had heard nothing before the move is invited to the new days instead.
    """
    if not placement.revision:
        return _told_elsewhere(placement, side)
    told = _got(placement, side, TELLS_OF_VISIT)
    return [person for person in told if person not in _invited_after_move(placement, side)]


def _invited_after_move(placement: Placement, side: Side) -> list[Employee]:
    """Whose confirmation was written after the last move, and so tells of the new days."""
    return _recipients(
        row
        for row in sent(placement)
        if (row.side, row.kind) == (side, MailKind.CONFIRMED)
        and row.letter
        and placement.moved_at
        and row.letter.created_at > placement.moved_at
    )


def to_be_invited(placement: Placement, side: Side) -> list[Employee]:
    """Who gets the confirmation: those who knew of the visit at another host hear of the move instead."""
    told = _told_elsewhere(placement, side)
    return [person for person in people(placement, side) if person not in told]


def not_told_of_first_days(placement: Placement, side: Side) -> list[Employee]:
    """Who was told before a move hears of further days by the mails about the move."""
    told = told_of_move(placement, side)
    return [person for person in people(placement, side) if person not in told]


def told_of_cancellation(*kinds: MailKind) -> Callable[[Placement, Side], list[Employee]]:
    """Those who got one of these letters; of a move to another host the old host alone is told so."""

    def told(placement: Placement, side: Side) -> list[Employee]:
        is_moved = placement.ended_by == CalledOffBy.MOVED and side != Side.HOST
        return [] if is_moved else _got(placement, side, kinds)

    return told
