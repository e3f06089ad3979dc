"""Writing a planned mail: its words from a template, its calendar part, and the row in the outbox."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from mail import outbox, rendering
from mail.models import OutgoingMail
from placements.domain import calendars, mail_links, mailplan
from placements.enums import MailKind, Side
from placements.models import PlannedMail
from praktik.lib.links import absolute

INVITES = {MailKind.CONFIRMED, MailKind.CONFIRMED_DAY}
CANCELS = {MailKind.CANCELLED, MailKind.CANCELLED_DAY}


def post(planned: PlannedMail, *, now: datetime) -> OutgoingMail:
    """Write the letter of a planned mail to the outbox, in the recipient's language."""
    language = planned.recipient.language
    calendar, method = _calendar_part(planned, language, now)
    return outbox.post(
        key=f"planned-{planned.pk}",
        to_address=planned.recipient.email,
        language=language,
        letter=rendering.render(planned.kind, language=language, **_context(planned, language)),
        now=now,
        calendar=calendar,
        calendar_method=method,
        expires_at=mailplan.useless_after(planned),
    )


def _context(planned: PlannedMail, language: str) -> dict:
    context = {
        "recipient": planned.recipient,
        "wish": planned.wish,
        "round": planned.wish.round,
        "employee": planned.wish.employee,
        "consultants": settings.MAIL_FROM,
        "wish_url": absolute(reverse("wish", args=[planned.wish.round_id])),
        "own_page_url": absolute(reverse("own_page")),
    }
    placement = planned.placement
    if placement is None:
        return context | {
            "choices": list(planned.wish.choices.select_related("host__workplace", "field"))
        }
    return context | {
        "placement": placement,
        "host": placement.host,
        "workplace": placement.host.workplace,
        "days": [planned.day] if planned.day else placement.days,
        "further_days": placement.days[1:],
        "for_participant": planned.side == Side.PARTICIPANT,
        "for_host": planned.side == Side.HOST,
        "for_manager": planned.side == Side.MANAGER,
        "guide": placement.wish.round.guide(language),
        "action_url": _action_url(planned),
    }


def _action_url(planned: PlannedMail) -> str:
    placement = planned.placement
    if planned.kind == MailKind.HOST_ASKED:
        return mail_links.host_answer_url(placement, planned.recipient)
    if planned.kind == MailKind.EVALUATION:
        return mail_links.evaluation_url(placement, planned.side, planned.recipient)
    if planned.side == Side.HOST:
        return absolute(reverse("arrivals", args=[placement.host_id]))
    return absolute(reverse("own_page"))


def _calendar_part(planned: PlannedMail, language: str, now: datetime) -> tuple[str, str]:
    placement = planned.placement
    if planned.kind not in INVITES | CANCELS or (
        planned.kind in CANCELS and placement.confirmed_at is None
    ):
        return "", ""
    day = planned.day or placement.first_day
    with translation.override(language):
        if planned.kind in INVITES:
            text = calendars.invitation(placement, day, planned.recipient, planned.side, now=now)
            return text, "REQUEST"
        return calendars.cancellation(placement, day, planned.recipient, now=now), "CANCEL"
