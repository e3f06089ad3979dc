"""Lists narrowed to a department: where several organisations have one of that name, each says whose it is."""

import re

import pytest

from employees.models import Department, Organisation
from tests import factories

pytestmark = pytest.mark.django_db
LISTS = {
    "employees/workplace": "department",
    "employees/employee": "workplace__department",
    "hosts/host": "workplace__department",
    "placements/wish": "employee__workplace__department",
    "placements/placement": "host__workplace__department",
}


@pytest.fixture
def departments(client):
    client.force_login(factories.consultant(workplace=None))
    here, there = Organisation.objects.create(name="Havneby"), Organisation.objects.create(name="Ådal")
    return [
        Department.objects.create(organisation=here, name="Teknik"),
        Department.objects.create(organisation=there, name="Teknik"),
    ]


def offered(client, address: str) -> list[str]:
    """The departments that the list can be narrowed to."""
    page = client.get(f"/admin/{address}/").content.decode()
    links = re.findall(rf'href="\?{LISTS[address]}__id__exact=\d+">\s*(.*?)\s*</a>', page)
    return [words for words in links if words.startswith("Teknik")]


@pytest.mark.parametrize("address", LISTS)
def test_the_organisation_stands_beside_where_there_are_several(client, departments, address):
    factories.placement(wish=factories.wish())
    assert offered(client, address) == ["Teknik (Havneby)", "Teknik (Ådal)"]
    narrowed = client.get(f"/admin/{address}/?{LISTS[address]}__id__exact={departments[0].pk}")
    assert narrowed.status_code == 200


def test_one_organisation_needs_no_name(client, departments):
    departments[1].delete()
    Department.objects.create(organisation=departments[0].organisation, name="Teknik og drift")
    assert offered(client, "employees/workplace") == ["Teknik", "Teknik og drift"]
