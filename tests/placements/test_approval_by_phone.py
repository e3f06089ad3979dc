"""What a manager answers on the phone, noted by a consultant on the wish's page."""

import pytest

from placements.domain import mail_links, wishes
from placements.models import Event
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def wish(signe):
    ulla = factories.employee("Ulla Frandsen", phone="20 00 00 09")
    anne = factories.employee("Anne Kjærsgaard", manager=ulla)
    return factories.wish(person=anne, round=factories.round(needs_approval=True))


@pytest.fixture
def address(wish):
    return f"/admin/placements/wish/{wish.pk}/answer/"


def last_event(wish) -> tuple:
    event = Event.objects.filter(wish=wish).latest("pk")
    return (event.by, event.reason)


def answer(client, address, **said) -> str:
    return client.post(address, said, follow=True).content.decode()


def test_the_wishs_page_leads_to_the_answer_and_whom_to_call(client, wish, address):
    assert address in client.get(f"/admin/placements/wish/{wish.pk}/change/").content.decode()
    assert "Spørg Ulla Frandsen, telefon 20 00 00 09." in client.get(address).content.decode()


def test_the_page_says_what_the_manager_is_asked_about_and_asks_the_consultant(client, address):
    page = client.get(address).text
    assert "Hvad siger lederen?" in page and "Kan du godkende" not in page
    assert "Hvordan gør I?" in page and "Konsulenterne læser det." not in page


def test_yes(client, wish, address, signe):
    assert "Svaret er noteret som givet pr. telefon." in answer(client, address, answer="yes")
    wish.refresh_from_db()
    assert (wish.approved_at, last_event(wish)) == (NOW, (signe, "Pr. telefon: Godkendt af lederen"))


def test_no_with_a_reason_and_yes_after_all(client, wish, address, signe):
    answer(client, address, answer="no", reason="Vi har ferie.")
    wish.refresh_from_db()
    assert (wish.refused_at, wish.refusal_reason) == (NOW, "Vi har ferie.")
    assert last_event(wish) == (signe, "Pr. telefon: Vi har ferie.")
    assert (
        "<strong>Lederen har sagt nej.</strong> »Vi har ferie.«" in client.get(address).content.decode()
    )
    answer(client, address, answer="yes")
    wish.refresh_from_db()
    assert (wish.approved_at, wish.refused_at) == (NOW, None)


def test_a_no_without_a_reason_and_one_that_comes_too_late_lose_nothing_typed(client, wish, address):
    assert "Skriv et par ord om hvorfor" in answer(client, address, answer="no", reason="")
    answer(client, address, answer="yes")
    factories.placement("asked", wish=wish)
    shown = answer(client, address, answer="no", reason="Vi har ferie.")
    assert "har allerede en plads, som andre har fået besked om." in shown
    assert "Vi har ferie.</textarea>" in shown


def test_a_no_that_somebody_noted_meanwhile_is_not_overrun_by_a_yes(client, wish, address):
    seen = client.get(address).context["form"]["seen"].value()
    answer(client, address, answer="no", reason="Vi har ferie.")
    shown = client.post(address, {"answer": "yes", "seen": seen})
    assert (
        "I mellemtiden er der noteret et nej til Anne Kjærsgaard: »Vi har ferie.« "
        "Se på det, og svar igen, hvis dit er det rigtige." in shown.text
    )
    wish.refresh_from_db()
    assert (wish.approved_at, wish.refused_at) == (None, NOW)
    seen = shown.context["form"]["seen"].value()
    client.post(address, {"answer": "yes", "seen": seen})
    wish.refresh_from_db()
    assert (wish.approved_at, wish.refused_at) == (NOW, None)


def test_a_yes_by_the_managers_link_is_not_overrun_by_a_no_of_an_older_picture(client, wish, address):
    seen = client.get(address).context["form"]["seen"].value()
    wishes.approve(wish=wish, by=wish.employee.manager, now=NOW)
    shown = answer(client, address, answer="no", reason="Vi har ferie.", seen=seen)
    assert "I mellemtiden er der noteret et ja til Anne Kjærsgaard." in shown
    wish.refresh_from_db()
    assert (wish.approved_at, wish.refused_at) == (NOW, None)


def test_the_same_answer_twice_does_no_harm(client, wish, address):
    seen = client.get(address).context["form"]["seen"].value()
    for _press in range(2):
        shown = answer(client, address, answer="no", reason="Vi har ferie.", seen=seen)
        assert "Svaret er noteret som givet pr. telefon." in shown


def test_a_manager_who_answers_on_an_older_picture_is_told_too(client, wish):
    link = mail_links.approval_url(wish, wish.employee.manager)
    seen = client.get(link).context["form"]["seen"].value()
    wishes.refuse(wish=wish, reason="Vi har ferie.", by=None, now=NOW)
    shown = client.post(link, {"answer": "yes", "seen": seen}).text
    assert "I mellemtiden er der noteret et nej til Anne Kjærsgaard" in shown


# --- Many at once ---------------------------------------------------------------------------------


def preview(client, *chosen):
    data = {"action": "approve", "_selected_action": [wish.pk for wish in chosen]}
    return client.post("/admin/placements/wish/", data)


def approve(client, page) -> str:
    """Press the button of the page that was shown."""
    shown = page.context["wishes"]
    data = {"action": "approve", "confirmed": "1", "_selected_action": [wish.pk for wish in shown]}
    data |= {f"seen-{wish.pk}": wish.version for wish in shown}
    return client.post("/admin/placements/wish/", data, follow=True).content.decode()


def test_the_action_for_many_shows_what_it_notes_and_is_recorded_as_said_by_phone(client, wish, signe):
    other = factories.wish(person=factories.employee(), round=factories.round("En anden"))
    page = preview(client, wish, other)
    assert page.context["wishes"] == [wish] and "Ulla Frandsen" in page.text
    assert Event.objects.filter(reason__contains="Godkendt").count() == 0
    assert "Lederens ja til 1 ønske er noteret som givet pr. telefon." in approve(client, page)
    assert last_event(wish) == (signe, "Pr. telefon: Godkendt af lederen")


def test_many_a_yes_overruns_no_no_that_was_noted_since_the_preview(client, wish):
    page = preview(client, wish)
    wishes.refuse(wish=wish, reason="Vi har ferie.", by=None, now=NOW)
    assert "I mellemtiden er der noteret et nej til Anne Kjærsgaard" in approve(client, page)
    wish.refresh_from_db()
    assert (wish.approved_at, wish.refused_at) == (None, NOW)


def test_a_no_is_shown_before_many_a_yes_replaces_it(client, wish):
    wishes.refuse(wish=wish, reason="Vi har ferie.", by=None, now=NOW)
    page = preview(client, wish)
    assert "Vi har ferie." in page.text
    approve(client, page)
    wish.refresh_from_db()
    assert (wish.approved_at, wish.refused_at) == (NOW, None)


def test_where_no_manager_must_approve_the_page_says_so(client, signe):
    wish = factories.wish()
    shown = client.get(f"/admin/placements/wish/{wish.pk}/answer/", follow=True).content.decode()
    assert "Her er der ikke noget, en leder skal godkende." in shown
