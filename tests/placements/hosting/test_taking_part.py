"""Hosts help themselves: taking part in a round."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from placements.domain import appetite, call_list, lifecycle, offers, snapshot, wishes
from placements.domain.errors import Refused
from placements.models import HostRound
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


def say(host, round, answer, reason=""):
    appetite.say(host=host, round=round, appetite=answer, reason=reason, by=None, now=NOW)


def take_part(client, host, round, answer, reason=""):
    prefix = f"round-{round.pk}-"
    data = {f"{prefix}appetite": answer, f"{prefix}reason": reason}
    return client.post(f"/vaert/{host.pk}/runde/{round.pk}/", data, follow=True).text


def test_a_host_says_whether_it_takes_part_and_changes_its_mind(client, host, round, birthe):
    assert "Så længe I ikke siger noget, er I med." in client.get(f"/vaert/{host.pk}/rediger/").text
    assert "Tak, det er noteret for Lynpraktik 2027." in take_part(client, host, round, "maybe")
    page = take_part(client, host, round, "no", "Vi flytter.")
    assert "I har sagt: <strong>Ikke denne gang</strong> (Birthe Kvist, 23. november 2026)" in page
    assert list(HostRound.objects.values_list("appetite", "reason", "said_by", "said_at")) == [
        ("no", "Vi flytter.", birthe.pk, NOW)
    ]


@pytest.mark.parametrize(
    ("answer", "reason", "message"),
    [
        ("no", "", "Skriv et par ord om hvorfor"),
        ("", "x", "Vælg et af svarene."),
        ("moon", "x", "moon"),
        ("no", "010190-1234", "CPR-nummer"),
    ],
)
def test_an_answer_that_will_not_do_keeps_what_was_typed(client, host, round, answer, reason, message):
    page = take_part(client, host, round, answer, reason)
    assert message in page and reason in page
    assert not HostRound.objects.exists()


@pytest.mark.parametrize(
    ("answer", "is_in"), [("yes", True), ("maybe", True), ("no", False), ("next_year", False)]
)
def test_who_says_no_is_not_offered_in_that_round_alone(host, round, answer, is_in):
    say(host, round, answer, "Derfor")
    other = factories.round("En anden")
    person = factories.employee()
    assert (host in wishes.eligible_hosts(round, person)) is is_in
    assert host in wishes.eligible_hosts(other, person)
    wish = factories.wish(None, round=round)
    seen = snapshot.take(round, now=NOW)
    assert any(seen.problem.hosts[0].seats) is is_in
    assert bool(seen.problem.hosts[0].openable) is is_in
    if not is_in:
        with pytest.raises(Refused, match="tager ikke imod"):
            lifecycle.propose(wish=wish, host=host, days=[FIRST_DAY], by=None, now=NOW)


def test_an_outdated_proposal_is_not_asked_about(host, round):
    visit = factories.placement(host=host, wish=factories.wish(host, round=round))
    say(host, round, "no", "Derfor")
    with pytest.raises(Refused, match="tager ikke imod"):
        lifecycle.ask(placement=visit, by=None, now=NOW)


def test_an_agreed_visit_stays_when_the_host_says_no(host, round):
    visit = factories.placement("asked", host=host, wish=factories.wish(host, round=round))
    say(host, round, "no", "Derfor")
    lifecycle.accept(placement=visit, by=None, now=NOW)
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    assert visit.state == "confirmed"


def test_whoever_comes_from_the_catalogue_is_told(client, host, round):
    say(host, round, "no", "Derfor")
    client.force_login(factories.employee())
    page = client.get(f"/oenske/{round.pk}/?host={host.pk}").text
    assert "Det sted, du valgte, tager ikke imod gæster i denne runde." in page


def test_what_was_said_last_time_is_taken_over_with_one_click(client, host, round):
    before = factories.round(
        "Sidste år",
        **{
            name: getattr(round, name) - timedelta(days=364)
            for name in ("wishes_from", "wishes_until", "visits_from", "visits_until")
        },
    )
    HostRound.objects.create(host=host, round=before, appetite="maybe", reason="Ring", said_at=NOW)
    page = client.get(f"/vaert/{host.pk}/rediger/").text
    assert "I Sidste år sagde I: Måske: spørg os." in page and "Sig det samme igen" in page
    take_part(client, host, round, "maybe", "Ring")
    assert "Sig det samme igen" not in client.get(f"/vaert/{host.pk}/rediger/").text


def test_the_round_before_is_one_of_the_same_scheme(client, host, round):
    """A nationwide round lies between this year's own and last year's own."""
    own = _earlier(round, "Vores egen", days=364)
    nationwide = _earlier(round, "Hele landet", days=91)
    nationwide.organisations.add(factories.organisation("Et ministerium"))
    for before, answer in ((own, "maybe"), (nationwide, "next_year")):
        HostRound.objects.create(host=host, round=before, appetite=answer, said_at=NOW)
        host.closed_days.create(date=before.visits_from, reason=before.name)
    page = client.get(f"/vaert/{host.pk}/rediger/").text
    assert "I Vores egen sagde I: Måske: spørg os." in page and "Hele landet" not in page
    assert offers.closed_last_time(host, round) == {FIRST_DAY: "Vores egen"}
    entry = next(row for row in call_list.entries(round=round, now=NOW) if row.name == str(host))
    assert entry.before.round == own
    round.organisations.add(factories.organisation("Et ministerium"))
    assert offers.closed_last_time(host, round) == {FIRST_DAY: "Hele landet"}


def _earlier(round, name: str, *, days: int):
    dates = ("wishes_from", "wishes_until", "visits_from", "visits_until")
    values = {each: getattr(round, each) - timedelta(days=days) for each in dates}
    return factories.round(name, **values)


def test_a_round_of_others_or_one_that_is_over_cannot_be_spoken_of(client, host, round):
    foreign = factories.round("Fremmed")
    foreign.organisations.set([factories.organisation("Et ministerium")])
    prefix = f"/vaert/{host.pk}/runde"
    assert client.post(f"{prefix}/{foreign.pk}/", {}).status_code == 404
    with pytest.raises(Refused, match="er slut"):
        appetite.say(
            host=host, round=round, appetite="yes", reason="", by=None, now=NOW + timedelta(days=90)
        )


def test_of_two_contacts_who_say_something_at_once_the_second_is_told(client, host, round):
    prefix, address = f"round-{round.pk}-", f"/vaert/{host.pk}/runde/{round.pk}/"
    form = client.get(f"/vaert/{host.pk}/rediger/").context["rounds"][0][1]
    mine = {f"{prefix}appetite": "yes", f"{prefix}seen": form["seen"].value()}
    palle = factories.employee("Palle")
    appetite.say(host=host, round=round, appetite="no", reason="Vi flytter.", by=palle, now=NOW)
    page = client.post(address, mine)
    words = "I mellemtiden har Palle sagt: Ikke denne gang. Se på det, og gem igen, hvis dit er det rigtige."
    assert words in page.text
    assert HostRound.objects.get().appetite == "no"
    seen = page.context["rounds"][0][1]["seen"].value()
    client.post(address, mine | {f"{prefix}seen": seen})
    assert HostRound.objects.get().appetite == "yes"


def test_pressing_twice_says_the_same_twice(client, host, round):
    form = client.get(f"/vaert/{host.pk}/rediger/").context["rounds"][0][1]
    data = {f"round-{round.pk}-appetite": "yes", f"round-{round.pk}-seen": form["seen"].value()}
    for _press in range(2):
        page = client.post(f"/vaert/{host.pk}/runde/{round.pk}/", data, follow=True)
        assert "Tak, det er noteret" in page.text


def test_a_consultant_does_not_overrun_what_the_host_has_said_meanwhile(client, host, round):
    say(host, round, "yes")
    row = HostRound.objects.get()
    client.force_login(factories.consultant())
    address = f"/admin/placements/hostround/{row.pk}/change/"
    seen = client.get(address).context["adminform"].form["seen"].value()
    say(host, round, "no", "Vi flytter.")
    page = client.post(address, {"appetite": "maybe", "reason": "", "seen": seen})
    assert "En anden har ændret dette imens." in page.text
    assert HostRound.objects.get().appetite == "no"


def test_a_consultant_notes_what_a_host_said_on_the_phone(client, host, round):
    signe = factories.consultant()
    client.force_login(signe)
    address = "/admin/placements/hostround/add/"
    said = {"host": host.pk, "round": round.pk, "appetite": "no", "reason": ""}
    assert "Skriv et par ord om hvorfor" in client.post(address, said).text
    client.post(address, said | {"reason": "Vi flytter."})
    row = HostRound.objects.get()
    assert (row.appetite, row.reason, row.said_by) == ("no", "Vi flytter.", signe)
    change = f"/admin/placements/hostround/{row.pk}/change/"
    client.post(change, {"appetite": "yes", "reason": ""})
    row.refresh_from_db()
    assert (row.appetite, row.reason) == ("yes", "")


@pytest.mark.parametrize(
    ("values", "name"),
    [({"appetite": "moon"}, "appetite_is_known"), ({}, "host_speaks_once_of_a_round")],
)
def test_what_the_database_refuses(host, round, values, name):
    HostRound.objects.create(host=host, round=round)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        HostRound.objects.create(host=host if not values else factories.host(), round=round, **values)
