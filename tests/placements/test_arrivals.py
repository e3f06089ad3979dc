"""Who arrives when: for a host's contacts alone."""

from datetime import timedelta

import pytest

from employees.models import Workplace
from hosts.models import Host
from placements.models import Placement
from praktik.lib.dates import at
from tests import calendar_client, factories
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
    assert len(client.get(f"/vaert/{host.pk}/?show=all").context["weeks"]) == 1


def test_another_hosts_page_is_not_found(client):
    assert client.get(f"/vaert/{factories.host().pk}/").status_code == 404


@pytest.mark.parametrize("count", [1, 40])
def test_the_page_takes_six_queries_however_many_visitors(
    client, host, visitors, count, django_assert_num_queries
):
    visitors(count)
    with django_assert_num_queries(6):
        client.get(f"/vaert/{host.pk}/")


def test_the_feed_holds_the_confirmed_days_and_loses_the_cancelled(client, host, visitors):
    from placements.domain import lifecycle

    visitors(2)
    feed = f"/kalender/{host.feed_secret}.ics"
    client.logout()
    answer = client.get(feed)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    events = calendar_client.read(answer.text).events
    assert [event.summary for event in events] == [
        "Lynpraktik: Gæst 00 hos Rådhusets kantine",
        "Lynpraktik: Gæst 01 hos Rådhusets kantine",
    ]
    first = Placement.objects.first()
    assert events[0].uid == f"visit-{first.pk}-1@testserver.example"
    lifecycle.cancel(placement=first, reason="-", by=None, now=NOW)
    assert len(calendar_client.read(client.get(feed).text).events) == 1


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
    first = client.post("/kalender/min/ny-adresse/", follow=True).content.decode()
    assert "Your calendar has an address" in first and "no longer works" not in first
    anne.refresh_from_db()
    feed = f"/kalender/min/{anne.feed_secret}.ics"
    assert feed in client.get("/min-side/").content.decode()
    client.logout()
    text = client.get(feed).text
    (event,) = calendar_client.read(text).events
    assert event.uid == f"visit-{visit.pk}-1@testserver.example"
    assert "X-WR-CALNAME:My work visits\r\n" in text
    client.force_login(anne)
    second = client.post("/kalender/min/ny-adresse/", follow=True).content.decode()
    assert "The old one no longer works." in second
    assert client.get(feed).status_code == 404
    assert client.get("/kalender/min/None.ics").status_code == 404


# --- Today, this week, all; attendance --------------------------------------------------------------------


def days_shown(client, host, show):
    weeks = client.get(f"/vaert/{host.pk}/?show={show}").context["weeks"]
    return [day for _week, days in weeks for day, _rows in days]


@pytest.mark.parametrize(
    ("show", "days"),
    [("today", [6]), ("week", [4, 6, 8]), ("", [6, 8, 11]), ("all", [4, 6, 8, 11]), ("x", [6, 8, 11])],
)
def test_today_this_week_from_today_on_and_all(client, host, clock, show, days):
    round = factories.round()
    for number in (4, 6, 8, 11):
        wish = factories.wish(host, round=round, person=factories.employee())
        day = FIRST_DAY.replace(day=number)
        factories.placement("confirmed", host=host, wish=wish, days=[day])
    clock.now = at(FIRST_DAY.replace(day=6), NOW.time())
    assert [day.day for day in days_shown(client, host, show)] == days


def attendance(client, host, visit, came):
    address = f"/vaert/{host.pk}/fremmoede/{visit.pk}/"
    return client.post(address, {"came": came}, follow=True).content.decode()


def test_a_no_show_is_one_click_on_the_page_and_can_be_corrected(client, host, visitors, clock):
    visitors(1)
    visit = Placement.objects.get()
    assert "Gæst 00 kom ikke" not in client.get(f"/vaert/{host.pk}/").content.decode()
    assert "ikke slut endnu" in attendance(client, host, visit, "no")
    clock.now = at(FIRST_DAY, NOW.time().replace(hour=16))
    page = client.get(f"/vaert/{host.pk}/")
    assert page.context["to_note"] == [visit]
    assert "Gæst 00 kom ikke" in page.content.decode()
    assert "Det er noteret, at Gæst 00 ikke kom." in attendance(client, host, visit, "no")
    page = client.get(f"/vaert/{host.pk}/")
    assert page.context["to_note"] == []
    assert "Det er noteret, at gæsten ikke kom." in page.content.decode()
    attendance(client, host, visit, "yes")
    visit.refresh_from_db()
    assert visit.attended is True


@pytest.mark.parametrize(
    ("show", "leads_to"), [("all", "?show=all"), ("week", "?show=week"), ("", ""), ("moon", "")]
)
def test_what_was_shown_is_shown_again_after_noting(client, host, visitors, clock, show, leads_to):
    visitors(1)
    clock.now = at(FIRST_DAY, NOW.time().replace(hour=16))
    address = f"/vaert/{host.pk}/"
    if leads_to:
        page = client.get(f"{address}?show={show}").content.decode()
        assert f'name="show" value="{show}"' in page
    answer = client.post(
        f"{address}fremmoede/{Placement.objects.get().pk}/", {"came": "no", "show": show}
    )
    assert answer.headers["Location"] == f"{address}{leads_to}"


