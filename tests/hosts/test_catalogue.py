"""The catalogue: what is found, and how many queries it takes."""

import json

import pytest
from django.db import connection

from employees.models import Employee
from hosts.models import Host
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client):
    client.force_login(factories.employee())
    return client


def names(client, **query):
    return [str(host) for host in client.get("/praktiksteder/", query).context["page"]]


def test_hosts_are_found_by_words_department_and_kind_of_work(client):
    kitchen = factories.field("Køkken")
    canteen = factories.host(
        "Rådhusets kantine",
        workplace=factories.workplace("Rådhusets kantine", "Stab og Ledelse"),
        fields=[kitchen],
    )
    factories.host("Øens Børnehus", description="Små grupper og stille zoner")
    assert names(client) == ["Rådhusets kantine", "Øens Børnehus"]
    assert names(client, q="øens") == ["Øens Børnehus"]
    assert names(client, q="stille grupper") == ["Øens Børnehus"]
    assert names(client, q="køkken") == ["Rådhusets kantine"]
    assert names(client, department=canteen.workplace.department_id) == ["Rådhusets kantine"]
    assert names(client, field=kitchen.pk) == ["Rådhusets kantine"]
    assert names(client, q="findes ikke") == []


def test_a_closed_host_is_not_shown(client):
    host = factories.host(is_open=False)
    assert names(client) == []
    assert client.get(f"/praktiksteder/{host.pk}/").status_code == 404


@pytest.mark.parametrize(
    "query", ["?page=99", "?page=x", "?department=x", "?field=99999999999999", "?q=%25_%5C"]
)
def test_odd_questions_get_an_answer(client, query):
    factories.host()
    assert client.get(f"/praktiksteder/{query}").status_code == 200


@pytest.mark.parametrize("address", ["/praktiksteder/?q=%00", "/kalender/%00.ics", "/admin/?x=%00"])
def test_a_nul_in_an_address_is_a_bad_address(client, address):
    assert client.get(address).status_code == 400


def test_hosts_of_organisations_one_shares_no_round_with_are_not_shown(client):
    foreign = factories.host(
        workplace=factories.workplace("Kontoret", of=factories.organisation("Et ministerium"))
    )
    assert names(client) == []
    assert client.get(f"/praktiksteder/{foreign.pk}/").status_code == 404
    round = factories.round()
    round.organisations.add(factories.organisation("Et ministerium"))
    assert names(client) == ["Kontoret"]


def test_a_hosts_page_tells_what_is_practical(client):
    host = factories.host("Rådhusets kantine", dress="Lukkede sko", seats=2)
    page = client.get(f"/praktiksteder/{host.pk}/").content.decode()
    for words in ("Rådhusets kantine", "Lukkede sko", "Mandag", "Ønsk dette sted"):
        assert words in page


@pytest.mark.parametrize("hosts", [1, 60])
def test_the_catalogue_takes_eight_queries_however_many_hosts(client, hosts, django_assert_num_queries):
    for _ in range(hosts):
        factories.host(fields=[factories.field()])
    with django_assert_num_queries(8):
        client.get("/praktiksteder/")


@pytest.fixture
def country():
    """Three organisations of two sectors in two parts of the country, which share a round."""
    round, kitchen = factories.round(), factories.field("Køkken")
    for name, sector, area in [
        ("Havneby Kommune", "municipality", "midtjylland"),
        ("Østerby Kommune", "municipality", "hovedstaden"),
        ("Et ministerium", "state", "hovedstaden"),
    ]:
        organisation = factories.organisation(name)
        organisation.sector, organisation.area = sector, area
        organisation.save()
        round.organisations.add(organisation)
        factories.host(
            workplace=factories.workplace(f"Køkkenet, {name}", of=organisation),
            fields=[kitchen] if sector == "municipality" else [],
        )
    return {row.name: row for row in round.organisations.all()}


def test_across_organisations_hosts_are_found_by_organisation_area_sector_and_kind_of_work(
    client, country
):
    town, other, ministry = (
        f"Køkkenet, {name}" for name in ("Havneby Kommune", "Østerby Kommune", "Et ministerium")
    )
    assert names(client) == [ministry, town, other]
    assert names(client, organisation=country["Østerby Kommune"].pk) == [other]
    assert names(client, area="hovedstaden") == [ministry, other]
    assert names(client, sector="municipality") == [town, other]
    assert names(client, area="hovedstaden", field=factories.field("Køkken").pk) == [other]
    assert names(client, area="sjaelland", sector="x") == [ministry, town, other]
    page = client.get("/praktiksteder/").content.decode()
    assert "Kultur og Fritid, Et ministerium" in page


def test_departments_are_those_of_the_organisation_that_is_chosen(client, country):
    def labels(**query):
        selects = client.get("/praktiksteder/", query).context["selects"]
        return [(select.name, len(select.options)) for select in selects]

    several = [("organisation", 3), ("area", 2), ("sector", 2)]
    assert labels() == [*several, ("field", 1)]
    chosen = country["Et ministerium"].pk
    assert labels(organisation=chosen) == [*several, ("department", 1), ("field", 1)]
    # A department of another organisation, left over from the search before, narrows nothing.
    foreign = country["Havneby Kommune"].departments.get().pk
    assert names(client, organisation=chosen, department=foreign) == ["Køkkenet, Et ministerium"]


@pytest.mark.parametrize("hosts", [1, 30])
def test_across_organisations_the_catalogue_takes_eight_queries(
    client, country, hosts, django_assert_num_queries
):
    for number in range(hosts):
        organisation = factories.organisation(f"Kommune {number}")
        country["Et ministerium"].rounds.get().organisations.add(organisation)
        factories.host(workplace=factories.workplace(of=organisation), fields=[factories.field()])
    with django_assert_num_queries(8):
        client.get("/praktiksteder/")


def rows_read(queryset) -> int:
    """How many rows all steps of the query's plan give together."""

    def of(step) -> int:
        own = step["Actual Rows"] * step["Actual Loops"]
        return own + sum(map(of, step.get("Plans", [])))

    (plan,) = json.loads(queryset.explain(format="json", analyze=True))
    return of(plan["Plan"])


def test_who_sees_which_hosts_is_not_found_by_pairing_everybody_with_everybody(client, country):
    for number in range(40):
        organisation = factories.organisation(f"Kommune {number}")
        country["Et ministerium"].rounds.get().organisations.add(organisation)
        factories.host(workplace=factories.workplace(of=organisation))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    person = Employee.objects.get(pk=client.session["_auth_user_id"])
    assert rows_read(Host.objects.visible_to(person)) < 50 * Host.objects.count()
