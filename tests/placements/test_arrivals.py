"""Who arrives when: for a host's contacts alone."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from placements.models import Placement
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return factories.host("Rådhusets kantine", seats=50)


@pytest.fixture
def visitors(host):
    def make(count):
        round = factories.round()
        for number in range(count):
            wish = factories.wish(
                host, round=round, person=factories.employee(f"Gæst {number:02}"), needs="Vegetar"
            )
            factories.placement("confirmed", host=host, wish=wish, days=[round.days[number % 2]])

    return make


@pytest.fixture
def client(client, host):
    client.force_login(host.contacts.get())
    return client


def test_visitors_by_week_and_day_with_goal_needs_and_contact(client, host, visitors):
    visitors(3)
    page = client.get(f"/vaert/{host.pk}/")
    assert [
        (week, [(day, [row.employee.name for row in rows]) for day, rows in days])
        for week, days in page.context["weeks"]
    ] == [
        (
            1,
            [
                (FIRST_DAY, ["Gæst 00", "Gæst 02"]),
                (FIRST_DAY + timedelta(days=1), ["Gæst 01"]),
            ],
        )
    ]
    for words in ("Uge 1", "Mandag den 4. januar", "Hvordan gør I?", "Vegetar", "20 00 00 00"):
        assert words in page.content.decode()


@pytest.mark.parametrize("state", ["proposed", "asked", "accepted", "cancelled"])
def test_only_confirmed_visitors_are_shown(client, host, state):
    factories.placement(state, host=host)
    assert client.get(f"/vaert/{host.pk}/").context["weeks"] == []


def test_those_who_have_been_here_are_shown_when_asked_for(client, host, visitors, clock):
    visitors(1)
    clock.now = NOW + timedelta(days=60)
    assert client.get(f"/vaert/{host.pk}/").context["weeks"] == []
    assert len(client.get(f"/vaert/{host.pk}/?all=1").context["weeks"]) == 1


def test_another_hosts_page_is_not_found(client):
    assert client.get(f"/vaert/{factories.host().pk}/").status_code == 404


@pytest.mark.parametrize("count", [1, 40])
def test_the_page_takes_four_queries_however_many_visitors(
    client, host, visitors, count, django_assert_num_queries
):
    visitors(count)
    with django_assert_num_queries(4):
        client.get(f"/vaert/{host.pk}/")


def test_the_feed_holds_the_confirmed_days_and_loses_the_cancelled(client, host, visitors):
    from placements.domain import lifecycle

    visitors(2)
    feed = f"/kalender/{host.feed_secret}.ics"
    client.logout()
    answer = client.get(feed)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    events = calendar.walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == [
        "Lynpraktik: Gæst 00 hos Rådhusets kantine",
        "Lynpraktik: Gæst 01 hos Rådhusets kantine",
    ]
    first = Placement.objects.first()
    assert str(events[0]["UID"]) == f"visit-{first.pk}-1@testserver.example"
    lifecycle.cancel(placement=first, reason="-", by=None, now=NOW)
    assert len(Calendar.from_ical(client.get(feed).content).walk("VEVENT")) == 1


def test_a_new_address_makes_the_old_one_useless(client, host):
    old = host.feed_secret
    page = client.post(f"/vaert/{host.pk}/ny-kalenderadresse/", follow=True)
    assert "Kalenderen har fået en ny adresse" in page.content.decode()
    host.refresh_from_db()
    assert client.get(f"/kalender/{old}.ics").status_code == 404
    assert client.get(f"/kalender/{host.feed_secret}.ics").status_code == 200


def test_a_stranger_cannot_renew_the_address(client):
    other = factories.host()
    assert client.post(f"/vaert/{other.pk}/ny-kalenderadresse/").status_code == 404


# --- A participant's own feed ----------------------------------------------------------------------------


def test_a_participant_subscribes_to_the_own_visits_alone_in_the_own_language(client, host):
    anne = factories.employee("Anne Kjærsgaard", language="en")
    visit = factories.placement("confirmed", host=host, wish=factories.wish(person=anne))
    bo = factories.wish(person=factories.employee("Bo"), round=visit.wish.round)
    factories.placement("confirmed", wish=bo, host=host, days=visit.wish.round.days[1:2])
    client.force_login(anne)
    client.post("/kalender/min/ny-adresse/")
    anne.refresh_from_db()
    feed = f"/kalender/min/{anne.feed_secret}.ics"
    assert feed in client.get("/min-side/").content.decode()
    client.logout()
    calendar = Calendar.from_ical(client.get(feed).content)
    (event,) = calendar.walk("VEVENT")
    assert str(event["UID"]) == f"visit-{visit.pk}-1@testserver.example"
    assert str(calendar["X-WR-CALNAME"]) == "My work visits"
    client.force_login(anne)
    client.post("/kalender/min/ny-adresse/")
    assert client.get(feed).status_code == 404
    assert client.get("/kalender/min/None.ics").status_code == 404
