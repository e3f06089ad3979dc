"""A round of one organisation and one across many, from the wish to the confirmed visit."""

from urllib.parse import urljoin

import pytest

from placements.domain import board, fingerprints, lifecycle, snapshot, solving, wishes
from placements.domain.errors import Refused
from placements.models import Placement, Solve, Wish
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def signe():
    return factories.consultant()


@pytest.fixture
def round():
    """Across three organisations, 2–5 days in one week, only to others than the own."""
    round = factories.round(
        "Uge 37", abroad_only=True, shortest_visit=2, longest_visit=5, visits_until=factories.FIRST_DAY.replace(day=8)
    )  # fmt: skip
    for name, sector, area in [
        ("Havneby Kommune", "municipality", "midtjylland"),
        ("Østerby Kommune", "municipality", "hovedstaden"),
        ("Et ministerium", "state", "hovedstaden"),
    ]:
        organisation = factories.organisation(name)
        organisation.sector, organisation.area = sector, area
        organisation.save()
        round.organisations.add(organisation)
    return round


def host_in(organisation: str, name: str, **values):
    values = {"longest_visit": 5, "most_visitors": 1} | values
    place = factories.workplace(name, of=factories.organisation(organisation))
    return factories.host(workplace=place, **values)


def from_(organisation: str, name: str):
    place = factories.workplace("Kontor", of=factories.organisation(organisation))
    return factories.employee(name, workplace=place)


@pytest.fixture
def hosts(round):
    kitchen = factories.field("Køkken")
    return {
        "own": host_in("Havneby Kommune", "Havneby Køkken", fields=[kitchen]),
        "kitchen": host_in("Østerby Kommune", "Østerby Køkken", fields=[kitchen]),
        "ministry": host_in("Et ministerium", "Analysekontoret"),
    }


def offered(client, person, round) -> str:
    client.force_login(person)
    return client.get(f"/oenske/{round.pk}/").content.decode()


def wish_for(client, person, round, *choices, length=2):
    client.force_login(person)
    data = {f"choice_{rank}": choice for rank, choice in enumerate(choices, start=1)}
    data |= {
        "length": str(length), "possible_days": [day.isoformat() for day in round.days],
        "goal": "Hvordan gør I?", "action": "send",
    }  # fmt: skip
    return client.post(f"/oenske/{round.pk}/", data, follow=True).content.decode()


def test_the_wish_form_offers_what_lies_in_other_organisations(client, round, hosts):
    page = offered(client, from_("Havneby Kommune", "Anne"), round)
    assert '<optgroup label="Et ministerium">' in page
    assert '<optgroup label="Østerby Kommune">' in page
    assert "Havneby Køkken" not in page
    assert '<option value="sector-state">' in page
    assert "sector-region" not in page
    # The only municipality in Central Jutland is her own, so that part of the country is not offered.
    assert "area-midtjylland" not in page
    assert [f"{days} dage" in page for days in (2, 3, 4, 5)] == [True] * 4


def test_a_wish_for_the_own_organisation_is_refused_and_nothing_typed_is_lost(client, round, hosts):
    anne = from_("Havneby Kommune", "Anne")
    page = wish_for(client, anne, round, f"host-{hosts['own'].pk}")
    assert "I denne runde besøger du en anden organisation end din egen." in page
    assert "Hvordan gør I?" in page
    assert Wish.objects.count() == 0


def test_every_kind_of_choice_goes_from_wish_to_confirmed_visit(client, signe, round, hosts):
    people = {
        "Anne": ("Havneby Kommune", f"field-{factories.field('Køkken').pk}"),
        "Bo": ("Østerby Kommune", "sector-state"),
        "Carl": ("Et ministerium", "area-midtjylland"),
    }
    for name, (organisation, choice) in people.items():
        assert "Dit ønske er sendt" in wish_for(client, from_(organisation, name), round, choice)
    solve = Solve.objects.create(round=round, goal="most_placed", by=signe, asked_at=NOW)
    solving.run(solve.pk, clock=lambda: NOW)
    solve.refresh_from_db()
    board.choose(solve=solve, by=signe, now=NOW)
    for placement in Placement.objects.with_people():
        lifecycle.confirm(placement=placement, by=signe, now=NOW)
    visits = Placement.objects.order_by("wish__employee__name")
    assert list(visits.values_list("wish__employee__name", "host__workplace__name", "state")) == [
        ("Anne", "Østerby Køkken", "confirmed"),
        ("Bo", "Analysekontoret", "confirmed"),
        ("Carl", "Havneby Køkken", "confirmed"),
    ]
    assert {len(visit.days) for visit in visits} == {2}


