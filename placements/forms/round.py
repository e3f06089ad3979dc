"""The form of a round, and of a new one that begins as a copy."""

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from placements.enums import PlacementState
from placements.models import Placement, Round, VisitDay
from praktik.lib.dates import a_year_later, working_day_at_or_after, working_day_at_or_before
from praktik.seen_form import SeenForm

LONGEST_NAME = Round._meta.get_field("name").max_length
DATES = ["wishes_from", "wishes_until", "visits_from", "visits_until"]


class RoundForm(SeenForm):
    """A round in the admin; says what its own fields cannot know of each other."""

    def clean(self):
        typed = super().clean()
        organisations = typed.get("organisations")
        if typed.get("abroad_only") and organisations is not None and len(organisations) < 2:
            words = _("For visits to other organisations, at least two must take part.")
            self.add_error("abroad_only", words)
        if typed.get("hold_results") and self._has_told():
            words = _(
                "Visits of this round are already confirmed and told of: it is too late for this."
            )
            self.add_error("hold_results", words)
        if (
            typed.get("needs_approval")
            and not self.initial.get("needs_approval")
            and self._visits().exists()
        ):
            words = _("Places of this round are already found: it is too late to ask the managers.")
            self.add_error("needs_approval", words)
        self._check_visits_stay_inside(typed.get("visits_from"), typed.get("visits_until"))
        return typed

    def _visits(self):
        live = Placement.objects.live().exclude(state=PlacementState.PROPOSED)
        return live.filter(wish__round=self.instance.pk) if self.instance.pk else live.none()

    def _check_visits_stay_inside(self, first: date | None, last: date | None) -> None:
        if not {"visits_from", "visits_until"} & set(self.changed_data) or not (first and last):
            return
        outside = VisitDay.objects.filter(placement__in=self._visits()).exclude(
            date__range=(first, last)
        )
        if names := sorted({str(row.employee) for row in outside.select_related("employee")}):
            words = _("Visits would fall outside these dates: %(names)s. Move or cancel them first.")
            self.add_error("visits_from", words % {"names": ", ".join(names[:5])})

    def _has_told(self) -> bool:
        told = Placement.objects.told().filter(wish__round=self.instance.pk)
        return bool(self.instance.pk) and not self.initial["hold_results"] and told.exists()


class RoundCopyForm(forms.ModelForm):
    """Name and dates of a new round; all else is taken over from the one it copies."""

    class Meta:
        model = Round
        fields = ["name", *DATES]
        widgets = {"name": forms.TextInput(attrs={"size": 60})} | {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in DATES
        }

    def __init__(self, *args, source: Round, today: date, **kwargs):
        super().__init__(*args, initial=_a_year_on(source, today), **kwargs)
        self.today = today

    def clean_wishes_until(self) -> date:
        """A round whose deadline has passed could take no wish."""
        deadline = self.cleaned_data["wishes_until"]
        if deadline < self.today:
            raise ValidationError(_("The deadline lies in the past."))
        return deadline


def _a_year_on(source: Round, today: date) -> dict:
    """The dates in the same weeks of the first year whose visits are still to come, and a name to fit."""
    dates = [getattr(source, name) for name in DATES]
    year = dates[-1].isocalendar().year
    while True:
        dates = [a_year_later(day) for day in dates]
        if dates[2] > today:
            break
    opens, deadline, first, last = dates
    return {
        "name": _name_for(source.name, year, dates[-1].isocalendar().year),
        "wishes_from": working_day_at_or_after(opens),
        "wishes_until": working_day_at_or_before(deadline),
        "visits_from": working_day_at_or_after(first),
        "visits_until": working_day_at_or_before(last),
    }


def _name_for(name: str, old_year: int, new_year: int) -> str:
    """The name with its year moved on; a name without a year gets one."""
    if re.search(rf"\b{old_year}\b", name):
        return re.sub(rf"\b{old_year}\b", str(new_year), name)
    return f"{name[: LONGEST_NAME - 5]} {new_year}"
