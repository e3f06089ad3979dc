"""Celery's beat on a machine whose clock is put right: what was said while it ran ahead is forgotten.

Beat compares the clock with when it last asked for each task. After a jump back those moments lie in the future, and
it would ask for nothing until they are reached. Every task here does what is due by then, so that
nothing of the past needs to be remembered: not in a file either.
"""

import time

from celery import beat

# Less than this is a clock that is kept right little by little.
JUMP_SECONDS = 5


class Scheduler(beat.Scheduler):
    """Begins anew when the clock has jumped back."""

    _newest = 0.0

    def tick(self, *args, **kwargs):
        now = time.time()
        if now < self._newest - JUMP_SECONDS:
            self._begin_anew()
        self._newest = now
        return super().tick(*args, **kwargs)

    def _begin_anew(self) -> None:
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now()
        self._heap = None
