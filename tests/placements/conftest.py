import pytest

from tests import factories


@pytest.fixture(autouse=True)
def _stand_still(clock):
    """All tests of the placements room happen at factories.NOW unless they move the clock."""


@pytest.fixture
def signe(client):
    """A consultant, signed in."""
    person = factories.consultant()
    client.force_login(person)
    return person
