"""The consultants' morning mail: working days at 07:00, once, only when there is something."""

import re
from datetime import date, datetime, time, timedelta

import pytest

from employees.models import Employee
from mail.models import OutgoingMail
from placements.domain import digest, dispatch, lifecycle, rounds, todo, wishes
from placements.models import MailTiming, PlannedMail
from praktik.lib.dates import add_working_days, at
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db

SEVEN = time(7)


def due(day: date, clock: time = SEVEN) -> datetime:
    return at(day, clock)


@pytest.fixture
def signe(clock):
    return factories.consultant()


@pytest.fixture
def silent(signe):
    """A host that was asked and reminded twice since 23 November and does not answer."""
    placement = factories.placement("asked")
    for day in (0, 4, 8):
        dispatch.send_due(now=at(add_working_days(NOW.date(), day), time(12)))
    return placement


PHONE = add_working_days(NOW.date(), 9)


def test_nothing_to_do_is_no_mail_also_when_something_turns_up_later(signe):
    assert digest.send_due(now=due(NOW.date())) == 0
    factories.placement("asked", now=at(NOW.date() - timedelta(days=9), SEVEN))
    factories.round("Gammel").delete()
    assert digest.send_due(now=due(NOW.date(), time(8))) == 0


def test_a_silent_host_is_phoned_after_two_reminders(silent, signe):
    assert digest.send_due(now=due(add_working_days(PHONE, -1))) == 0
    assert [digest.send_due(now=due(PHONE)) for _twice in range(2)] == [1, 0]
    letter = OutgoingMail.objects.get(key__startswith="digest-")
    assert (letter.to_name, letter.to_address) == (signe.name, signe.email)
    assert "Praktiksteder, der ikke har svaret (ring til dem): 1" in letter.text
    assert "Lynpraktik 2027: praktiksteder, der skal ringes til: 1" in letter.text
    assert letter.subject == "Det skal I gøre: fredag den 4. december"


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("host_asked", "placements/placement/?todo=unanswered"),
        ("approval", "placements/wish/?todo=approvals"),
        ("evaluation", "placements/placement/?todo=evaluations"),
    ],
)
@pytest.mark.parametrize("own", [True, False])
def test_who_is_silent_is_phoned_after_the_last_reminder_of_the_own_round(signe, kind, path, own):
    """The timing holds for the round itself, or (own=False) for another one."""
    manager = factories.employee("Ulla Frandsen")
    wish = factories.wish(
        person=factories.employee("Anne", manager=manager), round=factories.round(needs_approval=True)
    )
    other = factories.round("Anden")
    if kind != "approval":
        wishes.approve(wish=wish, by=manager, now=NOW)
        wish.refresh_from_db()
        factories.placement("asked" if kind == "host_asked" else "confirmed", wish=wish)
    MailTiming.objects.create(kind=kind, offsets=[1, 20], round=wish.round if own else other)
    usual = {"host_asked": 8, "approval": 6, "evaluation": 9}[kind]
    begins = FIRST_DAY if kind == "evaluation" else NOW.date()

    def is_told(days: int) -> bool:
        tasks = todo.tasks(now=due(add_working_days(begins, days)))
        return path in [task.path for task in tasks]

    assert [is_told(days) for days in (usual, usual + 1, 20, 21)] == [False, not own, not own, True]


@pytest.mark.parametrize(("own", "shown_from"), [(True, 13), (False, 4)])
def test_attendance_is_asked_after_some_days_after_the_mail_of_the_own_round(signe, own, shown_from):
    visit = factories.placement("confirmed")
    other = factories.round("Anden")
    MailTiming.objects.create(kind="attendance", offsets=[10], round=visit.round if own else other)
    shown = [
        todo.unknown_attendance(due(add_working_days(FIRST_DAY, days))).exists()
        for days in (shown_from - 1, shown_from)
    ]
    assert shown == [False, True]


@pytest.mark.parametrize(
    "moment",
    [
        due(PHONE, time(6, 59)),  # too early
        due(PHONE, time(12, 1)),  # the morning is over
        due(date(2026, 12, 5)),  # a Saturday
        due(date(2026, 12, 24)),  # closed by agreement
    ],
)
def test_it_keeps_to_its_hours(silent, moment):
    assert digest.send_due(now=moment) == 0


