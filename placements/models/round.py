from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from employees.models import Employee, Organisation
from hosts.models import LONGEST_VISIT
from placements.enums import MAILS_THAT_END_WITH_ROUND, MailKind, RoundPhase, RoundStep
from praktik.lib.dates import LAST_POSSIBLE_DAY, working_days_between

HIGHEST_WEIGHT = 10
POINTS = [
    "points_new_relation",
    "points_spread",
    "points_unknown_host",
    "points_stability",
    "points_ring",
]
LONGEST_LOCK = 20
LONGEST_ROUND = timedelta(days=366)
CALL_SCRIPT_DA = """\
1. Hej, det er … fra Innovationsgruppen. Har du to minutter?
2. Vi har lynpraktik: En kollega fra et andet sted i det offentlige er med hos jer en dag eller to, ser, hvordan \
I gør, og stiller nysgerrige spørgsmål. Der er nogen, der gerne vil se netop jeres arbejde.
3. I skal ikke forberede noget særligt. Gæsten er med i det, I alligevel laver, og I får et par friske øjne.
4. Kan I tage imod en gæst? Hvilke dage passer bedst, og hvor mange ad gangen?
5. Ved et ja: Hvem skal gæsten spørge efter, og hvilken mailadresse må vi skrive til?
6. Ved et nej: Helt i orden. Hvad står i vejen – og må vi ringe en anden gang?"""


@dataclass(frozen=True)
class Contact:
    """Whom to call about a round; name and phone may be empty."""

    name: str
    phone: str
    email: str


class RoundQuerySet(models.QuerySet):
    def for_employee(self, employee: Employee):
        """Rounds that the employee's organisation takes part in, or in which the employee has a wish."""
        own = self.filter(organisations__departments__workplaces__employees=employee)
        return self.filter(
            models.Q(pk__in=own.values("pk")) | models.Q(wishes__employee=employee)
        ).distinct()

    def under_way(self, today: date):
        """Rounds from a month before wishes are taken until two months after the last visits."""
        return self.filter(
            wishes_from__lte=today + timedelta(days=30),
            visits_until__gte=today - timedelta(days=60),
            closed_at=None,
        )

    def calling(self, today: date):
        """Rounds for which hosts can still be found."""
        return self.filter(visits_until__gt=today, closed_at=None)

    def across(self):
        """Rounds in which several organisations take part; the others are an organisation's own."""
        several = self.model.objects.annotate(takers=models.Count("organisations")).filter(takers__gt=1)
        return self.filter(pk__in=several.values("pk"))

    def like(self, round):
        """Rounds of the same scheme as this one: an organisation's own, or across several."""
        across = self.model.objects.across().values_list("pk", flat=True)
        return self.filter(pk__in=across) if round.pk in across else self.exclude(pk__in=across)

    def with_results_held(self):
        """Rounds of which nobody hears of a confirmed place before the result is released."""
        return self.filter(hold_results=True, released_at=None)


def _points(name, default: int, help_text):
    """Points from 0 to 10 for what decides last in the puzzle."""
    return models.PositiveSmallIntegerField(
        name, default=default, validators=[MaxValueValidator(HIGHEST_WEIGHT)], help_text=help_text
    )


