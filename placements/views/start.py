"""The front page, and each person's own page."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from employees.models import Employee
from hosts.models import Host
from placements import demo
from placements.domain import arrivals, mail_links
from placements.domain.phases import what_is_next
from placements.domain.quotes import quotes_for
from placements.domain.standing import Standing, how_it_ended, standing
from placements.domain.wishes import eligible_hosts, is_known_of
from placements.enums import PlacementState, RoundPhase, Side, WishState
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
    """Where my wish stands, my visits and ideas, earlier rounds, my team, and the hosts I answer for."""
    person, now = request.user, clock.now()
    rounds = list(Round.objects.for_employee(person))
    chosen_host = request.GET.get("host", "")
    open_rounds = _rounds_to_wish_in(person, rounds, chosen_host)
    if len(open_rounds) == 1:
        return redirect(f"{reverse('wish', args=[open_rounds[0].pk])}?host={chosen_host}")
    rows = _rows(person, rounds, now)
    return render(
        request,
        "placements/own_page.html",
        {
            "rows": [row for row in rows if row.is_shown],
            "rounds_with_chosen_host": open_rounds,
            "visits": [row for row in rows if row.visit and not row.is_past],
            "history": [row for row in rows if row.is_past and row.is_worth_telling],
            "ideas": [
                (row, mail_links.ideas_url(row.visit, person)) for row in rows if row.idea is not None
            ],
            "has_visits": any(row.visit for row in rows),
            "hosts": arrivals.with_requests(Host.objects.filter(contacts=person)).select_related(
                "workplace"
            ),
            "has_team": person.team.exists(),
            "feed_url": person.feed_secret and absolute(reverse("own_feed", args=[person.feed_secret])),
            "chosen_host": chosen_host if open_rounds else "",
        },
    )


@login_required
@require_safe
def guide(request, round_pk: int):
    """The guide of a round that the person may take part in."""
    round = get_object_or_404(Round.objects.for_employee(request.user), pk=round_pk)
    text = round.guide(get_language())
    if not text:
        raise Http404
    return render(request, "placements/guide.html", {"round": round, "guide": text})


def _rounds_to_wish_in(person, rounds: list[Round], host: str) -> list[Round]:
    """The rounds in which a host picked in the catalogue can be wished for now."""
    if not host.isdecimal() or len(host) > 9:
        return []
    open_now = (round for round in rounds if round.takes_wishes(clock.today()))
    return [round for round in open_now if eligible_hosts(round, person).filter(pk=host).exists()]


@dataclass(frozen=True)
class Row:
    """A round as one person sees it: the own wish, its settled visit, and what was said of it."""

    person: Employee
    round: Round
    wish: Wish | None
    visit: Placement | None
    evaluation: Evaluation | None
    now: datetime

    @property
    def standing(self) -> Standing | None:
        """Where the wish stands; None without one, or when it is withdrawn."""
        if self.wish is None or self.wish.state == WishState.WITHDRAWN:
            return None
        return standing(self.wish, evaluation=self.evaluation, now=self.now)

    @property
    def how_it_ended(self) -> str:
        """Why nothing came of the wish."""
        return how_it_ended(self.wish)

    @property
    def phase(self) -> RoundPhase:
        return self.round.phase(timezone.localdate(self.now))

    @property
    def is_open(self) -> bool:
        return self.phase == RoundPhase.WISHES

    @property
    def what_is_next(self) -> str:
        return what_is_next(self.round, now=self.now)

    @property
    def is_over(self) -> bool:
        return self.visit.is_over(self.now)

    @property
    def came(self) -> bool:
        return self.visit is not None and self.is_over and self.visit.attended is not False

    @property
    def is_past(self) -> bool:
        """Whether the round is over and nothing is left to say of it."""
        is_owed = self.came and self.evaluation is None
        return self.round.visits_until < clock.today() and not is_owed

    @property
    def is_shown(self) -> bool:
        """Whether it is of the present: a round that is over is told of in the history alone."""
        is_over = self.phase in {RoundPhase.FOLLOW_UP, RoundPhase.CLOSED}
        return not self.is_past and not (self.wish is None and is_over)

    @property
    def is_worth_telling(self) -> bool:
        return self.wish is not None and self.wish.state != WishState.DRAFT

    @property
    def idea(self):
        """The idea that the visit gave, or None."""
        return getattr(self.evaluation, "idea", None)

    @property
    def can_be_changed(self) -> bool:
        return self.is_open and not is_known_of(self.wish)

    @property
    def can_be_called_off(self) -> bool:
        return self.visit is not None and not self.is_over

    @property
    def is_locked(self) -> bool:
        return self.visit.is_locked(self.now)

    @property
    def evaluation_url(self) -> str:
        return mail_links.evaluation_url(self.visit, Side.PARTICIPANT, self.person)

    @property
    def quotes(self) -> list[tuple[str, str]]:
        """(name, observation) of what the host lets the visitor read."""
        return quotes_for(self.visit, Side.PARTICIPANT)

    @property
    def can_change_evaluation(self) -> bool:
        return self.evaluation.can_be_changed(self.now)

    @property
    def offer_url(self) -> str:
        """Where other days that a host offers are answered; empty without an offer."""
        visit = self.wish.live_placement
        if visit is None or visit.state != PlacementState.OFFERED:
            return ""
        return mail_links.offer_url(visit, self.person)

    @property
    def call_off_url(self) -> str:
        return mail_links.call_off_url(self.visit, Side.PARTICIPANT, self.person)


def _rows(person: Employee, rounds: list[Round], now: datetime) -> list[Row]:
    """A row for each round, the latest first, in a fixed number of queries."""
    wishes = Wish.objects.filter(employee=person).select_related("round", "employee")
    wishes = wishes.prefetch_related("choices__host__workplace", "choices__field", "placements__host")
    visits = Placement.objects.told().with_people().filter(wish__employee=person)
    said = Prefetch("evaluations", Evaluation.objects.select_related("author", "idea"))
    visits = visits.prefetch_related("host__contacts", said)
    wish_of = {wish.round_id: wish for wish in wishes}
    visit_of = {visit.wish.round_id: visit for visit in visits}
    return [
        Row(person, round, wish_of.get(round.pk), visit, visit and _own_evaluation(visit), now)
        for round in rounds
        for visit in [visit_of.get(round.pk)]
    ]


def _own_evaluation(visit: Placement) -> Evaluation | None:
    own = (each for each in visit.evaluations.all() if each.side == Side.PARTICIPANT)
    return next(own, None)
