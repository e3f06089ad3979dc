"""What the match board says of solutions, places and seats."""

from datetime import date
from math import floor

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from placements.domain import board_words
from placements.enums import SolveState
from placements.models import Solve
from praktik.lib.wording import day_in_words, days_in_words

register = template.Library()
STEPS = {
    "start": gettext_lazy("reading"),
    "placed": gettext_lazy("most people"),
    "missed": gettext_lazy("who missed out before"),
    "first_choices": gettext_lazy("most first choices"),
    "relations": gettext_lazy("most new relations"),
    "soft": gettext_lazy("relations, spread and few changes"),
}


@register.filter
def nth_choice(rank: str) -> str:
    """Such as "2nd choice"."""
    return board_words.nth_choice(int(rank))


@register.filter
def title_of(solve: Solve) -> str:
    """What tells a solution from the others of its round."""
    asked = date_format(timezone.localtime(solve.asked_at), "SHORT_DATETIME_FORMAT")
    return f"{solve.get_goal_display()}, {asked}"


@register.filter
def step_in_words(solve: Solve) -> str:
    """What the solver is at."""
    return str(STEPS.get(solve.step, _("fairest ranks")))


@register.filter
def proof_in_words(solve: Solve) -> str:
    """Which goals of a solution are proven, and how much better it could be in the others."""
    if solve.is_proven:
        return _("The best there is")
    said = [_("Stopped early.")] if solve.state == SolveState.STOPPED else []
    proven = dict.fromkeys(_goal(proof) for proof in solve.proofs if proof["gap"] == 0)
    open_ = {_goal(proof): proof for proof in reversed(solve.proofs) if proof["gap"] != 0}
    if sure := [goal for goal in proven if goal not in open_]:
        said.append(_("Proven: %(goals)s.") % {"goals": ", ".join(sure)})
    rest = [_how_much_better(goal, proof) for goal, proof in reversed(open_.items())]
    return " ".join([*said, _("Not proven: %(goals)s.") % {"goals": ", ".join(rest)}])


def _goal(proof: dict) -> str:
    return str(STEPS.get(proof["goal"], _("fairest ranks")))


def _how_much_better(goal: str, proof: dict) -> str:
    if proof["gap"] is None:
        return goal
    if proof["goal"] == "placed":
        percent = number_format(100 * proof["gap"], decimal_pos=2)
        return _("%(goal)s (within %(percent)s %%)") % {"goal": goal, "percent": percent}
    count = floor(proof["bound"] - proof["value"])
    return _("%(goal)s (%(count)d better at most)") % {"goal": goal, "count": count}


@register.filter
def place_in_words(place) -> str:
    """(host, days as ISO texts) or nothing."""
    if place is None:
        return _("No place")
    host, days = place
    return f"{host}: {days_in_words(map(date.fromisoformat, days))}"


@register.filter
def seats_in_words(call: dict) -> str:
    """The further seats of a call by day, such as "mandag den 4. januar: 1 plads"."""
    days = [
        f"{day_in_words(date.fromisoformat(day))}: {ngettext('%d seat', '%d seats', count) % count}"
        for day, count in call["seats"]
    ]
    visitors = call["visitors"]
    if not days:
        words = ngettext(
            "%d more visitor on the days it already has",
            "%d more visitors on the days it already has",
            visitors,
        )
        return words % visitors
    if visitors:
        words = ngettext("%d more visitor in the round", "%d more visitors in the round", visitors)
        days.append(words % visitors)
    return "; ".join(days)
