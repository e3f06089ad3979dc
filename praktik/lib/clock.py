"""The one clock of Praktik. In demo mode it can be moved forward to see what the coming days bring."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

_OFFSET_KEY = "demo-clock-offset-seconds"


def now() -> datetime:
    """The present moment, aware, in UTC; in demo mode plus what the clock was moved."""
    return timezone.now() + offset()


def today() -> date:
    """The present day in Denmark."""
    return timezone.localdate(now())


def offset() -> timedelta:
    """How far the demo clock stands ahead; zero outside demo mode, and while Redis is away."""
    if not settings.DEMO:
        return timedelta()
    try:
        return timedelta(seconds=cache.get(_OFFSET_KEY, 0))
    except RedisError:
        return timedelta()


def move(forward: timedelta) -> None:
    """Move the demo clock forward for every process. Raises RuntimeError outside demo mode."""
    if not settings.DEMO:
        raise RuntimeError("Only the demo clock can be moved.")
    cache.set(_OFFSET_KEY, (offset() + forward).total_seconds(), timeout=None)


def reset() -> None:
    """Put the demo clock back to the real time."""
    cache.delete(_OFFSET_KEY)
