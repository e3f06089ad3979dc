"""A calendar program that takes in what mails carry, made of the library `ical`, which reads strictly."""

from datetime import date

from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.store import EventStore

from tests.mail_server import part


def read(text: str) -> Calendar:
    """Raises CalendarParseError for what RFC 5545 does not allow."""
    return IcsCalendarStream.calendar_from_ics(text)


class CalendarClient:
    """One person's calendar: an entry is added, changed or taken away as RFC 5546 (3.2) asks."""

    def __init__(self):
        self._calendar = Calendar()
        self._store = EventStore(self._calendar)
        self._newest = {}

    def receive(self, letter) -> None:
        """Take in the calendar part of a letter; what is older than what came before is left alone."""
        message = read(part(letter, "text/calendar"))
        (event,) = message.events
        if event.sequence < self._newest.get(event.uid, 0):
            return
        self._newest[event.uid] = event.sequence
        if event.uid in self.days:
            self._store.delete(event.uid)
        if message.method == "REQUEST":
            self._store.add(event)

    @property
    def days(self) -> dict[str, date]:
        """What the calendar shows: the day of each entry by its UID."""
        return {event.uid: event.dtstart.date() for event in self._calendar.timeline}
