import pytest

from tests import factories


@pytest.fixture
def signe(client):
    """A consultant, signed in."""
    person = factories.consultant()
    client.force_login(person)
    return person


@pytest.fixture
def round():
    return factories.round("Lynpraktik 2027")
