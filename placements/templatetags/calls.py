"""What the call list says of a workplace and of earlier calls."""

import re
from datetime import date

from django import template
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hosts.models import Call, CallClaim
from hosts.templatetags.hosts import days_with_seats, seats_in_words
from placements.domain.call_list import Entry

register = template.Library()
A_MONDAY = date(2024, 1, 1)


@register.filter
def dialled(phone: str) -> str:
    """A phone number as a link dials it: digits and a leading plus."""
    return re.sub(r"(?!^\+)\D", "", phone.strip())


@register.filter
def worth(entry: Entry) -> str:
    """How many people a yes would place, and who says so."""
    if entry.places:
        words = ngettext(
            "A yes would place %d person more (the puzzle).",
            "A yes would place %d people more (the puzzle).",
            entry.places,
        )
        return words % entry.places
    if entry.wishes:
        words = ngettext(
            "%d wish without a place names it.", "%d wishes without a place name it.", entry.wishes
        )
        return words % entry.wishes
    return _("No wish without a place names it.")


@register.filter
def seats_given(call: Call) -> str:
    """The seats that a yes gave, by weekday and by day."""
    weekdays = [
        f"{date_format(A_MONDAY.replace(day=1 + number), 'l')}: {seats_in_words(count)}"
        for number, count in enumerate(call.seats["weekdays"])
        if count
    ]
    dates = [(date.fromisoformat(day), count) for day, count in call.seats["dates"].items()]
    return "; ".join([*weekdays, *([days_with_seats(dates)] if dates else [])])


@register.filter
def held_until(claim: CallClaim) -> str:
    """Until when a call is held for who claimed it."""
    return time_format(timezone.localtime(claim.at + CallClaim.LASTS), "TIME_FORMAT")
