from collections.abc import Iterable
from datetime import date, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employees.models import Employee
from hosts.models import Host
from mail.models import NEVER_CAME
from placements.enums import LIVE_STATES, CalledOffBy, MailKind, NoReason, PlacementState, PlanState
from placements.models.round import Round
from placements.models.wish import Wish
from praktik.lib.dates import add_working_days, at

# Who was promised a place and lost it through no doing of their own comes first next time.
LOST_THROUGH_OTHERS = [CalledOffBy.HOST, CalledOffBy.OTHER]


def in_words(reasons: Iterable[str], words: str) -> str:
    """Reasons ticked (values of NoReason) and words of one's own, as one text."""
    ticked = [str(NoReason(reason).label) for reason in reasons]
    return ". ".join(filter(None, [*ticked, words]))


def _as_dates(days: Iterable[str]) -> list[date]:
    return [date.fromisoformat(day) for day in days]


class PlacementQuerySet(models.QuerySet):
    def live(self):
        """Placements that hold their seats."""
        return self.filter(state__in=LIVE_STATES)

    def told(self):
        """Confirmed visits that people may know of: the round's result is not held back."""
        return self.filter(state=PlacementState.CONFIRMED).exclude(
            wish__round__hold_results=True, wish__round__released_at=None
        )

    def turned_down(self):
        """Visits that the host has said no to, or called off: the wish is not put there again by itself."""
        return self.filter(
            models.Q(state=PlacementState.DECLINED) | models.Q(ended_by=CalledOffBy.HOST)
        )

    def no_shows(self):
        """Settled visits that, as was noted, the visitor did not come to."""
        return self.filter(state=PlacementState.CONFIRMED, attended=False)

    def with_people(self):
        """With everything a list or a letter tells of a placement at hand."""
        return self.select_related(
            "host__workplace__department",
            "wish__round",
            "wish__employee__workplace__department",
            "wish__employee__manager",
        )


