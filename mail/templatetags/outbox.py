"""What the admin shows of the outbox."""

from django import template

from mail import outbox
from praktik.lib import clock

register = template.Library()


@register.simple_tag
def mail_is_stopped() -> bool:
    """Whether the day's limit holds letters back."""
    return outbox.is_stopped(now=clock.now())
