"""The consultants' own words for letters: found for a planned mail, and their placeholders filled in."""

from collections.abc import Iterable

from django.db.models import Q

from mail.rendering import OwnWords
from placements.models import MailText, PlannedMail
from praktik.lib.placeholders import fill_in, lacks_a_value
from praktik.lib.wording import day_in_words, days_in_words

# (key of the round, None for all rounds; kind; side) → text
Texts = dict[tuple[int | None, str, str], MailText]


def texts_for(mails: Iterable[PlannedMail]) -> Texts:
    """The consultants' own texts in the rounds of these mails and for all rounds, by one query."""
    rounds = {planned.wish.round_id for planned in mails}
    rows = MailText.objects.filter(Q(round__in=rounds) | Q(round=None))
    return {(row.round_id, row.kind, row.side): row for row in rows}


def own_words(planned: PlannedMail, language: str, texts: Texts) -> OwnWords:
    """What stands in place of the letter's own subject and opening: that of its round, else of all.

    A text with a placeholder that would come out empty does not: the letter's own words are whole.
    """
    if planned.group_mail:
        written, values = planned.group_mail.in_language(language), _values(planned)
        return OwnWords(*(fill_in(text, values) for text in written))
    chosen = [_chosen(planned, f"{part}_{language}", texts) for part in ("subject", "words")]
    values = _values(planned) if any(chosen) else {}
    return OwnWords(*("" if lacks_a_value(text, values) else fill_in(text, values) for text in chosen))


def _chosen(planned: PlannedMail, part: str, texts: Texts) -> str:
    found = (texts.get((key, planned.kind, planned.side)) for key in (planned.wish.round_id, None))
    return next(filter(None, (getattr(text, part, "") for text in found)), "")


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
