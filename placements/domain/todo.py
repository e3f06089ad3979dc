"""What needs a person today: the consultants' to-do, for their morning mail and the start page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from employees.models import Employee
from hosts.models import Host
from mail import outbox
from placements.domain import freed, host_days, no_shows
from placements.domain.call_list import counts_today, unanswered_hosts
from placements.domain.timings import nagged_in_vain
from placements.enums import MailKind, PlacementState, Side, WishState
from placements.models import Placement, PlannedMail, Round, Wish

FREED_WITHIN = timedelta(days=14)
HELD_UNTIL = timedelta(days=14)
# In working days: of attendance one asks once, and an evaluation tells of it as well.
PATIENCE_WITH_ATTENDANCE = 3
# It is tried again each minute.
FAILING_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Task:
    """One kind of thing to do: how many, and where in the admin they are listed."""

    label: str
    count: int
    path: str


def tasks(*, now: datetime) -> list[Task]:
    """What needs a person now, in the order in which it hurts; nothing that has a count of zero."""
    counted = [Task(label, rows(now).count(), path) for label, rows, path in _KINDS]
    return [task for task in [*_calls(now), *_full_hosts(now), *counted] if task.count]


def _calls(now: datetime) -> list[Task]:
    """The hosts to phone, with the call list of each round that still looks for places."""
    return [
        Task(
            format_lazy("{}: {}", round.name, gettext_lazy("hosts to call or call back")),
            count,
            f"placements/round/{round.pk}/calls/?show=today",
        )
        for round, count in counts_today(now=now)
    ]


def _full_hosts(now: datetime) -> list[Task]:
    """The hosts without a free seat that people wait for, with the page of each round that asks them."""
    return [
        Task(
            format_lazy(
                "{}: {}",
                round.name,
                gettext_lazy("full hosts that people wait for – ask for more days"),
            ),
            count,
            f"placements/round/{round.pk}/host-days/",
        )
        for round, count in host_days.counts(now=now)
    ]


def waiting_offers(now: datetime):
    """Placements of which the participant has not answered to other days."""
    return Placement.objects.filter(state=PlacementState.OFFERED)


def accepted_visits(now: datetime):
    """Placements whose host has said yes, and that nobody has confirmed."""
    return Placement.objects.filter(state=PlacementState.ACCEPTED, last_day__gt=timezone.localdate(now))


def overtaken(now: datetime):
    """Placements whose days came before they were confirmed: to be cleared away."""
    return (
        Placement.objects.live()
        .exclude(state=PlacementState.CONFIRMED)
        .filter(last_day__lte=timezone.localdate(now), wish__round__closed_at=None)
    )


def expired_requests(now: datetime):
    """Requests and offers that ran out without an answer, and whose wish has no other place since."""
    waiting = Wish.objects.unplaced().filter(refused_at=None, round__closed_at=None)
    return Placement.objects.filter(
        state=PlacementState.EXPIRED, wish__in=waiting, last_day__gt=timezone.localdate(now)
    )


def hosts_to_approve(now: datetime):
    """Workplaces that have signed up as hosts and wait for a consultant."""
    return Host.objects.to_approve()


def missing_approvals(now: datetime):
    """Wishes whose manager has had all reminders and is silent, or who have no manager to ask."""
    today = timezone.localdate(now)
    is_silent = nagged_in_vain(MailKind.APPROVAL, today=today, round="round", day="sent_at__date")
    waiting = Wish.objects.filter(
        state=WishState.SENT, round__needs_approval=True, approved_at=None, refused_at=None,
        round__visits_until__gte=today, round__closed_at=None,
    )  # fmt: skip
    cannot_be_asked = Q(employee__manager=None) | Q(employee__manager__is_active=False)
    return waiting.filter(is_silent | cannot_be_asked)


def unplaced_wishes(now: datetime):
    """Wishes without a place in rounds whose deadline has passed and whose visits are not over."""
    today = timezone.localdate(now)
    return Wish.objects.unplaced().filter(
        refused_at=None,
        round__wishes_until__lt=today,
        round__visits_until__gt=today,
        round__closed_at=None,
    )


def wishes_of_people_who_left(now: datetime):
    """Wishes, and visits to come, of people who no longer work here: they are to be withdrawn or called off."""
    today = timezone.localdate(now)
    is_over = Placement.objects.live().filter(wish=OuterRef("pk"), last_day__lt=today)
    return Wish.objects.filter(
        ~Exists(is_over),
        state=WishState.SENT,
        employee__is_active=False,
        round__visits_until__gte=today,
        round__closed_at=None,
    )


def freed_seats(now: datetime):
    """Visits to come that came to nothing or moved lately, whose seat is still free and somebody could take."""
    ended = Placement.objects.filter(
        freed.HAS_LEFT_DAYS,
        wish__round__closed_at=None,
        wish__round__visits_until__gt=timezone.localdate(now),
        events__at__gte=now - FREED_WITHIN,
    )
    could_be_taken = freed.could_be_taken(ended.select_related("wish").distinct(), now=now)
    return Placement.objects.filter(pk__in=could_be_taken)


def unknown_attendance(now: datetime):
    """Visits that ended days ago and of which nobody has said whether they took place."""
    is_silent = nagged_in_vain(
        MailKind.ATTENDANCE,
        today=timezone.localdate(now),
        round="wish__round",
        day="last_day",
        patience=PATIENCE_WITH_ATTENDANCE,
    )
    return Placement.objects.filter(
        is_silent,
        state=PlacementState.CONFIRMED,
        attended=None,
        evaluations=None,
        wish__round__closed_at=None,
    )


def unattended(now: datetime):
    """No-shows that nobody has followed up, though the host was told that somebody does."""
    return no_shows.to_follow_up()


def missing_evaluations(now: datetime):
    """Visits that took place and lack an evaluation after all reminders; older rounds are let go."""
    today = timezone.localdate(now)
    is_silent = nagged_in_vain(MailKind.EVALUATION, today=today, round="wish__round", day="last_day")
    sides = Count("evaluations", filter=Q(evaluations__side__in=[Side.PARTICIPANT, Side.HOST]))
    visits = Placement.objects.filter(
        is_silent,
        state=PlacementState.CONFIRMED,
        last_day__gte=today - timedelta(days=60),
        wish__round__closed_at=None,
    ).exclude(attended=False)
    return visits.annotate(answered=sides).filter(answered__lt=2)


def bounced_people(now: datetime):
    """People whose address does not work, as a mail server said, and nobody has said that it does."""
    return Employee.objects.bounced().filter(is_active=True)


def held_results(now: datetime):
    """Rounds of which nobody has been told a place, though visits begin within two weeks or go on."""
    today = timezone.localdate(now)
    return Round.objects.with_results_held().filter(
        closed_at=None, visits_from__lte=today + HELD_UNTIL, visits_until__gte=today
    )


def failed_letters(now: datetime):
    """Letters that did not arrive, or of which nobody knows, and that nobody has settled."""
    return outbox.amiss()


def failing_mails(now: datetime):
    """Planned mails that could not be written, again and again: the log of the worker says what fails.

    Not those that wait because nothing ran: they go out at the next sweep.
    """
    return PlannedMail.objects.due(now).filter(failing_since__lte=now - FAILING_FOR)


def stopped_letters(now: datetime):
    """Letters that wait because the day's limit is reached: too many, or more than was thought of."""
    return outbox.stopped(now=now)


