"""What a rule of the mail plan says: when a kind of mail is called for, to whom, and until when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Prefetch

from employees.models import Employee
from placements.domain import mailmoments, recipients
from placements.enums import MailKind, Side
from placements.models import Placement, Wish

Subject = Wish | Placement


@dataclass(frozen=True)
class Rule:
    """When a kind of mail is called for.

    anchor gives the day or moment that the offsets count from (None: at once); each offset is one
    mail, the later ones nags. What was due before `since` is sent at once when send_late is set, else
    not planned. further_days gives the numbers of the visit days of which a person on a side gets a
    mail of its own: a calendar part is one day. series numbers what is sent anew, such as the receipt
    of a second sending.
    bounds are the least and the greatest offset that can do something: what lies outside would always
    come too late, or before there is anything to write about.
    rests_on names the relations of the wish or placement that the rule and the letter look at, so that
    they can be read for many mails at once.
    """

    kind: MailKind
    sides: tuple[Side, ...]
    is_called_for: Callable[[Subject], bool]
    useless_after: Callable[[Subject], datetime]
    anchor: Callable[[Subject], date | datetime] | None = None
    offsets: tuple[int, ...] = (0,)
    bounds: tuple[int, int] = (0, 0)
    hour: time = mailmoments.MORNING
    in_calendar_days: bool = False
    since: Callable[[Subject], datetime] | None = None
    send_late: bool = False
    recipients: Callable[[Subject, Side], list[Employee]] = recipients.people
    is_answered: Callable[[Subject, Side], bool] = lambda subject, side: False
    further_days: Callable[[Placement, Side, Employee], Iterable[int]] | None = None
    series: Callable[[Subject], int] = lambda subject: 0
    is_sent_anew_after_move: bool = False
    rests_on: tuple[str | Prefetch, ...] = ("host__contacts",)

    @property
    def asks(self) -> bool:
        """Whether it is a question with nags after it; others lead up to a day."""
        return self.anchor is not None and self.bounds[0] >= 0

    def holds_for(self, subject: Subject) -> bool:
        """Whether the mail is called for, and the round not closed to it."""
        return not subject.round.is_closed_to(self.kind) and self.is_called_for(subject)
