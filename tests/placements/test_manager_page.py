"""The home manager's page: by link and signed in; what she may see, and what not."""

from datetime import timedelta

import pytest
from django.core import signing

from placements.domain import evaluations, lifecycle, mail_links, wishes
from placements.domain.evaluations import Answers
from placements.enums import Side
from placements.models import Event
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db

AFTERWARDS = at(FIRST_DAY + timedelta(days=1), NOW.time())


@pytest.fixture
def ulla():
    return factories.employee("Ulla Frandsen")


@pytest.fixture
def wish(ulla):
    return wish_of("Anne Kjærsgaard", ulla, factories.round(needs_approval=True))


def wish_of(name, manager, round, **values):
    host = factories.host()
    person = factories.employee(name, manager=manager)
    return factories.wish(host, person=person, round=round, needs="Vegetar", **values)


def answer(wish, said, reason="") -> dict:
    return {"wish": wish.pk, f"wish{wish.pk}-answer": said, f"wish{wish.pk}-reason": reason}


@pytest.fixture(params=["by link", "signed in"])
def address(request, client, ulla):
    if request.param == "by link":
        return mail_links.team_url(ulla)
    client.force_login(ulla)
    return "/min-gruppe/"


def test_she_approves_one_and_refuses_another_with_a_reason(client, ulla, wish, address):
    other = wish_of("Bo Mikkelsen", ulla, wish.round)
    page = client.get(address).content.decode()
    assert page.count("Venter på dit svar") == 3  # the heading and two people
    client.post(address, answer(wish, "yes"))
    missing = client.post(address, answer(other, "no")).content.decode()
    assert "Skriv et par ord om hvorfor" in missing
    page = client.post(address, answer(other, "no", "Vi har ferie."), follow=True).content.decode()
    assert "Du har sagt nej til Bo Mikkelsen denne gang." in page
    for row in (wish, other):
        row.refresh_from_db()
    assert (wish.approved_at, other.refused_at, other.refusal_reason) == (NOW, NOW, "Vi har ferie.")
    assert Event.objects.filter(by=ulla).count() == 2
    assert "Der ledes efter en plads" in page and "Venter på dit svar" not in page


def test_only_ones_own_team_and_nothing_of_needs_drafts_or_unsettled_places(
    client, ulla, wish, address
):
    boss = factories.employee("En anden leder")
    elsewhere = wish_of("Fremmed Person", boss, wish.round)
    wish_of("Kladde Person", ulla, wish.round, send=False)
    wishes.approve(wish=wish, by=ulla, now=NOW)
    wish.refresh_from_db()
    visit = factories.placement("asked", wish=wish, host=factories.host("Rådhusets kantine"))
    page = client.get(address).content.decode()
    for hidden in ("Vegetar", "Fremmed Person", "Kladde Person", "Rådhusets kantine"):
        assert hidden not in page
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    page = client.get(address).content.decode()
    assert "Plads fundet: Rådhusets kantine, mandag den 4. januar" in " ".join(page.split())
    assert client.post(address, answer(elsewhere, "yes")).status_code == 404
    assert client.post(address, {"wish": "x"}).status_code == 404
    elsewhere.refresh_from_db()
    assert elsewhere.approved_at is None


def test_a_wish_that_was_withdrawn_meanwhile_is_told_of(client, ulla, wish, address):
    client.get(address)
    wishes.withdraw(wish=wish, by=wish.employee, now=NOW)
    page = client.post(address, answer(wish, "yes")).content.decode()
    assert "Ønsket fra Anne Kjærsgaard er ikke sendt." in page
    assert "Trukket tilbage" in page


