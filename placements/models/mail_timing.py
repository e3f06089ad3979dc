from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from placements.enums import MailKind
from placements.models.round import Round

MOST_MAILS = 5
LONGEST_OFFSET = 200


class MailTiming(models.Model):
    """When a kind of mail goes out, in one round or (without a round) in all that have no own timing."""

    round = models.ForeignKey(
        Round,
        models.CASCADE,
        related_name="mail_timings",
        null=True,
        blank=True,
        verbose_name=_("round"),
        help_text=_("Empty: for all rounds that have no timing of their own."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=MailKind)
    is_on = models.BooleanField(_("is sent"), default=True)
    offsets = ArrayField(
        models.SmallIntegerField(
            validators=[MinValueValidator(-LONGEST_OFFSET), MaxValueValidator(LONGEST_OFFSET)]
        ),
        size=MOST_MAILS,
        verbose_name=_("days before (−) or after"),
        help_text=_(
            "Working days, with commas: the mail itself and its reminders, such as 0, 4, 8. "
            "“What came of your ideas?” counts calendar days."
        ),
    )
    hour = models.TimeField(_("at"), default="08:00")

    class Meta:
        verbose_name = _("mail timing")
        verbose_name_plural = _("mail timings")
        ordering = ["round", "kind"]
        constraints = [
            models.UniqueConstraint(
                name="one_timing_per_kind",
                fields=["round", "kind"],
                nulls_distinct=False,
                violation_error_message=_("There is already a timing for this kind in the round."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.round or _('all rounds')}"

    def clean(self) -> None:
        offsets = self.offsets or []
        if sorted(set(offsets)) != offsets:
            raise ValidationError({"offsets": _("Give the days in rising order, each once.")})
