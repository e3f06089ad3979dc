"""Every kind of letter, from its cause to a real SMTP server, compared whole with its approved copy.

Approved copies stand in tests/placements/letters/. Run pytest with --approve-letters to write them
anew, and read the difference before it is committed.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from mail import outbox
from placements.domain import dispatch, lifecycle
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.mail_server import part

pytestmark = pytest.mark.django_db

APPROVED = Path(__file__).parent / "letters"
TOKEN = re.compile(r"(?<=/)[\w-]+:[\w-]+:[\w-]+(?=/)|(?<=/)\d+(?=/\n)")
PERSON = re.compile(r"person\d+@")


def sent_by(mail_server, now):
    """The letters that go out at this moment."""
    before = len(mail_server.letters)
    dispatch.send_due(now=now)
    for letter_id in outbox.waiting(now=now):
        outbox.deliver(letter_id, now=now)
    return mail_server.letters[before:]


@pytest.fixture
def visit(request):
    language = getattr(request, "param", "da")
    people = {
        name: factories.employee(name, language=language, **values)
        for name, values in {
            "Ulla Frandsen": {},
            "Birthe Kvist": {"job_title": "køkkenleder"},
        }.items()
    }
    anne = factories.employee(
        "Anne Kjærsgaard",
        job_title="kok",
        language=language,
        manager=people["Ulla Frandsen"],
        workplace=factories.workplace("Madservice Havneby"),
    )
    host = factories.host(
        "Rådhusets kantine",
        contacts=[people["Birthe Kvist"]],
        dress="Lukkede sko",
        parking="Ved stadion",
    )
    wish = factories.wish(
        host,
        factories.field("Køkken"),
        None,
        person=anne,
        length=2,
        days=[FIRST_DAY, FIRST_DAY + timedelta(days=1)],
        goal="Hvordan får I <madspildet> ned?\nOg hvordan sælger I suppe?",
        needs="Vegetar & glutenfri",
    )
    return factories.placement(host=host, wish=wish)


def approved(name: str, letter, approve: bool) -> tuple[str, str]:
    """What arrived and what was approved: subject, recipient and text, without the tokens."""
    plain = part(letter, "text/plain")
    subject = " ".join(letter["Subject"].split())
    text = PERSON.sub("PERSON@", TOKEN.sub("TOKEN", f"Subject: {subject}\n\n{plain}"))
    path = APPROVED / f"{name}.txt"
    if approve:
        APPROVED.mkdir(exist_ok=True)
        path.write_text(text)
    return text, path.read_text()


def run_through(visit, mail_server):
    """All letters of a visit that is asked, confirmed, lived through, and of one that is cancelled."""
    letters = sent_by(mail_server, NOW)
    lifecycle.ask(placement=visit, by=None, now=NOW)
    letters += sent_by(mail_server, NOW)
    lifecycle.accept(placement=visit, by=None, now=NOW)
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    letters += sent_by(mail_server, NOW)
    for days in (20, 12, 4):
        letters += sent_by(mail_server, at(FIRST_DAY - timedelta(days=days), NOW.time()))
    letters += sent_by(mail_server, at(FIRST_DAY + timedelta(days=2), NOW.time()))
    other = factories.placement(
        "confirmed",
        host=visit.host,
        wish=factories.wish(person=visit.employee, round=factories.round("Anden runde"), length=2),
        days=[FIRST_DAY + timedelta(days=2), FIRST_DAY + timedelta(days=3)],
    )
    sent_by(mail_server, NOW)
    lifecycle.cancel(placement=other, reason="Værten er syg.", by=None, now=NOW)
    return letters + sent_by(mail_server, NOW)


NAMES = [
    "wish_received-participant",
    "host_asked-host",
    "confirmed-host",
    "confirmed-manager",
    "confirmed-participant",
    "confirmed_day-host",
    "confirmed_day-manager",
    "confirmed_day-participant",
    "guide-participant",
    "reminder-host",
    "reminder-participant",
    "tomorrow-host",
    "tomorrow-participant",
    "evaluation-host",
    "evaluation-participant",
    "cancelled-host",
    "cancelled-manager",
    "cancelled-participant",
    "cancelled_day-host",
    "cancelled_day-manager",
    "cancelled_day-participant",
]


def _name(letter) -> str:
    """kind-side of a delivered letter, by the row it was written from."""
    from placements.models import PlannedMail

    number = re.search(r"letter-(\d+)@", letter["Message-ID"])[1]
    planned = PlannedMail.objects.get(letter=number)
    return f"{planned.kind}-{planned.side}"


@pytest.mark.parametrize("visit", ["da", "en"], indirect=True)
def test_every_letter_is_as_approved(visit, mail_server, request):
    language = visit.employee.language
    approve = request.config.getoption("--approve-letters")
    letters = {_name(letter): letter for letter in run_through(visit, mail_server)}
    assert sorted(letters) == sorted(NAMES)
    for name, letter in letters.items():
        arrived, as_approved = approved(f"{language}/{name}", letter, approve)
        assert arrived == as_approved
        html = part(letter, "text/html")
        assert f'<html lang="{language}">' in html
        assert "&lt;madspildet&gt;" in html or "<madspildet>" not in html
        assert letter["Content-Language"] == language


def test_every_link_in_every_letter_leads_somewhere(visit, mail_server, client):
    letters = run_through(visit, mail_server)
    links = {
        link.removeprefix("http://testserver.example")
        for letter in letters
        for link in re.findall(r"http\S+", part(letter, "text/plain"))
    }
    assert len(links) >= 6
    for person in (visit.employee, visit.host.contacts.get()):
        client.force_login(person)
        for link in links:
            answer = client.get(link)
            own = not link.startswith("/vaert/") or person != visit.employee
            assert answer.status_code == (200 if own else 404), link


def test_needs_are_told_to_the_host_and_to_nobody_else(visit, mail_server):
    told = {
        letter["To"]
        for letter in run_through(visit, mail_server)
        if "Vegetar" in part(letter, "text/plain") or "Vegetar" in part(letter, "text/html")
    }
    assert told == {visit.host.contacts.get().email}


def calendar_of(letter):
    return Calendar.from_ical(part(letter, "text/calendar"))


def test_an_invitation_and_its_cancellation_are_one_event_each_with_the_same_identity(
    visit, mail_server
):
    run_through(visit, mail_server)
    seen = {}
    for letter in mail_server.letters:
        if "text/calendar" not in [p.get_content_type() for p in letter.walk()]:
            continue
        calendar = calendar_of(letter)
        (event,) = calendar.walk("VEVENT")
        content_part = next(p for p in letter.walk() if p.get_content_type() == "text/calendar")
        assert content_part.get_param("method") == calendar["METHOD"]
        assert event["ATTENDEE"] == f"mailto:{letter['To']}"
        assert event["ORGANIZER"] == "mailto:praktik@example.dk"
        seen.setdefault((str(event["UID"]), letter["To"]), []).append(
            (str(calendar["METHOD"]), str(event["STATUS"]), event["SEQUENCE"])
        )
    invited = [("REQUEST", "CONFIRMED", 0)]
    called_off = [("CANCEL", "CANCELLED", 1)]
    # Two days of a visit that took place, and two of one that was called off, for three people.
    assert sorted(map(len, seen.values())) == [1] * 6 + [2] * 6
    assert all(story in (invited, invited + called_off) for story in seen.values())


def test_the_times_of_an_invitation_are_danish_and_the_zone_is_written_out(visit, mail_server):
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    letter = next(
        letter
        for letter in sent_by(mail_server, NOW)
        if letter["To"] == visit.employee.email
        and "text/calendar" in [p.get_content_type() for p in letter.walk()]
    )
    source = part(letter, "text/calendar")
    assert "DTSTART;TZID=Europe/Copenhagen:20270104T080000" in source
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in source
    assert "RDATE" not in source
    (event,) = calendar_of(letter).walk("VEVENT")
    assert event.start == at(FIRST_DAY, visit.host.starts_at)
    assert event["SUMMARY"] == "Lynpraktik: Anne Kjærsgaard hos Rådhusets kantine"
    assert event["TRANSP"] == "OPAQUE"