def test_afterwards_she_reads_what_may_be_passed_on_and_the_idea(client, ulla, wish, address, clock):
    wishes.approve(wish=wish, by=ulla, now=NOW)
    wish.refresh_from_db()
    visit = factories.placement("confirmed", wish=wish, host=factories.host("Rådhusets kantine"))
    clock.now = AFTERWARDS
    assert "Der er ikke fortalt noget endnu." in client.get(address).content.decode()
    said = {"useful": 5, "length": "right", "new_contacts": 1, "recommend": 9}
    for side, author, own in (
        (
            Side.PARTICIPANT,
            wish.employee,
            {"observation": "Alle hilser.", "share_with_manager": True, "idea": "Tavlemøde"},
        ),
        (Side.HOST, visit.host.contacts.get(), {"observation": "Hemmeligt", "idea": "Værtens idé"}),
    ):
        evaluations.submit(
            placement=visit, side=side, author=author, answers=Answers(**said, **own), now=AFTERWARDS
        )
    page = client.get(address).content.decode()
    for shown in ("Alle hilser.", "Tavlemøde", "Har været af sted"):
        assert shown in page
    for hidden in ("Hemmeligt", "Værtens idé"):
        assert hidden not in page


def test_who_is_overtaken_can_answer_again_with_what_was_typed(client, ulla, wish, address):
    field = f"wish{wish.pk}-seen"
    seen = client.get(address).context["waiting"][0][1]["seen"].value()
    wishes.approve(wish=wish, by=factories.consultant(), now=NOW, by_phone=True)
    typed = answer(wish, "no", "Vi har ferie.")
    page = client.post(address, typed | {field: seen})
    assert "I mellemtiden er der noteret et ja til Anne Kjærsgaard." in page.text
    assert "Vi har ferie.</textarea>" in page.text
    again = page.context["waiting"][0][1]["seen"].value()
    client.post(address, typed | {field: again})
    wish.refresh_from_db()
    assert wish.refusal_reason == "Vi har ferie."
    assert "Vi har ferie.</textarea>" not in client.get(address).text


def test_a_no_of_the_former_manager_is_not_said_to_be_the_readers(client, ulla, wish):
    wishes.refuse(wish=wish, reason="Vi har ferie.", by=ulla, now=NOW)
    new = factories.employee("Ny Leder")
    wish.employee.manager = new
    wish.employee.save(update_fields=["manager"])
    for address in (mail_links.team_url(new), mail_links.approval_url(wish, new)):
        page = client.get(address).text
        assert "Der er sagt nej" in page and "Du har sagt nej" not in page
    wishes.approve(wish=wish, by=ulla, now=NOW + timedelta(hours=1))
    page = client.get(mail_links.approval_url(wish, new)).text
    assert "Ønsket er godkendt." in page and "Du har godkendt" not in page
    wishes.refuse(wish=wish, reason="Vi flytter.", by=new, now=NOW + timedelta(hours=2))
    for address in (mail_links.team_url(new), mail_links.approval_url(wish, new)):
        assert "Du har sagt nej" in client.get(address).text


def test_choices_and_goal_can_be_read_after_the_answer_too(client, ulla, wish, address):
    host = wish.choices.get().host
    shown = [f"<li>{host}</li>", wish.goal]
    wishes.approve(wish=wish, by=ulla, now=NOW)
    page = client.get(address).content.decode()
    assert [page.count(words) for words in shown] == [1, 1]
    wishes.withdraw(wish=wish, by=wish.employee, now=NOW)
    page = client.get(address).content.decode()
    assert [page.count(words) for words in shown] == [0, 0]


def test_the_link_ends_with_sixty_days_with_the_team_and_with_the_account(
    client, ulla, wish, monkeypatch
):
    address = mail_links.team_url(ulla)
    stranger = mail_links.team_url(factories.employee())
    assert client.get(stranger).status_code == 404
    ulla.is_active = False
    ulla.save(update_fields=["is_active"])
    assert client.get(address).status_code == 404
    real = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + timedelta(days=61).total_seconds())
    assert client.get(address).status_code == 410


@pytest.mark.parametrize("people", [1, 10])
def test_the_page_takes_the_same_queries_however_large_the_team(
    client, ulla, people, django_assert_num_queries
):
    round = factories.round()
    for number in range(people):
        wish = wish_of(f"Person {number}", ulla, round)
        factories.placement("confirmed", wish=wish, host=wish.choices.get().host)
    client.force_login(ulla)
    with django_assert_num_queries(12):
        client.get("/min-gruppe/")
