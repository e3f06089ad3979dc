"""Signs of life: /healthz/ for a monitor, and a red line in the admin for the consultants."""

import time

import pytest
from django.core.cache import cache

from praktik.lib import heartbeat
from tests import factories
from tests.mail_server import wait_until
from tests.processes import beat, environment, worker

pytestmark = pytest.mark.django_db

WELL = {"ok": True, "database": True, "broker": True, "worker": True, "beat": True}
SIX_MINUTES = 6 * 60


def healthz(client):
    answer = client.get("/healthz/")
    return answer.status_code, answer.json()


@pytest.fixture
def all_alive():
    heartbeat.note(heartbeat.WORKER)
    heartbeat.note(heartbeat.BEAT)


def silent_for(process: str, seconds: float) -> None:
    cache.set(f"heartbeat-{process}", time.time() - seconds, timeout=None)


def test_all_well(client, all_alive):
    assert healthz(client) == (200, WELL)


@pytest.mark.parametrize("process", [heartbeat.WORKER, heartbeat.BEAT])
def test_five_minutes_without_a_sign_of_life_are_told(client, all_alive, process):
    silent_for(process, SIX_MINUTES - 70)
    assert healthz(client) == (200, WELL)
    silent_for(process, SIX_MINUTES)
    assert healthz(client) == (503, WELL | {"ok": False, process: False})


def test_a_sign_of_life_from_the_future_is_none(client, all_alive):
    silent_for(heartbeat.BEAT, -30)
    assert healthz(client) == (200, WELL)
    silent_for(heartbeat.BEAT, -3 * 24 * 3600)
    assert healthz(client) == (503, WELL | {"ok": False, "beat": False})


def test_without_a_broker_it_is_not_well_and_answers_all_the_same(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    gone = {"ok": False, "broker": False, "worker": False, "beat": False}
    assert healthz(client) == (503, WELL | gone)


def test_the_admin_says_in_red_what_is_away(client, all_alive):
    client.force_login(factories.consultant())
    assert 'class="problem-line"' not in client.get("/admin/").content.decode()
    silent_for(heartbeat.BEAT, SIX_MINUTES)
    page = client.get("/admin/placements/round/").content.decode()
    assert "Beat, som sætter afsendelsen af planlagte mails i gang, kører ikke." in page
    assert "Sidste livstegn:" in page


@pytest.mark.django_db(transaction=True)
def test_worker_and_beat_give_signs_of_life_by_themselves(client, mail_server, settings):
    cache.clear()
    env = environment(settings.REDIS_URL, mail_server)
    with worker(env):
        wait_until(lambda: heartbeat.last_signs()[heartbeat.WORKER], 60)
        assert heartbeat.last_signs()[heartbeat.BEAT] is None
        with beat(env):
            wait_until(lambda: heartbeat.last_signs()[heartbeat.BEAT], 60)
            begun = heartbeat.last_signs()[heartbeat.BEAT]
            wait_until(lambda: heartbeat.last_signs()[heartbeat.BEAT] > begun, 60)
    assert healthz(client) == (200, WELL)
