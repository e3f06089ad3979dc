"""What the pages of the match board list."""

from collections.abc import Collection
from datetime import date
from functools import partial

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from employees.models import Employee, Organisation
from hosts.models import Call, Host
from placements.admin.board_offers import offer
from placements.domain import board_words, call_list
from placements.domain.board_words import nth_choice
from placements.domain.snapshot import Snapshot
from placements.enums import LIVE_STATES, PlacementState, WishState
from placements.matching import explain
from placements.matching.rules import hosts_by_rank
from placements.models import Placement, Round, Solve, Wish

FILTERS = [
    ("unplaced", _("without a place")),
    ("proposed", _("proposed, nobody told yet")),
    ("changed", _("changed last")),
    ("pinned", _("pinned")),
    ("settled", _("asked or confirmed")),
]


def filtered_wishes(round: Round, chosen) -> QuerySet[Wish]:
    """The sent wishes of a round that the filters of the board leave."""
    wishes = Wish.objects.with_live_placement().filter(round=round, state=WishState.SENT)
    live = Placement.objects.live().filter(wish=OuterRef("pk"))
    proposed = live.filter(state=PlacementState.PROPOSED)
    match chosen.get("show"):
        case "unplaced":
            wishes = wishes.filter(has_place=False)
        case "proposed":
            wishes = wishes.filter(Exists(proposed))
        case "pinned":
            wishes = wishes.filter(Exists(proposed.filter(is_pinned=True)))
        case "settled":
            wishes = wishes.filter(Exists(live.exclude(state=PlacementState.PROPOSED)))
        case "changed":
            step = round.board_steps.standing().first()
            wishes = wishes.filter(pk__in=list(step.after) if step else [])
    if (department := chosen.get("department", "")).isdecimal():
        wishes = wishes.filter(employee__workplace__department=department)
    if (organisation := chosen.get("organisation", "")).isdecimal():
        wishes = wishes.filter(employee__workplace__department__organisation=organisation)
    if (host := chosen.get("host", "")).isdecimal():
        wishes = wishes.filter(Exists(live.filter(host=host)))
    if words := chosen.get("q", "").strip():
        wishes = wishes.filter(employee__name__icontains=words)
    return wishes.order_by("employee__name", "pk")


def organisations(round: Round) -> list[Organisation]:
    """The organisations of a round that spans several; otherwise there is nothing to tell apart."""
    found = list(round.organisations.all())
    return found if len(found) > 1 else []


def counts(round: Round) -> dict[str, int]:
    """How many wishes are sent, placed, without a place, and proposed to a host that nobody has told."""
    sent = Wish.objects.filter(round=round, state=WishState.SENT)
    placed = sent.filter(placements__state__in=LIVE_STATES).count()
    proposed = sent.filter(placements__state=PlacementState.PROPOSED).count()
    total = sent.count()
    return {"sent": total, "placed": placed, "unplaced": total - placed, "proposed": proposed}


def named_hosts(seen: Snapshot, wish: Wish) -> list[Host]:
    """The hosts that the wish could be put at, by name, without those that are ruled out."""
    person = seen.problem.person_of[wish.pk]
    named = {host.id for _rank, host in hosts_by_rank(seen.problem, person)} - person.forbidden
    return [host for pk, host in seen.hosts.items() if pk in named]


def seats_of(seen: Snapshot, host: Host) -> dict:
    """A row of the heat map: the host, why it takes nobody more ("" when it does), how many visitors more
    it takes, and its days."""
    most = max(0, seen.seats.quota[host.pk])
    return {
        "host": host,
        "is_out": board_words.out_of_the_round(seen, host),
        "visitors_left": None if host.most_visitors is None else most,
        "days": [_seats_on(seen, host, number, most) for number in range(len(seen.problem.days))],
    }


