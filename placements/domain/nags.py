"""Mails and their nags for each person: from when that person was asked, and in step with what went out before."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from placements.domain.intents import Intent, intents, moment_of
from placements.domain.mailrule import Rule, Subject
from placements.domain.mailrules import RULE_OF
from placements.domain.timings import timings_of
from placements.enums import PlanReason, PlanState
from placements.models import PlannedMail

# A first mail that was dropped for one of these can come back.
REVOCABLE = {PlanReason.NOT_CALLED_FOR, PlanReason.NOT_IN_CHARGE, PlanReason.ALREADY_ANSWERED}


def key_of(row: PlannedMail) -> tuple:
    """The key of the intent that a planned mail stands for."""
    return (row.kind, row.side, row.recipient_id, row.nth_day, row.number)


def still_wanted(
    subject: Subject, planned: Mapping[tuple, PlannedMail], *, was_moved: bool, now: datetime
) -> Iterator[Intent]:
    """The mails that the subject calls for; planned are the rows there are, by `key_of`."""
    gone = _gone(planned.values())
    by_series = defaultdict(list)
    for intent in intents(subject):
        by_series[intent.series].append(intent)
    for series, mails in by_series.items():
        rule = RULE_OF[mails[0].kind]
        if rule.asks and len(mails) > 1:
            mails = list(_from_when_asked(subject, rule, mails, planned.get(mails[0].key), now))
        is_begun_anew = was_moved and rule.is_sent_anew_after_move
        if rule.anchor is None or is_begun_anew or series not in gone:
            yield from mails
        else:
            yield from _in_step(mails, gone[series])


def _gone(rows: Iterable[PlannedMail]) -> dict[tuple, dict[int, datetime]]:
    """By series, the number and moment of what has gone out, or was left out since the same just had."""
    gone: dict[tuple, dict[int, datetime]] = defaultdict(dict)
    for row in rows:
        if row.state == PlanState.SENT or row.reason == PlanReason.JUST_ASKED:
            gone[key_of(row)[:-1]][row.number] = row.due
    return gone


def _from_when_asked(
    subject: Subject, rule: Rule, mails: list[Intent], first: PlannedMail | None, now: datetime
) -> Iterator[Intent]:
    """A question and its nags; who comes late, such as a new manager, has as long to answer as anybody.

    first is the row of the question, where there is one.
    """
    asked = _asked_at(mails[0], first, now)
    if asked <= mails[0].due:
        yield from mails
        return
    yield replace(mails[0], due=asked)
    timing = timings_of(subject.round)[rule.kind]
    for mail in mails[1:]:
        offset = timing.offsets[mail.number - mails[0].number]
        yield replace(mail, due=moment_of(rule, timing, asked, offset - timing.offsets[0]))


def _asked_at(question: Intent, row: PlannedMail | None, now: datetime) -> datetime:
    if row is None or (row.state == PlanState.SKIPPED and row.reason in REVOCABLE):
        return now
    if row.state == PlanState.PLANNED:
        return min(row.due, now)
    return row.due if row.state == PlanState.SENT else question.due


def _in_step(mails: list[Intent], gone: dict[int, datetime]) -> Iterator[Intent]:
    """A mail and its nags after those that have gone out, by number and moment.

    The timing may have changed since. What would have come before the last that went out is not made up
    for, and nobody gets more mails in all than the timing has.
    """
    yield from (mail for mail in mails if mail.number in gone)
    numbers = [mail.number for mail in mails if mail.number not in gone]
    moments = [mail.due for mail in mails if mail.due > max(gone.values())]
    for number, due in zip(numbers, moments[-len(numbers) :], strict=False):
        yield replace(mails[0], number=number, due=due)
