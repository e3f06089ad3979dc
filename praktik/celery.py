"""The Celery application: `celery -A praktik worker` and `celery -A praktik beat`."""

import os
import sys

from celery import Celery
from celery.signals import beat_init, heartbeat_sent, task_postrun, task_prerun, worker_ready
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "praktik.settings")

TRANSPORT_ALIASES["redis"] = TRANSPORT_ALIASES["rediss"] = "praktik.broker:Transport"
app = Celery("praktik")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Celery would open a new database connection for each task. Django's own rule (CONN_MAX_AGE, health
# checks) keeps one for as long as it is sound, as it does from one request to the next.
app.conf.CELERY_DB_REUSE_MAX = sys.maxsize

# This worker has the puzzle alone: that it lives says nothing of the mail.
PUZZLE = "puzzle@"


@task_prerun.connect
@task_postrun.connect
def let_go_of_broken_connections(**kwargs) -> None:
    """Close the database connections that are broken or too old; a new one is made when it is needed."""
    from django.db import close_old_connections

    close_old_connections()


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
