"""Beat after the machine's clock has been put back by days."""

import time
from datetime import timedelta

import pytest
from celery import beat, schedules

from praktik.beat import Scheduler
from praktik.celery import app

DAYS = timedelta(days=3)


def asked_for(kind: type[beat.Scheduler]) -> set[str]:
    """Which of two tasks are asked for in a second, when all was last asked for three days from now."""
    asked = set()

    class Recording(kind):
        def setup_schedule(self):
            for name in ("sweep", "deliver"):
                every = schedules.schedule(0.1, app=app)
                self.add(name=name, task=name, schedule=every)

        def apply_async(self, entry, *args, **kwargs):
            asked.add(entry.task)

    scheduler = Recording(app=app)
    for entry in scheduler.schedule.values():
        entry.last_run_at += DAYS
    scheduler.populate_heap()
    scheduler._newest = time.time() + DAYS.total_seconds()
    end = time.monotonic() + 1
    while time.monotonic() < end and len(asked) < 2:
        time.sleep(max(0.01, min(0.1, scheduler.tick())))
    return asked


@pytest.mark.parametrize(
    ("kind", "asked"), [(beat.Scheduler, set()), (Scheduler, {"sweep", "deliver"})]
)
def test_after_the_clock_was_put_back_beat_asks_for_everything_at_once(kind, asked):
    assert asked_for(kind) == asked


def test_the_application_uses_it():
    assert app.conf.beat_scheduler == "praktik.beat:Scheduler"
