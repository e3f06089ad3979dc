"""What a host writes to all its visitors of a day: one letter each, the answers go to the contact."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from employees.models import Employee
from hosts.models import Host
from mail.rendering import Letter
from placements.domain import arrivals, mailcare
from placements.domain.audiences import Audience
from placements.domain.errors import Refused
from placements.enums import Side
from placements.models import GroupMail
from praktik.lib.wording import day_in_words


def visitors(host: Host, day: date) -> Audience:
    """The confirmed visitors of a day who can be written to, each with the wish that the letter belongs to."""
    rows = arrivals.confirmed_days(host=host, date=day).select_related("placement__wish__round")
    wishes = [row.placement.wish for row in rows]
    return {wish.employee: (wish, Side.PARTICIPANT) for wish in wishes if wish.employee.is_active}


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

    seen is the mark of what the contact saw. Raises Refused when the visitors or the words are others by now.
    """
    people = visitors(host, day)
    if mark(subject=subject, words=words, people=people) != seen:
        raise Refused(_("Nothing was sent: the words or the visitors have changed. Look again."))
    with transaction.atomic():
        for round in {wish.round for wish, _side in people.values()}:
            group_mail = GroupMail(
                round=round, from_host=host, by=by, subject=subject, words=words, once=once,
                audience=f"{host}, {day_in_words(day)}"[:200],
            )  # fmt: skip
            of_round = {who: about for who, about in people.items() if about[0].round == round}
            mailcare.write_to_group(group_mail=group_mail, people=of_round, now=now)
    return len(people)
