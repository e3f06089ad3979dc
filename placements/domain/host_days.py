"""Asking hosts for more days: people wish for them, have no place, and there is no free seat left.

A consultant presses the button, since only a person knows when it makes sense to ask; a host is asked
once a round, and the row in HostRound is the claim: it is committed with the letters or not at all.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from employees.models import Employee
from hosts.models import Host
from mail import outbox, rendering
from placements.domain.errors import Refused
from placements.domain.seats import Occupancy
from placements.models import Choice, HostRound, Round, Wish
from praktik.lib.dates import at
from praktik.lib.links import absolute


@dataclass(frozen=True)
class FullHost:
    """A host without a free seat, and how many people without a place wish for it by name."""

    host: Host
    people: int
    contacts: list[Employee]


def can_be_asked(round: Round, *, now: datetime) -> bool:
    """Whether wishes are taken or places being found: from the first wish until the visits begin."""
    today = timezone.localdate(now)
    is_time = round.wishes_from <= today < round.visits_from and round.released_at is None
    return is_time and not round.mails_paused


def full_hosts(round: Round, *, now: datetime) -> list[FullHost]:
    """The hosts to ask, those first for whom the most people wait; without those asked before."""
    return full_hosts_of([round], now=now)[round.pk]


def counts(*, now: datetime) -> list[tuple[Round, int]]:
    """How many full hosts could be asked, for each round in which that is possible now."""
    rounds = list(Round.objects.calling(timezone.localdate(now)).order_by("visits_from", "pk"))
    full = full_hosts_of(rounds, now=now)
    return [(round, len(full[round.pk])) for round in rounds]


def full_hosts_of(rounds: Sequence[Round], *, now: datetime) -> dict[int, list[FullHost]]:
    """The same for several rounds, by their keys, in a fixed number of queries."""
    found: dict[int, list[FullHost]] = {round.pk: [] for round in rounds}
    rounds = [round for round in rounds if can_be_asked(round, now=now)]
    if not rounds:
        return found
    people = _people_waiting(rounds)
    hosts = Host.objects.open().filter(pk__in={host for _round, host in people})
    hosts = list(hosts.with_place().prefetch_related("contacts"))
    occupancy, today = Occupancy.of_rounds(rounds, hosts, []), timezone.localdate(now)
    for round in rounds:
        full = [
            FullHost(host, people[round.pk, host.pk], _whom_to_write_to(host))
            for host in hosts
            if (round.pk, host.pk) in people and not _has_room(occupancy[round.pk], host, today)
        ]
        found[round.pk] = sorted(
            (each for each in full if each.contacts), key=lambda each: -each.people
        )
    return found


def _people_waiting(rounds: Sequence[Round]) -> Counter:
    """How many people without a place name a host, by round and host; without those that are not to be asked."""
    waiting = Wish.objects.unplaced().filter(round__in=rounds, refused_at=None)
    named = Choice.objects.filter(wish__in=waiting, host__isnull=False)
    people = Counter(named.values_list("wish__round", "host"))
    said = HostRound.objects.filter(round__in=rounds)
    done = said.not_this_time() | said.filter(days_asked_at__isnull=False)
    for pair in done.values_list("round", "host"):
        people.pop(pair, None)
    return people


def _whom_to_write_to(host: Host) -> list[Employee]:
    return [each for each in host.contacts.all() if each.is_active]


def ask(*, round: Round, number: int, now: datetime) -> int:
    """Write to the contacts of all full hosts; returns how many letters.

    number is how many hosts the consultant saw. Raises Refused, and writes to nobody, when there are
    others by now.
    """
    with transaction.atomic():
        Round.objects.select_for_update(no_key=True).get(pk=round.pk)
        hosts = full_hosts(round, now=now)
        if len(hosts) != number:
            raise Refused(_("Nothing was sent: other hosts are full by now. Look at them again."))
        for each in hosts:
            HostRound.objects.update_or_create(
                host=each.host, round=round, defaults={"days_asked_at": now}
            )
            for contact in each.contacts:
                _write(round, each, contact, now)
    return sum(len(each.contacts) for each in hosts)


def example(round: Round, full: FullHost) -> rendering.Letter:
    """The letter as the first contact of a host would get it."""
    return _letter(round, full, full.contacts[0])


def _has_room(occupancy: Occupancy, host: Host, today) -> bool:
    left = occupancy.visitors_left(host)
    if left is not None and left < 1:
        return False
    return any(occupancy.free_seats(host, day) for day in occupancy.round.days if day > today)


def _write(round: Round, full: FullHost, contact: Employee, now: datetime) -> None:
    outbox.post(
        key=f"host-days-{round.pk}-{full.host.pk}-{contact.pk}",
        to_address=contact.email,
        to_name=contact.name,
        language=contact.language,
        letter=_letter(round, full, contact),
        now=now,
        expires_at=at(round.visits_from, time(8)),
    )


def _letter(round: Round, full: FullHost, contact: Employee) -> rendering.Letter:
    return rendering.render(
        "host_days",
        language=contact.language,
        recipient=contact,
        host=full.host,
        round=round,
        people=full.people,
        settings_url=absolute(reverse("host_settings", args=[full.host.pk]), language=contact.language),
    )
