"""Full hosts that people wait for are asked for more days, once a round."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mail.models import OutgoingMail
from placements.domain import host_days, rounds, todo
from placements.domain.errors import Refused
from placements.models import HostRound
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def round():
    return factories.round()


@pytest.fixture
def full(round):
    """A host with two contacts and without seats, for which three people wait."""
    contacts = [factories.employee("Birthe Kvist"), factories.employee("Jonas", language="en")]
    host = factories.host("Rådhusets kantine", seats=0, contacts=contacts)
    for _ in range(3):
        factories.wish(host, round=round, person=factories.employee())
    return host


def found(round, now=NOW):
    return [(str(each.host), each.people) for each in host_days.full_hosts(round, now=now)]


def test_only_hosts_without_a_seat_that_somebody_waits_for_are_asked(full, round):
    free = factories.host("Har plads")
    factories.wish(free, round=round, person=factories.employee())
    taken = factories.host("Har én gæst", most_visitors=1)
    factories.placement(host=taken, wish=factories.wish(taken, round=round))
    factories.wish(taken, None, round=round, person=factories.employee())
    silent = factories.host("Uden kontakt", seats=0, contacts=[])
    factories.wish(silent, round=round, person=factories.employee())
    no = factories.host("Ikke denne gang", seats=0)
    factories.wish(no, round=round, person=factories.employee())
    HostRound.objects.create(host=no, round=round, appetite="no")
    assert found(round) == [("Rådhusets kantine", 3), ("Har én gæst", 1)]


def test_each_contact_gets_a_letter_once_a_round(full, round):
    assert host_days.ask(round=round, number=1, now=NOW) == 2
    letters = OutgoingMail.objects.order_by("pk").values_list("subject", "expires_at__date")
    assert list(letters) == [
        ("3 kolleger ønsker Rådhusets kantine: Kan I åbne flere dage?", round.visits_from),
        ("3 colleagues wish for Rådhusets kantine: can you open more days?", round.visits_from),
    ]
    assert found(round) == []
    with pytest.raises(Refused, match="Intet er sendt"):
        host_days.ask(round=round, number=1, now=NOW)
    assert OutgoingMail.objects.count() == 2
    other = factories.round("Næste år")
    factories.wish(full, round=other, person=factories.employee())
    assert found(other) == [("Rådhusets kantine", 1)]


def test_it_is_asked_from_the_first_wish_until_the_visits_begin(full, round):
    assert found(round, NOW - timedelta(days=11)) == []
    assert found(round, NOW + timedelta(days=41)) == [("Rådhusets kantine", 3)]
    assert found(round, NOW + timedelta(days=42)) == []
    rounds.pause_mails(round=round, is_paused=True)
    round.refresh_from_db()
    assert found(round) == []


def test_a_consultant_sees_the_letter_and_only_the_number_shown_is_asked(client, full, round, clock):
    client.force_login(factories.consultant())
    address = f"/admin/placements/round/{round.pk}/host-days/"
    page = client.get(address).text
    assert "Spørg 1 praktiksted" in page and "3 kolleger ønsker Rådhusets kantine" in page
    assert "Intet er sendt" in client.post(address, {"number": "2"}, follow=True).text
    assert not OutgoingMail.objects.exists()
    assert "2 mails er på vej." in client.post(address, {"number": "1"}, follow=True).text
    assert "alle er spurgt" in client.get(address).text


@pytest.mark.parametrize("count", [1, 30])
def test_finding_them_takes_as_many_queries_for_many(round, count, django_assert_num_queries):
    for _ in range(count):
        host = factories.host(seats=0)
        factories.wish(host, round=round, person=factories.employee())
    with django_assert_num_queries(9):
        assert len(host_days.full_hosts(round, now=NOW)) == count


def todo_lines(now=NOW):
    return [
        (str(task.label), task.count, task.path)
        for task in todo.tasks(now=now)
        if "host-days" in task.path
    ]


def test_the_to_do_tells_of_full_hosts_until_they_are_asked(client, full, round):
    factories.round("Uden ønsker")
    label = "Lynpraktik 2027: fulde praktiksteder, som nogen venter på – bed om flere dage"
    assert todo_lines() == [(label, 1, f"placements/round/{round.pk}/host-days/")]
    client.force_login(factories.consultant())
    assert label in client.get("/admin/").text
    host_days.ask(round=round, number=1, now=NOW)
    assert todo_lines() == []


def test_the_to_do_tells_of_each_round_in_the_same_queries(full, round):
    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            host_days.counts(now=NOW)
        return len(queries)

    at_one = counted()
    for number in range(4):
        other = factories.round(f"Runde {number}")
        host = factories.host(seats=0)
        factories.wish(host, full, round=other, person=factories.employee())
    assert [count for _round, count in host_days.counts(now=NOW)] == [1, 2, 2, 2, 2]
    assert counted() == at_one
