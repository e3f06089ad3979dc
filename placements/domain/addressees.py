"""Who gets the mails of a wish or a visit: those in charge now, or those who were told before."""

from collections.abc import Callable

from django.db.models import prefetch_related_objects

from employees.models import Employee
from placements.enums import MailKind, PlanState, Side
from placements.models import Placement, Wish

EVERYBODY = (Side.PARTICIPANT, Side.HOST, Side.MANAGER)


def people(placement: Placement, side: Side) -> list[Employee]:
    """The people who stand on this side of a visit now and can be written to."""
    if side == Side.HOST:
        return [contact for contact in placement.host.contacts.all() if contact.is_active]
    return of_wish(placement.wish, side)


def of_wish(wish: Wish, side: Side) -> list[Employee]:
    """The participant or the manager, if there is one who can be written to."""
    person = wish.employee if side == Side.PARTICIPANT else wish.employee.manager
    return [person] if person and person.is_active else []


def told_by(*kinds: MailKind) -> Callable[[Placement, Side], list[Employee]]:
    """Those who got one of these letters, whoever is in charge now."""

    def told(placement: Placement, side: Side) -> list[Employee]:
        rows = [
            row
            for row in placement.planned_mails.all()
            if row.side == side and row.kind in kinds and row.state == PlanState.SENT
        ]
        prefetch_related_objects(rows, "recipient")
        return list({row.recipient: None for row in rows if row.recipient.is_active})

    return told


told_of_visit = told_by(MailKind.CONFIRMED)


def all_told_of_visit(placement: Placement) -> list[Employee]:
    """Everybody who got the confirmation: they are told of a move."""
    return [person for side in EVERYBODY for person in told_of_visit(placement, side)]


def not_told_of_first_days(placement: Placement, side: Side) -> list[Employee]:
    """Who was told before a move hears of further days by the mails about the move."""
    told = told_of_visit(placement, side) if placement.revision else []
    return [person for person in people(placement, side) if person not in told]
