"""A workplace signs itself up as a host, and a consultant approves it, or not, the first time."""

import re

import pytest
from django.db import IntegrityError, transaction

from hosts import sign_up
from hosts.models import Approval, Host
from mail.models import OutgoingMail
from placements.domain import todo
from praktik.lib.errors import Refused
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

SEATS = {f"seats_{day}": 0 for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}


@pytest.fixture
def birthe():
    return factories.employee("Birthe Kvist", workplace=factories.workplace("Rådhusets kantine"))


@pytest.fixture
def client(client, birthe, clock):
    client.force_login(birthe)
    return client


@pytest.fixture
def offer(birthe):
    return SEATS | {
        "workplace": birthe.workplace_id,
        "description": "Frokost til 280.",
        "fields": [factories.field().pk],
        "seats_monday": 2,
        "shortest_visit": 1,
        "longest_visit": 2,
        "starts_at": "08:00",
        "ends_at": "15:00",
        "ask_for": "Birthe Kvist",
    }


@pytest.fixture
def waiting(client, offer):
    client.post("/bliv-praktiksted/", offer)
    return Host.objects.get()


def letters():
    return list(OutgoingMail.objects.order_by("pk").values_list("subject", flat=True))


def seen_on(page: str) -> str:
    """What the page that decides posts of what it showed."""
    return re.search('name="seen" value="(.*?)"', page)[1]


def names(client):
    return [str(host) for host in client.get("/praktiksteder/").context["page"]]


def test_the_own_workplace_is_chosen_and_hosts_are_not_offered(client, birthe):
    other = factories.workplace("Svømmehallen")
    foreign = factories.workplace("Kontoret", of=factories.organisation("Et ministerium"))
    taken = factories.host().workplace
    form = client.get("/bliv-praktiksted/").context["form"]
    assert form["workplace"].value() == birthe.workplace_id
    offered = set(form.fields["workplace"].queryset)
    assert {other, birthe.workplace} <= offered
    assert not {foreign, taken} & offered


def test_what_is_signed_up_waits_unseen_with_the_person_as_its_contact(client, birthe, waiting):
    assert (waiting.approval, waiting.signed_up_by, waiting.weekday_seats) == (
        "waiting",
        birthe,
        [2, 0, 0, 0, 0],
    )
    assert list(waiting.contacts.all()) == [birthe]
    assert letters() == ["Rådhusets kantine er tilmeldt som praktiksted"]
    assert names(client) == []
    assert client.get(f"/praktiksteder/{waiting.pk}/").status_code == 404
    assert "En konsulent ser på jeres tilbud" in client.get(f"/vaert/{waiting.pk}/rediger/").text
    assert [task.count for task in todo.tasks(now=NOW)] == [1]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"description": ""}, "Dette felt er påkrævet."),
        ({"seats_monday": 0}, "Giv en plads på mindst én ugedag."),
        ({"seats_monday": 51}, "50"),
        ({"shortest_visit": 3}, "Det korteste ophold"),
        ({"ends_at": "07:00"}, "Dagen skal slutte"),
        ({"parking": "Spørg 010190-1234"}, "CPR-nummer"),
        ({"workplace": "x"}, "Marker en gyldig valgmulighed"),
    ],
)
def test_a_faulty_offer_is_said_and_nothing_typed_is_lost(client, offer, fault, message):
    page = client.post("/bliv-praktiksted/", offer | fault).text
    assert message in page
    assert "Birthe Kvist" in page
    assert not Host.objects.exists() and letters() == []


def test_of_two_who_sign_up_one_workplace_the_second_is_told(birthe, offer):
    for person in (birthe, factories.employee()):
        host = Host(workplace=birthe.workplace, description="Kom")
        if person == birthe:
            sign_up.sign_up(host=host, fields=[], by=person, now=NOW)
        else:
            with pytest.raises(Refused, match="Rådhusets kantine er allerede praktiksted."):
                sign_up.sign_up(host=host, fields=[], by=person, now=NOW)
    assert len(letters()) == 1


def test_somebody_without_a_workplace_gets_a_sentence(client):
    client.force_login(factories.employee(workplace=None))
    assert "Der er ingen arbejdsplads, du kan tilmelde." in client.get("/bliv-praktiksted/").text


def test_a_consultant_approves_and_everybody_finds_it(client, waiting, birthe):
    signe = factories.consultant()
    client.force_login(signe)
    address = f"/admin/hosts/host/{waiting.pk}/decide/"
    page = client.get(address).text
    assert "Frokost til 280." in page and birthe.email in page
    client.post(address, {"do": "approve", "seen": seen_on(page)})
    waiting.refresh_from_db()
    assert (waiting.approval, waiting.decided_by, waiting.decided_at) == ("approved", signe, NOW)
    assert letters()[1:] == ["Rådhusets kantine er nu praktiksted"]
    assert names(client) == ["Rådhusets kantine"]
    assert todo.tasks(now=NOW) == []


def test_many_are_approved_from_the_list_that_the_to_do_leads_to(client, waiting):
    client.force_login(factories.consultant())
    address = "/admin/hosts/host/?approval__exact=waiting"
    assert "Rådhusets kantine" in client.get(address).text
    client.post(address, {"action": "approve", "_selected_action": [waiting.pk]})
    waiting.refresh_from_db()
    assert waiting.approval == "approved"


