"""Visits in the words of the page's or mail's language."""

from urllib.parse import urlencode

from django import template

from placements.domain import mail_links
from placements.enums import Side
from praktik.lib import markup, wording

register = template.Library()


@register.filter
def day_in_words(day) -> str:
    return wording.day_in_words(day)


@register.filter
def days_in_words(days) -> str:
    return wording.days_in_words(days)


@register.filter
def hours_of(host) -> str:
    """The hours of a visit day at a host."""
    return wording.hours_in_words(host.starts_at, host.ends_at)


@register.filter
def with_shape(text: str) -> str:
    """Headings, lists and paragraphs of a plain text."""
    return markup.as_html(text)


@register.filter
def map_url(address: str) -> str:
    """Where an address is shown on a map: a page of somebody else's, opened only when it is asked for."""
    return "https://www.openstreetmap.org/search?" + urlencode({"query": address})


@register.filter
def mails_in_all(counts) -> int:
    """How many mails these are, given as (kind, side, number)."""
    return sum(number for _kind, _side, number in counts)


@register.inclusion_tag("admin/placements/mails/of_step.html")
def mails_of_step(mails, *, with_host: bool = False) -> dict:
    """What a step would send, before it is taken: at once, and what a pause holds back."""
    return {
        "sent": [mail for mail in mails if not mail.is_paused],
        "held": [mail for mail in mails if mail.is_paused],
        "with_host": with_host,
    }


@register.simple_tag
def host_calls_off_url(placement, contact) -> str:
    """The address where a host contact calls a visit off."""
    return mail_links.call_off_url(placement, Side.HOST, contact)
