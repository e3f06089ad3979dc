"""While Redis is away pages are shown, and what needs it says so kindly."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def _redis_away(settings, _clean_cache):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}


@pytest.mark.usefixtures("_redis_away")
def test_pages_are_shown(client):
    client.force_login(factories.employee())
    for address in ("/min-side/", "/praktiksteder/"):
        assert client.get(address).status_code == 200


@pytest.mark.usefixtures("_redis_away")
def test_the_front_page_of_the_demo_is_shown(client, settings):
    settings.DEMO = True
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("_redis_away")
def test_signing_in_says_to_try_again(client):
    answer = client.post("/log-ind/", {"email": factories.employee().email})
    assert answer.status_code == 503
    assert "Vi er tilbage om et øjeblik" in answer.content.decode()
