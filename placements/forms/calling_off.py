"""Why a visit is called off, by whom, and what becomes of the wish."""

from datetime import date

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from placements.domain.texts import text_problems
from placements.enums import CalledOffBy, Side
from placements.models import Placement
from praktik.lib.wording import days_in_words

STAYS, LEAVES = "stays", "leaves"


class PlainText(forms.CharField):
    """A text in which a NUL, which no database takes, is passed over."""

    def to_python(self, value) -> str:
        return super().to_python(value).replace("\0", "")


class _ReasonForm(forms.Form):
    reason = PlainText(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy(
            "Those who are told of it read it. Leave health and private matters out."
        ),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write a few words on why.")},
    )

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"]
        if problems := text_problems(reason):
            raise ValidationError(problems)
        return reason


class CallOffForm(_ReasonForm):
    """The participant or a host contact calls a visit off."""

    wish = forms.ChoiceField(
        label=gettext_lazy("And then?"),
        choices=[
            (STAYS, gettext_lazy("Find another place or other days for me")),
            (LEAVES, gettext_lazy("I no longer take part")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the answers.")},
    )

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    field_order = ["reason", "wish", "seen"]

    def __init__(self, *args, visit: Placement, side: Side, **kwargs):
        super().__init__(*args, **kwargs)
        self._standing = self.initial["seen"] = f"{visit.pk} {visit.version}"
        if side == Side.HOST:
            del self.fields["wish"]
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self):
        typed = super().clean()
        if typed.get("seen") not in {"", self._standing}:
            self.data = self.data.copy()
            self.data["seen"] = self._standing
            raise ValidationError(
                _("The visit has been moved meanwhile. Look at where it is now, and press once more.")
            )
        return typed

    @property
    def takes_part(self) -> bool:
        """Whether the participant still wants a place."""
        return self.cleaned_data.get("wish") != LEAVES


class EndEarlyForm(_ReasonForm):
    """A consultant records from which day on the rest of a visit was called off by phone, and by whom."""

    from_day = forms.TypedChoiceField(
        label=gettext_lazy("Which days fall away?"),
        coerce=date.fromisoformat,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose which days fall away."),
            "invalid_choice": gettext_lazy("That day has begun meanwhile. Choose another one."),
        },
    )
    caller = forms.ChoiceField(
        label=gettext_lazy("Who calls it off?"),
        choices=[
            (CalledOffBy.HOST, gettext_lazy("The host")),
            (CalledOffBy.PARTICIPANT, gettext_lazy("The participant")),
            (CalledOffBy.OTHER, gettext_lazy("Somebody else")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who calls it off.")},
    )

    field_order = ["from_day", "caller", "reason"]

    def __init__(self, *args, days: list[date], **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["from_day"]
        field.choices = [
            (day.isoformat(), days_in_words(days[number:])) for number, day in enumerate(days)
        ]
        if len(days) == 1:
            field.initial = days[0].isoformat()


class RecordForm(_ReasonForm):
    """A consultant records who called it off, after a phone call."""

    caller = forms.ChoiceField(
        label=gettext_lazy("Who calls it off?"),
        choices=[
            (CalledOffBy.HOST, gettext_lazy("The host: the wish comes first from now on")),
            (STAYS, gettext_lazy("The participant, who would like another place")),
            (LEAVES, gettext_lazy("The participant, who no longer takes part")),
            (CalledOffBy.OTHER, gettext_lazy("Somebody else: the wish comes first from now on")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who calls it off.")},
    )

    field_order = ["caller", "reason"]

    @property
    def recorded(self) -> dict:
        """What domain.calling_off.record is told, once the form is valid."""
        said = self.cleaned_data["caller"]
        caller = CalledOffBy.PARTICIPANT if said in {STAYS, LEAVES} else CalledOffBy(said)
        return {
            "caller": caller,
            "takes_part": said != LEAVES,
            "reason": self.cleaned_data["reason"],
        }
