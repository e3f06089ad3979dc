"""Hosts help themselves: the offer, with the visits that would lose their seats."""

import pytest

from placements.domain import lifecycle, offers, seats
from placements.domain.errors import Refused
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(client, host):
    """What the form shows, to be posted again with changes."""
    form = client.get(f"/vaert/{host.pk}/tilbud/").context
    values = {name: form["form"][name].value() for name in form["form"].fields}
    shown = {name: value for name, value in values.items() if value not in (None, False)}
    return shown | {"seen": form["seen"], "fields": []}


def test_a_contact_changes_the_offer(client, host, offer):
    kitchen = factories.field("Køkken")
    change = {"description": "Nye ord", "seats_monday": 5, "allows_split": "on", "dress": "Sko"}
    client.post(f"/vaert/{host.pk}/tilbud/", offer | change | {"fields": [kitchen.pk]})
    host.refresh_from_db()
    assert (host.description, host.weekday_seats, host.allows_split, host.dress) == (
        "Nye ord",
        [5, 2, 2, 2, 2],
        True,
        "Sko",
    )
    assert list(host.fields.all()) == [kitchen]


def test_a_faulty_change_keeps_what_was_typed_and_changes_nothing(client, host, offer):
    page = client.post(
        f"/vaert/{host.pk}/tilbud/", offer | {"longest_visit": 0, "dress": "Gule sko"}
    ).text
    assert "Gule sko" in page
    host.refresh_from_db()
    assert (host.longest_visit, host.dress) == (2, "")


def test_of_two_contacts_who_change_it_at_once_the_second_is_told(client, host, offer):
    client.post(f"/vaert/{host.pk}/tilbud/", offer | {"dress": "Sko"})
    address, mine = f"/vaert/{host.pk}/tilbud/", offer | {"dress": "Støvler"}
    answer = client.post(address, mine)
    assert "En anden har lige ændret tilbuddet." in answer.text and "Støvler" in answer.text
    client.post(address, mine | {"seen": answer.context["seen"]})
    host.refresh_from_db()
    assert host.dress == "Støvler"


def test_an_offer_that_was_approved_meanwhile_stays_approved(client, host, offer):
    type(host).objects.update(approval="waiting")
    offer["seen"] = client.get(f"/vaert/{host.pk}/tilbud/").context["seen"]
    stale = type(host).objects.get()
    type(host).objects.update(approval="approved")
    offers.change(
        host=stale, columns=["dress"], fields=[], seen=offers.mark(stale, ["dress"]), known=[], now=NOW
    )
    host.refresh_from_db()
    assert host.approval == "approved"


@pytest.mark.parametrize("state", ["asked", "accepted", "confirmed"])
def test_who_takes_away_the_seat_of_a_visit_is_told_its_name_first(client, host, round, offer, state):
    for name in ("Anne", "Bo"):
        wish = factories.wish(host, round=round, person=factories.employee(name))
        factories.placement(state, host=host, wish=wish, days=[FIRST_DAY])
    fewer = offer | {"seats_monday": 1}
    answer = client.post(f"/vaert/{host.pk}/tilbud/", fewer)
    assert [str(row.employee) for row in answer.context["promised"]] == ["Anne", "Bo"]
    assert "Anne, mandag den 4. januar" in answer.text and "de står ved magt" in answer.text
    host.refresh_from_db()
    assert host.seats_monday == 2
    known = ",".join(str(row.pk) for row in answer.context["promised"])
    client.post(f"/vaert/{host.pk}/tilbud/", fewer | {"known": known})
    host.refresh_from_db()
    assert host.seats_monday == 1
    assert host.visit_days.count() == 2


def test_a_visit_that_came_in_between_is_told_too(client, host, round, offer):
    first = factories.placement("asked", host=host, wish=factories.wish(host, round=round))
    known = str(first.visit_days.get().pk)
    wish = factories.wish(host, round=round, person=factories.employee("Bo"))
    factories.placement("asked", host=host, wish=wish, days=[FIRST_DAY])
    page = client.post(f"/vaert/{host.pk}/tilbud/", offer | {"seats_monday": 0, "known": known}).text
    assert "Bo, mandag den 4. januar" in page
    host.refresh_from_db()
    assert host.seats_monday == 2


def test_a_proposal_is_nobodys_business_but_is_not_asked_about_any_more(client, host, round, offer):
    visit = factories.placement(host=host, wish=factories.wish(host, round=round))
    client.post(f"/vaert/{host.pk}/tilbud/", offer | {"seats_monday": 0})
    host.refresh_from_db()
    assert host.seats_monday == 0
    visit = type(visit).objects.get()
    with pytest.raises(Refused, match="ikke længere en plads til Anne Kjærsgaard mandag den 4. januar"):
        lifecycle.ask(placement=visit, by=None, now=NOW)


def test_a_low_seat_that_is_free_is_not_given_away_on_a_day_that_is_full(host, round):
    placed = []
    for name in ("Anne", "Bo"):
        wish = factories.wish(host, round=round, person=factories.employee(name))
        placed.append(factories.placement("asked", host=host, wish=wish, days=[FIRST_DAY]))
    lifecycle.decline(placement=placed[0], reason="-", by=None, now=NOW)
    host.seats_monday = 1
    host.save(update_fields=["seats_monday"])
    assert seats.Occupancy(round, [host], []).free_seats(host, FIRST_DAY) == []
