"""What a solution rests on, kept as short marks: so that it can be said what has changed since.

A fingerprint has, for each wish and host and for the round, one mark for each part below. Proposals that
solving again may move do not count, so that alternatives can be chosen in turn; nor does the day of today.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hosts.models import Host
from placements.domain.snapshot import Snapshot, is_loose, weights
from placements.models import Round, Wish

WISHES, HOSTS, ROUND = "wishes", "hosts", "round"
PARTS = {
    WISHES: (
        gettext_lazy("possible days"),
        gettext_lazy("length"),
        gettext_lazy("choices"),
        gettext_lazy("hosts that are ruled out, have said no, or asked for other days"),
        gettext_lazy("the manager's answer, or whether the person works here"),
        gettext_lazy("workplace"),
        gettext_lazy("a place that is pinned, asked about or confirmed"),
        gettext_lazy("earlier visits and rounds without a place"),
    ),
    HOSTS: (
        gettext_lazy("whether it takes visitors"),
        gettext_lazy("seats"),
        gettext_lazy("lengths"),
        gettext_lazy("most visitors"),
        gettext_lazy("visits of other rounds"),
    ),
    ROUND: (
        gettext_lazy("dates"),
        gettext_lazy("lengths"),
        gettext_lazy("organisations"),
        gettext_lazy("points"),
        gettext_lazy("departments that have met in other rounds"),
    ),
}

Marks = dict[str, dict[str, list[str]]]
"""The marks of each part, by kind and key."""


def take(seen: Snapshot) -> Marks:
    """The marks of a snapshot."""
    return {
        WISHES: {str(pk): _marks(*_parts_of_wish(seen, wish)) for pk, wish in seen.wishes.items()},
        HOSTS: {str(pk): _marks(*_parts_of_host(seen, host)) for pk, host in seen.hosts.items()},
        ROUND: {str(seen.round.pk): _marks(*_parts_of_round(seen))},
    }


@dataclass(frozen=True)
class Change:
    """A wish, a host or the round of which something is different now: in words, which parts."""

    kind: str
    key: int
    what: tuple[str, ...]


def changes(before: Marks, seen: Snapshot) -> list[Change]:
    """What is different from what a solution rested on."""
    present = take(seen)
    return [
        Change(kind, int(key), what)
        for kind in PARTS
        for key in sorted(before.get(kind, {}).keys() | present[kind].keys(), key=int)
        if (what := tuple(_differences(kind, before.get(kind, {}).get(key), present[kind].get(key))))
    ]


def in_words(changed: Iterable[Change]) -> list[str]:
    """Such as "Bo: possible days, length", the round first, then by name."""
    changed = list(changed)
    names = {
        WISHES: _names(Wish.objects.select_related("employee"), WISHES, changed),
        HOSTS: _names(Host.objects.select_related("workplace"), HOSTS, changed),
        ROUND: _names(Round.objects, ROUND, changed),
    }
    gone = _("somebody who no longer takes part")
    lines = [(each.kind != ROUND, names[each.kind].get(each.key, gone), each.what) for each in changed]
    return [f"{name}: {', '.join(what)}" for _is_below, name, what in sorted(lines)]


def _names(rows, kind: str, changed: list[Change]) -> dict[int, str]:
    found = rows.in_bulk([each.key for each in changed if each.kind == kind])
    return {pk: str(row.employee if kind == WISHES else row) for pk, row in found.items()}


def _differences(kind: str, before: list[str] | None, present: list[str] | None) -> Iterator[str]:
    if present is None:
        yield _("no longer takes part")
    elif before is None:
        yield _("has come since")
    else:
        for part, old, new in zip(PARTS[kind], before, present, strict=False):
            if old != new:
                yield str(part)


def _marks(*parts) -> list[str]:
    return [hashlib.sha256(repr(part).encode()).hexdigest()[:8] for part in parts]


def _parts_of_wish(seen: Snapshot, wish: Wish) -> tuple:
    person, placement = seen.problem.person_of[wish.pk], seen.placements.get(wish.pk)
    settled = None if is_loose(placement) else (placement.state, placement.host_id, placement.days)
    return (
        (sorted(set(wish.possible_days) - seen.busy[wish.pk] - seen.unsuited[wish.pk]), wish.may_split),
        wish.length,
        [None if choice is None else sorted(choice) for choice in person.choices],
        [*sorted(person.forbidden), *_unwanted_days(seen, wish)],
        person.is_barred,
        (person.workplace, person.leaves),
        settled,
        (sorted(person.visited), person.missed),
    )


def _unwanted_days(seen: Snapshot, wish: Wish) -> list[tuple]:
    return sorted((host, sorted(days)) for host, days in seen.unwanted.get(wish.pk, {}).items())


def _parts_of_host(seen: Snapshot, host: Host) -> tuple:
    closed = sorted(day.date for day in host.closed_days.all())
    opened = sorted((day.date, day.seats) for day in host.open_days.all())
    return (
        host.takes_visitors and host.pk not in seen.not_this_time,
        (host.weekday_seats, closed, opened),
        (host.shortest_visit, host.longest_visit, host.allows_split),
        host.most_visitors,
        sorted(seen.other_rounds[host.pk].items()),
    )


def _parts_of_round(seen: Snapshot) -> tuple:
    round = seen.round
    return (
        (round.visits_from, round.visits_until),
        (round.shortest_visit, round.longest_visit),
        (sorted(seen.organisations), round.abroad_only),
        weights(round),
        sorted(seen.problem.known_relations),
    )
