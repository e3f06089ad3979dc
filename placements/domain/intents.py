"""What mails a wish or a visit calls for as it stands, by the rules (domain/mailrules.py) and the round's timing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from employees.models import Employee
from placements.domain import mailmoments, mailrules
from placements.domain.mailrule import Rule, Subject
from placements.domain.mailrules import RULE_OF
from placements.domain.timings import Timing, Timings, timings_of
from placements.enums import MailKind, Side
from placements.models import Placement
from praktik.lib.dates import add_working_days, at, is_working_day


@dataclass(frozen=True)
class Intent:
    """A mail that is called for; due None is at once."""

    kind: MailKind
    side: Side
    recipient: Employee
    number: int
    nth_day: int | None
    due: datetime | None

    @property
    def key(self) -> tuple:
        return (*self.series, self.number)

    @property
    def series(self) -> tuple:
        """What a mail and its nags have in common."""
        return (self.kind, self.side, self.recipient.pk, self.nth_day)


def intents(subject: Subject, timings: Timings | None = None) -> Iterator[Intent]:
    """All mails that this wish or placement calls for as it stands; timings are those of its round."""
    for rule in mailrules.rules_for(subject):
        if not rule.holds_for(subject):
            continue
        timings = timings or timings_of(subject.round)
        yield from _intents_of(rule, timings[rule.kind], subject)


def usual_moment(kind: MailKind, placement: Placement, *, now: datetime) -> datetime:
    """When a mail of this kind goes out that counts from the days of a visit; for any other now."""
    rule = RULE_OF[kind]
    if rule.anchor not in {mailmoments.first_day, mailmoments.last_day}:
        return now
    timing = timings_of(placement.round)[kind]
    return moment_of(rule, timing, rule.anchor(placement), timing.offsets[0])


def _intents_of(rule: Rule, timing: Timing, subject: Subject) -> Iterator[Intent]:
    if not timing.is_on:
        return
    moments = _moments(rule, timing, subject)
    for side in rule.sides:
        if rule.is_answered(subject, side):
            continue
        for recipient in rule.recipients(subject, side):
            days = rule.further_days(subject, side, recipient) if rule.further_days else [None]
            for number, due in moments:
                for nth_day in days:
                    yield Intent(rule.kind, side, recipient, number, nth_day, due)


def _moments(rule: Rule, timing: Timing, subject: Subject) -> list[tuple[int, datetime | None]]:
    """(number, moment) of the mail and its nags; without those that would come too late."""
    first = rule.series(subject)
    if rule.anchor is None:
        return [(first + 1, None)]
    anchor = rule.anchor(subject)
    moments = []
    for number, offset in enumerate(timing.offsets, start=1):
        due = moment_of(rule, timing, anchor, offset)
        since = rule.since(subject) if rule.since else due
        if due < since:
            if not rule.send_late:
                continue
            due = since
        moments.append((first + number, due))
    return moments


def moment_of(rule: Rule, timing: Timing, anchor: date | datetime, offset: int) -> datetime:
    """So many days after the anchor, as the rule counts them, at the hour of the timing."""
    if isinstance(anchor, datetime):
        if offset == 0:
            return anchor
        anchor = timezone.localdate(anchor)
    if not rule.in_calendar_days:
        return at(add_working_days(anchor, offset), timing.hour)
    day = anchor + timedelta(days=offset)
    return at(day if is_working_day(day) else add_working_days(day, 1), timing.hour)
