"""What a workplace offers, as those who work there write it."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from employees.models import Employee, Workplace
from hosts.models import LONGEST_DESCRIPTION, Host
from praktik.lib.texts import text_problems

SEATS = ["seats_monday", "seats_tuesday", "seats_wednesday", "seats_thursday", "seats_friday"]
LENGTHS = ["shortest_visit", "longest_visit", "most_visitors"]
HOURS = ["starts_at", "ends_at"]
PRACTICAL = ["meeting_place", "ask_for", "dress", "parking", "access", "confidentiality"]
TEXTS = ["description", *PRACTICAL]
_HOUR = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class OfferForm(forms.ModelForm):
    """The offer of a host that is there already."""

    class Meta:
        model = Host
        fields = ["description", "fields", *SEATS, *LENGTHS, "allows_split", *HOURS, *PRACTICAL]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 6}),
            "fields": forms.CheckboxSelectMultiple,
            "starts_at": _HOUR,
            "ends_at": _HOUR,
        }
        help_texts = {
            "description": gettext_lazy(
                "What does a day look like, and what can others learn from you?"
            )
        }

    COLUMNS = [name for name in Meta.fields if name != "fields"]
    first_fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fields"].widget.attrs["row"] = True
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Fieldset(gettext_lazy("What you offer"), *self.first_fields, "description", "fields"),
            Fieldset(
                gettext_lazy("Seats and lengths"),
                Div(*SEATS, css_class="fields-in-a-row"),
                Div(*LENGTHS, css_class="fields-in-a-row"),
                "allows_split",
            ),
            Fieldset(
                gettext_lazy("Good to know"), Div(*HOURS, css_class="fields-in-a-row"), *PRACTICAL
            ),
        )

    def clean(self):
        for name in TEXTS:
            for problem in text_problems(self.cleaned_data.get(name) or "", LONGEST_DESCRIPTION):
                self.add_error(name, problem)
        return super().clean()


class SignUpForm(OfferForm):
    """The offer of a workplace that becomes a host; one's own is chosen at first."""

    first_fields = ["workplace"]

    class Meta(OfferForm.Meta):
        fields = ["workplace", *OfferForm.Meta.fields]

    def __init__(self, *args, person: Employee, **kwargs):
        free = self.workplaces(person)
        kwargs["initial"] = {"workplace": person.workplace, "ask_for": person.name}
        super().__init__(*args, **kwargs)
        self.fields["workplace"].queryset = free

    @staticmethod
    def workplaces(person: Employee):
        """The workplaces of the person's organisation that are no hosts yet."""
        organisation = person.workplace and person.workplace.department.organisation_id
        return Workplace.objects.filter(department__organisation=organisation, host=None)

    def clean(self):
        if not self.errors and not any(self.cleaned_data[name] for name in SEATS):
            raise ValidationError(_("Give a seat on at least one weekday."))
        return super().clean()
