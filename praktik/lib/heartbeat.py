"""Signs of life of the processes that send mail: the worker, and beat, which asks it to sweep.

Each writes the time to the cache; who has written nothing for five minutes is taken to be away. So is one
whose sign lies in the future: the clock has been put back since, and nobody knows what it does now.
"""

import time
from datetime import UTC, datetime

from django.core.cache import cache

WORKER, BEAT = "worker", "beat"
ALIVE_SECONDS = 5 * 60
# Clocks of several machines differ a little.
AHEAD_SECONDS = 60


def note(process: str) -> None:
    """Write that a process is alive now. Raises RedisError."""
    cache.set(_key(process), time.time(), timeout=None)


def last_signs() -> dict[str, datetime | None]:
    """When each process was last alive; None where it never was. Raises RedisError."""
    found = cache.get_many([_key(WORKER), _key(BEAT)])
    return {
        process: datetime.fromtimestamp(found[_key(process)], UTC) if _key(process) in found else None
        for process in (WORKER, BEAT)
    }


def away() -> dict[str, datetime | None]:
    """The processes that are away, with their last sign of life. Raises RedisError."""
    now = time.time()
    return {
        process: seen
        for process, seen in last_signs().items()
        if seen is None or not now - ALIVE_SECONDS <= seen.timestamp() <= now + AHEAD_SECONDS
    }


def _key(process: str) -> str:
    return f"heartbeat-{process}"
