"""Writing a planned mail: its words from a template, its calendar part, and the row in the outbox."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone, translation

from mail import outbox, rendering
from mail.models import OutgoingMail
from placements.domain import calendars, letter_keys, mail_links, mailrules, mailtexts, recipients
from placements.domain.mailtexts import Texts
from placements.domain.quotes import quotes_for
from placements.enums import MailKind, Side
from placements.models import MailText, Placement, PlannedMail
from praktik.lib.dates import add_working_days
from praktik.lib.links import absolute

INVITES = {MailKind.CONFIRMED, MailKind.CONFIRMED_DAY, MailKind.MOVED, MailKind.MOVED_DAY}
CANCELS = {
    MailKind.CANCELLED,
    MailKind.CANCELLED_DAY,
    MailKind.SHORTENED,
    MailKind.SHORTENED_DAY,
}
# What is compared with what its recipient was told before the last move.
_TELLS_OF_MOVE = {
    MailKind.MOVED,
    MailKind.MOVED_DAY,
    MailKind.SHORTENED,
    MailKind.SHORTENED_DAY,
}
# What the words of a letter look at, beyond what its rule does (placements/domain/mailrules.py).
_WORDS_REST_ON = {MailKind.MOVED: ("events",), MailKind.MOVED_DAY: ("events",)}


def post_all(mails: Iterable[PlannedMail], *, now: datetime) -> list[OutgoingMail]:
    """Write the letters of planned mails to the outbox, each in its recipient's language."""
    texts = mailtexts.texts_for(mails)
    return outbox.post_all([_letter(planned, texts, now) for planned in mails])


def _letter(planned: PlannedMail, texts: Texts, now: datetime) -> OutgoingMail:
    language = planned.recipient.language
    replies_to = planned.group_mail and planned.group_mail.replies_to
    calendar, method = _calendar_part(planned, language, now)
    return outbox.write(
        key=letter_keys.key(planned, planned.times_written),
        to_address=planned.recipient.email,
        to_name=planned.recipient.name,
        language=language,
        letter=_composed(planned, language, texts, moment=now),
        now=now,
        calendar=calendar,
        calendar_method=method,
        reply_to=replies_to.email if replies_to else "",
        expires_at=None if planned.is_insisted else mailrules.useless_after(planned),
    )


def compose(
    planned: PlannedMail, *, language: str, for_screen: bool = False, own: MailText | None = None
) -> rendering.Letter:
    """The words of a planned mail as on its due moment; it need not be saved.

    for_screen as in mail.rendering; own are words of the consultants in place of those that are saved.
    """
    read_what_they_rest_on([planned])
    texts = mailtexts.texts_for([planned])
    if own:
        texts[planned.wish.round_id, planned.kind, planned.side] = own
    return _composed(planned, language, texts, moment=planned.due, for_screen=for_screen)


def read_what_they_rest_on(mails: Iterable[PlannedMail]) -> None:
    """Read what the rules and letters of these mails look at, by queries that do not grow with their number."""
    by_kind = defaultdict(list)
    for planned in mails:
        by_kind[planned.kind].append(planned.subject)
    for kind, subjects in by_kind.items():
        rests_on = (*mailrules.RULE_OF[kind].rests_on, *_WORDS_REST_ON.get(kind, ()))
        prefetch_related_objects(subjects, *rests_on)


def _composed(
    planned: PlannedMail, language: str, texts: Texts, *, moment: datetime, for_screen: bool = False
) -> rendering.Letter:
    with translation.override(language):
        own = mailtexts.own_words(planned, language, texts)
        context = _context(planned, language, moment)
    return rendering.render(planned.kind, language=language, own=own, for_screen=for_screen, **context)


def _context(planned: PlannedMail, language: str, moment: datetime) -> dict:
    context = {
        "recipient": planned.recipient,
        "wish": planned.wish,
        "round": planned.wish.round,
        "employee": planned.wish.employee,
        "consultants": settings.MAIL_FROM,
        "is_reminder": mailrules.nag(planned) > 0,
        "wish_url": absolute(reverse("wish", args=[planned.wish.round_id]), language=language),
        "own_page_url": absolute(reverse("own_page"), language=language),
        "team_url": mail_links.team_url(planned.recipient) if planned.side == Side.MANAGER else "",
        "contact": planned.wish.round.contact,
    }
    placement = planned.placement
    if planned.group_mail:
        context["replies_to"] = planned.group_mail.replies_to
        context["from_host"] = planned.group_mail.from_host
    if placement is None or planned.group_mail:
        return context | {
            "choices": planned.wish.choices.all(),
            "action_url": _action_url(planned, language),
        }
    return context | {
        "placement": placement,
        "host": placement.host,
        "workplace": placement.host.workplace,
        "contacts": recipients.people(placement, Side.HOST),
        "days": _days(planned),
        "is_dropped_day": planned.nth_day is not None and planned.nth_day > len(placement.days),
        **_move(planned),
        "call_off_url": _call_off_url(planned),
        "by_phone": placement.is_locked(moment),
        "begins": _begins(placement, moment),
        "quotes": quotes_for(placement, planned.side) if planned.kind == MailKind.THANKS else [],
        "ideas": _ideas(placement) if planned.kind == MailKind.IDEAS else [],
        "offered_days": placement.offered_days,
        "further_days": placement.days[1:],
        "cancelled_days": _cancelled_days(planned),
        "leaves_calendar": planned.kind in CANCELS and _is_in_calendar(planned),
        "for_participant": planned.side == Side.PARTICIPANT,
        "for_host": planned.side == Side.HOST,
        "for_manager": planned.side == Side.MANAGER,
        "guide": placement.wish.round.guide(language),
        "action_url": _action_url(planned, language),
    }


