"""What a workplace offers to visitors: seats per weekday, closed days, lengths and practical things."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from employees.models import Employee, Organisation, Workplace
from hosts.calls import Call, CallClaim
from praktik.lib.dates import is_working_day
from praktik.lib.links import new_secret

__all__ = ["Call", "CallClaim", "ClosedDay", "Field", "Host", "OpenDay"]

MOST_SEATS = 50
LONGEST_VISIT = 5
LONGEST_DESCRIPTION = 4000


def new_feed_secret() -> str:
    """An unguessable part of a calendar feed's address. (The first migration names it.)"""
    return new_secret()


class Field(models.Model):
    """A kind of work, such as kitchen, school or IT."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("kind of work")
        verbose_name_plural = _("kinds of work")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Approval(models.TextChoices):
    """Whether a consultant has said yes to an offer. Those that consultants make themselves are approved."""

    WAITING = "waiting", _("Waits for a consultant")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Not approved")


class HostQuerySet(models.QuerySet):
    def open(self):
        """Hosts that take visitors."""
        return self.filter(is_open=True, approval=Approval.APPROVED)

    def to_approve(self):
        """Hosts that signed up and of which no consultant has said yes or no."""
        return self.filter(approval=Approval.WAITING)

    def visible_to(self, person: Employee):
        """Hosts of the person's own organisation and of those that share a round with it."""
        if person.is_staff:
            return self
        own = Organisation.objects.filter(departments__workplaces__employees=person)
        together = Organisation.objects.filter(rounds__organisations__in=own)
        # Two subqueries: one with both joins would pair everybody with everybody.
        return self.filter(
            models.Q(workplace__department__organisation__in=own)
            | models.Q(workplace__department__organisation__in=together)
        )

    def shown_to(self, person: Employee):
        """Hosts whose page somebody may open: consultants all, for they decide on what is not open yet."""
        return self if person.is_staff else self.open().visible_to(person)

    def in_organisations(self, organisations: Iterable):
        """Hosts whose workplace belongs to one of these organisations."""
        return self.filter(workplace__department__organisation__in=organisations)

    def with_place(self):
        """With workplace, department and kinds of work at hand, in the order of their names."""
        return (
            self.select_related("workplace__department__organisation")
            .prefetch_related("fields")
            .order_by("workplace__name", "pk")
        )

    def matching(self, words: str):
        """Hosts in whose name, place, description or kinds of work every word occurs."""
        hosts = self
        for word in words.split():
            hosts = hosts.filter(
                models.Q(workplace__name__icontains=word)
                | models.Q(workplace__department__name__icontains=word)
                | models.Q(workplace__address__icontains=word)
                | models.Q(description__icontains=word)
                | models.Exists(Field.objects.filter(host=models.OuterRef("pk"), name__icontains=word))
            )
        return hosts


def _seats(weekday):
    return models.PositiveSmallIntegerField(
        weekday, default=0, validators=[MaxValueValidator(MOST_SEATS)]
    )


def _person(label):
    return models.ForeignKey(
        Employee, models.SET_NULL, related_name="+", null=True, editable=False, verbose_name=label
    )


