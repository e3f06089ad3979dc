"""Visit days as iCalendar (RFC 5545, RFC 5546): invitations, cancellations and a host's feed.

One event per mail and day, since Outlook reads only the first; the same UID in mail and feed; the
zone written with RRULEs, since Outlook ignores RDATEs.
"""

from collections.abc import Iterable
from datetime import date, datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from employees.models import Employee
from hosts.models import Host
from placements.enums import Side
from placements.models import Placement, VisitDay
from praktik.lib.dates import at

COPENHAGEN_ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Copenhagen
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19810329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
"""


def invitation(
    placement: Placement, number: int, recipient: Employee, side: Side, *, now: datetime
) -> str:
    """The text of a METHOD:REQUEST for one visit day, the number-th; after a move it updates the entry."""
    event = _event(placement, number, placement.days[number - 1], now=now)
    event.add("sequence", placement.sequence)
    event.add("status", "CONFIRMED")
    # The manager should know of the day, not be marked as busy.
    event.add("transp", "TRANSPARENT" if side == Side.MANAGER else "OPAQUE")
    return _for_mail("REQUEST", event, recipient)


def cancellation(
    placement: Placement, number: int, day: date, recipient: Employee, *, now: datetime
) -> str:
    """The text of a METHOD:CANCEL that removes the number-th visit day, which was on `day`."""
    event = _event(placement, number, day, now=now)
    # Above the invitation that it ends, and below that of the next move, which may bring the day back.
    event.add("sequence", placement.sequence + 1)
    event.add("status", "CANCELLED")
    return _for_mail("CANCEL", event, recipient)


def host_feed(host: Host, visit_days: Iterable[VisitDay], *, now: datetime) -> bytes:
    """A host's confirmed visit days as a calendar to subscribe to."""
    return _feed(_("Visitors at %(host)s") % {"host": host}, visit_days, now=now)


def personal_feed(visit_days: Iterable[VisitDay], *, now: datetime) -> bytes:
    """A participant's own confirmed visit days as a calendar to subscribe to."""
    return _feed(_("My work visits"), visit_days, now=now)


def _feed(name: str, visit_days: Iterable[VisitDay], *, now: datetime) -> bytes:
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", name)
    for visit_day in visit_days:
        placement = visit_day.placement
        number = placement.days.index(visit_day.date) + 1
        event = _event(placement, number, visit_day.date, now=now)
        event.add("sequence", placement.sequence)
        event.add("status", "CONFIRMED")
        calendar.add_component(event)
    return calendar.to_ical()


def uid(placement: Placement, number: int) -> str:
    """The identity of the number-th visit day in every calendar, for ever: a move keeps it.

    So does a move to another host; there the old host's calendar gets a cancellation of the same identity.
    """
    return f"visit-{placement.calendar_key or placement.pk}-{number}@{settings.SITE_URL.hostname}"


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Praktik//Praktik//DA")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(Timezone.from_ical(COPENHAGEN_ZONE))
    return calendar


def _event(placement: Placement, number: int, day: date, *, now: datetime) -> Event:
    host, person = placement.host, placement.employee
    event = Event()
    event.add("uid", uid(placement, number))
    event.add("dtstamp", now)
    event.add("dtstart", at(day, host.starts_at))
    event.add("dtend", at(day, host.ends_at))
    event.add("summary", _("Work visit: %(name)s at %(host)s") % {"name": person, "host": host})
    event.add("location", ", ".join(filter(None, [host.meeting_place, host.workplace.address])))
    event.add("description", _description(placement))
    return event


def _description(placement: Placement) -> str:
    host, person = placement.host, placement.employee
    lines = [
        host.ask_for and _("Ask for: %(name)s") % {"name": host.ask_for},
        _("Visitor: %(name)s, %(workplace)s") % {"name": person, "workplace": person.workplace},
        placement.wish.goal and _("Wants to learn: %(goal)s") % {"goal": placement.wish.goal},
    ]
    return "\n".join(filter(None, lines))


def _for_mail(method: str, event: Event, recipient: Employee) -> str:
    name, address = parseaddr(settings.MAIL_FROM)
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = vText(name or address)
    attendee = vCalAddress(f"mailto:{recipient.email}")
    attendee.params["CN"] = vText(recipient.name)
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("FALSE")
    event["organizer"] = organizer
    event.add("attendee", attendee)
    calendar = _calendar(method)
    calendar.add_component(event)
    return calendar.to_ical().decode()
