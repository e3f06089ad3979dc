import pytest

from praktik.lib import heartbeat

pytestmark = pytest.mark.django_db


def test_all_well(client):
    heartbeat.beat()
    answer = client.get("/healthz/")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "database": True, "broker": True, "worker": True}


def test_without_a_sign_of_life_from_a_worker_it_is_not_well(client):
    answer = client.get("/healthz/")
    assert answer.status_code == 503
    assert answer.json() == {"ok": False, "database": True, "broker": True, "worker": False}


def test_without_a_broker_it_is_not_well_and_answers_all_the_same(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz/")
    assert answer.status_code == 503
    assert answer.json() == {"ok": False, "database": True, "broker": False, "worker": False}