def test_a_wish_for_anywhere_never_ends_in_the_own_organisation(signe, round, hosts):
    anne = from_("Havneby Kommune", "Anne")
    wish = factories.wish(None, person=anne, round=round, length=2)
    seen = snapshot.take(round, now=NOW)
    person = seen.problem.person_of[wish.pk]
    open_to_her = {host.id for host in seen.problem.hosts if seen.rules.is_open_to(person, host)}
    assert open_to_her == {hosts["kitchen"].pk, hosts["ministry"].pk}
    with pytest.raises(Refused, match="ligger i deltagerens egen organisation"):
        lifecycle.propose(wish=wish, host=hosts["own"], days=round.days[:2], by=signe, now=NOW)
    round.abroad_only = False
    round.save()
    lifecycle.propose(
        wish=Wish.objects.get(), host=hosts["own"], days=round.days[:2], by=signe, now=NOW
    )


def test_the_board_says_that_a_place_lies_in_the_own_organisation(client, signe, round, hosts):
    """The rule was set after the wish was sent."""
    round.abroad_only = False
    round.save()
    factories.wish(hosts["own"], person=from_("Havneby Kommune", "Anne"), round=round, length=2)
    round.abroad_only = True
    round.save()
    client.force_login(signe)
    page = client.get(f"/admin/placements/round/{round.pk}/board/").content.decode()
    assert "1. ønske (Havneby Køkken): i deltagerens egen organisation." in page


def test_the_rule_is_part_of_what_a_solution_rests_on(signe, round, hosts):
    factories.wish(None, person=from_("Havneby Kommune", "Anne"), round=round, length=2)
    before = fingerprints.take(snapshot.take(round, now=NOW))["wishes"]
    round.abroad_only = False
    assert fingerprints.take(snapshot.take(round, now=NOW))["wishes"] != before


def test_who_has_no_workplace_can_wish_for_any_host_of_a_round(round, hosts):
    nobody = factories.employee(workplace=None)
    assert set(wishes.eligible_hosts(round, nobody)) == set(hosts.values())


def test_an_employee_of_an_organisation_that_takes_no_part_sees_nothing_of_the_round(
    client, round, hosts
):
    outside = from_("Vesterby Kommune", "Vera")
    client.force_login(outside)
    assert client.get(f"/oenske/{round.pk}/").status_code == 404
    assert "Uge 37" not in client.get("/min-side/").content.decode()
    assert client.get(f"/praktiksteder/{hosts['kitchen'].pk}/").status_code == 404


def test_the_board_and_the_lists_are_narrowed_to_an_organisation(client, signe, round, hosts):
    for number, organisation in enumerate(("Havneby Kommune", "Østerby Kommune")):
        factories.wish(None, person=from_(organisation, f"Person-{number}"), round=round, length=2)
    client.force_login(signe)
    own = factories.organisation("Østerby Kommune").pk
    address = f"/admin/placements/round/{round.pk}/board/?organisation={own}"
    page = client.get(address)
    assert [row.wish.employee.name for row in page.context["rows"]] == ["Person-1"]
    assert f'<option value="{own}" selected>Østerby Kommune</option>' in page.content.decode()
    for path in (
        f"wish/?employee__workplace__department__organisation__id__exact={own}",
        "wish/?employee__workplace__department__organisation__sector__exact=municipality",
        "wish/?choices__kind__exact=anywhere",
        f"placement/?host__workplace__department__organisation__id__exact={own}",
        "../hosts/host/?workplace__department__organisation__sector__exact=state",
    ):
        assert client.get(urljoin("/admin/placements/", path)).status_code == 200


def test_a_round_of_one_organisation_shows_nothing_of_organisations(client, signe):
    round = factories.round()
    host = factories.host(
        "Rådhusets kantine", workplace=factories.workplace("Rådhusets kantine", "Stab")
    )
    factories.wish(host, round=round, person=factories.employee("Anne"))
    page = offered(client, factories.employee("Bo"), round)
    assert '<optgroup label="Stab">' in page
    assert "sector-" not in page and "area-" not in page
    client.force_login(signe)
    board_page = client.get(f"/admin/placements/round/{round.pk}/board/").content.decode()
    assert 'name="organisation"' not in board_page


def test_other_organisations_need_more_than_one(client, signe):
    client.force_login(signe)
    data = {
        "name": "Ny", "organisations": [factories.organisation().pk], "abroad_only": "on",
        "wishes_from": "2026-12-01", "wishes_until": "2026-12-08",
        "visits_from": str(FIRST_DAY), "visits_until": str(FIRST_DAY),
        "shortest_visit": 1, "longest_visit": 2,
        **{f"points_{name}": 1 for name in ("new_relation", "spread", "unknown_host", "stability", "ring")},
    }  # fmt: skip
    page = client.post("/admin/placements/round/add/", data).content.decode()
    assert "skal mindst to være med" in page
