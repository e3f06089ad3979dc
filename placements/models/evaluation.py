from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from employees.models import Employee
from placements.enums import IdeaState, Side, VisitLength
from placements.models.placement import Placement

CHANGEABLE_FOR = timedelta(days=14)


class Evaluation(models.Model):
    """What one side says of a visit."""

    placement = models.ForeignKey(
        Placement, models.CASCADE, related_name="evaluations", verbose_name=_("placement")
    )
    side = models.CharField(_("side"), max_length=12, choices=Side)
    author = models.ForeignKey(
        Employee, models.PROTECT, related_name="evaluations", verbose_name=_("by")
    )
    useful = models.PositiveSmallIntegerField(
        _("useful (1–5)"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    length = models.CharField(_("length of the visit"), max_length=10, choices=VisitLength)
    new_contacts = models.PositiveSmallIntegerField(
        _("new contacts"), validators=[MaxValueValidator(99)]
    )
    take_home = models.TextField(_("what I take home"), blank=True)
    recommend = models.PositiveSmallIntegerField(
        _("would recommend (0–10)"), validators=[MaxValueValidator(10)]
    )
    observation = models.TextField(_("observation"), blank=True)
    share_observation = models.BooleanField(_("may be passed on to the other side"), default=False)
    share_with_manager = models.BooleanField(_("may be passed on to the manager"), default=False)
    answered_at = models.DateTimeField(_("answered"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["-answered_at"]
        constraints = [
            models.UniqueConstraint(
                name="one_evaluation_per_side",
                fields=["placement", "side"],
                violation_error_message=_("This side has already evaluated the visit."),
            ),
            models.CheckConstraint(
                name="evaluation_numbers_on_their_scales",
                condition=models.Q(useful__gte=1)
                & models.Q(useful__lte=5)
                & models.Q(recommend__lte=10),
            ),
            models.CheckConstraint(
                name="evaluation_by_participant_or_host",
                condition=models.Q(side__in=[Side.PARTICIPANT, Side.HOST]),
            ),
            models.CheckConstraint(
                name="participant_alone_shares_with_manager",
                condition=models.Q(share_with_manager=False) | models.Q(side=Side.PARTICIPANT),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement} ({self.get_side_display()})"

    def can_be_changed(self, now: datetime) -> bool:
        """Whether the fourteen days for changes have not yet passed."""
        return now <= self.answered_at + CHANGEABLE_FOR

    def is_passed_on_to(self, reader: Side) -> bool:
        """Whether there is an observation that its author lets this side read."""
        if reader == self.side or not self.observation:
            return False
        return self.share_with_manager if reader == Side.MANAGER else self.share_observation

    @property
    def erase_on(self):
        return self.placement.erase_on


class Idea(models.Model):
    """An idea that a visit gave, and what became of it."""

    evaluation = models.OneToOneField(
        Evaluation, models.CASCADE, related_name="idea", verbose_name=_("evaluation")
    )
    text = models.TextField(_("idea"))
    state = models.CharField(_("state"), max_length=10, choices=IdeaState, default=IdeaState.NEW)
    outcome = models.TextField(_("what came of it"), blank=True)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="idea_state_is_known", condition=models.Q(state__in=IdeaState.values)
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
