"""The Celery application: `celery -A praktik worker` and `celery -A praktik beat`."""

import os

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "praktik.settings")

app = Celery("praktik")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def first_sign_of_life(**kwargs) -> None:
    from praktik.lib import heartbeat

    heartbeat.beat()
