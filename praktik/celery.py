"""The Celery application: `celery -A praktik worker` and `celery -A praktik beat`."""

import os

from celery import Celery
from celery.signals import beat_init, heartbeat_sent, worker_ready
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "praktik.settings")

TRANSPORT_ALIASES["redis"] = TRANSPORT_ALIASES["rediss"] = "praktik.broker:Transport"
app = Celery("praktik")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# This worker has the puzzle alone: that it lives says nothing of the mail.
PUZZLE = "puzzle@"


@worker_ready.connect
def worker_has_started(sender, **kwargs) -> None:
    _note_worker(sender.hostname)


@heartbeat_sent.connect
def worker_lives(sender, **kwargs) -> None:
    _note_worker(sender.eventer.hostname)


@beat_init.connect
def beat_has_started(**kwargs) -> None:
    """From here on the sweeps that it asks for are its signs of life."""
    from praktik.lib import heartbeat

    heartbeat.note(heartbeat.BEAT)


def _note_worker(hostname: str) -> None:
    from praktik.lib import heartbeat

    if not hostname.startswith(PUZZLE):
        heartbeat.note(heartbeat.WORKER)
