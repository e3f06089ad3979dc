import pytest

from tests import factories


@pytest.fixture
def birthe():
    return factories.employee("Birthe Kvist")


@pytest.fixture
def host(birthe):
    return factories.host("Rådhusets kantine", contacts=[birthe], seats=2)


@pytest.fixture
def round():
    return factories.round()


@pytest.fixture
def client(client, birthe, clock):
    client.force_login(birthe)
    return client