def test_attendance_of_another_host_or_of_a_strange_answer_is_not_found(client, host, visitors):
    visitors(1)
    visit, other = Placement.objects.get(), factories.host()
    foreign = factories.placement(
        "confirmed", host=other, wish=factories.wish(other, round=visit.wish.round)
    )
    for place, of, came in ((other, foreign, "no"), (host, foreign, "no"), (host, visit, "x")):
        address = f"/vaert/{place.pk}/fremmoede/{of.pk}/"
        assert client.post(address, {"came": came}).status_code == 404


def test_participants_see_whom_to_call_at_the_host(client, host):
    host.contacts.add(factories.employee("Jonas Damgaard", phone="99 88 77 66"))
    anne = factories.employee("Anne Kjærsgaard")
    visit = factories.placement("confirmed", host=host, wish=factories.wish(host, person=anne))
    client.force_login(visit.employee)
    page = client.get("/min-side/").content.decode()
    assert "Jonas Damgaard" in page and "tel:99 88 77 66" in page


# --- The reception ------------------------------------------------------------------------------------------


@pytest.fixture
def town_hall(clock):
    """Three hosts, two of them in one building; a visitor at each on 4 January, and the contact of the first."""
    birthe, round = factories.employee("Birthe Kvist"), factories.round()
    for name, address in (
        ("Kantinen", "Torvet 1, 9999 Havneby"),
        ("Borgerservice", " torvet 1, 9999 havneby"),
        ("Skolen", "Skolegade 3"),
    ):
        host = factories.host(
            workplace=factories.workplace(name, address=address),
            contacts=[birthe],
            ask_for=f"{name}s chef",
        )
        person = factories.employee(f"Gæst hos {name}")
        wish = factories.wish(host, round=round, person=person, needs="Vegetar", goal="Hemmeligt mål")
        factories.placement("confirmed", host=host, wish=wish, days=[FIRST_DAY])
        host.contacts.set([birthe] if name == "Kantinen" else [])
    clock.now = at(
        FIRST_DAY - timedelta(days=4), NOW.time()
    )  # 31 December: the next working day is the 4th
    return birthe


def test_the_reception_sees_who_comes_to_its_building_next_and_no_needs(client, town_hall):
    client.force_login(town_hall)
    kitchen = Host.objects.get(workplace__name="Kantinen")
    page = client.get(f"/modtagelse/{kitchen.pk}/")
    assert [str(row.employee) for row in page.context["visit_days"]] == [
        "Gæst hos Borgerservice",
        "Gæst hos Kantinen",
    ]
    text = page.content.decode()
    for words in ("Gæster mandag den 4. januar", "Torvet 1", "Kantinens chef", "08.00"):
        assert words in text
    for words in ("Vegetar", "Hemmeligt mål", "@havneby.example", "Skolen"):
        assert words not in text


def test_today_can_be_chosen_on_a_working_day_alone(client, town_hall, clock):
    client.force_login(town_hall)
    kitchen = Host.objects.get(workplace__name="Kantinen")
    address = f"/modtagelse/{kitchen.pk}/?day=today"
    assert client.get(address).context["day"] == FIRST_DAY
    clock.now = at(FIRST_DAY, NOW.time())
    assert client.get(address).context["day"] == FIRST_DAY
    assert client.get(f"/modtagelse/{kitchen.pk}/").context["visit_days"] == []


def test_contacts_see_their_own_buildings_and_consultants_all_with_arrivals(client, town_hall):
    def shown():
        found = client.get("/modtagelse/").context["buildings"]
        return [(building.name.lower(), len(building.visit_days)) for building in found]

    school = Host.objects.get(workplace__name="Skolen")
    client.force_login(town_hall)
    assert shown() == [("torvet 1, 9999 havneby", 2)]
    assert client.get(f"/modtagelse/{school.pk}/").status_code == 404
    client.force_login(factories.consultant())
    assert shown() == [("skolegade 3", 1), ("torvet 1, 9999 havneby", 2)]
    assert client.get(f"/modtagelse/{school.pk}/").status_code == 200


def test_a_host_without_an_address_stands_alone(client, town_hall):
    Workplace.objects.update(address="")
    client.force_login(town_hall)
    kitchen = Host.objects.get(workplace__name="Kantinen")
    rows = client.get(f"/modtagelse/{kitchen.pk}/").context["visit_days"]
    assert [str(row.employee) for row in rows] == ["Gæst hos Kantinen"]
    client.force_login(factories.consultant())
    assert len(client.get("/modtagelse/").context["buildings"]) == 3


@pytest.mark.parametrize("count", [1, 40])
def test_the_lists_take_as_many_queries_for_many_visitors(
    client, host, visitors, clock, count, django_assert_num_queries
):
    visitors(count)
    clock.now = at(FIRST_DAY - timedelta(days=4), NOW.time())
    with django_assert_num_queries(4):
        client.get(f"/modtagelse/{host.pk}/")
    with django_assert_num_queries(4):
        client.get("/modtagelse/")