@pytest.mark.parametrize("day", [date(2026, 3, 30), date(2026, 10, 26)])
def test_it_comes_at_seven_on_both_daylight_saving_mondays(silent, day):
    failed = {"state": "failed", "key": "x", "next_attempt_at": NOW, "created_at": NOW}
    OutgoingMail.objects.create(
        to_address="a@b.example", language="da", subject="s", text="t", **failed
    )
    assert digest.send_due(now=due(day, time(6, 59))) == 0
    assert digest.send_due(now=due(day)) == 1


def shown(page) -> int:
    """How many rows a list of the admin, or a call list, has."""
    if "cl" in page.context:
        return page.context["cl"].result_count
    return page.context["page"].paginator.count


def test_every_line_leads_to_the_list_of_what_it_counts(client, signe):
    """One of each, and each list shows as many as were counted."""
    round = factories.round(
        needs_approval=True,
        wishes_from=NOW.date() - timedelta(days=30),
        wishes_until=FIRST_DAY - timedelta(days=5),
    )
    factories.wish(person=factories.employee("Uden leder"), round=round)
    for state in ("failed", "bounced"):
        OutgoingMail.objects.create(
            to_address=signe.email, language="da", subject="s", text="t", state=state, key=state,
            next_attempt_at=NOW, created_at=NOW,
        )  # fmt: skip
    free = factories.round("Fri", wishes_until=NOW.date() + timedelta(days=5))
    host = factories.host("Rådhusets kantine", seats=9)
    for number, state in enumerate(["asked", "offered", "confirmed", "declined"]):
        wish = factories.wish(host, person=factories.employee(f"Person {number}"), round=free)
        visit = factories.placement("asked" if state == "offered" else state, host=host, wish=wish)
        if state == "offered":
            lifecycle.change_state(visit, "offered", by=None, now=NOW, offered=[["2027-01-05"]])
    factories.wish(host, person=factories.employee("Kan komme"), round=free)
    PlannedMail.objects.update(failing_since=NOW)
    before, after = due(add_working_days(NOW.date(), 9)), due(add_working_days(FIRST_DAY, 12))
    seen = {str(task.path) for now in (before, after) for task in todo.tasks(now=now)}
    assert len(seen) == 12
    client.force_login(signe)
    from praktik.lib import clock

    for now in (before, after):
        clock_now = clock.now
        clock.now = lambda now=now: now
        try:
            for task in todo.tasks(now=now):
                page = client.get(f"/admin/{task.path}")
                assert page.status_code == 200, task.path
                assert shown(page) == task.count, task.path
        finally:
            clock.now = clock_now


def test_what_cannot_be_written_is_told_after_an_hour_unless_it_is_paused(signe, monkeypatch):
    def breaks(person):
        raise AttributeError("no such name")

    wish = factories.wish()
    monkeypatch.setattr(Employee, "get_short_name", breaks)
    dispatch.send_due(now=NOW)

    def paths(**later) -> list[str]:
        return [task.path for task in todo.tasks(now=NOW + timedelta(**later))]

    assert paths(minutes=59) == []
    assert paths(minutes=60) == ["placements/plannedmail/?todo=failing"]
    dispatch.send_due(now=NOW + timedelta(minutes=30))  # It fails since the first time.
    assert paths(minutes=60) == ["placements/plannedmail/?todo=failing"]
    rounds.pause_mails(round=wish.round, is_paused=True)
    assert paths(minutes=60) == []


def test_what_waits_because_nothing_ran_is_nothing_to_do(signe):
    factories.wish()
    assert todo.tasks(now=NOW + timedelta(days=3)) == []


def test_the_links_of_the_mail_are_whole_addresses(silent):
    digest.send_due(now=due(PHONE))
    text = OutgoingMail.objects.get(key__startswith="digest-").text
    assert re.findall(r"http\S+", text) == [
        f"http://testserver.example/admin/placements/round/{silent.wish.round_id}/calls/?show=today",
        "http://testserver.example/admin/placements/placement/?todo=unanswered",
        "http://testserver.example/admin/",
    ]


def test_the_start_page_of_the_admin_begins_with_what_needs_a_person(client, silent, signe, clock):
    client.force_login(signe)
    assert "Ikke noget lige nu." in client.get("/admin/").content.decode()
    clock.now = due(PHONE)
    page = client.get("/admin/").content.decode()
    assert "/admin/placements/placement/?todo=unanswered" in page
    assert "Praktiksteder, der ikke har svaret (ring til dem)</a>: <strong>1</strong>" in page
