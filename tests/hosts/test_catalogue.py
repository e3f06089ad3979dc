"""The catalogue: what is found, and how many queries it takes."""

import pytest

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
def test_the_catalogue_takes_seven_queries_however_many_hosts(client, hosts, django_assert_num_queries):
    for _ in range(hosts):
        factories.host(fields=[factories.field()])
    with django_assert_num_queries(7):
        client.get("/praktiksteder/")
