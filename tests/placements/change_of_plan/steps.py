"""The steps that the tests of a change of plan take, and what they look at afterwards."""

from datetime import timedelta

from employees.models import Employee
from placements.domain import (
    change_of_host,
    mail_links,
)
from placements.enums import Side
from placements.models import VisitDay
from praktik.lib.dates import add_working_days, at
from tests import factories
from tests.calendar_client import CalendarClient
from tests.factories import FIRST_DAY, NOW
from tests.placements.test_letters import with_calendar

SECOND, THIRD = FIRST_DAY + timedelta(days=1), FIRST_DAY + timedelta(days=2)
LOCKED_FROM = add_working_days(FIRST_DAY, -2)
LAST_FREE = at(LOCKED_FROM - timedelta(days=1), NOW.time())
LOCKED = at(LOCKED_FROM, NOW.time())


def a_consultant() -> Employee:
    return Employee.objects.filter(name="Signe Holm").first() or factories.consultant()


def move(visit, host, new_days, *, is_agreed=True, now=NOW, reason="Køkkenet bygger om.", **values):
    return change_of_host.move(
        placement=visit, host=host, days=new_days, reason=reason, is_agreed=is_agreed, now=now,
        by=a_consultant(), **values,
    )  # fmt: skip


def told(letters) -> list[tuple[str, str]]:
    """(recipient's name, what it is about) of letters, in order."""
    names = dict(Employee.objects.values_list("email", "name"))
    return sorted((names[letter["To"]], " ".join(letter["Subject"].split())) for letter in letters)


def calendars_of(batches, *people) -> dict[str, list]:
    """What each person's calendar shows after these batches of letters."""
    shown = {}
    for person in people:
        client = CalendarClient()
        for letters in batches:
            for letter in with_calendar(letters, person):
                client.receive(letter)
        shown[person.name] = sorted(client.days.values())
    return shown


def seats(placement) -> list:
    return list(
        VisitDay.objects.filter(placement=placement).order_by("date").values_list("host", "date")
    )


def link(visit, side=Side.HOST, person=None):
    person = person or (visit.host.contacts.get() if side == Side.HOST else visit.employee)
    return mail_links.call_off_url(visit, side, person)
