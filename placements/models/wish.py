from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from employees.models import Area, Employee, Sector
from hosts.models import Field, Host
from placements.enums import LIVE_STATES, ChoiceKind, WishState
from placements.models.round import Round
from praktik.lib.wording import days_in_short

MOST_CHOICES = 5


class WishQuerySet(models.QuerySet):
    def with_live_placement(self):
        """Annotates `has_place`: whether a live placement belongs to the wish."""
        from placements.models.placement import Placement

        live = Placement.objects.filter(wish=models.OuterRef("pk"), state__in=LIVE_STATES)
        return self.annotate(has_place=models.Exists(live))

    def unplaced(self):
        """Wishes that are sent and have no live placement, of people who still work here."""
        return self.with_live_placement().filter(
            state=WishState.SENT, has_place=False, employee__is_active=True
        )

    def placed(self):
        """Wishes with a live placement."""
        return self.with_live_placement().filter(has_place=True)


class Wish(models.Model):
    """What one employee wishes for in one round. Its state is written by domain/wishes.py alone."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="wishes", verbose_name=_("round"))
    employee = models.ForeignKey(
        Employee, models.PROTECT, related_name="wishes", verbose_name=_("employee")
    )
    state = models.CharField(_("state"), max_length=10, choices=WishState, default=WishState.DRAFT)
    length = models.PositiveSmallIntegerField(_("days at the host"), default=1)
    may_split = models.BooleanField(_("days may be apart"), default=False)
    possible_days = ArrayField(models.DateField(), verbose_name=_("possible days"), default=list)
    goal = models.TextField(_("what I want to learn"), blank=True)
    needs = models.TextField(_("needs (diet, access)"), blank=True)
    times_sent = models.PositiveSmallIntegerField(_("times sent"), default=0)
    saved_at = models.DateTimeField(_("saved"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    approved_at = models.DateTimeField(_("approved by the manager"), null=True, blank=True)
    refused_at = models.DateTimeField(_("refused by the manager"), null=True, blank=True)
    refusal_reason = models.TextField(_("the manager's reason"), blank=True)
    plan_is_stale = models.BooleanField(default=False, editable=False)

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        ordering = ["employee__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_wish_per_round",
                fields=["round", "employee"],
                violation_error_message=_("There is already a wish from this person in the round."),
            ),
            models.CheckConstraint(
                name="wish_state_is_known", condition=models.Q(state__in=WishState.values)
            ),
            models.CheckConstraint(
                name="sent_wish_is_complete",
                condition=~models.Q(state=WishState.SENT)
                | (~models.Q(goal="") & models.Q(sent_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                name="wishes_to_plan_anew", fields=["id"], condition=models.Q(plan_is_stale=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.round}"

    @property
    def days_in_words(self) -> str:
        """The days on which the person can, such as "all days of the round (4. januar til 29. januar)"."""
        days = days_in_short(self.possible_days)
        if self.possible_days != self.round.days:
            return days
        return _("all days of the round (%(days)s)") % {"days": days}

    @property
    def awaits_approval(self) -> bool:
        """Whether the manager must say yes or no and has not yet."""
        is_decided = self.approved_at or self.refused_at
        return self.round.needs_approval and self.state == WishState.SENT and not is_decided

    @property
    def is_barred(self) -> bool:
        """Whether it is kept out of the puzzle: the manager has said no, or the person works here no longer."""
        return self.refused_at is not None or not self.employee.is_active

    @property
    def version(self) -> str:
        """What a manager or a consultant sees who answers: to refuse what was decided on an older picture."""
        moments = [self.saved_at, self.approved_at, self.refused_at]
        return " ".join([self.state, *(moment.isoformat() if moment else "-" for moment in moments)])

    @property
    def live_placement(self):
        """The live placement of this wish, or None."""
        return next((p for p in self.placements.all() if p.is_live), None)

    @property
    def erase_on(self) -> date:
        return self.round.erase_on


def _names_only(kind: str) -> models.Q:
    """A choice of this kind says which host, kind of work, area or sector it means, and no other."""
    named = {
        "host": models.Q(host__isnull=False),
        "field": models.Q(field__isnull=False),
        "area": ~models.Q(area=""),
        "sector": ~models.Q(sector=""),
    }
    condition = models.Q(kind=kind)
    for name, is_named in named.items():
        condition &= is_named if name == kind else ~is_named
    return condition


class Choice(models.Model):
    """One choice of a wish: a host, a kind of work, a part of the country, a sector, or anywhere.

    Rank 1 is the dearest.
    """

    wish = models.ForeignKey(Wish, models.CASCADE, related_name="choices", verbose_name=_("wish"))
    rank = models.PositiveSmallIntegerField(_("rank"))
    kind = models.CharField(_("kind"), max_length=10, choices=ChoiceKind)
    host = models.ForeignKey(
        Host, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("host")
    )
    field = models.ForeignKey(
        Field, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("kind of work")
    )
    area = models.CharField(_("part of the country"), max_length=12, choices=Area, blank=True)
    sector = models.CharField(_("sector"), max_length=12, choices=Sector, blank=True)

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(name="one_choice_per_rank", fields=["wish", "rank"]),
            models.UniqueConstraint(
                name="host_chosen_once",
                fields=["wish", "host"],
                violation_error_message=_("The same host is chosen twice."),
            ),
            models.UniqueConstraint(name="field_chosen_once", fields=["wish", "field"]),
            models.UniqueConstraint(
                name="area_chosen_once", fields=["wish", "area"], condition=~models.Q(area="")
            ),
            models.UniqueConstraint(
                name="sector_chosen_once", fields=["wish", "sector"], condition=~models.Q(sector="")
            ),
            models.CheckConstraint(
                name="rank_from_one_to_five",
                condition=models.Q(rank__gte=1) & models.Q(rank__lte=MOST_CHOICES),
                violation_error_message=_("A wish has at most five choices."),
            ),
            models.CheckConstraint(
                name="choice_names_what_its_kind_says",
                condition=_names_only("host")
                | _names_only("field")
                | _names_only("area")
                | _names_only("sector")
                | _names_only("anywhere"),
            ),
        ]

    def __str__(self) -> str:
        if self.kind == ChoiceKind.HOST:
            return str(self.host)
        if self.kind == ChoiceKind.FIELD:
            return _("Kind of work: %(field)s") % {"field": self.field}
        if self.kind == ChoiceKind.AREA:
            return _("Part of the country: %(area)s") % {"area": self.get_area_display()}
        if self.kind == ChoiceKind.SECTOR:
            return _("Sector: %(sector)s") % {"sector": self.get_sector_display()}
        return str(ChoiceKind.ANYWHERE.label)

    def covers(self, host: Host) -> bool:
        """Whether a place at this host fulfils the choice."""
        organisation = host.workplace.department.organisation
        return {
            ChoiceKind.HOST: lambda: self.host_id == host.pk,
            ChoiceKind.FIELD: lambda: any(field.pk == self.field_id for field in host.fields.all()),
            ChoiceKind.AREA: lambda: organisation.area == self.area,
            ChoiceKind.SECTOR: lambda: organisation.sector == self.sector,
            ChoiceKind.ANYWHERE: lambda: True,
        }[self.kind]()
