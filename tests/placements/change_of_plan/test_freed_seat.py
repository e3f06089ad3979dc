"""The seat of a visit that was called off, and who could take it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hosts.models import ClosedDay, Host
from placements.domain import days, lifecycle, mailplan, rounds, todo
from placements.enums import CalledOffBy, PlacementState
from placements.models import HostRound, Placement, Round
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.change_of_plan.steps import SECOND, THIRD, calendars_of, told
from tests.placements.test_letters import sent_by

pytestmark = pytest.mark.django_db


def test_a_freed_seat_shows_its_best_candidates_and_one_click_proposes(client, visit, library):
    host, round = visit.host, visit.wish.round
    factories.wish(library, host, person=factories.employee("Bo"), round=round)
    factories.wish(host, person=factories.employee("Cille"), round=round, days=[THIRD])
    dearest = factories.wish(host, person=factories.employee("Dan"), round=round)
    lifecycle.cancel(
        placement=visit, reason="Sygt barn", by=None, now=NOW, caller=CalledOffBy.PARTICIPANT
    )
    client.force_login(factories.consultant())
    todo = client.get("/admin/placements/placement/?todo=freed").content.decode()
    address = f"/admin/placements/placement/{visit.pk}/freed/"
    assert address in todo
    answer = client.get(address)
    listed = [
        (str(row["wish"].employee), row["rank"], row["days"], row["takes_freed"])
        for row in answer.context["candidates"]
    ]
    assert listed == [
        ("Dan", "1. ønske", [FIRST_DAY], True),
        ("Bo", "2. ønske", [FIRST_DAY], True),
        ("Cille", "1. ønske", [THIRD], False),
    ]
    page = answer.content.decode()
    assert "Ledig igen: mandag den 4. januar og tirsdag den 5. januar." in page
    place = answer.context["candidates"][0]["place"]
    act = {"do": "put", "wish": dearest.pk, "place": place, "next": address}
    after = client.post(f"/admin/placements/round/{round.pk}/board/act/", act, follow=True)
    assert "Dan er foreslået til Rådhusets kantine" in after.content.decode()
    assert dearest.placements.get().state == PlacementState.PROPOSED


def test_who_lost_a_place_is_the_first_candidate_elsewhere(client, visit, library):
    round = visit.wish.round
    factories.wish(library, person=factories.employee("Bo"), round=round)
    lifecycle.cancel(placement=visit, reason="-", by=None, now=NOW, caller=CalledOffBy.HOST)
    client.force_login(factories.consultant())
    page = client.get(f"/admin/placements/round/{round.pk}/board/waiting/?host={library.pk}")
    rows = [
        (str(row["wish"].employee), row["missed"], row["is_lost"]) for row in page.context["candidates"]
    ]
    assert rows == [("Anne Kjærsgaard", 0, True), ("Bo", 0, False)]
    assert "har mistet en bekræftet plads" in page.content.decode()
    freed = client.get(f"/admin/placements/placement/{visit.pk}/freed/").content.decode()
    assert "ville ikke selv have dette besøg: Ring" in freed


@pytest.fixture
def freed(visit, signe):
    """A visit called off, and Bo, who could come instead."""
    bo = factories.wish(visit.host, person=factories.employee("Bo"), round=visit.wish.round)
    lifecycle.cancel(placement=visit, reason="Sygt barn", by=None, now=NOW)
    visit.bo = bo
    return visit


def counted() -> list[int]:
    return list(todo.freed_seats(NOW).values_list("pk", flat=True))


def page(client, visit) -> str:
    return client.get(f"/admin/placements/placement/{visit.pk}/freed/").content.decode()


def test_a_seat_is_something_to_do_only_when_somebody_could_take_it(freed):
    assert counted() == [freed.pk]
    freed.bo.possible_days = [FIRST_DAY + timedelta(days=200)]
    freed.bo.save(update_fields=["possible_days"])
    assert counted() == []


def test_the_one_who_left_is_no_candidate_for_the_own_seat(visit, signe):
    lifecycle.cancel(placement=visit, reason="-", by=None, now=NOW, caller=CalledOffBy.PARTICIPANT)
    assert counted() == []


def waiting_list(client, visit, **chosen):
    address = f"/admin/placements/round/{visit.wish.round_id}/board/waiting/"
    return client.get(address, chosen).content.decode()


def test_the_waiting_list_names_the_freed_days_until_they_are_taken(client, freed):
    named = f'<a href="?host={freed.host_id}">{freed.host}</a>: mandag den 4. januar og tirsdag den 5. januar'
    assert named in waiting_list(client, freed)
    _take_it(freed)
    assert f'<a href="?host={freed.host_id}">' not in waiting_list(client, freed)


def test_a_request_without_an_answer_leaves_its_seat_to_others(client, library, signe):
    asked = factories.placement("asked", host=library)
    factories.wish(library, person=factories.employee("Bo"), round=asked.wish.round)
    lifecycle.expire(placement=asked, reason="", now=NOW)
    assert counted() == [asked.pk]
    assert f'<a href="?host={library.pk}">{library}</a>: ' in waiting_list(client, asked)
    assert "Ingen har svaret i tide om dette besøg: Ring til praktikstedet" in page(client, asked)


def test_the_order_of_candidates_is_said_as_it_is(client, freed):
    chosen = waiting_list(client, freed, host=freed.host_id)
    assert (
        "De bedste først: de, der kan på de frigjorte dage; derefter de, der gik forgæves før" in chosen
    )
    free = factories.host("Havneby Skole")
    factories.wish(free, person=factories.employee("Eva"), round=freed.wish.round)
    assert "De bedste først: de, der gik forgæves før" in waiting_list(client, freed, host=free.pk)


def _take_it(freed):
    factories.placement(host=freed.host, wish=freed.bo, days=freed.days[:1])
    other = factories.wish(freed.host, person=factories.employee("Cille"), round=freed.wish.round)
    factories.placement(host=freed.host, wish=other, days=freed.days[1:])
    factories.wish(freed.host, person=factories.employee("Dan"), round=freed.wish.round)


def _no_seats(freed):
    freed.host.closed_days.bulk_create(ClosedDay(host=freed.host, date=day) for day in freed.days)


def _no_more_visitors(freed):
    other = factories.wish(freed.host, person=factories.employee("Cille"), round=freed.wish.round)
    factories.placement(host=freed.host, wish=other, days=[THIRD])
    Host.objects.filter(pk=freed.host_id).update(most_visitors=1)


def _stays_out(freed):
    HostRound.objects.create(host=freed.host, round=freed.wish.round, appetite="no")


def _takes_nobody(freed):
    Host.objects.filter(pk=freed.host_id).update(is_open=False)


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        (_take_it, "Alle pladser de dage er optaget; praktikstedet kan have ledige på andre dage."),
        (_no_seats, "Praktikstedet tilbyder ikke længere de dage; det kan have andre."),
        (_no_more_visitors, "Rådhusets kantine har ikke plads til flere gæster i denne runde."),
        (_stays_out, "Rådhusets kantine tager ikke imod gæster i denne runde."),
        (_takes_nobody, "Rådhusets kantine tager ikke imod gæster i denne runde."),
    ],
)
def test_what_is_no_longer_free_is_nothing_to_do_and_the_page_says_why(
    client, freed, happens, sentence
):
    assert "Ledig igen" in page(client, freed)
    happens(freed)
    assert counted() == []
    assert f"<p>{sentence}</p>" in page(client, freed)


@pytest.mark.parametrize("rounds", [1, 5])
def test_counting_costs_the_same_queries_in_one_round_or_five(rounds, signe):
    ended = []
    for number in range(rounds):
        round, host = factories.round(f"Runde {number}"), factories.host()
        for _each in range(rounds):
            factories.wish(host, person=factories.employee(), round=round)
        gone = factories.wish(host, person=factories.employee(), round=round)
        ended.append(factories.placement("cancelled", host=host, wish=gone).pk)
    with CaptureQueriesContext(connection) as queries:
        assert sorted(counted()) == ended
    assert len(queries) == 23


def test_the_days_that_a_visit_moved_away_from_are_a_freed_seat_too(client, visit, mail_server):
    sent_by(mail_server, NOW)
    dan = factories.wish(visit.host, person=factories.employee("Dan"), round=visit.wish.round)
    assert list(todo.freed_seats(NOW)) == []
    days.move(placement=visit, days=[SECOND, THIRD], reason="Kursus", by=None, now=NOW)
    assert list(todo.freed_seats(NOW)) == [visit]
    client.force_login(factories.consultant())
    address = f"/admin/placements/placement/{visit.pk}/freed/"
    assert address in client.get("/admin/placements/placement/?todo=freed").text
    assert address in client.get(f"/admin/placements/placement/{visit.pk}/change/").text
    page = client.get(address)
    assert "flyttet til tirsdag den 5. januar og onsdag den 6. januar" in page.text
    assert "Ledig igen: mandag den 4. januar." in page.text
    assert [(row["wish"], row["days"]) for row in page.context["candidates"]] == [(dan, [FIRST_DAY])]
    lifecycle.cancel(placement=visit, reason="-", by=None, now=NOW, caller=CalledOffBy.PARTICIPANT)
    assert [each.pk for each in todo.freed_seats(NOW)] == [visit.pk]


def test_also_of_a_visit_that_moved_before_anybody_was_told(visit, mail_server):
    """The result is held back: people hear of the days that stand, as of a visit that never moved."""
    Round.objects.update(hold_results=True)
    visit = Placement.objects.with_people().get()
    mailplan.replan(visit, now=NOW)
    sent_by(mail_server, NOW)
    factories.wish(visit.host, person=factories.employee("Dan"), round=visit.wish.round)
    days.move(placement=visit, days=[SECOND, THIRD], reason="Kursus", by=None, now=NOW)
    assert list(todo.freed_seats(NOW)) == [visit]
    near = at(FIRST_DAY - timedelta(days=4), NOW.time())
    rounds.release(round=visit.round, now=near)
    mailplan.replan_stale(now=near)
    letters = [subject for name, subject in told(sent_by(mail_server, near)) if "Birthe" in name]
    assert letters == [
        "Det er på plads: Anne Kjærsgaard besøger Rådhusets kantine",
        "Kalenderinvitation: Anne Kjærsgaard hos Rådhusets kantine, onsdag den 6. januar",
    ]
    assert calendars_of([mail_server.letters], visit.employee) == {"Anne Kjærsgaard": [SECOND, THIRD]}


def test_also_of_the_days_that_it_left_before_it_was_called_off(client, visit):
    left, last = visit.days, [THIRD, THIRD + timedelta(days=1)]
    bo = factories.wish(visit.host, person=factories.employee("Bo"), round=visit.wish.round, days=left)
    days.move(placement=visit, days=last, reason="Kursus", by=None, now=NOW)
    lifecycle.cancel(placement=visit, reason="-", by=None, now=NOW, caller=CalledOffBy.HOST)
    others = factories.wish(
        visit.host, person=factories.employee("Eva"), round=visit.wish.round, length=2
    )
    factories.placement("confirmed", wish=others, host=visit.host, days=last)
    assert counted() == [visit.pk]
    client.force_login(factories.consultant())
    answer = client.get(f"/admin/placements/placement/{visit.pk}/freed/")
    assert [(row["wish"], row["takes_freed"]) for row in answer.context["candidates"]][0] == (bo, True)


def test_a_visit_that_did_not_move_has_left_no_seat(client, visit):
    client.force_login(factories.consultant())
    assert client.get(f"/admin/placements/placement/{visit.pk}/freed/").status_code == 404
