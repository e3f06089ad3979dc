"""What consultants do with planned mails by hand: skip, send now, send again, pause, try out, write to a group."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from employees.models import Employee
from mail import outbox
from mail.models import OutgoingMail
from mail.rendering import Letter
from placements.domain import intents, letters, mailplan, mailrules
from placements.domain.audiences import Audience
from placements.domain.errors import Refused
from placements.domain.recipients import people as people_of
from placements.enums import MailKind, PlanReason, PlanState, Side
from placements.models import GroupMail, MailText, Placement, PlannedMail, Wish
from praktik.lib.background import queue_after_commit
from praktik.lib.links import as_example

# So many visits are looked at for one that can show a letter.
MOST_TRIED = 20


def skip(*, planned: PlannedMail, by: Employee) -> None:
    """Do not send a mail that is planned. Raises Refused when it is no longer planned."""
    if not mailplan.drop(planned, PlanState.SKIPPED, PlanReason.BY_PERSON, by=by):
        raise Refused(_("Nothing was changed: the mail is no longer planned."))


def send_now(*, planned: PlannedMail, by: Employee, now: datetime) -> None:
    """Send a mail now, or once more: also one that was skipped, missed or sent before.

    It goes out even if it is late or answered. Raises Refused when the visit no longer calls for it,
    its mails are paused, or its letter is still on its way.
    """
    with transaction.atomic():
        row = (
            PlannedMail.objects.select_for_update(of=("self",))
            .select_related("letter")
            .get(pk=planned.pk)
        )
        if row.letter and row.letter.is_on_its_way:
            raise Refused(_("The last letter is still on its way. Wait until it has arrived."))
        if row.is_paused:
            raise Refused(_("The mails are paused: nothing is sent. Let them go on first."))
        row.state, row.reason, row.due = PlanState.PLANNED, "", now
        row.is_insisted, row.handled_by = True, by
        if obstacle := mailrules.why_not(row, row.subject):
            words = _("The mail is not sent: %(reason)s.")
            raise Refused(words % {"reason": PlanReason(obstacle).label})
        if row.letter:
            outbox.settle(OutgoingMail.objects.filter(pk=row.letter_id))
        row.save(update_fields=["state", "reason", "due", "is_insisted", "handled_by"])
        queue_after_commit(mailplan.SEND_DUE)


def pause(*, placement: Placement, is_paused: bool) -> None:
    """Hold back all mails of a visit, also those that wait in the outbox, or let them go again."""
    with transaction.atomic():
        if is_paused:
            mailplan.plan_again_what_waits(placement.planned_mails.all())
        placement.mails_paused = is_paused
        placement.save(update_fields=["mails_paused"])
        queue_after_commit(mailplan.SEND_DUE)


def send_test(*, planned: PlannedMail, to: Employee, language: str, now: datetime) -> None:
    """Send a letter to the consultant who wants to see it, marked as a test.

    Its links open nothing, since they are the recipient's; it has no calendar part, which would put
    somebody else's visit into the consultant's calendar.
    """
    letter = shown(planned, language=language)
    with translation.override(language):
        subject = _("Test: %(subject)s") % {"subject": letter.subject}
    outbox.post(
        key=f"test-{uuid4()}",
        to_address=to.email,
        to_name=to.name,
        language=language,
        letter=replace(letter, subject=subject),
        now=now,
    )


def shown(planned: PlannedMail, *, language: str, for_screen: bool = False) -> Letter:
    """The letter as somebody else may see it: with links that open nothing; for_screen as in mail.rendering."""
    letter = letters.compose(planned, language=language, for_screen=for_screen)
    return replace(letter, text=as_example(letter.text), html=as_example(letter.html))


def shown_with(own: MailText, *, language: str, now: datetime) -> Letter | None:
    """A letter with words that need not be saved, and the data of a visit of their round, else of any.

    None while there is no visit that has a mail of this kind and side.
    """
    visits = Placement.objects.with_people().order_by("-pk")
    of_round = visits.filter(wish__round=own.round_id)
    for visit in [*of_round[:MOST_TRIED], *visits[:MOST_TRIED]]:
        if (own.kind, own.side) in examples(visit):
            planned = example(visit, MailKind(own.kind), Side(own.side), now=now)
            letter = letters.compose(planned, language=language, own=own)
            return replace(letter, text=as_example(letter.text))
    return None


def examples(placement: Placement) -> list[tuple[MailKind, Side]]:
    """What can be shown for a visit: every kind, to each of its sides on which there is somebody."""
    sides = {side for side in Side if people_of(placement, side)}
    rules = [*mailrules.WISH_RULES, *mailrules.PLACEMENT_RULES]
    return [(rule.kind, side) for rule in rules for side in rule.sides if side in sides]


def example(placement: Placement, kind: MailKind, side: Side, *, now: datetime) -> PlannedMail:
    """A mail of this kind, one of `examples`, as it would be written for a visit; not saved."""
    is_of_visit = any(rule.kind == kind for rule in mailrules.PLACEMENT_RULES)
    return PlannedMail(
        wish=placement.wish,
        placement=placement if is_of_visit else None,
        kind=kind,
        side=side,
        recipient=people_of(placement, side)[0],
        due=intents.usual_moment(kind, placement, now=now),
        nth_day=1 if kind in mailrules.FURTHER_DAYS else None,
    )


# --- Mail to a group -----------------------------------------------------------------------------------


def group_example(group_mail: GroupMail, people: Audience, *, language: str = "") -> Letter:
    """The letter as the first of the people would get it, who reads this language (else the own one)."""
    person, (wish, side) = next(iter(people.items()))
    planned = PlannedMail(
        wish=wish, kind=MailKind.GROUP, side=side, recipient=person, group_mail=group_mail
    )
    return letters.compose(planned, language=language or person.language)


def mark(group_mail: GroupMail, people: Audience) -> str:
    """A short text that changes with the words and the people: a confirmation holds for what was shown."""
    seen = [*group_mail.texts, sorted(person.pk for person in people)]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def write_to_group(
    *,
    group_mail: GroupMail,
    people: Audience,
    now: datetime,
    visits: Mapping[Wish, Placement] = MappingProxyType({}),
) -> None:
    """Plan one letter for each of these people; it is recorded in each one's plan.

    visits are those that the letters are about, if they are about visits, by their wish.
    Done once for one `group_mail.once` in a round: pressed again, nothing more is sent.
    """
    try:
        with transaction.atomic():
            group_mail.at = now
            group_mail.save()
            PlannedMail.objects.bulk_create(
                PlannedMail(
                    wish=wish,
                    placement=visits.get(wish),
                    kind=MailKind.GROUP,
                    side=side,
                    recipient=person,
                    due=now,
                    group_mail=group_mail,
                )
                for person, (wish, side) in people.items()
            )
            queue_after_commit(mailplan.SEND_DUE)
    except IntegrityError:
        if not GroupMail.objects.filter(round=group_mail.round, once=group_mail.once).exists():
            raise
