"""What the match board says of solutions, places and seats."""

from datetime import date

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from placements.enums import SolveState
from placements.models import Solve
from praktik.lib.wording import day_in_words, days_in_words

register = template.Library()
STEPS = {
    "start": gettext_lazy("reading"),
    "placed": gettext_lazy("most people"),
    "missed": gettext_lazy("who missed out before"),
    "first_choices": gettext_lazy("first choices"),
    "relations": gettext_lazy("new relations"),
    "soft": gettext_lazy("relations, spread and few changes"),
}


@register.filter
def step_in_words(solve: Solve) -> str:
    """What the solver is at."""
    return str(STEPS.get(solve.step, _("fairest ranks")))


@register.filter
def proof_in_words(solve: Solve) -> str:
    """How far a solution is proven: the best there is, or how much better it could be."""
    if solve.is_proven:
        return _("The best there is")
    stopped = _("Stopped early. ") if solve.state == SolveState.STOPPED else ""
    first = solve.proofs[0]
    if first["gap"] is None:
        return stopped + _("Nothing is proven")
    if first["gap"]:
        percent = number_format(100 * first["gap"], decimal_pos=2)
        return stopped + _("Within %(percent)s %% of the most possible") % {"percent": percent}
    return stopped + _("The most possible; the finer points are not proven")


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
    if not call["seats"]:
        places = call["places"]
        return (
            ngettext(
                "%d more visitor on the days it already has",
                "%d more visitors on the days it already has",
                places,
            )
            % places
        )
    return "; ".join(
        f"{day_in_words(date.fromisoformat(day))}: {ngettext('%d seat', '%d seats', count) % count}"
        for day, count in call["seats"]
    )
