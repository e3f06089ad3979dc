import pytest

from tests import factories


@pytest.fixture
def signe(client):
    """A consultant without a workplace, signed in."""
    person = factories.consultant(workplace=None)
    client.force_login(person)
    return person


@pytest.fixture
def kitchen():
    return factories.workplace("Køkkenet", department="Social")