def _begins(placement: Placement, moment: datetime) -> str:
    """How near the visit is to who reads the letter then: today, tomorrow, next_working_day or soon."""
    today = timezone.localdate(moment)
    near = {
        add_working_days(today, 1): "next_working_day",
        today + timedelta(days=1): "tomorrow",
        today: "today",
    }
    return near.get(placement.first_day, "soon")


def _days(planned: PlannedMail) -> list[date]:
    """The days that a letter speaks of: one for a further day, which may have fallen away, else all."""
    days = planned.placement.days
    if planned.nth_day is None:
        return days
    stands = days[min(planned.nth_day, len(days)) - 1]
    if planned.nth_day <= len(days) and planned.kind != MailKind.CANCELLED_DAY:
        return [stands]
    return [_further_days_told(planned).get(planned.nth_day, stands)]


def _cancelled_days(planned: PlannedMail) -> list[date]:
    """The days of which the recipient of a cancellation knew: a move may not have reached everybody."""
    if planned.kind != MailKind.CANCELLED:
        return []
    last = recipients.last_told(planned.placement, Side(planned.side), planned.recipient)
    return last.told_days if last else planned.placement.days


def _further_days_told(planned: PlannedMail) -> dict[int, date]:
    return recipients.further_days_told(
        planned.placement,
        Side(planned.side),
        planned.recipient,
        before_move=planned.kind in _TELLS_OF_MOVE,
    )


def _move(planned: PlannedMail) -> dict:
    """What a letter says of the last move: from what its recipient was told before to what stands now."""
    placement = planned.placement
    if planned.kind not in _TELLS_OF_MOVE:
        return {}
    told = recipients.told_before(planned)
    host = told.placement.host if told else placement.host
    previous = told.told_days if told else placement.days
    return {
        "previous_days": previous,
        "dropped_days": [day for day in previous if day not in placement.days],
        "previous_host": host if host != placement.host else None,
        "dropped_at": host,
        "reason_of_move": _reason_of_move(placement, is_from_elsewhere=host != placement.host),
    }


def _reason_of_move(placement: Placement, *, is_from_elsewhere: bool) -> str:
    """Why the visit was moved the last time: kept with the event, or with the old visit at another host."""
    moves = (
        event
        for event in placement.events.all()
        if event.at == placement.moved_at and event.from_state == event.to_state
    )
    said = next((event.reason for event in moves if event.reason), "")
    return said or (placement.replaces.end_reason if placement.replaces and is_from_elsewhere else "")


def _ideas(placement: Placement) -> list[str]:
    idea = mailrules.idea_of(placement)
    return [idea.text] if idea else []


def _call_off_url(planned: PlannedMail) -> str:
    if planned.side == Side.MANAGER:
        return ""
    return mail_links.call_off_url(planned.placement, Side(planned.side), planned.recipient)


_LINKS = {
    MailKind.APPROVAL: mail_links.approval_url,
    MailKind.HOST_ASKED: mail_links.host_answer_url,
    MailKind.DAYS_OFFERED: mail_links.offer_url,
    MailKind.ATTENDANCE: mail_links.attendance_url,
    MailKind.IDEAS: mail_links.ideas_url,
}


def _action_url(planned: PlannedMail, language: str) -> str:
    placement = planned.placement
    if link := _LINKS.get(planned.kind):
        return link(planned.subject, planned.recipient)
    if planned.kind == MailKind.DRAFT_UNSENT:
        return absolute(reverse("wish", args=[planned.wish.round_id]), language=language)
    if planned.kind == MailKind.EVALUATION:
        return mail_links.evaluation_url(placement, planned.side, planned.recipient)
    if placement and planned.side == Side.HOST:
        return absolute(reverse("arrivals", args=[placement.host_id]), language=language)
    return absolute(reverse("own_page"), language=language)


def _is_in_calendar(planned: PlannedMail) -> bool:
    """Whether the recipient was invited: a host contact may have heard of the request only."""
    if (number := _number_of_day(planned)) > 1:
        return number in _further_days_told(planned)
    return planned.recipient in recipients.told_of_visit(planned.placement)


def _number_of_day(planned: PlannedMail) -> int:
    """The visit day that the calendar part of a letter is about: it is about one."""
    if planned.kind == MailKind.SHORTENED:
        return len(planned.placement.days) + 1
    return planned.nth_day or 1


def _calendar_part(planned: PlannedMail, language: str, now: datetime) -> tuple[str, str]:
    placement = planned.placement
    if planned.kind not in INVITES | CANCELS or placement.confirmed_at is None:
        return "", ""
    number = _number_of_day(planned)
    is_off = planned.kind in CANCELS or number > len(placement.days)
    if is_off and not _is_in_calendar(planned):
        return "", ""
    with translation.override(language):
        if is_off:
            day = _further_days_told(planned)[number] if number > 1 else _days(planned)[0]
            text = calendars.cancellation(placement, number, day, planned.recipient, now=now)
            return text, "CANCEL"
        text = calendars.invitation(placement, number, planned.recipient, planned.side, now=now)
        return text, "REQUEST"
