"""A mail to many: to whom, and the words."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy

from placements.enums import MailKind
from placements.models import GroupMail, Round
from placements.models.mail_text import OF_WISH, text_problems
from praktik.lib.wording import day_in_words


class GroupMailForm(forms.ModelForm):
    """The words are checked as those of all mails; a day narrows it to who visits then.

    `once` tells two presses of one button apart from two letters.
    """

    AUDIENCES = [
        ("sent", gettext_lazy("All who have sent a wish")),
        ("drafts", gettext_lazy("Who has a draft")),
        ("placed", gettext_lazy("Who has a place")),
        ("unplaced", gettext_lazy("Who has no place")),
        ("hosts", gettext_lazy("Host contacts with visitors")),
    ]

    once = forms.UUIDField(widget=forms.HiddenInput)
    audience = forms.ChoiceField(label=gettext_lazy("To"), choices=AUDIENCES)
    host = forms.ChoiceField(
        label=gettext_lazy("Only visitors of one host"), required=False,
        help_text=gettext_lazy("For host contacts: only those of this host."),
    )  # fmt: skip
    day = forms.ChoiceField(label=gettext_lazy("Only visits on one day"), required=False)

    class Meta:
        model = GroupMail
        fields = ["audience", "host", "day", "subject", "words"]

    def __init__(self, *args, round: Round, hosts, **kwargs):
        kwargs.setdefault("initial", {"once": uuid4()})
        super().__init__(*args, **kwargs)
        every = ("", gettext_lazy("All"))
        days = [(day.isoformat(), day_in_words(day)) for day in round.days]
        self.fields["day"].choices = [every, *days]
        self.fields["host"].choices = [every, *((str(host.pk), str(host)) for host in hosts)]
        for name in ("subject", "words"):
            self.fields[name].help_text = ", ".join(
                f"{{{key}}}: {what}" for key, what in OF_WISH.items()
            )
            self.fields[name].widget.attrs["data-placeholders"] = " ".join(OF_WISH)

    def clean(self):
        for name in ("subject", "words"):
            for problem in text_problems(self.cleaned_data.get(name, ""), MailKind.GROUP):
                self.add_error(name, problem)
        return super().clean()

    @property
    def audience_in_words(self) -> str:
        """To whom, as it is kept with the mail."""
        chosen = []
        for name in ("audience", "host", "day"):
            if value := self.cleaned_data[name]:
                chosen.append(str(dict(self.fields[name].choices)[value]))
        return ", ".join(chosen)
