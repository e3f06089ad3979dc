from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from employees.models import Employee
from mail.models import OutgoingMail
from placements.enums import MailKind, PlanReason, PlanState, Side
from placements.models.placement import Placement
from placements.models.wish import Wish

IS_PAUSED = models.Q(placement__mails_paused=True) | models.Q(wish__round__mails_paused=True)


class PlannedMailQuerySet(models.QuerySet):
    def due(self, now: datetime):
        """Mails that are to be sent by now, the oldest first; paused ones wait."""
        planned = self.filter(state=PlanState.PLANNED, due__lte=now)
        return planned.exclude(IS_PAUSED).order_by("due", "pk")

    def held(self, now: datetime):
        """Mails that would be sent by now, were they not paused."""
        return self.filter(IS_PAUSED, state=PlanState.PLANNED, due__lte=now)

    def of(self, subject: "Wish | Placement"):
        """The mails about a wish itself, or about a placement."""
        if isinstance(subject, Placement):
            return self.filter(placement=subject)
        return self.filter(wish=subject, placement=None)


class PlannedMail(models.Model):
    """The intent to write to somebody at some time; the letter itself is an OutgoingMail.

    `number` tells apart mails of one kind: the first and its nags, one receipt for each sending of a
    wish, one for each move. `times_written` counts the letters: a recalled one can be written again.
    `revision` says of how many moves of the visit its letter knew.
    """

    wish = models.ForeignKey(Wish, models.CASCADE, related_name="planned_mails", verbose_name=_("wish"))
    placement = models.ForeignKey(
        Placement,
        models.CASCADE,
        related_name="planned_mails",
        null=True,
        blank=True,
        verbose_name=_("placement"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=MailKind)
    side = models.CharField(_("side"), max_length=12, choices=Side)
    recipient = models.ForeignKey(
        Employee, models.CASCADE, related_name="planned_mails", verbose_name=_("recipient")
    )
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    nth_day = models.PositiveSmallIntegerField(
        _("day of the visit"), null=True, blank=True, help_text=_("For a further day: 2, 3, …")
    )
    due = models.DateTimeField(_("due"))
    state = models.CharField(_("state"), max_length=10, choices=PlanState, default=PlanState.PLANNED)
    reason = models.CharField(_("reason"), max_length=20, choices=PlanReason, blank=True)
    is_insisted = models.BooleanField(
        _("sent because somebody wants it"),
        default=False,
        help_text=_("It goes out even if it is late or was answered."),
    )
    handled_by = models.ForeignKey(
        Employee, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("handled by")
    )
    group_mail = models.ForeignKey(
        "placements.GroupMail",
        models.CASCADE,
        related_name="planned_mails",
        null=True,
        blank=True,
        verbose_name=_("group mail"),
    )
    failing_since = models.DateTimeField(_("cannot be written since"), null=True, blank=True)
    times_written = models.PositiveSmallIntegerField(_("letters written"), default=0)
    revision = models.PositiveSmallIntegerField(default=0, editable=False)
    letter = models.OneToOneField(
        OutgoingMail,
        models.SET_NULL,
        related_name="planned_mail",
        null=True,
        blank=True,
        verbose_name=_("letter"),
    )

    objects = PlannedMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned mail")
        verbose_name_plural = _("mail plan")
        ordering = ["due", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="mail_planned_once",
                fields=[
                    "wish",
                    "placement",
                    "kind",
                    "side",
                    "recipient",
                    "number",
                    "nth_day",
                    "group_mail",
                ],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="plan_state_is_known", condition=models.Q(state__in=PlanState.values)
            ),
        ]
        indexes = [
            models.Index(
                name="mails_due",
                fields=["due"],
                condition=models.Q(state=PlanState.PLANNED),
            ),
            models.Index(
                name="mails_missed",
                fields=["due"],
                condition=models.Q(state=PlanState.MISSED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} → {self.recipient}"

    @property
    def is_paused(self) -> bool:
        """Whether it waits because a consultant has paused the mails of its visit or round."""
        return self.placement.holds_mails if self.placement else self.wish.round.mails_paused

    @property
    def stands_at(self) -> str:
        """Its state in words; of a letter that was written, what became of it."""
        is_written = self.state == PlanState.SENT and self.letter is not None
        return self.letter.get_state_display() if is_written else self.get_state_display()

    @property
    def told_days(self) -> list[date]:
        """The days of the visit that its letter told."""
        return self.placement.days_after(self.revision)

    @property
    def subject(self) -> "Wish | Placement":
        """What the mail is about."""
        return self.placement or self.wish
