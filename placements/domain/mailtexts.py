"""The consultants' own words for letters: found for a planned mail, and their placeholders filled in."""

from django.db.models import F, Q

from mail.rendering import OwnWords
from placements.models import MailText, PlannedMail
from praktik.lib.placeholders import fill_in
from praktik.lib.wording import day_in_words, days_in_words


def own_words(planned: PlannedMail, language: str) -> OwnWords:
    """What stands in place of the letter's own subject and opening: that of its round, else of all."""
    if planned.group_mail:
        subject, words = planned.group_mail.subject, planned.group_mail.words
    else:
        subject, words = _of_round(planned, language)
    values = _values(planned) if subject or words else {}
    return OwnWords(fill_in(subject, values), fill_in(words, values))


def _of_round(planned: PlannedMail, language: str) -> tuple[str, str]:
    rows = MailText.objects.filter(
        Q(round=planned.wish.round_id) | Q(round=None), kind=planned.kind, side=planned.side
    )
    subject = words = ""
    for row in rows.order_by(F("round").asc(nulls_first=True)):
        subject = getattr(row, f"subject_{language}") or subject
        words = getattr(row, f"words_{language}") or words
    return subject, words


def _values(planned: PlannedMail) -> dict[str, str]:
    """The values of placements.models.mail_text.OF_WISH and OF_VISIT, in the active language."""
    wish, placement = planned.wish, planned.placement
    values = {
        "fornavn": planned.recipient.get_short_name(),
        "deltager": str(wish.employee),
        "runde": str(wish.round),
        "frist": day_in_words(wish.round.wishes_until),
        "mål": wish.goal,
    }
    if placement is None:
        return values
    return values | {"praktiksted": str(placement.host), "dage": days_in_words(placement.days)}
