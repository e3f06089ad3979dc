"""The outbox: each letter is a row, written in the same transaction as its cause."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_SUBJECT = 200


# What a server says of an address that does not exist or takes no mail (RFC 3463, or the bare code of RFC 5321).
_NO_SUCH_ADDRESS = r"^(5\d\d[ -](5\.1\.|5\.2\.1|5\.4\.1)|55[013][ -](?!\d\.\d))"


class LetterState(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    UNSURE = "unsure", _("Perhaps sent")
    FAILED = "failed", _("Failed")
    BOUNCED = "bounced", _("Came back")
    RECALLED = "recalled", _("Recalled")
    TOO_LATE = "too_late", _("Too late")


# Nobody has a letter that ended so. (One that came back may have reached somebody.)
NEVER_CAME = (LetterState.RECALLED, LetterState.FAILED, LetterState.TOO_LATE)


class OutgoingMailQuerySet(models.QuerySet):
    def lost_on_the_address(self):
        """Letters whose address the mail server does not know, as it said at once or reported later."""
        refused = models.Q(state=LetterState.FAILED, error__regex=_NO_SUCH_ADDRESS)
        return self.filter(models.Q(state=LetterState.BOUNCED) | refused)

    def refused_when_outdated(self):
        """Letters that became outdated while they were being sent, and were then refused for now."""
        return self.filter(state=LetterState.RECALLED, is_outdated=True)


class OutgoingMail(models.Model):
    """One letter to one person.

    `is_outdated`: what it says ceased to be so while it was being sent. If the server refuses it for now, it
    is recalled instead of tried again.
    """

    KEPT_FOR = timedelta(days=365)

    key = models.CharField(_("key"), max_length=200, unique=True)
    to_address = models.EmailField(_("to"))
    to_name = models.CharField(_("recipient"), max_length=200, blank=True)
    reply_to = models.EmailField(
        _("answers go to"), blank=True, help_text=_("Empty: to the consultants.")
    )
    language = models.CharField(_("language"), max_length=5)
    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    calendar = models.TextField(_("calendar part"), blank=True)
    calendar_method = models.CharField(_("calendar method"), max_length=10, blank=True)
    confidential = models.BooleanField(
        _("confidential"),
        default=False,
        help_text=_("The text is erased once the letter is sent and never shown in the admin."),
    )
    is_urgent = models.BooleanField(
        _("urgent"), default=False, help_text=_("It goes out first, and in spite of the limits.")
    )
    state = models.CharField(_("state"), max_length=10, choices=LetterState, default=LetterState.QUEUED)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    expires_at = models.DateTimeField(_("makes sense until"), null=True, blank=True)
    created_at = models.DateTimeField(_("written"))
    claimed_at = models.DateTimeField(_("sending began"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.TextField(_("what the mail server said"), blank=True)
    is_outdated = models.BooleanField(default=False, editable=False)
    is_settled = models.BooleanField(
        _("settled"),
        default=False,
        help_text=_("It did not arrive, and a consultant has nothing more to do about it."),
    )

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="letter_state_is_known", condition=models.Q(state__in=LetterState.values)
            ),
            models.CheckConstraint(
                name="sent_letter_has_time",
                condition=~models.Q(state=LetterState.SENT) | models.Q(sent_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="letters_to_deliver",
                fields=["next_attempt_at"],
                condition=models.Q(state__in=[LetterState.QUEUED, LetterState.SENDING]),
            ),
            models.Index(name="letters_by_claim", fields=["claimed_at"]),
            models.Index(
                name="letters_outdated",
                fields=["id"],
                condition=models.Q(state=LetterState.RECALLED, is_outdated=True),
            ),
            models.Index(
                name="letters_too_late",
                fields=["id"],
                condition=models.Q(state=LetterState.TOO_LATE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to_address}"

    @property
    def is_on_its_way(self) -> bool:
        """Whether it waits or is just being sent."""
        return self.state in {LetterState.QUEUED, LetterState.SENDING}

    @property
    def erase_on(self):
        """The day this letter will be erased."""
        return timezone.localdate(self.created_at + self.KEPT_FOR)


class DailyRelease(models.Model):
    """A person let the letters of one day go in spite of the daily limit."""

    date = models.DateField(_("day"), unique=True)
    released_by = models.CharField(_("released by"), max_length=200)
    released_at = models.DateTimeField(_("released"))

    class Meta:
        verbose_name = _("release of the daily limit")
        verbose_name_plural = _("releases of the daily limit")

    def __str__(self) -> str:
        return f"{self.date}: {self.released_by}"
