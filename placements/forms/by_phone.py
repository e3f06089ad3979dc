"""The forms of answers by link in the words of a consultant who asks the same on the phone."""

from django import forms
from django.utils.translation import gettext_lazy

from placements.forms.answers import ApprovalForm, HostAnswerForm, OfferForm

# How the questions are put to a consultant, who notes what somebody else says.
LABELS = {
    ApprovalForm: {"answer": gettext_lazy("What does the manager say?")},
    HostAnswerForm: {
        "answer": gettext_lazy("What do they say?"),
        "reason": gettext_lazy("If no: in their own words"),
    },
    OfferForm: {"days": gettext_lazy("Which days suit the participant?")},
}


def asked_by_phone(form: forms.Form) -> forms.Form:
    """The same form, to be filled in for somebody else."""
    for name, label in LABELS[type(form)].items():
        form.fields[name].label = label
    if "reason" in form.fields:
        # It tells the person who reads the answer: here that is who writes it.
        form.fields["reason"].help_text = ""
    return form
