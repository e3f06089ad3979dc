"""Days for a wish at one host, as a consultant picks them."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy, ngettext

from placements.domain.seats import DayOption
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


def _label(option: DayOption) -> str:
    free = ngettext("%d seat free", "%d seats free", option.free) % option.free
    if option.ticked_by_participant:
        return f"{day_in_words(option.day)}: {free}"
    return f"{day_in_words(option.day)}: {free} – {gettext_lazy('not among the days the person can')}"
