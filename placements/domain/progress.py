"""Where the rounds under way stand: how many wishes have come how far, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from placements.enums import LIVE_STATES, PlacementState, Side, WishState
from placements.models import Placement, Round, VisitDay, Wish


@dataclass(frozen=True)
class Stage:
    """How many wishes of a round have come at least so far; path leads to their list in the admin."""

    name: str
    label: str
    count: int
    path: str


@dataclass(frozen=True)
class Progress:
    """A round, its stages from wish to evaluation, and the next date that matters."""

    round: Round
    stages: list[Stage]
    next_label: str
    next_day: date | None


def wish_stages(today: date) -> dict[str, tuple[str, Q]]:
    """Name → label and which wishes; the same on every day."""
    sent = Q(state=WishState.SENT)
    return {
        "wished": (gettext_lazy("Wished"), sent),
        "approved": (gettext_lazy("Approved"), sent & Q(approved_at__isnull=False)),
    }


def placement_stages(today: date) -> dict[str, tuple[str, Q]]:
    """Name → label and which placements. Who has come further counts too."""
    confirmed = Q(state=PlacementState.CONFIRMED)
    visited = confirmed & Q(last_day__lt=today) & (Q(attended=None) | Q(attended=True))
    return {
        "proposed": (gettext_lazy("Proposed"), Q(state__in=LIVE_STATES)),
        "asked": (
            gettext_lazy("Host asked"),
            Q(state__in=set(LIVE_STATES) - {PlacementState.PROPOSED}),
        ),
        "confirmed": (gettext_lazy("Confirmed"), confirmed),
        "visited": (gettext_lazy("Visited"), visited),
        "evaluated": (
            gettext_lazy("Evaluated by the participant"),
            visited & Q(evaluations__side=Side.PARTICIPANT),
        ),
    }


def under_way(*, now: datetime) -> list[Progress]:
    """The rounds under way, the next date first and those that are over last; in a fixed number of queries."""
    today = timezone.localdate(now)
    rounds = list(Round.objects.under_way(today).order_by("visits_from", "pk"))
    of_wishes = _counts(Wish, "round", wish_stages(today), rounds)
    of_placements = _counts(Placement, "wish__round", placement_stages(today), rounds)
    visits = _next_visits(rounds, today)
    found = [
        Progress(
            round,
            _stages(round, wish_stages(today), of_wishes, "placements/wish/?round__id__exact")
            + _stages(
                round, placement_stages(today), of_placements,
                "placements/placement/?wish__round__id__exact",
            ),
            *_next_date(round, today, visits.get(round.pk)),
        )
        for round in rounds
    ]  # fmt: skip
    return sorted(found, key=lambda each: each.next_day or date.max)


def _counts(model, to_round: str, stages: dict, rounds: Iterable[Round]) -> dict[int, dict]:
    """For each round how many rows each stage has."""
    counted = {
        f"at_{name}": Count("pk", filter=which, distinct=True)
        for name, (_label, which) in stages.items()
    }
    rows = model.objects.filter(**{f"{to_round}__in": rounds}).order_by()
    return {row[to_round]: row for row in rows.values(to_round).annotate(**counted)}


def _stages(round: Round, stages: dict, counts: dict, path: str) -> list[Stage]:
    of_round = counts.get(round.pk, {})
    return [
        Stage(name, label, of_round.get(f"at_{name}", 0), f"{path}={round.pk}&stage={name}")
        for name, (label, _which) in stages.items()
        if name != "approved" or round.needs_approval
    ]


def _next_visits(rounds: Iterable[Round], today: date) -> dict[int, date]:
    """The next day with a confirmed visit, by round."""
    rows = VisitDay.objects.filter(
        placement__wish__round__in=rounds, placement__state=PlacementState.CONFIRMED, date__gte=today
    )
    found = rows.order_by().values_list("placement__wish__round").annotate(first=Min("date"))
    return dict(found)


def _next_date(round: Round, today: date, visit: date | None) -> tuple[str, date | None]:
    """What comes next in a round, and when; of two on one day the one that binds more."""
    dates = [
        (gettext_lazy("Deadline for wishes"), round.wishes_until),
        (gettext_lazy("Next visit"), visit),
        (gettext_lazy("First possible visit day"), round.visits_from),
        (gettext_lazy("Last possible visit day"), round.visits_until),
        (gettext_lazy("Wishes are taken from"), round.wishes_from),
    ]
    to_come = [(day, label) for label, day in dates if day and day >= today]
    if not to_come:
        return gettext_lazy("All visits are over"), None
    day, label = min(to_come, key=lambda each: each[0])
    return label, day
