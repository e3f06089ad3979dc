"""Where a wish stands, as its owner may know it: a proposal is nobody's business until it is settled."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from placements.domain import wishes
from placements.enums import PlacementState, WishState
from placements.models import Wish


@dataclass(frozen=True)
class Step:
    """One step on the way of a wish; the first that is not done is the current one."""

    label: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True)
class Standing:
    """The steps of a wish and one sentence on where it stands."""

    steps: list[Step]
    sentence: str
    can_be_withdrawn: bool


def standing(wish: Wish, *, is_evaluated: bool, now: datetime) -> Standing:
    """Where a draft or sent wish stands now. Reads the prefetched placements of the wish."""
    visit = wish.live_placement
    is_confirmed = bool(visit) and visit.is_told
    is_over = is_confirmed and visit.is_over(now)
    reached = [
        (_("Wish sent"), wish.state == WishState.SENT),
        (_("Place settled"), is_confirmed),
        (_("Visit"), is_over),
        (_("Evaluated"), is_evaluated),
    ]
    current = next((n for n, (_label, is_done) in enumerate(reached) if not is_done), None)
    return Standing(
        steps=[Step(label, is_done, n == current) for n, (label, is_done) in enumerate(reached)],
        sentence=_sentence(wish, current),
        can_be_withdrawn=wishes.can_be_withdrawn(wish, now=now),
    )


def _sentence(wish: Wish, current: int | None) -> str:
    if current == 1 and (sentence := _while_waiting(wish)):
        return sentence
    return {
        0: _("Your wish is a draft. Nobody sees it before you send it."),
        1: _(
            "Your wish is sent. The consultants look for a place and write to you when it is settled."
        ),
        2: _("Your place is settled. Look forward to it!"),
        3: _("You have been there. Tell us how it was."),
        None: _("You have been there and told how it was. Thank you!"),
    }[current]


def _while_waiting(wish: Wish) -> str:
    """What is special about a wish that has no settled place; nothing when all goes its way."""
    visit = wish.live_placement
    if visit and visit.state == PlacementState.OFFERED:
        return _("A host offers you other days. Answer by the link in the mail you got.")
    if wish.refused_at:
        return _("Your manager has said no this time. Talk to each other, and call the consultants.")
    if wish.awaits_approval:
        return _("Your wish is sent. Your manager is asked to approve it.")
    if wish.round.closed_at and not visit:
        return _("There was no place for you this time. The round is closed.")
    if wish.round.released_at and not visit:
        return _("There was no place for you this time. You are on the waiting list.")
    if wish.round.holds_results:
        return _("Your wish is sent. Everybody in this round gets the answer at the same time.")
    return ""