class Placement(models.Model):
    """A visit: one wish at one host on some days. Its state is written by domain/lifecycle.py alone.

    A pinned proposal is left alone when the puzzle is solved again. `days` is what was agreed and
    stays as history; while the placement is live, VisitDay rows hold the seats. `offered` are the days
    that the host would rather have: lists of ISO dates, of which the participant may take one.
    `earlier_days` are those before each of its moves, as such lists; `revision` counts them. That the
    rest of a visit under way was called off counts as a move, too, and is the last kind of it.

    A visit that moved to another host is a new placement that `replaces` the old one. Where people had
    been told, it takes over the entries in their calendars: `calendar_key` is the key of the first visit
    in such a line, and `sequence_base` lies above every SEQUENCE that the line has used.
    """

    wish = models.ForeignKey(Wish, models.PROTECT, related_name="placements", verbose_name=_("wish"))
    host = models.ForeignKey(Host, models.PROTECT, related_name="placements", verbose_name=_("host"))
    state = models.CharField(
        _("state"), max_length=10, choices=PlacementState, default=PlacementState.PROPOSED
    )
    days = ArrayField(models.DateField(), verbose_name=_("visit days"))
    last_day = models.DateField(_("last day"))
    is_pinned = models.BooleanField(_("pinned"), default=False)
    end_reason = models.TextField(_("reason for the no or the cancellation"), blank=True)
    end_reasons = ArrayField(
        models.CharField(max_length=10, choices=NoReason),
        verbose_name=_("reasons ticked"),
        default=list,
        blank=True,
    )
    ended_by = models.CharField(_("called off by"), max_length=12, choices=CalledOffBy, blank=True)
    replaces = models.ForeignKey(
        "self",
        models.SET_NULL,
        related_name="replaced_by",
        null=True,
        blank=True,
        verbose_name=_("moved from"),
    )
    calendar_key = models.PositiveBigIntegerField(null=True, editable=False)
    sequence_base = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("proposed"))
    asked_at = models.DateTimeField(_("host asked"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    offered = models.JSONField(_("days offered instead"), default=list, blank=True)
    offered_at = models.DateTimeField(_("other days offered"), null=True, blank=True)
    revision = models.PositiveSmallIntegerField(_("times moved"), default=0)
    moved_at = models.DateTimeField(_("moved"), null=True, blank=True)
    shortened_at = models.DateTimeField(_("ended early"), null=True, blank=True)
    shortened_by = models.CharField(
        _("rest called off by"), max_length=12, choices=CalledOffBy, blank=True
    )
    earlier_days = models.JSONField(_("days before each move"), default=list, blank=True)
    attended = models.BooleanField(_("came"), null=True, blank=True)
    followed_up_at = models.DateTimeField(_("no-show followed up"), null=True, blank=True)
    mails_paused = models.BooleanField(_("mails are paused"), default=False)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["last_day", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_live_placement_per_wish",
                fields=["wish"],
                condition=models.Q(state__in=LIVE_STATES),
                violation_error_message=_("This wish already has a place."),
            ),
            models.CheckConstraint(
                name="placement_state_is_known",
                condition=models.Q(state__in=PlacementState.values),
            ),
            models.CheckConstraint(
                name="placement_ended_by_is_known",
                condition=models.Q(ended_by__in=["", *CalledOffBy.values]),
            ),
            models.CheckConstraint(
                name="placement_shortened_by_is_known",
                condition=models.Q(shortened_by__in=["", *CalledOffBy.values]),
            ),
            models.CheckConstraint(
                name="only_cancelled_is_called_off",
                condition=models.Q(ended_by="") | models.Q(state=PlacementState.CANCELLED),
            ),
            models.CheckConstraint(
                name="only_no_shows_are_followed_up",
                condition=models.Q(followed_up_at=None) | models.Q(attended=False),
            ),
            models.CheckConstraint(name="placement_has_days", condition=models.Q(days__len__gte=1)),
            models.CheckConstraint(
                name="end_reasons_are_known",
                condition=models.Q(end_reasons__contained_by=NoReason.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} → {self.host}"

    @property
    def employee(self) -> Employee:
        return self.wish.employee

    @property
    def offered_days(self) -> list[list[date]]:
        """The days offered instead, one list for each offer."""
        return [_as_dates(days) for days in self.offered]

    def days_after(self, moves: int) -> list[date]:
        """The days on which it stood after so many moves."""
        return _as_dates(self.earlier_days[moves]) if moves < self.revision else self.days

    @property
    def end_in_words(self) -> str:
        """Why the host said no or the visit was called off: what was ticked and what was written."""
        return in_words(self.end_reasons, self.end_reason)

    @property
    def first_day(self) -> date:
        return self.days[0]

    @property
    def latest_first_day(self) -> date:
        """The first day; while other days are offered, that of the latest possibility."""
        return max([self.first_day, *(days[0] for days in self.offered_days)])

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_STATES

    @property
    def days_given_back(self) -> list[date]:
        """Days that it held and holds no longer: those it moved away from, and when it has ended the last ones."""
        held = {day for days in self.earlier_days for day in _as_dates(days)} | set(self.days)
        return sorted(held - set(self.days) if self.is_live else held)

    @property
    def is_lost(self) -> bool:
        """Whether it was settled, and called off by others than the participant."""
        is_off = self.state == PlacementState.CANCELLED and self.confirmed_at is not None
        return is_off and self.ended_by in LOST_THROUGH_OTHERS

    @property
    def version(self) -> str:
        """What somebody sees who looks at it: to refuse what was decided on an older picture."""
        return f"{self.state} {' '.join(day.isoformat() for day in self.days)}"

    @property
    def attendance(self) -> str:
        """Whether the visitor came, as forms post back what was seen of it."""
        return {True: "yes", False: "no", None: "unknown"}[self.attended]

    @property
    def is_no_show(self) -> bool:
        """Whether it was settled and, as was noted, the visitor did not come."""
        return self.state == PlacementState.CONFIRMED and self.attended is False

    @property
    def sequence(self) -> int:
        """The SEQUENCE (RFC 5545) of its calendar entries as it stands.

        Each move takes two, so that the one between is free for a day that fell away with it.
        """
        return self.sequence_base + 2 * self.revision

    @property
    def locked_from(self) -> date:
        """The day from which it can be called off by phone only."""
        return add_working_days(self.first_day, -self.round.lock_days)

    def is_locked(self, now: datetime) -> bool:
        """Whether it is too near to be called off on the web."""
        return timezone.localdate(now) >= self.locked_from

    @property
    def round(self) -> Round:
        return self.wish.round

    @property
    def holds_mails(self) -> bool:
        """Whether a consultant has paused its own mails, or those of its round."""
        return self.mails_paused or self.round.mails_paused

    @property
    def known_since(self) -> datetime:
        """The moment from which people knew of the confirmed place: its release, where that was held back."""
        was_held = self.round.hold_results and self.round.released_at
        return max(self.confirmed_at, self.round.released_at) if was_held else self.confirmed_at

    @property
    def was_told(self) -> bool:
        """Whether people ever heard of the place. What ended while the result was held back was not told."""
        if self.confirmed_at is None or not self.round.hold_results:
            return self.confirmed_at is not None
        confirmations = self.planned_mails.filter(kind=MailKind.CONFIRMED, state=PlanState.SENT)
        return confirmations.exclude(letter__state__in=NEVER_CAME).exists()

    @property
    def is_told(self) -> bool:
        """Whether it is confirmed and people may know of it."""
        return self.state == PlacementState.CONFIRMED and not self.round.holds_results

    def has_begun(self, now: datetime) -> bool:
        """Whether the first day has come."""
        return self.first_day <= timezone.localdate(now)

    def days_not_begun(self, now: datetime) -> list[date]:
        """Its days that have not begun at the host."""
        return [day for day in self.days if now < at(day, self.host.starts_at)]

    def is_over(self, now: datetime) -> bool:
        """Whether the last day has ended at the host."""
        return now >= at(self.last_day, self.host.ends_at)

    @property
    def erase_on(self) -> date:
        return self.wish.erase_on


class VisitDay(models.Model):
    """One day of a live placement on one seat. The database refuses a seat or a person twice a day."""

    placement = models.ForeignKey(
        Placement, models.CASCADE, related_name="visit_days", verbose_name=_("placement")
    )
    host = models.ForeignKey(Host, models.PROTECT, related_name="visit_days", verbose_name=_("host"))
    employee = models.ForeignKey(
        Employee, models.PROTECT, related_name="visit_days", verbose_name=_("employee")
    )
    date = models.DateField(_("day"))
    seat = models.PositiveSmallIntegerField(_("seat"))

    class Meta:
        verbose_name = _("visit day")
        verbose_name_plural = _("visit days")
        ordering = ["date", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="seat_taken_once",
                fields=["host", "date", "seat"],
                violation_error_message=_("The seat is already taken on that day."),
            ),
            models.UniqueConstraint(
                name="person_at_one_place_a_day",
                fields=["employee", "date"],
                violation_error_message=_("The person is already somewhere else on that day."),
            ),
            models.CheckConstraint(name="seats_count_from_one", condition=models.Q(seat__gte=1)),
            models.CheckConstraint(
                name="visits_fall_on_weekdays",
                condition=models.Q(date__iso_week_day__lte=5),
                violation_error_message=_("Visits fall on weekdays."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date}: {self.employee} → {self.host}"
