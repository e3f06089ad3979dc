"""Every kind of letter, from its cause to a real SMTP server, compared whole with its approved copy.

Approved copies stand in tests/placements/letters/. Run pytest with --approve-letters to write them
anew, and read the difference before it is committed.
"""

import re
from datetime import time, timedelta
from pathlib import Path

import pytest

from employees.models import Employee
from mail import outbox
from placements.domain import (
    days,
    dispatch,
    evaluations,
    lifecycle,
    mailplan,
    rounds,
    shortening,
    wishes,
)
from placements.domain.evaluations import Answers
from placements.domain.mailrules import PLACEMENT_RULES, WISH_RULES
from placements.enums import CalledOffBy, Side
from placements.models import PlannedMail
from praktik.lib.dates import add_working_days, at
from tests import calendar_client, factories
from tests.calendar_client import CalendarClient
from tests.factories import FIRST_DAY, NOW
from tests.mail_server import part

pytestmark = pytest.mark.django_db

AFTERWARDS = at(FIRST_DAY + timedelta(days=2), NOW.time())
APPROVED = Path(__file__).parent / "letters"
TOKEN = re.compile(
    r"(?<=/round/)\d+(?=/)|(?<=/)[\w-]+:[\w-]+:[\w-]+(?=/)|(?<=/)\d+(?=/(?:rediger/)?(?:\?sprog=en)?\n)"
)
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
    return proposed(getattr(request, "param", "da"))


def proposed(language: str):
    """A proposed visit of two days; everybody on its sides reads this language."""
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
        longest_visit=3,
    )
    wish = factories.wish(
        host,
        factories.field("Køkken"),
        None,
        person=anne,
        round=factories.round(
            needs_approval=True, contact_name="Signe Holm", contact_phone="99 00 00 01"
        ),
        length=2,
        days=[FIRST_DAY + timedelta(days=n) for n in range(4)],
        goal="Hvordan får I <madspildet> ned?\nOg hvordan sælger I suppe?",
        needs="Vegetar & glutenfri",
    )
    first_two = [FIRST_DAY, FIRST_DAY + timedelta(days=1)]
    return factories.placement(host=host, wish=wish, days=first_two)


def approved(name: str, letter, approve: bool) -> tuple[str, str]:
    """What arrived and what was approved: subject, recipient and text, without the tokens."""
    plain = part(letter, "text/plain")
    subject = " ".join(letter["Subject"].split())
    text = PERSON.sub("PERSON@", TOKEN.sub("TOKEN", f"Subject: {subject}\n\n{plain}"))
    path = APPROVED / f"{name}.txt"
    if approve:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return text, path.read_text()


def answered(visit, side, author, **answers):
    """One side tells how it was."""
    given = Answers(useful=5, length="right", new_contacts=2, recommend=9, **answers)
    evaluations.submit(placement=visit, side=side, author=author, answers=given, now=AFTERWARDS)


def run_through(visit, mail_server, arrived=lambda letters, now: None):
    """All letters of a visit from wish to idea, moved on the way, and of one that is cancelled.

    arrived is told of the letters of each moment before the next thing happens.
    """

    def send(now):
        letters = sent_by(mail_server, now)
        arrived(letters, now)
        return letters

    anne, (birthe,) = visit.employee, visit.host.contacts.all()
    round = visit.wish.round
    letters = send(NOW)
    wishes.approve(wish=visit.wish, by=anne.manager, now=NOW)
    visit.wish.refresh_from_db()
    lifecycle.ask(placement=visit, by=None, now=NOW)
    letters += send(NOW)
    other_days = [FIRST_DAY + timedelta(days=n) for n in (2, 3)]
    days.offer(placement=visit, offers=[other_days], by=birthe, now=NOW)
    letters += send(NOW)
    days.accept_offer(placement=visit, days=other_days, by=anne, now=NOW)
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    letters += send(NOW)
    why = "Køkkenet bygger om."
    days.move(
        placement=visit, days=[FIRST_DAY, FIRST_DAY + timedelta(days=1)], reason=why, by=None, now=NOW
    )
    letters += send(NOW)
    draft = factories.employee("Dan Draft", language=anne.language)
    factories.wish(visit.host, person=draft, round=round, send=False)
    letters += send(at(add_working_days(round.wishes_until, -3), NOW.time()))
    missed = factories.employee("Mia Uheld", language=anne.language)
    wishes.approve(
        wish=factories.wish(visit.host, person=missed, round=round), by=anne.manager, now=NOW
    )
    send(NOW)
    rounds.release(round=round, now=NOW)
    mailplan.replan_stale(now=NOW)
    letters += send(NOW)
    for before in (20, 12, 4):
        letters += send(at(FIRST_DAY - timedelta(days=before), NOW.time()))
    letters += send(AFTERWARDS)
    observed = {"observation": "Alle <hilser> på alle.", "share_observation": True}
    observed |= {"share_with_manager": True}
    answered(visit, Side.PARTICIPANT, anne, idea="Tavlemøde\nhver morgen", **observed)
    answered(visit, Side.HOST, birthe, observation="Hun spurgte hvorfor.", share_observation=True)
    letters += send(AFTERWARDS)
    letters += send(AFTERWARDS + timedelta(days=92))
    other = factories.placement(
        "confirmed",
        host=visit.host,
        wish=factories.wish(person=anne, round=factories.round("Anden runde"), length=2),
        days=[FIRST_DAY + timedelta(days=2), FIRST_DAY + timedelta(days=3)],
    )
    send(NOW)
    lifecycle.cancel(placement=other, reason="Værten er syg.", by=None, now=NOW)
    letters += send(NOW)
    return letters + ending_early(visit, send)


