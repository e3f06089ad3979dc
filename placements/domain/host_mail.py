"""What a host writes to all its visitors of a day: one letter each, the answers go to the contact."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from employees.models import Employee
from hosts.models import Host
from mail.rendering import Letter
from placements.domain import arrivals, mailcare
from placements.domain.audiences import Audience
from placements.domain.errors import Refused
from placements.enums import Side
from placements.models import GroupMail, Placement
from praktik.lib.wording import day_in_words


def visits(host: Host, day: date) -> list[Placement]:
    """The confirmed visits of a day whose visitors can be written to."""
    rows = arrivals.confirmed_days(host=host, date=day).select_related("placement__wish__round")
    return [row.placement for row in rows if row.placement.employee.is_active]


def visitors(visits: list[Placement]) -> Audience:
    """The visitors of these visits, each with the wish that the letter belongs to."""
    return {visit.employee: (visit.wish, Side.PARTICIPANT) for visit in visits}


def held_back(visits: list[Placement]) -> str:
    """A sentence on those whose mails a consultant holds back, so that a letter would come late; or empty."""
    paused = [visit for visit in visits if visit.holds_mails]
    words = _(
        "The consultants are holding mails to %(names)s back just now, so a letter would not go out."
        " Call instead, or ask the consultants when it can."
    )
    names = get_text_list([str(visit.employee) for visit in paused], _("and"))
    return words % {"names": names} if paused else ""


def example(*, host: Host, subject: str, words: str, by: Employee, people: Audience) -> Letter:
    """The letter as the first of the visitors would get it."""
    return mailcare.group_example(
        GroupMail(from_host=host, by=by, subject=subject, words=words), people
    )


def mark(*, subject: str, words: str, people: Audience) -> str:
    """What `write` must be given by somebody who has seen these words for these people."""
    return mailcare.mark(GroupMail(subject=subject, words=words), people)


def write(
    *,
    host: Host,
    day: date,
    subject: str,
    words: str,
    by: Employee,
    once: UUID,
    seen: str,
    now: datetime,
) -> int:
    """Write to all visitors of a day; returns how many letters. Pressed twice (`once`), nothing more is sent.

    seen is the mark of what the contact saw. Raises Refused when the visitors or the words are others by now,
    or mails are held back.
    """
    of_day = visits(host, day)
    people = visitors(of_day)
    if mark(subject=subject, words=words, people=people) != seen:
        raise Refused(_("Nothing was sent: the words or the visitors have changed. Look again."))
    if sentence := held_back(of_day):
        raise Refused(sentence)
    with transaction.atomic():
        for round in {wish.round for wish, _side in people.values()}:
            group_mail = GroupMail(
                round=round, from_host=host, visit_day=day, by=by, subject=subject, words=words, once=once,
                audience=f"{host}, {day_in_words(day)}"[:200],
            )  # fmt: skip
            of_round = {who: about for who, about in people.items() if about[0].round == round}
            visit_of = {visit.wish: visit for visit in of_day}
            mailcare.write_to_group(group_mail=group_mail, people=of_round, visits=visit_of, now=now)
    return len(people)
