"""What the board says of a wish: the rank in words, and why each dearer choice is closed."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from placements.domain.snapshot import Snapshot
from placements.enums import PlacementState
from placements.matching import explain
from placements.matching.rules import Reason
from placements.matching.types import Stay
from placements.models import Choice, Placement, Wish

REASONS = {
    Reason.BARRED: gettext_lazy("the manager has said no"),
    Reason.OWN_WORKPLACE: gettext_lazy("the person's own workplace"),
    Reason.OWN_ORGANISATION: gettext_lazy("in the person's own organisation"),
    Reason.FORBIDDEN: gettext_lazy("ruled out, or has said no"),
    Reason.LENGTH: gettext_lazy("no visits of this length"),
    Reason.OWN_DAYS: gettext_lazy("the person's days hold no visit of this length"),
    Reason.NOT_OPEN: gettext_lazy("closed on the person's days"),
    Reason.QUOTA: gettext_lazy("no more visitors"),
    Reason.FULL: gettext_lazy("full on all the person's days"),
    None: gettext_lazy("free now"),
}
HOSTS_NAMED = 3


@dataclass(frozen=True)
class Row:
    """A wish on the board: where it stands, on which choice, and why not on a dearer one."""

    wish: Wish
    placement: Placement | None
    rank: int | None
    why: list[str]

    @property
    def is_proposal(self) -> bool:
        """Whether the place is one that nobody has been told of."""
        return bool(self.placement) and self.placement.state == PlacementState.PROPOSED

    @property
    def rank_in_words(self) -> str:
        """The rank, or what stands in its place."""
        if self.placement is None:
            return _("No place")
        return nth_choice(self.rank) if self.rank else _("Outside the wish")


def row(seen: Snapshot, wish: Wish) -> Row:
    """What the board shows of a wish. The wish must be one of the snapshot's."""
    placement = seen.placements.get(wish.pk)
    if placement:
        placement.host = seen.hosts[placement.host_id]
    rank = placement and seen.problem.person_of[wish.pk].rank_of(placement.host_id)
    return Row(wish, placement, rank, _why(seen, wish, seen.stay_of(wish)))


def closed(seen: Snapshot, wish: Wish) -> list[str]:
    """What closes each choice of a wish, wherever the board has it."""
    return _why(seen, wish, None)


def _why(seen: Snapshot, wish: Wish, stay: Stay | None) -> list[str]:
    person = seen.problem.person_of[wish.pk]
    found = explain.closed_choices(seen.problem, person, seen.seats, stay, seen.rules)
    choices = dict(enumerate(wish.choices.all(), start=1))
    return [_sentence(seen, choices[each.rank], each) for each in found]


def nth_choice(rank: int) -> str:
    """Such as "2nd choice"."""
    return {
        1: _("1st choice"),
        2: _("2nd choice"),
        3: _("3rd choice"),
        4: _("4th choice"),
        5: _("5th choice"),
    }[rank]


def _sentence(seen: Snapshot, choice: Choice, closed: explain.ClosedChoice) -> str:
    parts = [_part(seen, choice, reason, hosts) for reason, hosts in closed.by_reason().items()]
    words = "; ".join(parts) if parts else _nothing_of_its_own(seen, choice)
    return _("%(rank)s (%(choice)s): %(words)s.") % {
        "rank": nth_choice(choice.rank),
        "choice": choice,
        "words": words,
    }


def _nothing_of_its_own(seen: Snapshot, choice: Choice) -> str:
    """A choice without a host of its own: there is none, or an earlier choice names them all."""
    if any(choice.covers(host) for host in seen.hosts.values()):
        return _("its places are all named by an earlier choice")
    return _("no host offers this now")


def _part(seen: Snapshot, choice: Choice, reason: Reason | None, hosts: list[int]) -> str:
    words = REASONS[reason]
    if choice.host_id:
        return str(words)
    if len(hosts) <= HOSTS_NAMED:
        names = ", ".join(str(seen.hosts[host]) for host in hosts)
        return f"{names}: {words}"
    count = ngettext("%d host", "%d hosts", len(hosts)) % len(hosts)
    return f"{count}: {words}"