STOPPED = "mail/outgoingmail/?state__exact=queued&confidential__exact=0&is_urgent__exact=0"
_PLACEMENTS, _WISHES = "placements/placement/", "placements/wish/"
# What it is called, which rows, and the list of the admin that shows just these.
_KINDS = [
    (
        gettext_lazy("Letters held back: the day's limit is reached"),
        stopped_letters,
        STOPPED,
    ),
    (
        gettext_lazy("Planned mails that cannot be written: ask IT to look in the log"),
        failing_mails,
        "placements/plannedmail/?todo=failing",
    ),
    (
        gettext_lazy("Letters that did not arrive"),
        failed_letters,
        "mail/outgoingmail/?state__in=unsure,failed,bounced&is_settled__exact=0&confidential__exact=0",
    ),
    (
        gettext_lazy("People whose mail comes back"),
        bounced_people,
        "employees/employee/?bounced=yes&is_active__exact=1",
    ),
    (
        gettext_lazy("Rounds with visits soon whose result is still held back"),
        held_results,
        "placements/round/?todo=held",
    ),
    (
        gettext_lazy("Freed seats that somebody could take"),
        freed_seats,
        f"{_PLACEMENTS}?todo=freed",
    ),
    (
        gettext_lazy("Hosts that have signed up: approve them, or not"),
        hosts_to_approve,
        "hosts/host/?approval__exact=waiting",
    ),
    (
        gettext_lazy("Hosts that have not answered: phone them"),
        unanswered_hosts,
        f"{_PLACEMENTS}?todo=unanswered",
    ),
    (
        gettext_lazy("Hosts that have said yes: confirm the visits"),
        accepted_visits,
        f"{_PLACEMENTS}?todo=accepted",
    ),
    (
        gettext_lazy("Places whose days came before they were confirmed: cancel them"),
        overtaken,
        f"{_PLACEMENTS}?todo=overtaken",
    ),
    (
        gettext_lazy("Offers of other days without an answer"),
        waiting_offers,
        f"{_PLACEMENTS}?todo=offers",
    ),
    (
        gettext_lazy("Requests that ran out without an answer"),
        expired_requests,
        f"{_PLACEMENTS}?todo=expired",
    ),
    (gettext_lazy("Missing approvals by managers"), missing_approvals, f"{_WISHES}?todo=approvals"),
    (
        gettext_lazy("Wishes and visits of people who no longer work here"),
        wishes_of_people_who_left,
        f"{_WISHES}?todo=left",
    ),
    (gettext_lazy("Wishes without a place"), unplaced_wishes, f"{_WISHES}?todo=unplaced"),
    (
        gettext_lazy("Visitors who did not come: ask what happened"),
        unattended,
        f"{_PLACEMENTS}?todo=no-shows",
    ),
    (
        gettext_lazy("Visits of which nobody has said whether they took place"),
        unknown_attendance,
        f"{_PLACEMENTS}?todo=attendance",
    ),
    (
        gettext_lazy("Visits that lack an evaluation"),
        missing_evaluations,
        f"{_PLACEMENTS}?todo=evaluations",
    ),
]
