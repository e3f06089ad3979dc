"""What came of a call to a host: as a consultant types it, and what of it will not do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from employees.models import Employee, Workplace
from hosts.models import Call, Host
from placements.domain import days, lifecycle
from placements.domain.texts import text_problems
from placements.models import Placement, Round
from praktik.lib.wording import day_in_words

Outcome = Call.Outcome


@dataclass(frozen=True)
class Answer:
    """What the host said to one request: YES, NO with a reason, or MAYBE with other days.

    reasons are those ticked in a list (values of NoReason), reason is what was written.
    """

    placement: Placement
    outcome: str
    reason: str = ""
    offers: Sequence[Sequence[date]] = ()
    reasons: Sequence[str] = ()

    def give(self, *, by: Employee | None, now: datetime, by_phone: bool) -> None:
        """Carry it out; by_phone: told to the consultant `by`. Raises Refused."""
        act = {"placement": self.placement, "by": by, "now": now, "by_phone": by_phone}
        if self.outcome == Outcome.YES:
            lifecycle.accept(**act)
        elif self.outcome == Outcome.NO:
            lifecycle.decline(**act, reasons=self.reasons, reason=self.reason)
        else:
            days.offer(**act, offers=self.offers)


@dataclass(frozen=True)
class Contact:
    """Whom to write to: an employee, or a name and an address of somebody new."""

    person: Employee | None = None
    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class Said:
    """What came of a call.

    weekday_seats has only the weekdays (0 … 4) that change; date_seats the seats of single days;
    most_visitors how many the host takes in a round, when that changes.
    """

    outcome: str
    reasons: Sequence[str] = ()
    note: str = ""
    call_back_on: date | None = None
    weekday_seats: Mapping[int, int] = field(default_factory=dict)
    date_seats: Mapping[date, int] = field(default_factory=dict)
    most_visitors: int | None = None
    contact: Contact = Contact()
    answers: Sequence[Answer] = ()


def check(said: Said, *, round: Round, workplace: Workplace, now: datetime) -> None:
    """Raises ValidationError with a dict of field → messages."""
    today = timezone.localdate(now)
    problems = {
        "outcome": _outcome_problems(said),
        "reasons": reason_problems(said),
        "note": text_problems(said.note),
        "call_back_on": _call_back_problems(said, today),
        "dates": _date_problems(said, round, today),
        "weekdays": _seat_problems(said, workplace),
        "contact_email": _contact_problems(said.contact),
    }
    problems = {name: messages for name, messages in problems.items() if messages}
    if problems:
        raise ValidationError(problems)


def _outcome_problems(said: Said) -> list[str]:
    if said.outcome == Outcome.NOT_REACHED and said.answers:
        return [_("You have noted answers, so somebody was reached.")]
    if said.outcome == Outcome.ANSWERED and not said.answers:
        return [_("Note at least one answer to a request.")]
    return []


def reason_problems(said: Said) -> list[str]:
    """What is missing of the reasons for a no."""
    if said.outcome != Outcome.NO:
        return []
    if not said.reasons:
        return [_("Choose at least one reason.")]
    if Call.Reason.OTHER in said.reasons and not said.note:
        return [_("Write the reason in the note.")]
    return []


def _call_back_problems(said: Said, today: date) -> list[str]:
    if said.call_back_on and said.call_back_on < today:
        return [_("The day to call back lies in the past.")]
    if said.outcome == Outcome.MAYBE and not said.call_back_on:
        return [_("Perhaps: on which day shall we call back?")]
    return []


def _date_problems(said: Said, round: Round, today: date) -> list[str]:
    if said.outcome != Outcome.YES:
        return []
    possible = set(round.days)
    problems = []
    for day in said.date_seats:
        if day not in possible:
            words = _("%(day)s lies outside the round or is not a working day.")
        elif day <= today:
            words = _("%(day)s is today or in the past.")
        else:
            continue
        problems.append(words % {"day": day_in_words(day)})
    return problems


def _seat_problems(said: Said, workplace: Workplace) -> list[str]:
    if said.outcome != Outcome.YES or said.date_seats:
        return []
    host = Host.objects.filter(workplace=workplace).first()
    seats = dict(enumerate(host.weekday_seats if host else [0] * 5)) | dict(said.weekday_seats)
    return [] if any(seats.values()) else [_("Write how many visitors can come, and on which days.")]


def _contact_problems(contact: Contact) -> list[str]:
    if bool(contact.name) != bool(contact.email):
        return [_("Write both the name and the e-mail address of the contact.")]
    if Employee.objects.filter(email=address_of(contact), is_active=False).exists():
        return [_("Whoever has this address has left: no mail goes there. Write to somebody else.")]
    return text_problems(contact.name)


def address_of(contact: Contact) -> str:
    """The e-mail address as it is kept."""
    return contact.email.strip().lower()
