"""The start page of the admin: what needs a person, and where the rounds stand."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mail.models import OutgoingMail
from placements.domain import evaluations, progress, todo
from placements.domain.evaluations import Answers
from placements.enums import Side
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def signe(client):
    person = factories.consultant()
    client.force_login(person)
    return person


def one_at_every_stage(round):
    """A draft and eight wishes: without a place, proposed, asked, accepted, confirmed, and so on."""
    host = factories.host(seats=9)
    people = iter(f"Person {number}" for number in range(9))

    def visit(state, day=FIRST_DAY):
        wish = factories.wish(host, person=factories.employee(next(people)), round=round)
        return factories.placement(state, host=host, wish=wish, days=[day])

    factories.wish(person=factories.employee(next(people)), round=round, send=False)
    factories.wish(host, person=factories.employee(next(people)), round=round)
    for state in ("proposed", "asked", "accepted", "cancelled"):
        visit(state)
    visit("confirmed", FIRST_DAY + timedelta(days=9))
    away = visit("confirmed")
    away.attended = False
    away.save(update_fields=["attended"])
    evaluated = visit("confirmed")
    said = Answers(useful=5, length="right", new_contacts=1, recommend=9)
    author = evaluated.employee
    evaluations.submit(
        placement=evaluated, side=Side.PARTICIPANT, author=author, answers=said,
        now=NOW + timedelta(days=50),
    )  # fmt: skip


AFTER_A_WEEK = NOW + timedelta(days=49)


def test_the_stages_of_a_round_and_the_lists_behind_them(client, signe, clock):
    round = factories.round()
    one_at_every_stage(round)
    one_at_every_stage(factories.round("En anden"))
    clock.now = AFTER_A_WEEK
    (found, _other) = progress.under_way(now=clock.now)
    assert {stage.name: stage.count for stage in found.stages} == {
        "wished": 8, "proposed": 6, "asked": 5, "confirmed": 3, "visited": 1, "evaluated": 1,
    }  # fmt: skip
    for stage in found.stages:
        page = client.get(f"/admin/{stage.path}")
        assert page.context["cl"].result_count == stage.count, stage.path


def test_approval_is_a_stage_only_where_it_is_needed(client, signe):
    round = factories.round(needs_approval=True)
    wish = factories.wish(round=round, person=factories.employee(manager=factories.employee()))
    wish.approved_at = NOW
    wish.save(update_fields=["approved_at"])
    factories.wish(round=round, person=factories.employee())
    (found,) = progress.under_way(now=NOW)
    stages = {stage.name: (stage.count, stage.path) for stage in found.stages[:2]}
    assert {name: count for name, (count, _path) in stages.items()} == {"wished": 2, "approved": 1}
    assert client.get(f"/admin/{stages['approved'][1]}").context["cl"].result_count == 1


@pytest.mark.parametrize(
    ("day", "label", "shown"),
    [
        (-20, "Der tages imod ønsker fra", "fredag den 13. november"),
        (0, "Frist for ønsker", "torsdag den 3. december"),
        (11, "Næste besøg", "mandag den 4. januar"),
        (43, "Næste besøg", "onsdag den 13. januar"),
        (52, "Sidste mulige praktikdag", "fredag den 15. januar"),
        (60, "Alle besøg er forbi", ""),
    ],
)
def test_the_next_date_that_matters(client, signe, clock, day, label, shown):
    host = factories.host(seats=2)
    round = factories.round()
    for day_of_visit in (FIRST_DAY, FIRST_DAY + timedelta(days=9)):
        wish = factories.wish(host, round=round, person=factories.employee())
        factories.placement("confirmed", host=host, wish=wish, days=[day_of_visit])
    clock.now = NOW + timedelta(days=day)
    page = client.get("/admin/").content.decode()
    words = re.search(r"<p>([^<]*?)(?:: <strong>([^<]*)</strong>)? · <a", page)
    assert (words[1], words[2] or "") == (label, shown)


def test_rounds_long_over_or_far_ahead_are_left_out():
    factories.round()
    assert [len(progress.under_way(now=NOW + timedelta(days=days))) for days in (-41, -40, 113, 114)] == [
        0, 1, 1, 0,
    ]  # fmt: skip


def test_people_whose_mail_comes_back_are_named(client, signe, clock):
    gone = factories.employee("Palle")
    OutgoingMail.objects.create(
        to_address=gone.email, language="da", subject="s", text="t", state="bounced", key="x",
        next_attempt_at=NOW, created_at=NOW,
    )  # fmt: skip
    (task,) = [task for task in todo.tasks(now=NOW) if "bounced=yes" in task.path]
    assert (str(task.label), task.count) == ("Personer, hvis mail kommer retur", 1)
    assert "Palle" in client.get(f"/admin/{task.path}").content.decode()


def test_who_may_not_change_placements_sees_the_stock_page_alone(client):
    client.force_login(factories.employee(is_staff=True))
    page = client.get("/admin/").content.decode()
    assert "Så langt er runderne" not in page


@pytest.mark.parametrize("count", [1, 12])
def test_the_start_page_costs_the_same_queries_however_many_rounds_and_people(client, signe, count):
    for number in range(count):
        round = factories.round(f"Runde {number}")
        for _each in range(count):
            host = factories.host(seats=0)
            factories.wish(host, round=round, person=factories.employee())
        visiting = factories.wish(round=round, person=factories.employee())
        factories.placement("confirmed", host=factories.host(), wish=visiting)
        gone = factories.wish(round=round, person=factories.employee())
        freed = factories.placement("cancelled", host=factories.host(), wish=gone)
        factories.wish(freed.host, round=round, person=factories.employee())
    client.get("/admin/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/admin/").content.decode()
    assert len(queries) == 77
    assert page.count('class="stages"') == count
