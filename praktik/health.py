"""Whether Praktik is well: database, broker, worker and beat, for a monitor and for bin/start."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis, RedisError

from praktik.lib import heartbeat


@never_cache
@require_safe
def healthz(request):
    """JSON with one true or false a part; 200 only when all are well, else 503."""
    broker = _broker_answers()
    away = heartbeat.away() if broker else {heartbeat.WORKER, heartbeat.BEAT}
    parts = {
        "database": _database_answers(),
        "broker": broker,
        "worker": heartbeat.WORKER not in away,
        "beat": heartbeat.BEAT not in away,
    }
    well = all(parts.values())
    return JsonResponse({"ok": well, **parts}, status=200 if well else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def _broker_answers() -> bool:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as redis:
            return redis.ping()
    except RedisError:
        return False