def _seats_on(seen: Snapshot, host: Host, number: int, most: int) -> dict:
    """The seats left on a day (no more than the host takes visitors), of how many this round can have, how
    much that is (0 … 3), and how many visitors other rounds have there."""
    seats = seen.problem.host_of[host.pk].seats[number]
    left = max(0, min(seen.seats.left[host.pk][number], most))
    others = seen.other_rounds[host.pk].get(seen.problem.days[number], 0)
    heat = min(3, left) if seats else "closed"
    return {"left": left, "seats": seats, "heat": heat, "others": others}


def compared(finished: list[Solve], chosen) -> list[Solve]:
    """The two solutions that are chosen to be compared; the newest two where none are."""
    by_key = {str(solve.pk): solve for solve in finished}
    picked = [by_key.get(chosen.get(name, "")) for name in ("a", "b")]
    return picked if all(picked) else finished[:2]


def comparison(round: Round, pair: list[Solve]) -> list[tuple]:
    """The wishes that two solutions put differently: (wish, place in the one, place in the other)."""
    places = [{wish: (host, days) for wish, host, days in solve.stays} for solve in pair]
    one, other = places
    differing = [wish for wish in one.keys() | other.keys() if one.get(wish) != other.get(wish)]
    hosts = Host.objects.select_related("workplace").in_bulk(
        {place[wish][0] for place in places for wish in differing if wish in place}
    )
    rows = []
    for wish in Wish.objects.filter(pk__in=differing, round=round).select_related("employee"):
        shown = [(hosts.get(place[wish.pk][0]), place[wish.pk][1]) if wish.pk in place else None
                 for place in places]  # fmt: skip
        rows.append((wish, *shown))
    return rows


def calls(helps: list) -> list[dict]:
    """The hosts to phone with what a yes would give, and what is known of earlier calls."""
    hosts = (
        Host.objects.select_related("workplace__department")
        .prefetch_related(Prefetch("contacts", Employee.objects.filter(is_active=True)))
        .in_bulk([call[0] for call in helps])
    )
    last = {}
    of_hosts = Call.objects.filter(workplace__host__in=hosts).select_related("caller", "workplace")
    for call in of_hosts.order_by("made_at"):
        last[call.workplace_id] = call
    return [
        {
            "host": hosts[host],
            "places": places,
            "seats": seats,
            "visitors": visitors,
            "last": last.get(hosts[host].workplace_id),
        }
        for host, places, seats, visitors in map(call_list.as_told, helps)
        if host in hosts
    ]


def chosen_host(seen: Snapshot, chosen) -> Host | None:
    """The host that is asked for, if it is one of the round."""
    host = chosen.get("host", "")
    return seen.hosts.get(int(host)) if host.isdecimal() else None


def candidates(seen: Snapshot, host: Host, *, freed: Collection[date] = ()) -> list[dict]:
    """Who could take a seat at the host, the best first, with what speaks for it.

    Who can come on the days that were freed stands before who can come on others; then the order is
    that of `explain.replacements`.
    """
    of_host = seen.problem.host_of[host.pk]
    found = explain.replacements(seen.problem, of_host, seen.seats, seen.problem.people)
    rows = [_candidate(seen, host, each, freed) for each in found]
    return sorted(rows, key=lambda row: not row["takes_freed"])


def _candidate(seen: Snapshot, host: Host, each: explain.Replacement, freed: Collection[date]) -> dict:
    person, of_host = seen.problem.person_of[each.person], seen.problem.host_of[host.pk]
    freed_days = {day for day, date in enumerate(seen.problem.days) if date in freed}
    stays = partial(explain.free_stays, seen.rules, person, of_host, seen.seats)
    fitting = stays(among=freed_days)
    place, days = offer(seen, host.pk, (fitting or stays())[0])
    is_lost = each.person in seen.lost
    return {
        "wish": seen.wishes[each.person],
        "rank": nth_choice(each.rank),
        "missed": each.missed - is_lost,
        "is_lost": is_lost,
        "is_new_relation": each.is_new_relation,
        "place": place,
        "days": days,
        "takes_freed": bool(fitting),
    }