class Host(models.Model):
    """One workplace's offer to visitors. Its approval is written by hosts/sign_up.py alone."""

    workplace = models.OneToOneField(
        Workplace, models.PROTECT, related_name="host", verbose_name=_("workplace")
    )
    description = models.TextField(_("what one can experience"), max_length=LONGEST_DESCRIPTION)
    fields = models.ManyToManyField(Field, blank=True, verbose_name=_("kinds of work"))
    contacts = models.ManyToManyField(
        Employee, related_name="hosts", blank=True, verbose_name=_("host contacts")
    )
    is_open = models.BooleanField(_("takes visitors"), default=True)
    seats_monday = _seats(_("seats on Mondays"))
    seats_tuesday = _seats(_("seats on Tuesdays"))
    seats_wednesday = _seats(_("seats on Wednesdays"))
    seats_thursday = _seats(_("seats on Thursdays"))
    seats_friday = _seats(_("seats on Fridays"))
    shortest_visit = models.PositiveSmallIntegerField(
        _("shortest visit in days"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_VISIT)],
    )
    longest_visit = models.PositiveSmallIntegerField(
        _("longest visit in days"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_VISIT)],
    )
    most_visitors = models.PositiveSmallIntegerField(
        _("most visitors in a round"),
        null=True,
        blank=True,
        help_text=_("Empty: as many as there are seats for."),
    )
    allows_split = models.BooleanField(
        _("the days of a visit may be apart"),
        default=False,
        help_text=_("Visitors who wish so too may come on days that do not follow each other."),
    )
    meeting_place = models.CharField(_("where to meet"), max_length=200, blank=True)
    starts_at = models.TimeField(_("from"), default="08:00")
    ends_at = models.TimeField(_("until"), default="15:00")
    ask_for = models.CharField(_("whom to ask for"), max_length=120, blank=True)
    dress = models.CharField(_("dress"), max_length=200, blank=True)
    parking = models.CharField(_("parking"), max_length=200, blank=True)
    access = models.CharField(_("accessibility"), max_length=200, blank=True)
    confidentiality = models.CharField(_("confidentiality"), max_length=200, blank=True)
    feed_secret = models.CharField(
        _("secret of the calendar feed"), max_length=64, unique=True, default=new_feed_secret
    )
    approval = models.CharField(
        _("approval"), max_length=10, choices=Approval, default=Approval.APPROVED, editable=False
    )
    signed_up_by = _person(_("signed up by"))
    signed_up_at = models.DateTimeField(_("signed up"), null=True, editable=False)
    decided_by = _person(_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    refusal_reason = models.TextField(_("why it was not approved"), blank=True, editable=False)

    objects = HostQuerySet.as_manager()

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        ordering = ["workplace__name"]
        constraints = [
            models.CheckConstraint(
                name="host_visit_lengths_in_order",
                condition=models.Q(shortest_visit__gte=1)
                & models.Q(shortest_visit__lte=models.F("longest_visit"))
                & models.Q(longest_visit__lte=LONGEST_VISIT),
                violation_error_message=_(
                    "The shortest visit must be at least one day and no longer than the longest."
                ),
            ),
            models.CheckConstraint(
                name="host_day_ends_after_it_starts",
                condition=models.Q(starts_at__lt=models.F("ends_at")),
                violation_error_message=_("The day must end after it starts."),
            ),
            models.CheckConstraint(
                name="host_approval_is_known", condition=models.Q(approval__in=Approval.values)
            ),
        ]

    def __str__(self) -> str:
        return self.workplace.name

    def get_absolute_url(self) -> str:
        return reverse("host", args=[self.pk])

    @property
    def takes_visitors(self) -> bool:
        """Whether it is open and a consultant has approved it."""
        return self.is_open and self.approval == Approval.APPROVED

    @property
    def weekday_seats(self) -> list[int]:
        """Seats from Monday to Friday."""
        return [
            self.seats_monday,
            self.seats_tuesday,
            self.seats_wednesday,
            self.seats_thursday,
            self.seats_friday,
        ]

    def seats_on(
        self, day: date, *, closed: Collection[date] = (), opened: Mapping[date, int] | None = None
    ) -> int:
        """How many visitors can come on this day.

        closed are the host's own closed days; opened has the seats of single days, which stand in
        place of the weekday's. A closed day stays closed.
        """
        if not is_working_day(day) or day in closed:
            return 0
        return (opened or {}).get(day, self.weekday_seats[day.weekday()])


class ClosedDay(models.Model):
    """A day on which a host takes nobody."""

    host = models.ForeignKey(Host, models.CASCADE, related_name="closed_days", verbose_name=_("host"))
    date = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")
        ordering = ["date"]
        constraints = [models.UniqueConstraint(name="closed_day_once", fields=["host", "date"])]

    def __str__(self) -> str:
        return f"{self.host}: {self.date}"


class OpenDay(models.Model):
    """The seats of a host on one day, in place of those of the weekday."""

    host = models.ForeignKey(Host, models.CASCADE, related_name="open_days", verbose_name=_("host"))
    date = models.DateField(_("day"))
    seats = models.PositiveSmallIntegerField(
        _("seats"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)]
    )

    class Meta:
        verbose_name = _("day with seats of its own")
        verbose_name_plural = _("days with seats of their own")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(name="open_day_once", fields=["host", "date"]),
            models.CheckConstraint(
                name="open_day_has_seats",
                condition=models.Q(seats__gte=1) & models.Q(seats__lte=MOST_SEATS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.host}: {self.date}"