class Round(models.Model):
    """One round of visits: when wishes are taken, when visits fall, how long they may be, who takes part."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    organisations = models.ManyToManyField(
        Organisation, related_name="rounds", verbose_name=_("organisations that take part")
    )
    wishes_from = models.DateField(_("wishes are taken from"))
    wishes_until = models.DateField(
        _("deadline for wishes"), help_text=_("Wishes can be changed to the end of this day.")
    )
    visits_from = models.DateField(_("first possible visit day"))
    visits_until = models.DateField(_("last possible visit day"))
    shortest_visit = models.PositiveSmallIntegerField(_("shortest visit in days"), default=1)
    longest_visit = models.PositiveSmallIntegerField(_("longest visit in days"), default=2)
    points_new_relation = _points(
        _("new relations"), 2, _("for each pair of departments that meets for the first time")
    )
    points_spread = _points(_("spread over hosts"), 5, _("against many visitors at one host"))
    points_unknown_host = _points(
        _("unknown places"), 4, _("against a host that the person has visited before")
    )
    points_stability = _points(
        _("few changes"), 10, _("for keeping what is proposed when the puzzle is solved again")
    )
    points_ring = _points(_("rings"), 0, _("for workplaces that visit one another in a ring (A→B→C→A)"))
    needs_approval = models.BooleanField(
        _("the home manager must approve"),
        default=False,
        help_text=_("The manager gets a mail with a link when a wish is sent."),
    )
    abroad_only = models.BooleanField(
        _("only places in other organisations"),
        default=False,
        help_text=_("Nobody can wish for a place in the own organisation."),
    )
    hold_results = models.BooleanField(
        _("everybody hears at the same time"),
        default=False,
        help_text=_("Confirmed visits are told of when the result is released, and not before."),
    )
    released_at = models.DateTimeField(_("results released"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    mails_paused = models.BooleanField(_("mails are paused"), default=False)
    plan_is_stale = models.BooleanField(_("the mail plan is to be made anew"), default=False)
    deadline_changes = models.PositiveSmallIntegerField(default=0, editable=False)
    lock_days = models.PositiveSmallIntegerField(
        _("by phone only"),
        default=2,
        validators=[MaxValueValidator(LONGEST_LOCK)],
        help_text=_(
            "So many working days before a visit it can no longer be called off on the web, only by phone."
        ),
    )
    contact_name = models.CharField(_("whom to call"), max_length=120, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=30, blank=True)
    contact_email = models.EmailField(
        _("e-mail"), blank=True, help_text=_("Empty: the address that the mails come from.")
    )
    guide_da = models.TextField(_("guide in Danish"), blank=True)
    guide_en = models.TextField(_("guide in English"), blank=True)
    call_script_da = models.TextField(
        _("what to say on the phone (Danish)"),
        default=CALL_SCRIPT_DA,
        max_length=4000,
        blank=True,
        help_text=_("Shown to the consultants beside each call."),
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["-visits_from"]
        constraints = [
            models.CheckConstraint(
                name="round_dates_in_order",
                condition=models.Q(wishes_from__lte=models.F("wishes_until"))
                & models.Q(wishes_until__lt=models.F("visits_from"))
                & models.Q(visits_from__lte=models.F("visits_until")),
                violation_error_message=_(
                    "The dates must follow each other: wishes from, deadline, first visit day, last visit day."
                ),
            ),
            models.CheckConstraint(
                name="round_lasts_a_year_at_most",
                condition=models.Q(visits_until__lte=models.F("visits_from") + LONGEST_ROUND)
                & models.Q(visits_until__lte=LAST_POSSIBLE_DAY),
                violation_error_message=_("The visits of a round fall within one year at most."),
            ),
            models.CheckConstraint(
                name="round_visit_lengths_in_order",
                condition=models.Q(shortest_visit__gte=1)
                & models.Q(shortest_visit__lte=models.F("longest_visit"))
                & models.Q(longest_visit__lte=LONGEST_VISIT),
                violation_error_message=_(
                    "A visit lasts from one to five days, and the shortest is no longer than the longest."
                ),
            ),
            models.CheckConstraint(
                name="round_points_within_bounds",
                condition=models.Q(
                    *(models.Q((f"{name}__lte", HIGHEST_WEIGHT)) for name in POINTS),
                ),
                violation_error_message=_("Each wish of the puzzle gets from 0 to 10 points."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Says what the constraints cannot: visits need a working day."""
        if self.visits_from and self.visits_until and self.visits_from <= self.visits_until:
            if self.visits_until - self.visits_from <= LONGEST_ROUND and not self.days:
                raise ValidationError({"visits_from": _("No working day lies between these two days.")})

    def phase(self, today: date) -> RoundPhase:
        """Where the round stands on this day."""
        if self.closed_at:
            return RoundPhase.CLOSED
        if today < self.wishes_from:
            return RoundPhase.PLANNED
        if today <= self.wishes_until:
            return RoundPhase.WISHES
        if today < self.visits_from:
            return RoundPhase.PUZZLE
        return RoundPhase.VISITS if today <= self.visits_until else RoundPhase.FOLLOW_UP

    def takes_wishes(self, today: date) -> bool:
        """Whether wishes can be sent and changed on this day."""
        return self.phase(today) == RoundPhase.WISHES

    @property
    def holds_results(self) -> bool:
        """Whether confirmed visits are still kept from those concerned."""
        return self.hold_results and self.released_at is None

    def is_closed_to(self, kind: MailKind) -> bool:
        """Whether the round is closed, and a mail of this kind no longer makes sense."""
        return self.closed_at is not None and kind in MAILS_THAT_END_WITH_ROUND

    @property
    def days(self) -> list[date]:
        """The working days on which visits can fall."""
        return working_days_between(self.visits_from, self.visits_until)

    @property
    def erase_on(self) -> date | None:
        """The day the personal data of this round will be erased; None while it has no dates yet."""
        return self.visits_until and self.visits_until + timedelta(days=settings.RETENTION_DAYS)

    @property
    def contact(self) -> Contact:
        """The consultants, as everybody in the round may reach them."""
        email = self.contact_email or parseaddr(settings.MAIL_FROM)[1]
        return Contact(self.contact_name, self.contact_phone, email)

    def guide(self, language: str) -> str:
        """The guide in this language, or in the other one where there is none."""
        first, second = (
            (self.guide_en, self.guide_da) if language == "en" else (self.guide_da, self.guide_en)
        )
        return first or second


class RoundEvent(models.Model):
    """One step that a consultant took with a round: who, when, what. Only ever added."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="events", verbose_name=_("round"))
    step = models.CharField(_("what"), max_length=10, choices=RoundStep)
    by = models.ForeignKey(
        Employee, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("by")
    )
    at = models.DateTimeField(_("when"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("step of a round")
        verbose_name_plural = _("steps of a round")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="round_step_is_known", condition=models.Q(step__in=RoundStep.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} · {self.round}"
