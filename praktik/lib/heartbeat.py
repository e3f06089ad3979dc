"""The worker's sign of life: written when a worker starts and at each sweep that beat asks for."""

import time

from django.core.cache import cache

_KEY = "worker-heartbeat"
ALIVE_SECONDS = 5 * 60


def beat() -> None:
    """Note that a worker is alive now."""
    cache.set(_KEY, time.time(), timeout=ALIVE_SECONDS)


def is_alive() -> bool:
    """Whether a worker has given a sign of life within the last five minutes."""
    return cache.get(_KEY) is not None
