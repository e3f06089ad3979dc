"""Hosts help themselves: taking part in a round, the offer, closed days, contacts."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from placements.domain import appetite, call_list, lifecycle, offers, seats, snapshot, wishes
from placements.domain.errors import Refused
from placements.models import HostRound, PlannedMail
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db

SECOND = FIRST_DAY + timedelta(days=1)


@pytest.fixture
def birthe():
    return factories.employee("Birthe Kvist")


@pytest.fixture
def host(birthe):
    return factories.host("Rådhusets kantine", contacts=[birthe], seats=2)


@pytest.fixture
def round():
    return factories.round()


@pytest.fixture
def client(client, birthe, clock):
    client.force_login(birthe)
    return client


def say(host, round, answer, reason=""):
    appetite.say(host=host, round=round, appetite=answer, reason=reason, by=None, now=NOW)


def take_part(client, host, round, answer, reason=""):
    prefix = f"round-{round.pk}-"
    data = {f"{prefix}appetite": answer, f"{prefix}reason": reason}
    return client.post(f"/vaert/{host.pk}/runde/{round.pk}/", data, follow=True).text


# --- Taking part in a round -----------------------------------------------------------------------


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


# --- The offer ------------------------------------------------------------------------------------


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


# --- Closed days ----------------------------------------------------------------------------------


def close(client, host, first, last="", **more):
    data = {"first": first, "last": last, "why": "Kursus"} | more
    return client.post(f"/vaert/{host.pk}/lukkedage/", data, follow=True)


def closed(host):
    return list(host.closed_days.values_list("date", "reason"))


def test_a_span_is_closed_on_its_working_days_and_a_day_is_opened_again(client, host):
    page = close(client, host, "2027-01-08", "2027-01-11").text
    assert "2 dage er lukket." in page and "Fredag den 8. januar: Kursus" in page
    assert closed(host) == [(date(2027, 1, 8), "Kursus"), (date(2027, 1, 11), "Kursus")]
    client.post(f"/vaert/{host.pk}/lukkedage/", {"do": "open-2027-01-08"})
    assert closed(host) == [(date(2027, 1, 11), "Kursus")]
    assert "1 dag er lukket." in close(client, host, "2027-01-08", "2027-01-11").text


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2027-01-11", "2027-01-08", "Den sidste dag må ikke ligge før den første."),
        ("2026-11-20", "", "De dage er gået."),
        ("2027-01-04", "2029-01-04", "Luk højst et år ad gangen."),
        ("2027-01-09", "2027-01-10", "Der er ingen arbejdsdag imellem"),
        ("", "", "Dette felt er påkrævet."),
        ("i morgen", "", "Indtast en gyldig dato."),
    ],
)
def test_days_that_cannot_be_closed(client, host, first, last, message):
    page = close(client, host, first, last).text
    assert message in page and "Kursus" in page
    assert closed(host) == []


@pytest.mark.parametrize("do", ["open-x", "remove-x", "open-2027-13-01"])
def test_odd_buttons_are_not_found(client, host, do):
    place = "kontakter" if do.startswith("remove") else "lukkedage"
    assert client.post(f"/vaert/{host.pk}/{place}/", {"do": do}).status_code == 404


def test_closing_a_day_with_a_visit_names_it_first(client, host, round):
    factories.placement("confirmed", host=host, wish=factories.wish(host, round=round))
    answer = close(client, host, "2027-01-04")
    assert "Anne Kjærsgaard, mandag den 4. januar" in answer.text and "Luk alligevel" in answer.text
    assert closed(host) == []
    known = ",".join(str(row.pk) for row in answer.context["promised"])
    close(client, host, "2027-01-04", known=known)
    assert closed(host) == [(FIRST_DAY, "Kursus")]
    assert host.visit_days.count() == 1


def test_days_that_correspond_to_last_rounds_closed_days_are_closed_with_one_click(client, host, round):
    before = factories.round(
        "Sidste år",
        **{
            name: getattr(round, name) - timedelta(days=363)
            for name in ("wishes_from", "wishes_until", "visits_from", "visits_until")
        },
    )
    # A Wednesday of the first week, and one of the second that is closed this time already.
    host.closed_days.create(date=before.visits_from + timedelta(days=1), reason="Møde")
    host.closed_days.create(date=before.visits_from + timedelta(days=8))
    host.closed_days.create(date=before.visits_from + timedelta(days=8 + 364))
    page = client.get(f"/vaert/{host.pk}/rediger/").text
    assert "onsdag den 6. januar (Møde)." in page
    data = {"do": "as-last-time", "round": round.pk}
    assert "1 dag er lukket." in client.post(f"/vaert/{host.pk}/lukkedage/", data, follow=True).text
    assert (date(2027, 1, 6), "Møde") in closed(host)
    assert "Luk også disse dage" not in client.get(f"/vaert/{host.pk}/rediger/").text


# --- Contacts -------------------------------------------------------------------------------------


def contact(client, host, **data):
    return client.post(f"/vaert/{host.pk}/kontakter/", data, follow=True)


def test_a_new_contact_gets_the_mails_of_visits_to_come(client, host, round):
    jonas = factories.employee("Jonas Damgaard")
    visit = factories.placement("asked", host=host, wish=factories.wish(host, round=round))
    page = contact(client, host, email=f" {jonas.email.upper()} ").text
    assert "Jonas Damgaard er nu kontakt og får mails fra nu af." in page
    assert set(host.contacts.values_list("name", flat=True)) == {"Birthe Kvist", "Jonas Damgaard"}
    assert PlannedMail.objects.filter(placement=visit, recipient=jonas, kind="host_asked").exists()
    contact(client, host, do=f"remove-{jonas.pk}")
    waiting = PlannedMail.objects.filter(placement=visit, recipient=jonas, state="planned")
    assert not waiting.exists()


def test_an_address_that_nobody_here_has_gets_a_sentence(client, host):
    ministry = factories.workplace("Kontoret", of=factories.organisation("Et ministerium"))
    foreign = factories.employee(workplace=ministry)
    gone = factories.employee(is_active=False)
    for address in ("ukendt@havneby.example", foreign.email, gone.email):
        page = contact(client, host, email=address).text
        assert f"Praktik kender ingen med adressen {address} i jeres organisation." in page
        assert f'value="{address}"' in page
    assert host.contacts.count() == 1


def test_the_last_contact_stays_and_who_leaves_comes_to_the_own_page(client, host, birthe):
    page = contact(client, host, do=f"remove-{birthe.pk}").text
    assert "Et praktiksted skal have en kontakt." in page
    jonas = factories.employee("Jonas Damgaard")
    contact(client, host, email=jonas.email)
    answer = contact(client, host, do=f"remove-{birthe.pk}")
    assert answer.redirect_chain == [("/min-side/", 302)]
    assert list(host.contacts.all()) == [jonas]
    assert client.get(f"/vaert/{host.pk}/rediger/").status_code == 404


def test_another_hosts_pages_are_not_found(client, round):
    other = factories.host()
    for place in ("rediger", "tilbud"):
        assert client.get(f"/vaert/{other.pk}/{place}/").status_code == 404
    for place in (f"runde/{round.pk}", "lukkedage", "kontakter", "godkendelse", "tilbud"):
        assert client.post(f"/vaert/{other.pk}/{place}/").status_code == 404


@pytest.mark.parametrize("count", [1, 40])
def test_the_page_takes_as_many_queries_for_many_closed_days(
    client, host, round, count, django_assert_num_queries
):
    for number in range(count):
        host.closed_days.create(date=FIRST_DAY + timedelta(days=number))
    with django_assert_num_queries(11):
        client.get(f"/vaert/{host.pk}/rediger/")
