"""The result of a round that is held back: told to all at once."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from employees.models import Employee
from mail.models import OutgoingMail
from placements.domain import (
    dispatch,
    lifecycle,
    mail_links,
    mailplan,
    rounds,
    todo,
    wishes,
)
from placements.models import Placement, PlannedMail, Round
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.rounds.pages import ROUND, get, mails, own_page, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def held():
    """A round that holds its result back, with one who is placed and one who is not."""
    round = factories.round(hold_results=True)
    host = factories.host("Rådhusets kantine", seats=1, contacts=[factories.employee("Birthe")])
    anne = factories.employee("Anne", manager=factories.employee("Ulla"))
    visit = factories.placement(
        "confirmed", host=host, wish=factories.wish(host, person=anne, round=round)
    )
    factories.wish(host, person=factories.employee("Bo"), round=round)
    dispatch.send_due(now=NOW)
    return visit


def test_nobody_hears_of_a_held_place_before_the_release(client, held):
    round, birthe = held.wish.round, held.host.contacts.get()
    assert mails(round) == []
    page = own_page(client, held.employee)
    assert "Rådhusets kantine" not in page.replace("<li>Rådhusets kantine</li>", "")
    assert "Alle i denne runde får svar samtidig." in page
    client.force_login(birthe)
    assert "Anne" not in client.get(f"/vaert/{held.host.pk}/").content.decode()
    assert b"VEVENT" not in client.get(f"/kalender/{held.host.feed_secret}.ics").content
    answer = client.get(mail_links.host_answer_url(held, birthe)).content.decode()
    assert "I har sagt ja til Anne" in answer


def test_at_the_release_everybody_hears_at_once(client, held):
    round = held.wish.round
    rounds.release(round=round, now=NOW + timedelta(days=1))
    mailplan.replan_stale(now=NOW + timedelta(days=1))
    due = PlannedMail.objects.filter(
        wish__round=round, state="planned", due__lte=NOW + timedelta(days=1)
    ).order_by("kind", "side")
    assert [(row.kind, row.side, row.due) for row in due] == [
        ("confirmed", "host", NOW + timedelta(days=1)),
        ("confirmed", "manager", NOW + timedelta(days=1)),
        ("confirmed", "participant", NOW + timedelta(days=1)),
        ("not_placed", "participant", NOW + timedelta(days=1)),
    ]
    assert "Du skal besøge Rådhusets kantine" in own_page(client, held.employee)


def test_a_result_that_is_held_when_visits_are_near_needs_a_person(held):
    label = "Rounds with visits soon whose result is still held back"
    with override("en"):
        found = [
            [task.label for task in todo.tasks(now=NOW + timedelta(days=days))].count(label)
            for days in (27, 28, 53, 54)
        ]
    assert found == [0, 1, 1, 0]


def test_a_late_release_sends_guide_and_who_arrives_at_once_and_no_reminder_that_has_passed(held):
    late = NOW + timedelta(days=37)  # 30 December, the visit is on 4 January
    rounds.release(round=held.wish.round, now=late)
    mailplan.replan_stale(now=late)
    plan = held.planned_mails.filter(state="planned", kind__in=["guide", "reminder", "tomorrow"])
    assert sorted((row.kind, row.due <= late) for row in plan) == [
        ("guide", True),
        ("tomorrow", True),
        ("tomorrow", True),
    ]


def test_a_place_that_ends_before_the_release_was_never_told_of(held):
    lifecycle.cancel(placement=held, reason="Værten er syg", by=None, now=NOW)
    rounds.release(round=held.wish.round, now=NOW)
    mailplan.replan_stale(now=NOW)
    assert mails(held.wish.round) == [("not_placed", "participant")] * 2


def test_a_place_confirmed_from_a_page_that_was_read_before_the_release_is_told_of_at_once(held):
    """Nor is a manager forgotten who was changed meanwhile."""
    round = held.wish.round
    bo = round.wishes.get(employee__name="Bo")
    proposed = factories.placement(host=factories.host("Museet"), wish=bo)
    read_before = Placement.objects.with_people().get(pk=proposed.pk)
    rounds.release(round=round, now=NOW)
    Employee.objects.filter(name="Bo").update(manager=factories.employee("Ny Leder"))
    mailplan.replan_stale(now=NOW)
    lifecycle.confirm(placement=read_before, by=None, now=NOW)
    told = proposed.planned_mails.filter(kind="confirmed", state="planned").order_by("side")
    assert list(told.values_list("side", "recipient__name")) == [
        ("host", "Birthe Kvist"),
        ("manager", "Ny Leder"),
        ("participant", "Bo"),
    ]


def test_a_place_confirmed_after_the_release_is_told_of_at_once(held):
    rounds.release(round=held.wish.round, now=NOW)
    bo = held.wish.round.wishes.get(employee__name="Bo")
    later = lifecycle.propose(
        wish=bo, host=held.host, days=[FIRST_DAY + timedelta(days=1)], by=None, now=NOW
    )
    lifecycle.confirm(placement=later, by=None, now=NOW)
    assert later.planned_mails.filter(kind="confirmed", state="planned").count() == 2


NUMBERS = ("confirmed", "host", 1), ("confirmed", "manager", 1), ("confirmed", "participant", 1)


@pytest.mark.parametrize("name", ["release", "mails"])
def test_a_release_is_shown_with_its_mails_before_and_sends_just_these(client, signe, held, name):
    round = held.wish.round
    OutgoingMail.objects.update(state="sent", sent_at=NOW)
    shown = client.get(f"{ROUND}/{round.pk}/{name}/")
    counts = [(kind, side, count) for kind, side, count in shown.context["mails"]]
    assert counts == [("not_placed", "participant", 1), *NUMBERS]
    assert "Disse 4 mails bliver sendt med det samme" in shown.content.decode()
    rounds.pause_mails(round=round, is_paused=True)
    assert "Disse 4 mails bliver skrevet" in get(client, round, name)
    rounds.release(round=round, now=NOW)
    mailplan.replan_stale(now=NOW)
    planned = PlannedMail.objects.filter(wish__round=round, state="planned", due__lte=NOW)
    sent = planned.values_list("kind", "side").order_by("kind", "side")
    assert sorted((kind, side, 1) for kind, side in sent) == sorted(counts)


def test_a_round_that_told_of_each_place_releases_only_to_who_has_none(client, signe):
    visit = factories.placement("confirmed")
    factories.wish(person=factories.employee("Bo"), round=visit.wish.round)
    shown = client.get(f"{ROUND}/{visit.wish.round_id}/release/")
    assert shown.context["mails"] == [("not_placed", "participant", 1)]


@pytest.mark.parametrize("count", [1, 12])
def test_the_release_page_costs_the_same_queries_for_many(
    client, signe, count, django_assert_num_queries
):
    round = factories.round(hold_results=True)
    for _number in range(count):
        wish = factories.wish(round=round, person=factories.employee())
        factories.placement("confirmed", host=factories.host(), wish=wish)
        factories.wish(round=round, person=factories.employee())
    get(client, round, "release")
    with django_assert_num_queries(13):
        get(client, round, "release")


def test_the_mails_of_a_paused_round_are_said_to_be_held(client, signe):
    round = factories.placement("confirmed").wish.round
    assert "mails bliver sendt</h2>" in get(client, round, "mails")
    rounds.pause_mails(round=round, is_paused=True)
    page = get(client, round, "mails")
    assert "mails holdes tilbage, mens mails er på pause</h2>" in page
    assert "mails bliver sendt</h2>" not in page


def test_whose_manager_has_not_decided_is_not_told_that_there_were_too_few_places(client, signe):
    round = factories.round(needs_approval=True)
    anne = factories.employee("Anne", manager=factories.employee("Ulla"))
    wish = factories.wish(person=anne, round=round)
    page = get(client, round, "release")
    assert "<strong>0</strong>" in page and "<strong>1</strong>" not in page
    assert "1 ønske venter på lederens godkendelse" in page
    rounds.release(round=round, now=NOW)
    mailplan.replan_stale(now=NOW)
    assert ("not_placed", "participant") not in mails(round)
    wishes.approve(wish=wish, by=None, now=NOW + timedelta(days=1))
    assert ("not_placed", "participant") in mails(round)


def test_a_wish_sent_after_the_result_was_told_is_not_turned_down_in_the_same_minute():
    round = factories.round()
    rounds.release(round=round, now=NOW)
    round.refresh_from_db()
    factories.wish(round=round, now=NOW + timedelta(hours=1))
    assert mails(round) == [("wish_received", "participant")]


def test_the_release_shows_the_numbers_and_asks_once_more(client, signe, held):
    round = held.wish.round
    page = get(client, round, "release")
    assert "<strong>1</strong> person får en plads. <strong>1</strong> person får ingen plads." in page
    assert "Der tages stadig imod ønsker til og med torsdag den 3. december." in page
    factories.wish(held.host, person=factories.employee("Carl"), round=round)
    assert "Tallene har ændret sig." in post(client, round, "release", confirmed="1-1")
    round.refresh_from_db()
    assert round.released_at is None
    assert "Resultatet er sendt ud." in post(client, round, "release", confirmed="1-2")
    post(client, round, "release", confirmed="1-2")
    assert list(round.events.values_list("step", "by__name")) == [("released", "Signe Holm")]


def test_confirming_in_such_a_round_says_that_nobody_is_told_yet(client, signe, held):
    bo = held.wish.round.wishes.get(employee__name="Bo")
    answer = client.post(
        f"/admin/placements/wish/{bo.pk}/place/",
        {"host": held.host.pk, "days": [str(FIRST_DAY + timedelta(days=1))], "step": "confirm"},
        follow=True,
    )
    assert "får besked, når I sender resultatet ud" in answer.content.decode()


def test_it_is_too_late_to_hold_back_what_has_been_told(client, signe, round):
    factories.placement("confirmed", wish=factories.wish(factories.host(), round=round), host=None)
    data = {field.name: getattr(round, field.name) for field in Round._meta.concrete_fields}
    data = {name: value for name, value in data.items() if value not in (None, False)}
    data |= {"hold_results": "on", "organisations": [factories.organisation().pk]}
    page = client.post(f"{ROUND}/{round.pk}/change/", data).content.decode()
    assert "Der er allerede givet besked om bekræftede besøg i runden." in page
