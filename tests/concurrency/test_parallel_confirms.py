"""Fifty consultants confirm at once on a host with three seats: three get through each day.

Real threads against the real database. To show that lock and constraint are what holds, the same
race is run with both taken away.
"""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction

from hosts.models import Host
from placements.domain import lifecycle
from placements.domain.errors import Refused
from placements.models import Placement, VisitDay
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db(transaction=True)
SEATS, CROWD = 3, 50


@pytest.fixture
def crowd():
    host = factories.host("Rådhusets kantine", seats=SEATS)
    round = factories.round()
    wishes = [factories.wish(host, round=round, person=factories.employee()) for _ in range(CROWD)]
    return host, wishes


def confirm_all_at_once(host, wishes) -> list[str]:
    """What each of the consultants reads: 'confirmed' or the sentence of the refusal."""
    together = threading.Barrier(CROWD)

    def confirm(wish):
        try:
            together.wait(timeout=30)
            with transaction.atomic():
                placement = lifecycle.propose(wish=wish, host=host, days=[FIRST_DAY], by=None, now=NOW)
                lifecycle.confirm(placement=placement, by=None, now=NOW)
            return "confirmed"
        except Refused as refusal:
            return str(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=CROWD) as pool:
        return list(pool.map(confirm, wishes))


def test_three_seats_take_three_visitors_and_the_others_get_a_sentence(crowd):
    host, wishes = crowd
    said = Counter(confirm_all_at_once(host, wishes))
    full = "mandag den 4. januar kan ikke vælges hos Rådhusets kantine: lukket eller optaget."
    assert said == {"confirmed": SEATS, full: CROWD - SEATS}
    assert sorted(VisitDay.objects.values_list("seat", flat=True)) == [1, 2, 3]
    assert Placement.objects.filter(state="confirmed").count() == SEATS


def test_without_the_lock_the_constraint_alone_still_holds(crowd, monkeypatch):
    host, wishes = crowd
    monkeypatch.setattr(Host.objects, "select_for_update", lambda **_: Host.objects.all())
    said = Counter(confirm_all_at_once(host, wishes))
    assert said["confirmed"] == VisitDay.objects.filter(host=host).count() <= SEATS
    assert sum(said.values()) == CROWD


def test_without_lock_and_constraint_the_race_is_lost(crowd, monkeypatch):
    host, wishes = crowd
    monkeypatch.setattr(Host.objects, "select_for_update", lambda **_: Host.objects.all())
    with _constraint_removed("seat_taken_once"):
        confirm_all_at_once(host, wishes)
        overbooked = VisitDay.objects.filter(host=host).count()
        VisitDay.objects.all().delete()
    assert overbooked > SEATS


@contextmanager
def _constraint_removed(name: str):
    constraint = next(each for each in VisitDay._meta.constraints if each.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(VisitDay, constraint)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            editor.add_constraint(VisitDay, constraint)


def test_two_consultants_confirm_and_cancel_at_once_and_one_wins(crowd):
    host, wishes = crowd
    for wish in wishes[:SEATS]:
        placement = factories.placement("asked", host=host, wish=wish, days=[FIRST_DAY])
        together = threading.Barrier(2)

        def press(step, together=together, pk=placement.pk, **values):
            seen = Placement.objects.with_people().get(pk=pk)
            together.wait(timeout=30)
            try:
                step(placement=seen, by=None, now=NOW, **values)
                return "done"
            except Refused as refusal:
                return str(refusal)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(max_workers=2) as pool:
            outcomes = [
                pool.submit(press, lifecycle.confirm),
                pool.submit(press, lifecycle.cancel, reason="Sygdom"),
            ]
        said = sorted(outcome.result() for outcome in outcomes)
        assert said[1] == "done"
        assert said[0].startswith("Intet er ændret: opholdet for Anne") or "har nu status" in said[0]


def test_two_sends_of_one_wish_at_once_make_one_wish():
    round, host, person = factories.round(), factories.host(), factories.employee()
    together = threading.Barrier(4)

    def send(_):
        together.wait(timeout=30)
        try:
            return factories.wish(host, round=round, person=person).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert len(set(pool.map(send, range(4)))) == 1
    assert person.planned_mails.count() == 1
