"""The short forms with which hosts help themselves: taking part, closed days, contacts."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy

from hosts.models import ClosedDay
from placements.domain import appetite
from placements.domain.appetite import SaidMeanwhile
from placements.domain.errors import Refused
from placements.enums import Appetite
from placements.models import HostRound
from praktik.lib import clock
from praktik.seen_form import SeenForm


class _Short(forms.Form):
    """A form without a frame of its own; `prefix` tells the forms of one page apart."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class AppetiteForm(_Short):
    """Whether the host takes part in a round."""

    appetite = forms.ChoiceField(
        label=gettext_lazy("Do you take visitors in this round?"),
        choices=Appetite.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the answers.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("If not this time: why?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    # What was seen is posted too, so that what a colleague has said meanwhile is not overrun.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def show_meanwhile(self, refusal: SaidMeanwhile) -> None:
        """Say what somebody else has said, so that the same can be saved knowing that."""
        self.add_error(None, str(refusal))
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = refusal.said.version


def _date(label, *, required: bool = True, help_text="") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class ClosedDaysForm(_Short):
    """One day, or all from one to another, on which the host takes nobody."""

    first = _date(gettext_lazy("Closed from"))
    last = _date(gettext_lazy("To and including"), required=False)
    why = forms.CharField(
        label=gettext_lazy("Why (may be left empty)"),
        required=False,
        max_length=ClosedDay._meta.get_field("reason").max_length,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Div("first", "last", css_class="fields-in-a-row"), "why")

    @property
    def span(self) -> dict:
        """First and last day and the reason, once the form is valid; one day is its own last."""
        typed = self.cleaned_data
        return {
            "first": typed["first"],
            "last": typed["last"] or typed["first"],
            "reason": typed["why"],
        }


class ContactForm(_Short):
    """A further contact, by the e-mail."""

    email = forms.EmailField(label=gettext_lazy("E-mail of a colleague"))


class HostRoundForm(SeenForm):
    """The same in the admin, for what a host has said to a consultant."""

    class Meta:
        model = HostRound
        fields = ["host", "round", "appetite", "reason"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["appetite"].required = True

    def clean(self):
        typed = super().clean()
        if typed.get("host"):
            # What somebody else adds of the same host at this moment is waited for, and then known.
            appetite.hold(typed["host"].pk)
        round = typed.get("round") or (self.instance.round if self.instance.pk else None)
        if round and typed.get("appetite"):
            try:
                appetite.check(
                    round=round,
                    appetite=typed["appetite"],
                    reason=typed.get("reason", ""),
                    now=clock.now(),
                )
            except Refused as refusal:
                self.add_error("reason", str(refusal))
        return typed