def ending_early(visit, send):
    """The letters of a visit of three days to the same host of which only the first takes place."""
    long = factories.placement(
        "confirmed",
        host=visit.host,
        wish=factories.wish(
            person=visit.employee, round=factories.round("Tredje runde", longest_visit=3), length=3
        ),
        days=[FIRST_DAY + timedelta(days=n) for n in (7, 8, 9)],
    )
    send(NOW)
    evening = at(long.first_day, time(19))
    send(evening)
    shortening.end_early(
        visit=long,
        from_day=long.days[1],
        caller=CalledOffBy.HOST,
        reason="Ovnen er gået i stykker.",
        by=factories.consultant(),
        now=evening,
    )
    return send(evening)


NAMES = [f"{rule.kind}-{side}" for rule in [*WISH_RULES, *PLACEMENT_RULES] for side in rule.sides]


def planned_of(letter) -> PlannedMail:
    """The row that a delivered letter was written from."""
    return PlannedMail.objects.get(letter=re.search(r"letter-(\d+)@", letter["Message-ID"])[1])


def name_of(letter) -> str:
    """kind-side of a delivered letter."""
    planned = planned_of(letter)
    return f"{planned.kind}-{planned.side}"


@pytest.mark.parametrize("visit", ["da", "en"], indirect=True)
def test_every_letter_is_as_approved(visit, mail_server, request):
    language = visit.employee.language
    approve = request.config.getoption("--approve-letters")
    letters = {}
    for letter in run_through(visit, mail_server):
        letters.setdefault(name_of(letter), letter)
    assert sorted(letters) == sorted(NAMES)
    for name, letter in letters.items():
        arrived, as_approved = approved(f"{language}/{name}", letter, approve)
        assert arrived == as_approved
        html = part(letter, "text/html")
        assert f'<html lang="{language}">' in html
        assert "&lt;madspildet&gt;" in html or "<madspildet>" not in html
        assert letter["Content-Language"] == language


def links_of(letters) -> set[str]:
    """The addresses within this site that letters lead to."""
    texts = [part(letter, "text/plain") for letter in letters]
    found = {link for text in texts for link in re.findall(r"http\S+", text)}
    return {link.removeprefix("http://testserver.example") for link in found}


def open_links(client, clock, letters, now) -> int:
    """Each recipient opens every link of a letter that has just come; returns how many there were.

    Each leads to a page in the recipient's language on which there is still something to do.
    """
    clock.now, count = now, 0
    for letter in letters:
        person = Employee.objects.get(email=letter["To"])
        client.force_login(person)
        for link in links_of([letter]):
            answer = client.get(link)
            assert answer.status_code == 200, link
            assert f'<html lang="{person.language}"' in answer.content.decode(), link
            assert "placements/says.html" not in [used.name for used in answer.templates], link
            count += 1
    return count


@pytest.mark.parametrize("visit", ["da", "en"], indirect=True)
def test_every_link_is_open_when_its_letter_comes(visit, mail_server, client, clock):
    opened = []
    run_through(
        visit, mail_server, lambda letters, now: opened.append(open_links(client, clock, letters, now))
    )
    assert sum(opened) == 48


@pytest.mark.parametrize("visit", ["da", "en"], indirect=True)
def test_every_link_in_every_letter_leads_somewhere_afterwards(visit, mail_server, client):
    links = links_of(run_through(visit, mail_server))
    assert len(links) >= 13
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


