"""Days for a wish at one host, as a consultant picks them."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from placements.domain.seats import DayOption
from placements.domain.texts import text_problems
from placements.forms.calling_off import PlainText
from praktik.lib.wording import day_in_words


class PlaceForm(forms.Form):
    """Check boxes for the days that are offered; what is not offered is refused by the domain."""

    days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Visit days"),
        coerce=date.fromisoformat,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one day."),
            "invalid_choice": gettext_lazy("That day is no longer free. Choose another one."),
        },
    )

    def __init__(self, *args, options: list[DayOption], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [
            (option.day.isoformat(), _label(option)) for option in options if option.is_offered
        ]


class MoveForm(PlaceForm):
    """The days to move to, why, and for another host whether it has said yes."""

    AGREED, ASK = "agreed", "ask"

    how = forms.ChoiceField(
        label=gettext_lazy("Has the new host said yes?"),
        choices=[
            (AGREED, gettext_lazy("Yes, by phone: the visit is settled there at once")),
            (
                ASK,
                gettext_lazy("No: ask it by mail. The old visit ends now; the seat is held meanwhile"),
            ),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the answers.")},
    )
    reason = PlainText(
        label=gettext_lazy("Reason (those who are told of it read it):"),
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, is_other_host: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_other_host:
            del self.fields["how"]

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"]
        problems = text_problems(reason)
        if "how" in self.fields and not reason:
            problems.append(_("Write the reason: those who are told of it read it."))
        if problems:
            raise ValidationError(problems)
        return reason

    @property
    def moved(self) -> dict:
        """What domain.change_of_host.move is told, once the form is valid."""
        given = self.cleaned_data
        return {
            "days": given["days"],
            "reason": given["reason"],
            "is_agreed": given.get("how", self.AGREED) == self.AGREED,
        }


def _label(option: DayOption) -> str:
    free = ngettext("%d seat free", "%d seats free", option.free) % option.free
    if option.ticked_by_participant:
        return f"{day_in_words(option.day)}: {free}"
    return f"{day_in_words(option.day)}: {free} – {gettext_lazy('not among the days the person can')}"
