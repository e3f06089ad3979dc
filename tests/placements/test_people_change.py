"""Somebody gets another manager, or leaves: the mails go to those who are in charge now."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from employees.imports import EmployeeResource
from mail.models import OutgoingMail
from placements.domain import dispatch, mailcare, mailplan
from placements.models import PlannedMail, Wish
from placements.tasks import send_due_mail
from praktik.lib.dates import add_working_days, at
from praktik.tables import importing
from praktik.tables.reading import read_table
from tests import factories
from tests.factories import NOW
from tests.tables.files import csv_bytes

pytestmark = pytest.mark.django_db

HEADINGS = "Navn;E-mail;Nærmeste leder (e-mail)"


@pytest.fixture
def ulla():
    return factories.employee("Ulla Frandsen")


@pytest.fixture
def new():
    return factories.employee("Ny Leder")


@pytest.fixture
def anne(ulla):
    """She waits for Ulla's approval, who has been asked."""
    person = factories.employee("Anne Kjærsgaard", manager=ulla)
    factories.wish(person=person, round=factories.round(needs_approval=True))
    dispatch.send_due(now=NOW)
    OutgoingMail.objects.update(state="sent", sent_at=NOW)
    return person


def asked(state: str) -> list[tuple[str, int]]:
    rows = PlannedMail.objects.filter(kind="approval", state=state).order_by("due", "recipient__name")
    return list(rows.values_list("recipient__name", "number"))


def saved_in_admin(client, person, **values) -> None:
    """What the page of a person posts, with these values changed."""
    page = client.get(f"/admin/employees/employee/{person.pk}/change/")
    data = {name: value for name, value in page.context["adminform"].form.initial.items() if value}
    data = {name: value for name, value in data.items() if name != "groups"} | values
    data = {name: value for name, value in data.items() if value is not None}
    answer = client.post(f"/admin/employees/employee/{person.pk}/change/", data)
    assert answer.status_code == 302, answer.context["errors"]


def imported(by, *lines: str) -> int:
    """Import these lines; how many queries it took."""
    table = read_table(csv_bytes(HEADINGS, *lines))
    seen = importing.dry_run(EmployeeResource, table, by=by).mark
    with CaptureQueriesContext(connection) as queries:
        importing.carry_out(EmployeeResource, table, by=by, seen=seen)
    return len(queries)


def test_a_new_manager_in_the_admin_is_asked_and_the_old_one_no_longer(client, signe, anne, new, clock):
    saved_in_admin(client, anne, manager=new.pk)
    clock.now = NOW + timedelta(hours=1)
    send_due_mail()
    assert asked("sent") == [("Ulla Frandsen", 1), ("Ny Leder", 1)]
    assert asked("planned") == [("Ny Leder", 2), ("Ny Leder", 3)]


def test_the_nags_of_a_new_manager_count_from_when_she_was_asked(client, signe, anne, new, clock):
    """Also when she comes after the last nag to the old one; a plan made anew changes nothing of that."""
    asked_on = []
    for number in range(30):
        day = add_working_days(NOW.date(), number)
        clock.now = at(day, NOW.time())
        if number == 7:
            saved_in_admin(client, anne, manager=new.pk)
        mailplan.ask_to_replan([anne.wishes.get().round])
        send_due_mail()
        OutgoingMail.objects.filter(state="queued").update(state="sent", sent_at=clock.now)
        sent = PlannedMail.objects.filter(recipient=new, kind="approval", state="sent").count()
        asked_on += [number] * (sent - len(asked_on))
    assert asked_on == [7, 10, 13]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_mail_sent_by_hand_hinders_no_plan_of_who_was_asked_late(
    client, signe, anne, new, clock, number
):
    clock.now = at(add_working_days(NOW.date(), 7), NOW.time())
    saved_in_admin(client, anne, manager=new.pk)
    send_due_mail()
    OutgoingMail.objects.update(state="sent", sent_at=clock.now)
    clock.now = at(add_working_days(NOW.date(), 8), NOW.time())
    row = PlannedMail.objects.get(recipient=new, kind="approval", number=number)
    mailcare.send_now(planned=row, by=signe, now=clock.now)
    row.refresh_from_db()
    wish = Wish.objects.select_related("round", "employee__manager").get()
    mailplan.replan(wish, now=clock.now)
    row.refresh_from_db()
    assert (row.state, row.is_insisted) == ("planned", True)


def test_a_new_manager_from_an_import_is_asked(signe, anne, new, clock):
    imported(signe, f"{anne.name};{anne.email};{new.email}")
    send_due_mail()
    assert asked("planned") == [("Ny Leder", 2), ("Ny Leder", 3)]
    assert not Wish.objects.filter(plan_is_stale=True).exists()


def test_an_import_that_changes_no_manager_plans_nothing_anew(signe, anne, ulla):
    imported(signe, f"Anne K. Kjærsgaard;{anne.email};{ulla.email}")
    assert not Wish.objects.filter(plan_is_stale=True).exists()


def test_an_import_takes_as_many_queries_for_many_new_managers_as_for_one(signe, new):
    round, ulla = factories.round(needs_approval=True), factories.employee("Ulla Frandsen")
    people = [factories.employee(f"Person {n}", manager=ulla) for n in range(9)]
    for person in people:
        factories.wish(person=person, round=round)
    lines = [f"{person.name};{person.email};{new.email}" for person in people]
    assert imported(signe, lines[0]) == imported(signe, *lines[1:])
    assert Wish.objects.filter(plan_is_stale=True).count() == 9


def test_a_new_manager_hears_of_a_settled_visit(client, signe, new, ulla):
    anne = factories.employee("Anne Kjærsgaard", manager=ulla)
    visit = factories.placement("confirmed", wish=factories.wish(person=anne))
    dispatch.send_due(now=NOW)
    OutgoingMail.objects.update(state="sent", sent_at=NOW)
    saved_in_admin(client, anne, manager=new.pk)
    send_due_mail()
    told = visit.planned_mails.filter(kind="confirmed", side="manager", state="sent")
    assert set(told.values_list("recipient__name", flat=True)) == {"Ulla Frandsen", "Ny Leder"}


def test_who_may_no_longer_sign_in_is_not_nagged_until_back_again(client, signe, anne, ulla):
    saved_in_admin(client, ulla, is_active=None)
    send_due_mail()
    assert (asked("planned"), len(asked("skipped"))) == ([], 2)
    saved_in_admin(client, ulla, is_active="on")
    send_due_mail()
    assert asked("planned") == [("Ulla Frandsen", 2), ("Ulla Frandsen", 3)]
