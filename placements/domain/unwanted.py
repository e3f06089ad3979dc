"""Days on which a host would rather not have a visitor: those it was asked for when it offered others instead.

They stay closed to the wish when the offer has come to nothing, until the host says yes to them.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from itertools import chain

from hosts.models import Call
from placements.enums import PlacementState
from placements.models import Event, Placement

Unwanted = dict[int, dict[int, set[date]]]
"""The unwanted days by the keys of wish and host."""


def unwanted_days(placements: Iterable[Placement]) -> Unwanted:
    """What follows from these placements, which are all that their wishes have had.

    In two queries, none where no offer has come to nothing. A yes since is one to this wish on the days, or
    one on the phone that names them.
    """
    rows = list(placements)
    failed = [row for row in rows if _has_failed(row)]
    if not failed:
        return {}
    agreed = _agreed({row.wish_id for row in failed})
    since: dict[tuple[int, int], dict[date, datetime]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: row.pk):
        days = since[row.wish_id, row.host_id]
        if _has_failed(row):
            days.update(dict.fromkeys(row.days, row.offered_at))
        for day in chain(row.days if row.pk in agreed else (), *row.offered_days):
            days.pop(day, None)
    opened = _opened_by_phone({row.host_id for row in failed})
    found: Unwanted = defaultdict(dict)
    for (wish, host), days in since.items():
        if left := {day for day, at in days.items() if opened.get((host, day), at) <= at}:
            found[wish][host] = left
    return found


def _has_failed(row: Placement) -> bool:
    """Whether the host offered other days and the visit came to nothing; who takes one empties the offer."""
    return bool(row.offered) and not row.is_live


def _agreed(wishes: set[int]) -> set[int]:
    """The placements of these wishes to whose days the host has said yes."""
    yes = [PlacementState.ACCEPTED, PlacementState.CONFIRMED]
    events = Event.objects.filter(wish__in=wishes, to_state__in=yes)
    return set(events.values_list("placement", flat=True))


def _opened_by_phone(hosts: set[int]) -> dict[tuple[int, date], datetime]:
    """When each of these hosts last said yes to seats on a day, on the phone."""
    calls = Call.objects.filter(workplace__host__in=hosts, outcome=Call.Outcome.YES).order_by("made_at")
    return {
        (host, date.fromisoformat(day)): made_at
        for host, made_at, seats in calls.values_list("workplace__host", "made_at", "seats")
        for day in seats.get("dates", ())
    }
