"""What the board says of a place that could not be given: to whom, why, and who has the seats."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from placements.domain import board_words
from placements.domain.errors import Refused
from placements.domain.snapshot import Snapshot
from placements.domain.taking import NoRoom, Proposal
from placements.models import Placement, Wish

MOST_NAMED = 5


def named(proposals: Iterable[Proposal], refused: Mapping[int, Refused]) -> list[Refused]:
    """The refusals of these proposals (by the key of the wish), each with its person and who stands in the way.

    In one query, none where every host has room.
    """
    proposals = [each for each in proposals if each.wish.pk in refused]
    crowded = [each for each in proposals if isinstance(refused[each.wish.pk], NoRoom)]
    there = _visits_at(crowded) if crowded else []
    return [Refused(_sentence(each, refused[each.wish.pk], there)) for each in proposals]


def no_longer_possible(seen: Snapshot, wish: Wish, host: int) -> str:
    """The sentence for a place of a solution that a rule has closed since."""
    words = {"name": wish.employee, "host": seen.hosts.get(host), "why": ""}
    if host not in seen.hosts:
        return _("%(name)s: the place of the solution is no longer possible.") % words
    words["why"] = board_words.why_closed(seen, wish, host)
    return _("%(name)s: the place at %(host)s is no longer possible: %(why)s.") % words


def _visits_at(proposals: list[Proposal]) -> list[Placement]:
    hosts = {each.host.pk for each in proposals}
    first = min(day for each in proposals for day in (*each.days, each.wish.round.visits_from))
    rows = Placement.objects.live().filter(host__in=hosts, last_day__gte=first)
    return list(rows.with_people().order_by("wish__employee__name", "pk"))


def _sentence(proposal: Proposal, refusal: Refused, there: list[Placement]) -> str:
    wish, words = proposal.wish, str(refusal)
    if str(wish.employee) not in words:
        words = _("%(name)s: %(words)s") % {"name": wish.employee, "words": words}
    if not isinstance(refusal, NoRoom):
        return words
    in_the_way = [row for row in there if _is_in_the_way(row, proposal, refusal)]
    if not in_the_way:
        return words
    names = [_who(row, proposal) for row in in_the_way]
    listed = ", ".join(names[:MOST_NAMED]) + (" …" if names[MOST_NAMED:] else "")
    return _("%(words)s There already: %(names)s.") % {"words": words, "names": listed}


def _is_in_the_way(row: Placement, proposal: Proposal, refusal: NoRoom) -> bool:
    if row.host_id != proposal.host.pk:
        return False
    return refusal.day in row.days if refusal.day else row.wish.round_id == proposal.wish.round_id


def _who(row: Placement, proposal: Proposal) -> str:
    if row.wish.round_id == proposal.wish.round_id:
        return str(row.employee)
    return f"{row.employee} ({row.wish.round})"
