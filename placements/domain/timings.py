"""When the mails of a round go out: the defaults of the rules, changed by consultants for all or one round."""

from dataclasses import dataclass
from datetime import date, time

from django.db.models import F, Q
from django.utils.translation import gettext as _

from placements.domain import mailrules
from placements.enums import MailKind
from placements.models import MailTiming, Round
from praktik.lib.dates import add_working_days


@dataclass(frozen=True)
class Timing:
    """Offsets in days from the rule's anchor, one for each mail; the local hour; whether it is sent at all."""

    offsets: tuple[int, ...]
    hour: time
    is_on: bool = True


Timings = dict[MailKind, Timing]


def timings_of(round: Round) -> Timings:
    """The timing of each kind in this round: its own, else that of all rounds, else the rule's."""
    timings = {kind: Timing(rule.offsets, rule.hour) for kind, rule in mailrules.RULE_OF.items()}
    rows = MailTiming.objects.filter(Q(round=round) | Q(round=None))
    for row in rows.order_by(F("round").asc(nulls_first=True)):
        timings[MailKind(row.kind)] = Timing(tuple(row.offsets), row.hour, row.is_on)
    return timings


def nagged_in_vain(kind: MailKind, *, today: date, round: str, day: str, patience: int = 1) -> Q:
    """The rows whose last reminder of this kind lies before today, by the timing of their round.

    round and day name the way from a row to its round and to the day that the working days count from;
    patience is how many of these must have gone by since the reminder.
    """
    last = {row.round_id: row.offsets[-1] for row in MailTiming.objects.filter(kind=kind)}
    usual = last.pop(None, mailrules.RULE_OF[kind].offsets[-1])

    def before(offset: int) -> Q:
        return Q(**{f"{day}__lte": add_working_days(today, -offset - patience)})

    found = before(usual) & ~Q(**{f"{round}__in": list(last)})
    for pk, offset in last.items():
        found |= before(offset) & Q(**{round: pk})
    return found


def offset_problem(kind: MailKind, offsets: list[int]) -> str:
    """What is wrong with these offsets for this kind of mail, as a sentence; empty when nothing is."""
    rule = mailrules.RULE_OF[kind]
    if rule.anchor is None:
        is_at_once = list(offsets) == list(rule.offsets)
        return "" if is_at_once else _("This mail goes out at once, and only once: write 0.")
    least, most = rule.bounds
    if all(least <= offset <= most for offset in offsets):
        return ""
    words = _(
        "For this mail the days lie from %(least)s to %(most)s: outside that it would never be sent."
    )
    return words % {"least": least, "most": most}
