"""The short forms behind links: a host's answer and the evaluation of a visit."""

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from placements.domain.evaluations import Answers
from placements.domain.texts import text_problems
from placements.enums import Side, VisitLength
from placements.models import Evaluation


def _plain_helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    return helper


def _long_text(label, help_text="") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HostAnswerForm(forms.Form):
    """Yes, or no with a reason."""

    YES, NO = "yes", "no"

    answer = forms.ChoiceField(
        label=gettext_lazy("Can you take the visit?"),
        choices=[(YES, gettext_lazy("Yes, welcome")), (NO, gettext_lazy("No, not this time"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose yes or no.")},
    )
    reason = _long_text(
        gettext_lazy("If no: why not?"),
        gettext_lazy("It helps the consultants to find another place, or to ask you at a better time."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = _plain_helper()

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"]
        if problems := text_problems(reason):
            raise ValidationError(problems)
        if self.cleaned_data.get("answer") == self.NO and not reason:
            raise ValidationError(_("Write a few words on why, so that we can find another place."))
        return reason

    @property
    def is_yes(self) -> bool:
        return self.cleaned_data["answer"] == self.YES


class EvaluationForm(forms.Form):
    """The evaluation of one side, in under two minutes."""

    useful = forms.TypedChoiceField(
        label=gettext_lazy("How useful was the visit?"),
        coerce=int,
        choices=[
            (1, gettext_lazy("1 – not at all")),
            (2, "2"),
            (3, "3"),
            (4, "4"),
            (5, gettext_lazy("5 – very useful")),
        ],
        widget=forms.RadioSelect,
    )
    length = forms.ChoiceField(
        label=gettext_lazy("How was the length of the visit?"),
        choices=VisitLength.choices,
        widget=forms.RadioSelect,
    )
    new_contacts = forms.IntegerField(
        label=gettext_lazy("How many people did you meet whom you could call another time?"),
        min_value=0,
        max_value=99,
    )
    recommend = forms.TypedChoiceField(
        label=gettext_lazy("Would you recommend it to a colleague?"),
        help_text=gettext_lazy("0 is “not at all likely”, 10 is “very likely”."),
        coerce=int,
        choices=[(n, str(n)) for n in range(11)],
        widget=forms.RadioSelect(attrs={"row": True}),
    )
    take_home = _long_text(gettext_lazy("What do you take home?"))
    observation = _long_text(
        gettext_lazy("Something that made you wonder?"),
        gettext_lazy("An eye from outside sees what we have stopped seeing."),
    )
    share_observation = forms.BooleanField(required=False)
    idea = _long_text(
        gettext_lazy("An idea you would like to try?"),
        gettext_lazy("Write it down, so that it is not forgotten."),
    )

    def __init__(self, *args, side: Side, given: Evaluation | None, **kwargs):
        if given:
            kwargs.setdefault("initial", _given(given))
        super().__init__(*args, **kwargs)
        self.fields["share_observation"].label = (
            _("My observation may be passed on to the host")
            if side == Side.PARTICIPANT
            else _("My observation may be passed on to the visitor")
        )
        self.helper = _plain_helper()

    @property
    def answers(self) -> Answers:
        """What was answered, once the form is valid."""
        return Answers(**self.cleaned_data)

    def show_problems(self, error: ValidationError) -> None:
        """Put the domain's messages beside the fields they speak of."""
        for name, messages in error.message_dict.items():
            for message in messages:
                self.add_error(name, message)


def _given(evaluation: Evaluation) -> dict:
    initial = {name: getattr(evaluation, name) for name in EvaluationForm.base_fields if name != "idea"}
    idea = getattr(evaluation, "idea", None)
    return initial | {"idea": idea.text if idea else ""}
