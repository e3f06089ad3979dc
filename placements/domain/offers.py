"""What host contacts change of their own offer: seats and words, closed days, and who the contacts are.

Visits that a host knows of are never touched: who takes away the seat of one is told its name first.
Each change locks the host's row, so that two contacts do not overrun each other.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from employees.models import Employee
from hosts.models import ClosedDay, Field, Host
from placements.domain import lifecycle
from placements.domain.errors import Refused
from placements.domain.texts import text_problems
from placements.enums import LIVE_STATES, PlacementState
from placements.models import Round, VisitDay
from praktik.lib.dates import is_working_day, working_days_between
from praktik.lib.links import new_secret

TOLD_TO_HOSTS = [state for state in LIVE_STATES if state != PlacementState.PROPOSED]
LONGEST_SPAN = timedelta(days=366)
HALF_A_WEEK = timedelta(days=3)


class StillPromised(Refused):
    """Days would lose the seats of visits that the host knows of; `visits` are their VisitDays."""

    def __init__(self, visits: list[VisitDay]):
        super().__init__(_("Visits are agreed on days that would have no seat. They stay as agreed."))
        self.visits = visits


def mark(host: Host, columns: Iterable[str]) -> str:
    """A short text that changes when these columns or the kinds of work of a host do."""
    values = [str(getattr(host, name)) for name in columns]
    kinds = sorted(host.fields.values_list("pk", flat=True))
    return hashlib.sha256(repr((values, kinds)).encode()).hexdigest()[:16]


def change(
    *,
    host: Host,
    columns: Collection[str],
    fields: Iterable[Field],
    seen: str,
    known: Collection[int],
    now: datetime,
) -> None:
    """Save what was changed of an offer (in `host`, these columns) and its kinds of work.

    seen is the mark of what the person saw, known the keys of the visit days the person was told of
    and lets stay. Raises Refused when somebody else has changed the offer, and StillPromised.
    """
    with _locked(host) as stored:
        if mark(stored, columns) != seen:
            raise Refused(
                _(
                    "Somebody else has just changed the offer. Look at it, and save again if yours is right."
                )
            )
        closed = _closed_days(host)
        _check_promises(stored, host, closed, closed, known, now)
        host.save(update_fields=columns)
        host.fields.set(fields)


def close_days(
    *, host: Host, first: date, last: date, reason: str, known: Collection[int], now: datetime
) -> int:
    """Close the working days from first to last; returns how many. Raises Refused and StillPromised."""
    if last < first:
        raise Refused(_("The last day must not be before the first."))
    if first < timezone.localdate(now):
        raise Refused(_("These days are over."))
    if last - first > LONGEST_SPAN:
        raise Refused(_("Close at most a year at once."))
    days = working_days_between(first, last)
    if not days:
        raise Refused(_("There is no working day among them: visits never fall on such days."))
    return _close(host, dict.fromkeys(days, reason), known, now)


def open_day(*, host: Host, day: date) -> None:
    """Take visitors on a day again."""
    ClosedDay.objects.filter(host=host, date=day).delete()


def closed_last_time(host: Host, round: Round) -> dict[date, str]:
    """The days of a round that correspond to those the host closed in the round before, with the reasons.

    That is the same weekday of the same week of the round; days that are closed already are left out. The
    round before is the last one of the same scheme: the organisation's own, or across organisations.
    """
    organisation = host.workplace.department.organisation_id
    earlier = Round.objects.filter(organisations=organisation, visits_from__lt=round.visits_from)
    before = earlier.like(round).order_by("-visits_from").first()
    if before is None:
        return {}
    weeks = timedelta(weeks=(round.visits_from - before.visits_from + HALF_A_WEEK).days // 7)
    then = host.closed_days.filter(date__range=(before.visits_from, before.visits_until))
    closed = _closed_days(host)
    moved = {each.date + weeks: each.reason for each in then}
    return {
        day: reason
        for day, reason in moved.items()
        if round.visits_from <= day <= round.visits_until and is_working_day(day) and day not in closed
    }


def close_as_last_time(*, host: Host, round: Round, known: Collection[int], now: datetime) -> int:
    """Close the days that correspond to those closed in the round before. Raises StillPromised."""
    today = timezone.localdate(now)
    days = closed_last_time(host, round)
    return _close(host, {day: why for day, why in days.items() if day >= today}, known, now)


def add_contact(*, host: Host, email: str) -> Employee:
    """Make a colleague a contact of the host, by the e-mail; she gets the mails from now on (placements/signals.py).

    Raises Refused when nobody with this address works in the organisation.
    """
    colleagues = Employee.objects.filter(
        is_active=True,
        workplace__department__organisation=host.workplace.department.organisation_id,
    )
    person = colleagues.filter(email=email.strip().lower()).first()
    if person is None:
        raise Refused(
            _(
                "Praktik knows nobody with the address %(email)s in your organisation. Ask the consultants."
            )
            % {"email": email}
        )
    with _locked(host):
        host.contacts.add(person)
    return person


def remove_contact(*, host: Host, person: Employee) -> None:
    """Somebody is no longer a contact. Raises Refused for the last one who can be written to."""
    with _locked(host):
        if not host.contacts.filter(is_active=True).exclude(pk=person.pk).exists():
            raise Refused(_("A host needs a contact. Add another one first."))
        host.contacts.remove(person)
        # Who has left the host no longer reads its calendar.
        host.feed_secret = new_secret()
        host.save(update_fields=["feed_secret"])


def _close(host: Host, days: dict[date, str], known: Collection[int], now: datetime) -> int:
    for reason in days.values():
        if problems := text_problems(reason, ClosedDay._meta.get_field("reason").max_length):
            raise Refused(" ".join(problems))
    with _locked(host) as stored:
        closed = _closed_days(host)
        _check_promises(stored, stored, closed, closed | days.keys(), known, now)
        new = [ClosedDay(host=host, date=day, reason=why) for day, why in days.items()]
        ClosedDay.objects.bulk_create(new, ignore_conflicts=True)
    return len(days.keys() - closed)


def _check_promises(before: Host, after: Host, closed_before, closed_after, known, now) -> None:
    """Raises StillPromised when a day gets fewer seats than it has visits that the host knows of."""
    by_day = defaultdict(list)
    rows = VisitDay.objects.filter(
        host=after, date__gte=timezone.localdate(now), placement__state__in=TOLD_TO_HOSTS
    ).select_related("employee")
    for row in rows.order_by("date", "employee__name"):
        by_day[row.date].append(row)
    opened = dict(after.open_days.values_list("date", "seats"))
    lost = []
    for day, visits in by_day.items():
        seats_before = before.seats_on(day, closed=closed_before, opened=opened)
        seats_after = after.seats_on(day, closed=closed_after, opened=opened)
        if seats_after < min(seats_before, len(visits)):
            lost += visits
    if {row.pk for row in lost} - set(known):
        raise StillPromised(lost)


def _closed_days(host: Host) -> set[date]:
    return set(host.closed_days.values_list("date", flat=True))


@contextmanager
def _locked(host: Host):
    """A transaction that holds the host's row, as it is stored."""
    with transaction.atomic():
        yield lifecycle.locked(Host, [host.pk])[host.pk]
