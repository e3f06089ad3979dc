"""How many letters may leave in a minute and in a day, and who let more go.

A letter counts from the moment a batch holds it (claimed_at); sign-in codes and urgent letters count
and are never held back. A batch keeps what it holds for HELD_FOR, so as much is added to each span: then no minute
and no day can see more than its limit, whichever batch a letter was in.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from mail.models import DailyRelease, LetterState, OutgoingMail
from praktik.lib.dates import at

# So long a batch has its letters to itself; what it has not begun by then is free for others.
HELD_FOR = timedelta(seconds=10)
MINUTE = timedelta(minutes=1)
# What the limits hold back.
CAN_WAIT = Q(confidential=False, is_urgent=False)
# Any number that no other advisory lock of the database uses.
_LOCK = 7_431_002


def room(*, now: datetime, most: int, also: int) -> int:
    """How many letters may be held now, at most `most`, when `also` that cannot wait go with them.

    Until the transaction ends nobody else asks.
    """
    spans = _spans(now)
    if not spans:
        return most
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    return max(0, min(most, *(limit - also - _taken(since, now) for limit, since in spans)))


def is_stopped(*, now: datetime) -> bool:
    """Whether letters wait because as many as a day allows have been sent, and nobody let more go."""
    limit = _per_day(now)
    if not limit or _taken(_midnight(now), now) < limit:
        return False
    return OutgoingMail.objects.filter(
        CAN_WAIT, state=LetterState.QUEUED, next_attempt_at__lte=now
    ).exists()


def release(*, by: str, now: datetime) -> None:
    """Let this day's letters go without the daily limit; by says who decided."""
    DailyRelease.objects.get_or_create(
        date=timezone.localdate(now), defaults={"released_by": by, "released_at": now}
    )


def _spans(now: datetime) -> list[tuple[int, datetime]]:
    """(limit, since when letters count) of each limit that holds now."""
    spans = [(settings.MAIL_PER_MINUTE, now - MINUTE - HELD_FOR), (_per_day(now), _midnight(now))]
    return [(limit, since) for limit, since in spans if limit]


def _per_day(now: datetime) -> int:
    is_released = DailyRelease.objects.filter(date=timezone.localdate(now)).exists()
    return 0 if is_released else settings.MAIL_PER_DAY


def _midnight(now: datetime) -> datetime:
    return at(timezone.localdate(now), datetime.min.time()) - HELD_FOR


def _taken(since: datetime, now: datetime) -> int:
    """How many were taken; what a clock that ran ahead wrote does not count for days."""
    return OutgoingMail.objects.filter(claimed_at__gt=since, claimed_at__lte=now + MINUTE).count()
