"""Real parts for tests: a mail server of our own, the domain's clock, a browser."""

from datetime import datetime

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from tests import factories
from tests.factories import NOW
from tests.mail_server import MailServer


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Statistics are gathered at moments when the tables may just be empty, for each test takes back what it
    wrote. A plan that goes through "empty" tables row by row can then take minutes.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} SET enable_nestloop = off")
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture(autouse=True)
def _clean_cache():
    """Sign-in limits, the heartbeat and the demo clock live in Redis: start each test without."""
    cache.clear()


@pytest.fixture
def clock(monkeypatch):
    """The domain's clock, standing at NOW until it is set: clock.now = …"""

    class Clock:
        now: datetime = NOW

    from praktik.lib import clock as real

    monkeypatch.setattr(real, "now", lambda: Clock.now)
    return Clock


@pytest.fixture
def thomas():
    """A second consultant."""
    return factories.consultant("Thomas Ørum")


@pytest.fixture
def mail_server(monkeypatch):
    """A real SMTP server that keeps what it takes; it can be told to refuse or to break off."""
    server = MailServer()
    server.start()
    monkeypatch.setattr(settings, "EMAIL_HOST", "127.0.0.1")
    monkeypatch.setattr(settings, "EMAIL_PORT", server.port)
    yield server
    server.stop()


def pytest_addoption(parser):
    parser.addoption(
        "--approve-letters", action="store_true", help="write the approved copies of letters anew"
    )