def test_a_no_needs_a_reason_which_the_person_reads_and_may_ask_again(client, waiting, birthe):
    signe = factories.consultant()
    client.force_login(signe)
    address = f"/admin/hosts/host/{waiting.pk}/decide/"
    assert "Skriv grunden" in client.post(address, {"do": "refuse", "reason": " "}).text
    bad = client.post(address, {"do": "refuse", "reason": "010190-1234"}).text
    assert "CPR-nummer" in bad and "010190-1234" in bad
    client.post(address, {"do": "refuse", "reason": "Skriv lidt mere."})
    letter = OutgoingMail.objects.latest("pk")
    assert letter.to_address == birthe.email and "Skriv lidt mere." in letter.text
    client.force_login(birthe)
    assert "Skriv lidt mere." in client.get(f"/vaert/{waiting.pk}/rediger/").text
    client.post(f"/vaert/{waiting.pk}/godkendelse/")
    waiting.refresh_from_db()
    assert (waiting.approval, waiting.refusal_reason) == ("waiting", "Skriv lidt mere.")
    sign_up.approve(host=waiting, seen="waiting", by=signe, now=NOW)
    assert waiting.refusal_reason == ""


def test_of_two_consultants_the_second_is_told(waiting):
    signe, seen = factories.consultant(), Host.objects.get()
    sign_up.approve(host=waiting, seen="waiting", by=signe, now=NOW)
    with pytest.raises(Refused, match="Rådhusets kantine står til »Godkendt«"):
        sign_up.refuse(host=seen, reason="Nej", by=signe, now=NOW)
    assert letters()[1:] == ["Rådhusets kantine er nu praktiksted"]


def test_a_yes_on_an_old_page_does_not_overrule_a_colleagues_no(client, waiting):
    client.force_login(factories.consultant())
    address = f"/admin/hosts/host/{waiting.pk}/decide/"
    old = {"do": "approve", "seen": seen_on(client.get(address).text)}
    sign_up.refuse(host=waiting, reason="Skriv lidt mere.", by=factories.employee(), now=NOW)
    page = client.post(address, old).text
    assert "Intet blev ændret: Rådhusets kantine står til »Ikke godkendt«." in page
    assert "Ikke godkendt sidst: Skriv lidt mere." in page
    waiting.refresh_from_db()
    assert (waiting.approval, len(letters())) == ("refused", 2)
    client.post(address, {"do": "approve", "seen": seen_on(page)})
    waiting.refresh_from_db()
    assert (waiting.approval, len(letters())) == ("approved", 3)


def test_the_list_approves_who_waits_and_overrules_no_no(client, waiting):
    sign_up.refuse(host=waiting, reason="Skriv lidt mere.", by=factories.employee(), now=NOW)
    client.force_login(factories.consultant())
    chosen = {"action": "approve", "_selected_action": [waiting.pk]}
    page = client.post("/admin/hosts/host/", chosen, follow=True).text
    assert "Intet blev ændret: Rådhusets kantine står til »Ikke godkendt«." in page
    waiting.refresh_from_db()
    assert (waiting.approval, len(letters())) == ("refused", 2)


def test_whose_no_comes_after_a_colleagues_yes_is_led_to_the_host(client, waiting):
    client.force_login(factories.consultant())
    address = f"/admin/hosts/host/{waiting.pk}/decide/"
    sign_up.approve(host=waiting, seen="waiting", by=factories.employee(), now=NOW)
    answer = client.post(address, {"do": "refuse", "reason": "Skriv lidt mere."}, follow=True)
    assert answer.redirect_chain == [(f"/admin/hosts/host/{waiting.pk}/change/", 302)]
    assert "Intet blev ændret: Rådhusets kantine står til »Godkendt«." in answer.text


def test_what_consultants_make_themselves_is_approved():
    assert factories.host().approval == Approval.APPROVED


def test_an_approval_that_does_not_exist_is_refused_by_the_database():
    factories.host()
    with pytest.raises(IntegrityError, match="host_approval_is_known"), transaction.atomic():
        Host.objects.update(approval="perhaps")


def test_the_letters_of_the_steps_are_written_in_the_persons_language(birthe, offer):
    birthe.language = "en"
    birthe.save(update_fields=["language"])
    host = Host(workplace=birthe.workplace, description="Come")
    sign_up.sign_up(host=host, fields=[], by=birthe, now=NOW)
    sign_up.refuse(host=host, reason="More words, please.", by=factories.consultant(), now=NOW)
    assert letters() == [
        "Rådhusets kantine is signed up as a host",
        "Rådhusets kantine was not approved as a host",
    ]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"approval": Approval.WAITING}, "Stedet er ikke godkendt."),
        ({"approval": Approval.REFUSED}, "Stedet er ikke godkendt."),
        ({"is_open": False}, "Stedet tager ikke imod gæster for tiden."),
    ],
)
def test_consultants_see_the_page_of_a_host_that_is_not_open_to_others(client, values, words):
    host = factories.host(**values)
    assert client.get(host.get_absolute_url()).status_code == 404
    client.force_login(factories.consultant())
    page = client.get(host.get_absolute_url()).text
    assert f"Kun konsulenter kan se denne side. {words}" in page
    assert "Ønsk dette sted" not in page and "Kun konsulenter" not in client.get("/praktiksteder/").text
    assert "Kun konsulenter" not in client.get(factories.host().get_absolute_url()).text
