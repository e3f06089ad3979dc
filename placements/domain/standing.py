"""Where a wish stands, as its owner may know it: a proposal is nobody's business until it is settled."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from placements.domain import wishes
from placements.enums import PlacementState, WishState
from placements.models import Evaluation, Placement, Wish

SENT, APPROVED, SOUGHT, SETTLED, VISITED, EVALUATED, TOLD = range(7)


@dataclass(frozen=True)
class Step:
    """One step on the way of a wish, and the day it was reached; the first not done is the current one."""

    label: str
    is_done: bool
    is_current: bool
    day: date | None = None


@dataclass(frozen=True)
class Standing:
    """The steps of a wish and one sentence on where it stands."""

    steps: list[Step]
    sentence: str
    can_be_withdrawn: bool


def standing(wish: Wish, *, evaluation: Evaluation | None, now: datetime) -> Standing:
    """Where a draft or sent wish stands now. Reads the prefetched placements of the wish.

    evaluation is the participant's own of the visit, with its idea at hand.
    """
    reached = _reached(wish, _settled_visit(wish), evaluation, now)
    current = next((key for key, (_label, is_done, _day) in reached.items() if not is_done), None)
    return Standing(
        steps=[
            Step(label, is_done, key == current, day if is_done else None)
            for key, (label, is_done, day) in reached.items()
        ],
        sentence=_sentence(wish, current, now),
        can_be_withdrawn=wishes.can_be_withdrawn(wish, now=now),
    )


def _settled_visit(wish: Wish) -> Placement | None:
    visit = wish.live_placement
    return visit if visit and visit.is_told else None


def _reached(wish: Wish, visit: Placement | None, evaluation: Evaluation | None, now: datetime) -> dict:
    """{step: (label, whether it is done, the day)}, without the steps that this wish does not take."""
    is_sent = wish.state == WishState.SENT
    is_settled = visit is not None
    came = is_settled and visit.is_over(now) and visit.attended is not False
    idea = getattr(evaluation, "idea", None)
    steps = {
        SENT: (_("Wish sent") if is_sent else _("Send your wish"), is_sent, _day(wish.sent_at)),
        APPROVED: (
            _("Approved by your manager") if wish.approved_at else _("Your manager's approval"),
            bool(wish.approved_at),
            _day(wish.approved_at),
        ),
        SOUGHT: (_("Search for a place"), is_settled, None),
        SETTLED: (_("Place settled"), is_settled, is_settled and _day(visit.confirmed_at)),
        VISITED: (_("Visit"), came, is_settled and visit.last_day),
        EVALUATED: (_("Evaluated"), bool(evaluation), evaluation and _day(evaluation.answered_at)),
        TOLD: (_("Told what came of it"), bool(idea and idea.told_at), idea and _day(idea.told_at)),
    }
    if not wish.round.needs_approval:
        del steps[APPROVED]
    if evaluation and idea is None:
        del steps[TOLD]
    return steps


def _day(moment: datetime | None) -> date | None:
    return moment and timezone.localdate(moment)


def _sentence(wish: Wish, current: int | None, now: datetime) -> str:
    if current in {APPROVED, SOUGHT} and (sentence := _while_waiting(wish)):
        return sentence
    if current == VISITED and _settled_visit(wish).is_over(now):
        return _("The host has noted that you did not come. Call the consultants if that is wrong.")
    return {
        SENT: _("Your wish is a draft. Nobody sees it before you send it."),
        APPROVED: _("Your wish is sent. Your manager is asked to approve it."),
        SOUGHT: _(
            "Your wish is sent. The consultants look for a place and write to you when it is settled."
        ),
        VISITED: _("Your place is settled. Look forward to it!"),
        EVALUATED: _("You have been there. Tell us how it was."),
        TOLD: _("Thank you for your evaluation. Try your idea, and tell what came of it."),
        None: _("You have been there and told how it was. Thank you!"),
    }[current]


def _while_waiting(wish: Wish) -> str:
    """What is special about a wish that has no settled place; nothing when all goes its way."""
    visit = wish.live_placement
    if visit and visit.state == PlacementState.OFFERED:
        return _("A host offers you other days. Answer here, or by the link in the mail you got.")
    if wish.refused_at:
        return _("Your manager has said no this time. Talk to each other, and call the consultants.")
    if not visit and any(each.is_lost and each.was_told for each in wish.placements.all()):
        return _("Your visit was called off. Your wish stands and comes first when a place is sought.")
    if wish.awaits_approval:
        return _("Your wish is sent. Your manager is asked to approve it.")
    if wish.round.closed_at and not visit:
        return _("There was no place for you this time. The round is closed.")
    if wish.round.released_at and not visit:
        return _("There was no place for you this time. You are on the waiting list.")
    if wish.round.holds_results:
        return _("Your wish is sent. Everybody in this round gets the answer at the same time.")
    return ""
