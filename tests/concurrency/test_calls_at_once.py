"""Two consultants and one phone number: one gets the call, the other a sentence, and one call is noted.

Real threads against the real database. To show that the constraints hold it, the same races are run with
them taken away.
"""

from contextlib import contextmanager

import pytest
from django.db import connection

from hosts.models import Call, CallClaim
from placements.domain import calls
from placements.domain.said import Said
from tests import factories
from tests.concurrency.test_board_at_once import at_once
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
NO = Said("no", reasons=["busy"])


@pytest.fixture
def town():
    class Town:
        round = factories.round()
        canteen = factories.workplace("Rådhusets kantine")
        consultants = [factories.consultant(f"Konsulent {number}") for number in range(6)]

    return Town


def claims(town):
    return [
        lambda by=by: calls.claim(workplace=town.canteen, by=by, now=NOW) for by in town.consultants
    ]


def logs(town, by):
    act = {"round": town.round, "workplace": town.canteen, "said": NO, "now": NOW}
    return [lambda by=by: calls.log(**act, by=by) for by in by]


@contextmanager
def _without(constraint: str, table: str):
    """The database without one of its unique constraints or indexes; put back on an empty table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [constraint])
        (again,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint}")
        cursor.execute(f"DROP INDEX IF EXISTS {constraint}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
            cursor.execute(again)


def _name_of_the_claims_constraint() -> str:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, CallClaim._meta.db_table)
    return next(name for name, each in found.items() if each["unique"] and not each["primary_key"])


def test_one_of_six_gets_the_call_and_the_others_read_who_has_it(town):
    said = at_once(*claims(town))
    holder = CallClaim.objects.get().by
    assert said == ["done"] + [f"{holder} har haft Rådhusets kantine i røret siden kl. 09.00."] * 5


def test_without_the_constraint_several_are_on_the_phone_at_once(town):
    with _without(_name_of_the_claims_constraint(), "hosts_callclaim"):
        said = at_once(*claims(town))
    assert said.count("done") > 1


def test_one_of_six_takes_over_a_call_that_aged_out(town):
    CallClaim.objects.create(workplace=town.canteen, by=factories.employee(), at=NOW - CallClaim.LASTS)
    assert at_once(*claims(town)).count("done") == 1


def test_one_call_is_noted_when_all_note_at_once(town):
    said = at_once(*logs(town, town.consultants))
    caller = Call.objects.get().caller
    assert said[0] == "done"
    sentence = (
        f"{caller} talte med Rådhusets kantine i dag kl. 09.00. Vi ringer aldrig to gange samme dag."
    )
    assert said[1:] == [sentence] * 5


def test_without_the_claim_the_constraint_alone_still_holds(town, monkeypatch):
    monkeypatch.setattr(calls, "_take", lambda *_: None)
    assert at_once(*logs(town, town.consultants)).count("done") == 1
    assert Call.objects.count() == 1


def test_without_claim_and_constraint_a_host_is_called_twice(town, monkeypatch):
    monkeypatch.setattr(calls, "_take", lambda *_: None)
    with _without("reached_once_a_day", "hosts_call"):
        said = at_once(*logs(town, town.consultants))
    assert said.count("done") > 1


def test_pressing_twice_in_two_tabs_notes_one_call(town):
    calls.claim(workplace=town.canteen, by=town.consultants[0], now=NOW)
    assert at_once(*logs(town, [town.consultants[0]] * 2)).count("done") == 1
    assert Call.objects.count() == 1


def test_who_is_told_that_a_call_is_over_is_not_given_it(town):
    """One notes while another takes the claim that has aged out: never both."""
    first, second = town.consultants[:2]
    CallClaim.objects.create(workplace=town.canteen, by=first, at=NOW - CallClaim.LASTS)
    said = at_once(
        *logs(town, [first]), lambda: calls.claim(workplace=town.canteen, by=second, now=NOW)
    )
    assert said.count("done") == 1
