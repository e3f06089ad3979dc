"""A call that was noted wrongly: corrected in the log, with what it changed in its round."""

from datetime import timedelta

import pytest

from hosts.models import Call
from placements.domain import appetite, calls
from placements.domain.said import Said
from placements.models import HostRound
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

FREED = (
    "Rådhusets kantine står ikke længere noteret som en, der ikke deltager i Lynpraktik 2027. "
    "Skriv på praktikstedets side, hvor mange gæster der kan komme."
)


@pytest.fixture
def no(signe) -> Call:
    """A no on the phone of the canteen, for the round."""
    host = factories.host("Rådhusets kantine")
    said = Said("no", reasons=["busy"])
    return calls.log(round=factories.round(), workplace=host.workplace, said=said, by=signe, now=NOW)


def correct(client, call: Call, outcome: str, **values) -> str:
    data = {"outcome": outcome, "note": "", **values}
    address = f"/admin/hosts/call/{call.pk}/change/"
    return client.post(address, data, follow=True).content.decode()


def said() -> list[tuple[str, str]]:
    return list(HostRound.objects.values_list("appetite", "reason"))


@pytest.mark.parametrize(
    ("outcome", "values", "appetite_now"),
    [
        ("yes", {}, "yes"),
        ("maybe", {"call_back_on": "2027-02-01"}, "maybe"),
        ("not_reached", {}, ""),
    ],
)
def test_a_no_that_was_none_keeps_the_host_out_no_more(client, no, outcome, values, appetite_now):
    assert said() == [("no", "for travlt i den periode")]
    assert FREED in correct(client, no, outcome, reasons=["busy"], **values)
    no.refresh_from_db()
    assert (no.outcome, no.reasons) == (outcome, [])
    assert said() == [(appetite_now, "")]


def test_a_no_that_stays_one_stays_the_hosts_answer(client, no):
    shown = correct(client, no, "no", reasons=["staff"], note="Ring i maj")
    assert said() == [("no", "for travlt i den periode")]
    assert "ikke længere noteret" not in shown


def test_a_no_without_a_reason_is_not_saved(client, no):
    correct(client, no, "not_reached")
    assert "Vælg mindst én grund." in correct(client, no, "no")
    assert "Skriv grunden i notatet." in correct(client, no, "no", reasons=["other"])
    no.refresh_from_db()
    assert no.outcome == "not_reached"


def test_a_correction_overruns_no_correction_that_was_saved_meanwhile(client, no):
    address = f"/admin/hosts/call/{no.pk}/change/"
    seen = client.get(address).context["adminform"].form["seen"].value()
    correct(client, no, "yes", note="Palle ringede tilbage")
    assert "En anden har ændret dette imens." in correct(client, no, "not_reached", seen=seen)
    no.refresh_from_db()
    assert (no.outcome, no.note) == ("yes", "Palle ringede tilbage")


def test_what_the_host_has_said_since_stands(client, no, signe):
    row = HostRound.objects.get()
    appetite.say(
        host=row.host, round=row.round, appetite="next_year", reason="Ombygning.", by=None,
        now=NOW + timedelta(hours=1),
    )  # fmt: skip
    assert "ikke længere noteret" not in correct(client, no, "yes")
    assert said() == [("next_year", "Ombygning.")]


def test_a_call_corrected_to_a_no_says_where_the_round_is_told(client, no):
    correct(client, no, "not_reached")
    assert "notér det også under »Praktiksteder i runder«" in correct(
        client, no, "no", reasons=["busy"]
    )


@pytest.mark.parametrize(
    ("outcome", "appetite_now", "is_in"), [("maybe", "maybe", True), ("not_reached", "no", False)]
)
def test_perhaps_on_the_phone_after_a_no_lets_the_host_take_part_again(
    client, no, clock, outcome, appetite_now, is_in
):
    clock.now = NOW + timedelta(days=1)
    address = f"/admin/placements/round/{HostRound.objects.get().round_id}/calls/{no.workplace_id}/"
    client.post(address, {"do": "claim"})
    data = {"do": "log", "outcome": outcome, "call_back_on": "2026-12-01"}
    shown = client.post(address, data, follow=True).text
    assert ("Praktikstedet deltager i Lynpraktik 2027 igen." in shown) is is_in
    assert [row[0] for row in said()] == [appetite_now]


@pytest.fixture
def request_in_spite(no, signe):
    """A request that waits at a host that has said no to the round."""
    row = HostRound.objects.get()
    row.appetite = ""
    row.save()
    visit = factories.placement("asked", host=row.host, wish=factories.wish(round=row.round))
    appetite.say(host=row.host, round=row.round, appetite="no", reason="Flytter.", by=None, now=NOW)
    return visit


@pytest.mark.parametrize("outcome", ["answered", "no"])
def test_a_yes_to_one_request_takes_the_no_back_unless_it_is_said_again(
    client, no, clock, request_in_spite, outcome
):
    clock.now = NOW + timedelta(days=1)
    visit = request_in_spite
    address = f"/admin/placements/round/{visit.round.pk}/calls/{no.workplace_id}/"
    client.post(address, {"do": "claim"})
    data = {"do": "log", "outcome": outcome, "request": visit.pk, f"answer_{visit.pk}": "yes"}
    client.post(address, data | {"reasons": ["busy"]})
    visit.refresh_from_db()
    expected = ("yes", "") if outcome == "answered" else ("no", "Flytter.")
    assert (visit.state, said()) == ("accepted", [expected])


def test_a_yes_noted_on_the_page_of_the_placement_takes_the_no_back_too(client, request_in_spite):
    client.post(f"/admin/placements/placement/{request_in_spite.pk}/answer/", {"answer": "yes"})
    assert said() == [("yes", "")]


def test_a_yes_on_the_phone_after_a_no_says_that_the_host_takes_part_again(client, no, clock):
    clock.now = NOW + timedelta(days=1)
    address = f"/admin/placements/round/{HostRound.objects.get().round_id}/calls/{no.workplace_id}/"
    client.post(address, {"do": "claim"})
    data = {"do": "log", "outcome": "yes", "monday": "1"}
    shown = client.post(address, data, follow=True).content.decode()
    assert "Praktikstedet deltager i Lynpraktik 2027 igen." in shown
    assert said() == [("yes", "")]
