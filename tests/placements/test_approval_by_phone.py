"""What a manager answers on the phone, noted by a consultant on the wish's page."""

import pytest

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


def test_yes(client, wish, address, signe):
    assert "Svaret er noteret som givet pr. telefon." in answer(client, address, answer="yes")
    wish.refresh_from_db()
    assert (wish.approved_at, last_event(wish)) == (NOW, (signe, "Pr. telefon: Godkendt af lederen"))


def test_no_with_a_reason_and_yes_after_all(client, wish, address, signe):
    answer(client, address, answer="no", reason="Vi har ferie.")
    wish.refresh_from_db()
    assert (wish.refused_at, wish.refusal_reason) == (NOW, "Vi har ferie.")
    assert last_event(wish) == (signe, "Pr. telefon: Vi har ferie.")
    assert "Lederen har sagt nej. Vi har ferie." in client.get(address).content.decode()
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


def test_the_action_for_many_is_recorded_as_said_by_phone(client, wish, signe):
    client.post("/admin/placements/wish/", {"action": "approve", "_selected_action": [wish.pk]})
    assert last_event(wish) == (signe, "Pr. telefon: Godkendt af lederen")


def test_where_no_manager_must_approve_the_page_says_so(client, signe):
    wish = factories.wish()
    shown = client.get(f"/admin/placements/wish/{wish.pk}/answer/", follow=True).content.decode()
    assert "Her er der ikke noget, en leder skal godkende." in shown
