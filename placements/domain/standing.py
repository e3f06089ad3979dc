"""Where a wish stands, as its owner may know it: a proposal is nobody's business until it is settled."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from placements.domain import wishes
from placements.enums import CalledOffBy, PlacementState, RoundPhase, WishState
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
    """The steps of a wish, those to come only while it may still take them, and where it stands."""

    steps: list[Step]
    sentence: str
    can_be_withdrawn: bool


def standing(wish: Wish, *, evaluation: Evaluation | None, now: datetime) -> Standing:
    """Where a draft or sent wish stands now. Reads the prefetched placements of the wish.

    evaluation is the participant's own of the visit, with its idea at hand.
    """
    reached = _reached(wish, _settled_visit(wish), evaluation, now)
    if sentence := _when_it_has_ended(wish, now):
        current, reached = None, {key: step for key, step in reached.items() if step[1]}
    else:
        current = next((key for key, (_label, is_done, _day) in reached.items() if not is_done), None)
        sentence = _sentence(wish, current, now)
    return Standing(
        steps=[
            Step(label, is_done, key == current, day if is_done else None)
            for key, (label, is_done, day) in reached.items()
        ],
        sentence=sentence,
        can_be_withdrawn=wishes.can_be_withdrawn(wish, now=now),
    )


def how_it_ended(wish: Wish) -> str:
    """Why nothing came of a wish, said after the name of its round or "The round is closed:"."""
    if wish.state == WishState.WITHDRAWN:
        return _("your wish was withdrawn.")
    if wish.state == WishState.DRAFT:
        return _("your wish was not sent.")
    if wish.refused_at:
        return _("your manager said no.")
    if visit := _called_off(wish):
        return {
            CalledOffBy.PARTICIPANT: _("you called off your visit to %(host)s."),
            CalledOffBy.HOST: _("%(host)s called your visit off."),
        }.get(visit.ended_by, _("your visit to %(host)s was called off.")) % {"host": visit.host}
    if wish.awaits_approval:
        return _("your manager did not answer.")
    if wish.live_placement:
        return _("its result was never announced.")
    return _("there was no place for you.")


def _called_off(wish: Wish) -> Placement | None:
    """The last settled visit that its owner knew of and that was called off."""
    ended = [
        each
        for each in wish.placements.all()
        if each.state == PlacementState.CANCELLED and each.ended_by != CalledOffBy.MOVED
    ]
    return next((each for each in sorted(ended, key=lambda each: -each.pk) if each.was_told), None)


def _when_it_has_ended(wish: Wish, now: datetime) -> str:
    """The sentence on a wish that leads to no visit any more; nothing while it may."""
    if wish.round.closed_at and not wish.live_placement:
        return _("The round is closed: %(ending)s") % {"ending": how_it_ended(wish)}
    can_be_sent = {RoundPhase.PLANNED, RoundPhase.WISHES}
    if wish.state == WishState.DRAFT and wish.round.phase(timezone.localdate(now)) not in can_be_sent:
        return _(
            "The deadline has passed, and your wish was not sent."
            " Call the consultants if you would still like to take part."
        )
    return ""


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
        return _("It is noted that you did not come. Call the consultants if that is wrong.")
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
    if not visit and (called_off := _called_off(wish)):
        return _after_the_call_off(called_off)
    if wish.awaits_approval:
        return _("Your wish is sent. Your manager is asked to approve it.")
    if wish.round.released_at and not visit:
        return _("There was no place for you this time. You are on the waiting list.")
    if wish.round.holds_results:
        return _("Your wish is sent. Everybody in this round gets the answer at the same time.")
    return ""


def _after_the_call_off(visit: Placement) -> str:
    if visit.is_lost:
        return _("Your visit was called off. Your wish stands and comes first when a place is sought.")
    return _(
        "You have called off your visit. Your wish stands, and the consultants look for another place."
    )
