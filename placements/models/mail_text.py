from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from employees.models import Employee
from hosts.models import Host
from mail.models import LONGEST_SUBJECT
from placements.enums import MailKind, Side
from placements.models.round import Round
from praktik.lib.personal_numbers import holds_personal_number
from praktik.lib.placeholders import placeholder_problems

LONGEST_TEXT = 4000
# What stands here is filled in when a letter is written (placements/domain/mailtexts.py).
OF_WISH = {
    "fornavn": _("the recipient's first name"),
    "deltager": _("the participant's name"),
    "runde": _("the round"),
    "frist": _("the deadline for wishes"),
    "mål": _("what the participant wants to learn"),
}
# Of a draft nothing needs to be filled in.
OF_DRAFT = {name: what for name, what in OF_WISH.items() if name != "mål"}
OF_VISIT = OF_WISH | {"praktiksted": _("the host"), "dage": _("the visit days")}
ABOUT_WISHES = {
    MailKind.WISH_RECEIVED,
    MailKind.DRAFT_UNSENT,
    MailKind.APPROVAL,
    MailKind.NOT_PLACED,
    MailKind.GROUP,
}


def placeholders_of(kind: str) -> dict[str, str]:
    """The placeholders that a kind of mail knows, with what each stands for; each is sure to have a value."""
    if kind == MailKind.DRAFT_UNSENT:
        return OF_DRAFT
    return OF_WISH if kind in ABOUT_WISHES else OF_VISIT


def text_problems(text: str, kind: str) -> list[str]:
    """What is wrong with words that people are to get, as sentences."""
    problems = placeholder_problems(text, placeholders_of(kind))
    if holds_personal_number(text):
        problems.append(
            _("This looks like a CPR number. Please leave it out: Praktik must not store it.")
        )
    return problems


class MailText(models.Model):
    """The consultants' own words for a kind of mail, in one round or in all; empty ones change nothing."""

    TEXTS = ("subject_da", "words_da", "subject_en", "words_en")

    round = models.ForeignKey(
        Round,
        models.CASCADE,
        related_name="mail_texts",
        null=True,
        blank=True,
        verbose_name=_("round"),
        help_text=_("Empty: for all rounds that have no text of their own."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=MailKind)
    side = models.CharField(_("to"), max_length=12, choices=Side)
    subject_da = models.CharField(_("subject in Danish"), max_length=LONGEST_SUBJECT, blank=True)
    words_da = models.TextField(_("opening in Danish"), max_length=LONGEST_TEXT, blank=True)
    subject_en = models.CharField(_("subject in English"), max_length=LONGEST_SUBJECT, blank=True)
    words_en = models.TextField(_("opening in English"), max_length=LONGEST_TEXT, blank=True)

    class Meta:
        verbose_name = _("mail text")
        verbose_name_plural = _("mail texts")
        ordering = ["round", "kind", "side"]
        constraints = [
            models.UniqueConstraint(
                name="one_text_per_kind_and_side",
                fields=["round", "kind", "side"],
                nulls_distinct=False,
                violation_error_message=_(
                    "There is already a text for this kind and side in the round."
                ),
            )
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_kind_display()} → {self.get_side_display()} · {self.round or _('all rounds')}"
        )

    def clean(self) -> None:
        problems = {
            name: found
            for name in self.TEXTS
            if (found := text_problems(getattr(self, name), self.kind))
        }
        if problems:
            raise ValidationError(problems)


class GroupMail(models.Model):
    """A mail that was written to many people of a round at once, one letter each.

    A consultant writes it, or with `from_host` a contact of a host to its visitors: the answers go there.
    """

    round = models.ForeignKey(
        Round, models.CASCADE, related_name="group_mails", verbose_name=_("round")
    )
    audience = models.CharField(_("to"), max_length=200)
    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT)
    words = models.TextField(_("text"), max_length=LONGEST_TEXT)
    subject_en = models.CharField(_("subject in English"), max_length=LONGEST_SUBJECT, blank=True)
    words_en = models.TextField(
        _("text in English"),
        max_length=LONGEST_TEXT,
        blank=True,
        help_text=_("If you write both, those who read English get them."),
    )
    by = models.ForeignKey(Employee, models.SET_NULL, related_name="+", null=True, verbose_name=_("by"))
    at = models.DateTimeField(_("when"))
    from_host = models.ForeignKey(
        Host,
        models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("written by the host"),
    )
    visit_day = models.DateField(_("for those who come on"), null=True, blank=True, editable=False)
    once = models.UUIDField(_("mark against sending it twice"), null=True, editable=False)

    class Meta:
        verbose_name = _("group mail")
        verbose_name_plural = _("group mails")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(name="group_mail_written_once", fields=["round", "once"])
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def texts(self) -> tuple[str, str, str, str]:
        """All that is written in it."""
        return self.subject, self.words, self.subject_en, self.words_en

    def in_language(self, language: str) -> tuple[str, str]:
        """Subject and words for who reads this language."""
        in_english = (self.subject_en, self.words_en)
        return in_english if language == "en" and all(in_english) else (self.subject, self.words)

    @property
    def replies_to(self) -> Employee | None:
        """Who gets the answers, when that is not the consultants."""
        return self.by if self.from_host_id else None

    @property
    def erase_on(self):
        return self.round.erase_on
