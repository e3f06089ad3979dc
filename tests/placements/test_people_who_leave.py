"""Somebody leaves with a wish or a visit that stands: nobody new is troubled for it, and the consultants see it."""

import pytest

from placements.domain import board, todo
from placements.domain.errors import Refused
from placements.models import Event, Placement
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.board.moves import look, places, solved

pytestmark = pytest.mark.django_db


@pytest.fixture
def wish(signe):
    wish = factories.wish(factories.host("Rådhusets kantine"), person=factories.employee("Anne"))
    wish.employee.is_active = False
    wish.employee.save(update_fields=["is_active"])
    return wish


def listed(client) -> bool:
    return "Anne" in client.get("/admin/placements/wish/?todo=left").content.decode()


def test_the_puzzle_leaves_them_out_and_says_why(client, wish, signe):
    found = solved(wish, signe)
    assert found.stays == []
    assert "(Rådhusets kantine): personen er fratrådt." in look(client, wish)
    with pytest.raises(Refused, match="Anne er fratrådt."):
        host = wish.choices.get().host
        board.put(wish=wish, host=host, days=[FIRST_DAY], by=signe, now=NOW)
    page = look(client, wish, f"{wish.pk}/")
    assert "Anne er fratrådt." in page
    assert f'href="/admin/placements/wish/{wish.pk}/withdraw/"' in page


def test_the_to_do_leads_to_them_until_the_wish_is_withdrawn(client, wish, signe):
    [task] = [each for each in todo.tasks(now=NOW) if each.path == "placements/wish/?todo=left"]
    assert (str(task.label), task.count) == ("Ønsker og praktikophold for folk, der er fratrådt", 1)
    assert listed(client)
    page = client.get(f"/admin/placements/wish/{wish.pk}/withdraw/").content.decode()
    assert "Anne er fratrådt." in page
    page = client.post(f"/admin/placements/wish/{wish.pk}/withdraw/", follow=True).content.decode()
    assert "Ønsket fra Anne er trukket tilbage." in page
    said = Event.objects.filter(wish=wish).latest("pk")
    assert (said.to_state, said.by, said.reason) == ("withdrawn", signe, "Pr. telefon")
    assert not listed(client)
    page = client.post(f"/admin/placements/wish/{wish.pk}/withdraw/", follow=True).content.decode()
    assert "Ønsket er allerede trukket tilbage." in page


def test_who_says_so_by_phone_is_withdrawn_with_the_proposal(client, signe):
    visit = factories.placement("proposed")
    page = client.get(f"/admin/placements/wish/{visit.wish_id}/change/").content.decode()
    assert f'href="/admin/placements/wish/{visit.wish_id}/withdraw/"' in page
    page = client.get(f"/admin/placements/wish/{visit.wish_id}/withdraw/").content.decode()
    assert "telefon 20 00 00 00" in page
    assert "Forslaget om Rådhusets kantine" in page
    client.post(f"/admin/placements/wish/{visit.wish_id}/withdraw/")
    visit.wish.refresh_from_db()
    assert (visit.wish.state, places()) == ("withdrawn", {})


def test_a_visit_that_the_host_knows_of_is_called_off_on_its_own_page(client, signe):
    visit = factories.placement("asked")
    address = f"/admin/placements/wish/{visit.wish_id}/withdraw/"
    for page in (client.get(address, follow=True), client.post(address, follow=True)):
        assert "Opholdet skal aflyses først" in page.content.decode()
        assert page.request["PATH_INFO"] == f"/admin/placements/placement/{visit.pk}/change/"
    assert Placement.objects.get().state == "asked"


def test_a_visit_to_come_is_listed_and_one_that_is_over_is_not(client, signe, clock):
    visit = factories.placement("confirmed")
    visit.employee.is_active = False
    visit.employee.save(update_fields=["is_active"])
    visit.employee.name = "Anne"
    assert listed(client)
    clock.now = NOW.replace(year=2027, month=1, day=6)
    assert not listed(client)
