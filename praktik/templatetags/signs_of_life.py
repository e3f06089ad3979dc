"""Whether the processes that send mail are alive, for every page of the admin."""

from django import template
from redis import RedisError

from praktik.lib import heartbeat

register = template.Library()


@register.inclusion_tag("admin/away.html")
def signs_of_life():
    """What is away, with its last sign of life; or that Redis is."""
    try:
        return {"away": heartbeat.away()}
    except RedisError:
        return {"broker_is_away": True}
