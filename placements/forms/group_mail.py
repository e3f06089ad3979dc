"""A mail to many: to whom, and the words."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from placements.enums import GROUPS_WITH_DRAFTS, Group, MailKind
from placements.models import GroupMail, Round
from placements.models.mail_text import OF_WISH, text_problems
from praktik.lib.wording import day_in_words


class GroupMailForm(forms.ModelForm):
    """The words are checked as those of all mails; a day narrows it to who visits then.

    `once` tells two presses of one button apart from two letters.
    """

    TEXTS = ("subject", "words", "subject_en", "words_en")

    once = forms.UUIDField(widget=forms.HiddenInput)
    audience = forms.ChoiceField(label=gettext_lazy("To"), choices=Group.choices)
    host = forms.ChoiceField(
        label=gettext_lazy("Only visitors of one host"), required=False,
        help_text=gettext_lazy("For host contacts: only those of this host."),
    )  # fmt: skip
    day = forms.ChoiceField(label=gettext_lazy("Only visits on one day"), required=False)

    class Meta:
        model = GroupMail
        fields = ["audience", "host", "day", "subject", "words", "subject_en", "words_en"]

    def __init__(self, *args, round: Round, hosts, **kwargs):
        kwargs.setdefault("initial", {"once": uuid4()})
        super().__init__(*args, **kwargs)
        every = ("", gettext_lazy("All"))
        days = [(day.isoformat(), day_in_words(day)) for day in round.days]
        self.fields["day"].choices = [every, *days]
        self.fields["host"].choices = [every, *((str(host.pk), str(host)) for host in hosts)]
        known = ", ".join(f"{{{key}}}: {what}" for key, what in OF_WISH.items())
        for name in self.TEXTS:
            help_text = self.fields[name].help_text
            self.fields[name].help_text = f"{help_text} {known}" if help_text else known
            self.fields[name].widget.attrs["data-placeholders"] = " ".join(OF_WISH)

    def clean(self):
        cleaned = super().clean()
        for name in self.TEXTS:
            for problem in self._problems(cleaned.get(name, "")):
                self.add_error(name, problem)
        for name, other in (("subject_en", "words_en"), ("words_en", "subject_en")):
            if cleaned.get(other) and not self.data.get(name):
                self.add_error(name, _("Write both subject and text in English, or neither."))
        return cleaned

    def _problems(self, text: str) -> list[str]:
        problems = text_problems(text, MailKind.GROUP)
        if self.cleaned_data.get("audience") in GROUPS_WITH_DRAFTS and "{mål}" in text:
            problems.append(_("Not everybody in this group has a goal: leave {mål} out."))
        return problems

    @property
    def audience_in_words(self) -> str:
        """To whom, as it is kept with the mail."""
        chosen = []
        for name in ("audience", "host", "day"):
            if value := self.cleaned_data[name]:
                chosen.append(str(dict(self.fields[name].choices)[value]))
        return ", ".join(chosen)
