"""The seat of a visit that was called off, and who could take it."""

import pytest

from placements.domain import (
    lifecycle,
)
from placements.enums import CalledOffBy, PlacementState
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.change_of_plan.steps import THIRD

pytestmark = pytest.mark.django_db


def test_a_freed_seat_shows_its_best_candidates_and_one_click_proposes(client, visit, library):
    host, round = visit.host, visit.wish.round
    factories.wish(library, host, person=factories.employee("Bo"), round=round)
    factories.wish(host, person=factories.employee("Cille"), round=round, days=[THIRD])
    dearest = factories.wish(host, person=factories.employee("Dan"), round=round)
    lifecycle.cancel(
        placement=visit, reason="Sygt barn", by=None, now=NOW, caller=CalledOffBy.PARTICIPANT
    )
    client.force_login(factories.consultant())
    todo = client.get("/admin/placements/placement/?todo=freed").content.decode()
    address = f"/admin/placements/placement/{visit.pk}/freed/"
    assert address in todo
    answer = client.get(address)
    listed = [
        (str(row["wish"].employee), row["rank"], row["days"], row["takes_freed"])
        for row in answer.context["candidates"]
    ]
    assert listed == [
        ("Dan", "1. ønske", [FIRST_DAY], True),
        ("Bo", "2. ønske", [FIRST_DAY], True),
        ("Cille", "1. ønske", [THIRD], False),
    ]
    page = answer.content.decode()
    assert "Ledig igen: mandag den 4. januar og tirsdag den 5. januar." in page
    place = answer.context["candidates"][0]["place"]
    act = {"do": "put", "wish": dearest.pk, "place": place, "next": address}
    after = client.post(f"/admin/placements/round/{round.pk}/board/act/", act, follow=True)
    assert "Dan er foreslået til Rådhusets kantine" in after.content.decode()
    assert dearest.placements.get().state == PlacementState.PROPOSED


def test_who_lost_a_place_is_the_first_candidate_elsewhere(client, visit, library):
    round = visit.wish.round
    factories.wish(library, person=factories.employee("Bo"), round=round)
    lifecycle.cancel(placement=visit, reason="-", by=None, now=NOW, caller=CalledOffBy.HOST)
    client.force_login(factories.consultant())
    page = client.get(f"/admin/placements/round/{round.pk}/board/waiting/?host={library.pk}")
    rows = [
        (str(row["wish"].employee), row["missed"], row["is_lost"]) for row in page.context["candidates"]
    ]
    assert rows == [("Anne Kjærsgaard", 0, True), ("Bo", 0, False)]
    assert "har mistet en bekræftet plads" in page.content.decode()
    freed = client.get(f"/admin/placements/placement/{visit.pk}/freed/").content.decode()
    assert "ville ikke selv have dette besøg: Ring" in freed