def test_thanks_promise_observations_only_where_there_are_some(visit, mail_server):
    wishes.approve(wish=visit.wish, by=None, now=NOW)
    visit.wish.refresh_from_db()
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    sent_by(mail_server, AFTERWARDS)
    answered(visit, Side.PARTICIPANT, visit.employee, observation="Holdes for mig selv.")
    answered(visit, Side.HOST, visit.host.contacts.get())
    letters = sent_by(mail_server, AFTERWARDS)
    expected = "Tak for besøget: Anne Kjærsgaard hos Rådhusets kantine"
    assert [" ".join(letter["Subject"].split()) for letter in letters] == [expected] * 2
    assert not any("lagde mærke til" in part(letter, "text/plain") for letter in letters)


def calendar_of(letter):
    return calendar_client.read(part(letter, "text/calendar"))


def test_an_invitation_and_its_cancellation_are_one_event_each_with_the_same_identity(
    visit, mail_server
):
    run_through(visit, mail_server)
    seen = {}
    for letter in mail_server.letters:
        if "text/calendar" not in [p.get_content_type() for p in letter.walk()]:
            continue
        calendar = calendar_of(letter)
        (event,) = calendar.events
        content_part = next(p for p in letter.walk() if p.get_content_type() == "text/calendar")
        assert content_part.get_param("method") == calendar.method
        assert [str(each.uri) for each in event.attendees] == [f"mailto:{letter['To']}"]
        assert str(event.organizer.uri) == "mailto:praktik@example.dk"
        seen.setdefault((event.uid, letter["To"]), []).append(
            (calendar.method, event.status, event.sequence)
        )
    # Two days of a visit that was moved, two of one that was called off, and three of one of which the first
    # stands, for three people.
    moved = [("REQUEST", "CONFIRMED", 0), ("REQUEST", "CONFIRMED", 2)]
    called_off = [("REQUEST", "CONFIRMED", 0), ("CANCEL", "CANCELLED", 1)]
    stands = called_off[:1]
    fell_away = [*stands, ("CANCEL", "CANCELLED", 3)]
    expected = [moved] * 6 + [called_off] * 6 + [stands] * 3 + [fell_away] * 6
    assert sorted(seen.values()) == sorted(expected)


@pytest.mark.parametrize("newest_first", [False, True])
def test_invited_moved_and_cancelled_leaves_an_empty_calendar(visit, mail_server, newest_first):
    wishes.approve(wish=visit.wish, by=None, now=NOW)
    visit.wish.refresh_from_db()
    first, third = FIRST_DAY, FIRST_DAY + timedelta(days=2)
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    batches = [with_calendar(sent_by(mail_server, NOW), visit.employee)]
    shorter = [third]  # from two days to one: the second leaves the calendar with the move
    days.move(placement=visit, days=shorter, reason="", by=None, now=NOW)
    batches.append(with_calendar(sent_by(mail_server, NOW), visit.employee))
    days.move(placement=visit, days=[first, first + timedelta(days=1)], reason="", by=None, now=NOW)
    batches.append(with_calendar(sent_by(mail_server, NOW), visit.employee))
    lifecycle.cancel(placement=visit, reason="Sygdom", by=None, now=NOW)
    batches.append(with_calendar(sent_by(mail_server, NOW), visit.employee))
    assert [len(batch) for batch in batches] == [2, 2, 2, 2]
    client, shown = CalendarClient(), []
    for batch in reversed(batches) if newest_first else batches:
        for letter in batch:
            client.receive(letter)
        shown.append(sorted(client.days.values()))
    if not newest_first:
        second = first + timedelta(days=1)
        assert shown == [[first, second], [third], [first, second], []]
    assert shown[-1] == []


def with_calendar(letters, person):
    """The letters to this person that carry a calendar part."""
    return [
        letter
        for letter in letters
        if letter["To"] == person.email
        and "text/calendar" in [p.get_content_type() for p in letter.walk()]
    ]


def test_the_times_of_an_invitation_are_danish_and_the_zone_is_written_out(visit, mail_server):
    wishes.approve(wish=visit.wish, by=None, now=NOW)
    visit.wish.refresh_from_db()
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    letter = with_calendar(sent_by(mail_server, NOW), visit.employee)[0]
    source = part(letter, "text/calendar")
    assert "DTSTART;TZID=Europe/Copenhagen:20270104T080000" in source
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in source
    assert "RDATE" not in source
    (event,) = calendar_of(letter).events
    assert event.dtstart == at(FIRST_DAY, visit.host.starts_at)
    assert event.summary == "Lynpraktik: Anne Kjærsgaard hos Rådhusets kantine"
    assert event.transparency == "OPAQUE"
