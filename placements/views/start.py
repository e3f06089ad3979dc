"""The front page, and each person's own page."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hosts.models import Host
from placements import demo
from placements.domain import mail_links
from placements.domain.phases import what_is_next
from placements.domain.standing import standing
from placements.domain.wishes import eligible_hosts
from placements.enums import RoundPhase, Side, WishState
from placements.models import Evaluation, Placement, Round, Wish
from praktik.lib import clock
from praktik.lib.links import absolute


@require_safe
def start(request):
    """What Praktik is and the way in; someone signed in goes on to the own page."""
    if request.user.is_authenticated and not settings.DEMO:
        return redirect("own_page")
    return render(
        request,
        "placements/start.html",
        {"demo_roles": demo.roles(), "now": clock.now()},
    )


@login_required
@require_safe
def own_page(request):
    """Where my wish stands, my visits, and the hosts I answer for."""
    person, now = request.user, clock.now()
    rounds = list(Round.objects.for_employee(person))
    chosen_host = request.GET.get("host", "")
    open_rounds = _rounds_to_wish_in(person, rounds, chosen_host)
    if len(open_rounds) == 1:
        return redirect(f"{reverse('wish', args=[open_rounds[0].pk])}?host={chosen_host}")
    evaluated = _evaluated_visits(person)
    return render(
        request,
        "placements/own_page.html",
        {
            "rounds": _rounds_with_wishes(person, rounds, evaluated, now),
            "rounds_with_chosen_host": open_rounds,
            "visits": _visits(person, evaluated, now),
            "hosts": Host.objects.filter(contacts=person).select_related("workplace"),
            "feed_url": person.feed_secret and absolute(reverse("own_feed", args=[person.feed_secret])),
            "chosen_host": chosen_host if open_rounds else "",
        },
    )


def _rounds_to_wish_in(person, rounds: list[Round], host: str) -> list[Round]:
    """The rounds in which a host picked in the catalogue can be wished for now."""
    if not host.isdecimal() or len(host) > 9:
        return []
    open_now = (round for round in rounds if round.takes_wishes(clock.today()))
    return [round for round in open_now if eligible_hosts(round, person).filter(pk=host).exists()]


def _evaluated_visits(person) -> set[int]:
    return set(
        Evaluation.objects.filter(placement__wish__employee=person, side=Side.PARTICIPANT).values_list(
            "placement_id", flat=True
        )
    )


def _rounds_with_wishes(person, rounds: list[Round], evaluated: set[int], now: datetime) -> list[dict]:
    wishes = Wish.objects.filter(employee=person).select_related("round", "employee")
    wish_of = {
        wish.round_id: wish
        for wish in wishes.prefetch_related(
            "choices__host__workplace", "choices__field", "placements__host"
        )
    }
    rows = []
    for round in rounds:
        wish = wish_of.get(round.pk)
        phase = round.phase(timezone.localdate(now))
        if wish is None and phase in {RoundPhase.FOLLOW_UP, RoundPhase.CLOSED}:
            continue
        stands = None
        if wish and wish.state != WishState.WITHDRAWN:
            visit = wish.live_placement
            is_evaluated = bool(visit) and visit.pk in evaluated
            stands = standing(wish, is_evaluated=is_evaluated, now=now)
        rows.append(
            {
                "round": round,
                "wish": wish,
                "standing": stands,
                "is_open": phase == RoundPhase.WISHES,
                "next": what_is_next(round, now=now),
            }
        )
    return rows


def _visits(person, evaluated: set[int], now: datetime) -> list[dict]:
    visits = Placement.objects.told().with_people().filter(wish__employee=person)
    coming_first = sorted(visits, key=lambda visit: (visit.is_over(now), visit.last_day))
    return [
        {
            "placement": visit,
            "is_over": visit.is_over(now),
            "is_evaluated": visit.pk in evaluated,
            "evaluation_url": mail_links.evaluation_url(visit, Side.PARTICIPANT, person),
        }
        for visit in coming_first
    ]
