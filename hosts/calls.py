"""The call log: who phoned a workplace and what came of it, and who is on the phone with it just now."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from employees.models import Employee, Workplace


class Call(models.Model):
    """One phone call to a workplace about taking visitors, and what came of it.

    `seats` is what a yes gave: {"weekdays": [five numbers], "dates": {ISO date: number}}.
    """

    class Outcome(models.TextChoices):
        YES = "yes", _("Yes")
        MAYBE = "maybe", _("Perhaps")
        NO = "no", _("No")
        ANSWERED = "answered", _("Answered our requests")
        NOT_REACHED = "not_reached", _("Not reached")

    class Reason(models.TextChoices):
        """Why a workplace takes nobody."""

        BUSY = "busy", _("too busy just then")
        STAFF = "staff", _("too few people at work")
        CHANGES = "changes", _("new manager, move or reorganisation")
        CONFIDENTIAL = "confidential", _("confidential work")
        NOTHING_TO_SHOW = "nothing_to_show", _("nothing to show a visitor")
        HAD_VISITORS = "had_visitors", _("had visitors lately")
        OTHER = "other", _("something else (write it in the note)")

    workplace = models.ForeignKey(
        Workplace, models.CASCADE, related_name="calls", verbose_name=_("workplace")
    )
    caller = models.ForeignKey(
        Employee,
        models.SET_NULL,
        related_name="calls_made",
        null=True,
        blank=True,
        verbose_name=_("called by"),
    )
    made_at = models.DateTimeField(_("called at"))
    day = models.GeneratedField(
        expression=TruncDate("made_at"),
        output_field=models.DateField(),
        db_persist=True,
        verbose_name=_("day"),
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    reasons = ArrayField(
        models.CharField(max_length=20, choices=Reason),
        verbose_name=_("reasons for a no"),
        default=list,
        blank=True,
    )
    seats = models.JSONField(_("seats that a yes gave"), default=dict, blank=True)
    note = models.TextField(_("note"), blank=True)
    call_back_on = models.DateField(_("call back on"), null=True, blank=True)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                name="reached_once_a_day",
                fields=["workplace", "day"],
                # A workplace that asked to be called back the same day may be.
                condition=~models.Q(outcome="not_reached")
                & (models.Q(call_back_on=None) | models.Q(call_back_on__gt=models.F("day"))),
                violation_error_message=_("This workplace has been reached on that day."),
            ),
            models.CheckConstraint(
                name="called_back_on_the_day_or_later",
                condition=models.Q(call_back_on=None) | models.Q(call_back_on__gte=models.F("day")),
                violation_error_message=_("The day to call back lies before the call."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workplace}: {self.get_outcome_display()}"

    @property
    def reasons_in_words(self) -> list[str]:
        """The reasons for a no, one text each."""
        return [str(self.Reason(reason).label) for reason in self.reasons]

    @property
    def erase_on(self) -> date:
        return self.day + timedelta(days=settings.RETENTION_DAYS)


class CallClaim(models.Model):
    """Who is on the phone with a workplace: one row each, so that nobody else calls it meanwhile."""

    LASTS = timedelta(minutes=30)

    workplace = models.OneToOneField(Workplace, models.CASCADE, related_name="claim")
    by = models.ForeignKey(Employee, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.workplace}: {self.by}"
