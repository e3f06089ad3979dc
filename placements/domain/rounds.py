"""What consultants decide on for a whole round: copy it, release its result, close and reopen it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from employees.models import Employee
from placements.domain import mailplan
from placements.domain.errors import Refused
from placements.domain.phases import check_not_closed
from placements.enums import LIVE_STATES, PlacementState, RoundStep, Side, WishState
from placements.models import Placement, PlannedMail, Round, RoundEvent, Wish

# What belongs to the one round alone; all else is taken over by a copy, later fields too.
NOT_COPIED = {"id", "released_at", "closed_at", "mails_paused", "plan_is_stale", "deadline_changes"}


@dataclass(frozen=True)
class Hanging:
    """Something that still hangs on a round: how many, where they are listed, whether it must be settled."""

    label: str
    count: int
    path: str
    must_be_settled: bool = False


@dataclass(frozen=True)
class Result:
    """What a release tells: who gets a place, who does not, and who hears nothing yet.

    open are those whose place is not settled, undecided those whose manager has not answered.
    """

    placed: int
    unplaced: int
    open: int
    undecided: int


def copy(*, source: Round, new: Round, by: Employee, now: datetime) -> Round:
    """Save a new round, given with its name and dates, as a copy of another.

    It takes over the rules, points, guide, organisations, mail texts and timings; nothing of people.
    Raises ValidationError when the name is taken or the dates will not do.
    """
    own = {"name", "wishes_from", "wishes_until", "visits_from", "visits_until"}
    for field in Round._meta.concrete_fields:
        if field.name not in own | NOT_COPIED:
            setattr(new, field.name, getattr(source, field.name))
    new.full_clean()
    with transaction.atomic():
        new.save()
        new.organisations.set(source.organisations.all())
        for rows in (source.mail_texts, source.mail_timings):
            for row in rows.all():
                row.pk, row.round = None, new
                row.save(force_insert=True)
        _note(new, RoundStep.COPIED, by=by, now=now, note=str(source))
    return new


def result(round: Round) -> Result:
    """What a release would tell now."""
    places = Placement.objects.filter(wish=OuterRef("pk"))
    stands = {
        "confirmed": Exists(places.filter(state=PlacementState.CONFIRMED)),
        "live": Exists(places.live()),
        # Who heard of a place and then of its end is told nothing new.
        "heard": Exists(places.exclude(confirmed_at=None).exclude(wish__round__hold_results=True)),
    }
    sent = Wish.objects.filter(round=round, state=WishState.SENT, refused_at=None)
    no_place = Q(live=False, heard=False)
    is_undecided = Q(round__needs_approval=True, approved_at=None)
    counted = sent.annotate(**stands).aggregate(
        placed=Count("pk", filter=Q(confirmed=True)),
        unplaced=Count("pk", filter=no_place & ~is_undecided),
        open=Count("pk", filter=Q(live=True, confirmed=False)),
        undecided=Count("pk", filter=no_place & is_undecided),
    )
    return Result(**counted)


def release(*, round: Round, now: datetime, by: Employee | None = None) -> None:
    """Tell the result: those without a place hear so, and places that were held back are told of.

    Done once, pressed again without harm. Raises Refused when the round is closed.
    """
    with transaction.atomic():
        check_not_closed(Round.objects.select_for_update(no_key=True).get(pk=round.pk))
        if Round.objects.filter(pk=round.pk, released_at=None).update(released_at=now):
            _note(round, RoundStep.RELEASED, by=by, now=now)
            mailplan.ask_to_replan([round])


def hanging(round: Round, *, now: datetime) -> list[Hanging]:
    """What still hangs on a round, the weightiest first; nothing that has a count of zero.

    Once the last visit day is over it is too late to tell a result: that is no hindrance any more.
    """
    today = timezone.localdate(now)
    can_be_told = today <= round.visits_until
    wishes = Wish.objects.filter(round=round)
    visits = Placement.objects.filter(wish__round=round)
    confirmed = visits.filter(state=PlacementState.CONFIRMED)
    waiting = wishes.unplaced().filter(refused_at=None).count() if round.released_at else 0
    of_round = f"wish__round__id__exact={round.pk}"
    states = ",".join(state for state in LIVE_STATES if state != PlacementState.CONFIRMED)
    unsettled = visits.filter(state__in=LIVE_STATES).exclude(state=PlacementState.CONFIRMED).count()
    to_come = confirmed.filter(last_day__gte=today).count()
    held = confirmed.count() if round.holds_results else 0
    silent = _without_both_evaluations(confirmed.filter(last_day__lt=today)).count()
    placements, board = "placements/placement/", f"placements/round/{round.pk}/board/"
    found = [
        Hanging(
            gettext_lazy("Places that are proposed, asked for or said yes to, but not confirmed"),
            unsettled, f"{placements}?{of_round}&state__in={states}", must_be_settled=True,
        ),
        Hanging(
            gettext_lazy("Visits that are still to come"),
            to_come, f"{placements}?{of_round}&state__exact=confirmed", must_be_settled=True,
        ),
        Hanging(
            gettext_lazy("Confirmed visits that nobody has been told of: release the result"),
            held, f"placements/round/{round.pk}/release/", must_be_settled=can_be_told,
        ),
        Hanging(
            gettext_lazy("Wishes without a place that have not been told so: release the result"),
            0 if round.released_at else result(round).unplaced,
            f"placements/round/{round.pk}/release/", must_be_settled=can_be_told,
        ),
        Hanging(
            gettext_lazy("Wishes on the waiting list: it ends"),
            waiting, f"{board}?show=unplaced",
        ),
        Hanging(
            gettext_lazy("Visits that lack an evaluation: nobody is reminded any more"),
            silent, f"{placements}?{of_round}&state__exact=confirmed",
        ),
    ]  # fmt: skip
    return [each for each in found if each.count]


def close(*, round: Round, by: Employee, now: datetime) -> None:
    """Close a round: nothing of it can be changed any more, nags and the waiting list end.

    Evaluations stay open by their links. Pressed again without harm. Raises Refused while something
    must be settled first. (A step taken in this very moment may still get through: it is shown on the
    round's page, and the round can be opened again.)
    """
    with transaction.atomic():
        current = Round.objects.select_for_update(no_key=True).get(pk=round.pk)
        if current.closed_at:
            return
        if any(each.must_be_settled for each in hanging(current, now=now)):
            raise Refused(_("The round cannot be closed yet: some things must be settled first."))
        Round.objects.filter(pk=round.pk).update(closed_at=now)
        _note(round, RoundStep.CLOSED, by=by, now=now)
        mailplan.ask_to_replan([round])


def reopen(*, round: Round, by: Employee, now: datetime) -> None:
    """Open a closed round again: what the plan calls for and is not too late is sent after all."""
    with transaction.atomic():
        if Round.objects.filter(pk=round.pk).exclude(closed_at=None).update(closed_at=None):
            _note(round, RoundStep.REOPENED, by=by, now=now)
            mailplan.ask_to_replan([round])


def pause_mails(*, round: Round, is_paused: bool) -> None:
    """Hold back all mails of a round, also those that wait in the outbox, or let them go again.

    What is due then is sent, or MISSED.
    """
    with transaction.atomic():
        Round.objects.filter(pk=round.pk).update(mails_paused=is_paused)
        if is_paused:
            mailplan.plan_again_what_waits(PlannedMail.objects.filter(wish__round=round))


def _without_both_evaluations(visits):
    sides = Count("evaluations", filter=Q(evaluations__side__in=[Side.PARTICIPANT, Side.HOST]))
    return visits.exclude(attended=False).annotate(answered=sides).filter(answered__lt=2)


def _note(round: Round, step: RoundStep, *, by: Employee | None, now: datetime, note: str = "") -> None:
    RoundEvent.objects.create(round=round, step=step, by=by, at=now, note=note)
