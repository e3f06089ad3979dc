"""The short forms behind links: a host's answer and the evaluation of a visit."""

from datetime import date, datetime

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from employees.models import Employee
from hosts.models import Call
from placements.domain import calls, days, wishes
from placements.domain.days import MOST_OFFERS
from placements.domain.errors import Refused
from placements.domain.evaluations import Answers
from placements.domain.said import Answer
from placements.domain.texts import text_problems
from placements.enums import IdeaState, NoReason, Side, VisitLength
from placements.models import Evaluation, Idea, Placement, Wish
from praktik.lib.wording import days_in_words


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


class _ReasonedForm(forms.Form):
    """Yes, or no with a reason."""

    YES, NO = "yes", "no"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = _plain_helper()

    def clean_reason(self) -> str:
        reason = self.cleaned_data["reason"]
        if problems := text_problems(reason):
            raise ValidationError(problems)
        if self.answer == self.NO and not (reason or self.is_explained):
            raise ValidationError(self.reason_missing)
        return reason

    @property
    def is_explained(self) -> bool:
        """Whether a no is understood without words of one's own."""
        return False

    @property
    def answer(self) -> str | None:
        return self.cleaned_data.get("answer")


class ApprovalForm(_ReasonedForm):
    """The home manager's yes or no."""

    reason_missing = gettext_lazy("Write a few words on why, so that it can be understood.")

    answer = forms.ChoiceField(
        label=gettext_lazy("Do you approve?"),
        choices=[
            (_ReasonedForm.YES, gettext_lazy("Yes, I approve")),
            (_ReasonedForm.NO, gettext_lazy("No, not this time")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose yes or no.")},
    )
    reason = _long_text(gettext_lazy("If no: why not?"), gettext_lazy("The consultants read it."))
    # What was seen of the wish is posted too, so that somebody else's answer is not overrun.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, wish: Wish, **kwargs):
        super().__init__(*args, initial={"seen": wish.version}, **kwargs)

    @property
    def is_yes(self) -> bool:
        return self.answer == self.YES

    def carry_out(self, *, wish: Wish, by: Employee, now: datetime, by_phone: bool = False) -> None:
        """Give the answer, once the form is valid; by_phone: to the consultant `by`. Raises Refused."""
        seen = self.cleaned_data["seen"]
        said = {"wish": wish, "by": by, "now": now, "by_phone": by_phone, "seen": seen}
        try:
            if self.is_yes:
                wishes.approve(**said)
            else:
                wishes.refuse(**said, reason=self.cleaned_data["reason"])
        except Refused:
            self._look_again(wish)
            raise

    def _look_again(self, wish: Wish) -> None:
        """Show the wish as it stands now, so that the same answer can be given knowing that."""
        wish.refresh_from_db()
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = wish.version


def _read_days(text: str) -> list[date]:
    return [date.fromisoformat(day) for day in text.split(",")] if text else []


def _as_choices(runs: list[list[date]]) -> list[tuple[str, str]]:
    return [(",".join(day.isoformat() for day in days), days_in_words(days)) for days in runs]


class OfferForm(forms.Form):
    """One of the days offered, or none of them."""

    days = forms.TypedChoiceField(
        label=gettext_lazy("Which days suit you?"),
        coerce=_read_days,
        empty_value=[],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the answers.")},
    )

    def __init__(self, *args, offers: list[list[date]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [*_as_choices(offers), ("none", _("None of them"))]
        self.fields["days"].coerce = lambda text: [] if text == "none" else _read_days(text)
        self.helper = _plain_helper()

    def carry_out(
        self, *, placement: Placement, by: Employee, now: datetime, by_phone: bool = False
    ) -> None:
        """Give the answer, once the form is valid; by_phone: to the consultant `by`. Raises Refused."""
        said = {"placement": placement, "by": by, "now": now, "by_phone": by_phone}
        if chosen := self.cleaned_data["days"]:
            days.accept_offer(**said, days=chosen)
        else:
            days.decline_offer(**said)


class IdeaForm(forms.Form):
    """What came of an idea."""

    state = forms.ChoiceField(
        label=gettext_lazy("Where does the idea stand?"),
        choices=[
            (IdeaState.IN_USE, gettext_lazy("We use it")),
            (IdeaState.TRIED, gettext_lazy("We have tried it")),
            (IdeaState.NEW, gettext_lazy("We have not come to it yet")),
            (IdeaState.DROPPED, gettext_lazy("We have dropped it")),
        ],
        widget=forms.RadioSelect,
    )
    outcome = _long_text(
        gettext_lazy("What happened?"),
        gettext_lazy("What do you do differently now, or what stood in the way?"),
    )

    def __init__(self, *args, idea: Idea, **kwargs):
        if idea.told_at:
            kwargs.setdefault("initial", {"state": idea.state, "outcome": idea.outcome})
        super().__init__(*args, **kwargs)
        self.helper = _plain_helper()

    def show_problems(self, error: ValidationError) -> None:
        """Put the domain's messages beside the fields they speak of."""
        self.add_error(None, error)


class HostAnswerForm(_ReasonedForm):
    """Yes, no with a reason, or rather one of some other days."""

    OTHER_DAYS = "other_days"
    OUTCOMES = {
        _ReasonedForm.YES: Call.Outcome.YES,
        _ReasonedForm.NO: Call.Outcome.NO,
        OTHER_DAYS: Call.Outcome.MAYBE,
    }
    reason_missing = gettext_lazy(
        "Tick a reason, or write a few words on why, so that we can find another place."
    )

    answer = forms.ChoiceField(
        label=gettext_lazy("Can you take the visit?"),
        choices=[
            (_ReasonedForm.YES, gettext_lazy("Yes, welcome")),
            (OTHER_DAYS, gettext_lazy("Rather on other days")),
            (_ReasonedForm.NO, gettext_lazy("No, not this time")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the answers.")},
    )
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("If no: why not?"),
        help_text=gettext_lazy("Tick all that fit."),
        required=False,
        choices=NoReason.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    offers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("If other days: which?"),
        help_text=gettext_lazy("Choose up to three. The visitor can on all of these days."),
        required=False,
        coerce=_read_days,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("One of the days is no longer free. Choose again.")
        },
    )
    reason = _long_text(
        gettext_lazy("If no: in your own words"),
        gettext_lazy("It helps the consultants to find another place, or to ask you at a better time."),
    )
    field_order = ["answer", "offers", "reasons", "reason"]

    def __init__(self, *args, runs: list[list[date]], **kwargs):
        super().__init__(*args, **kwargs)
        if runs:
            self.fields["offers"].choices = _as_choices(runs)
        else:
            del self.fields["offers"]
            self.fields["answer"].choices = [
                choice for choice in self.fields["answer"].choices if choice[0] != self.OTHER_DAYS
            ]

    @property
    def is_explained(self) -> bool:
        return any(reason != NoReason.OTHER for reason in self.cleaned_data.get("reasons", []))

    def carry_out(
        self, *, placement: Placement, by: Employee, now: datetime, by_phone: bool = False
    ) -> None:
        """Give the answer, once the form is valid; by_phone: to the consultant `by`. Raises Refused."""
        typed = self.cleaned_data
        answer = Answer(
            placement=placement,
            outcome=self.OUTCOMES[self.answer],
            reason=typed["reason"],
            offers=typed.get("offers", []),
            reasons=typed["reasons"],
        )
        if by_phone:
            calls.note_answer(answer=answer, by=by, now=now)
        else:
            answer.give(by=by, now=now, by_phone=False)

    def clean_offers(self) -> list[list[date]]:
        offers = self.cleaned_data["offers"]
        if self.answer == self.OTHER_DAYS and not 1 <= len(offers) <= MOST_OFFERS:
            raise ValidationError(_("Choose from one to three other possibilities."))
        return offers


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
        error_messages={"required": gettext_lazy("Choose one of the answers.")},
    )
    length = forms.ChoiceField(
        label=gettext_lazy("How was the length of the visit?"),
        choices=VisitLength.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the answers.")},
    )
    new_contacts = forms.IntegerField(
        label=gettext_lazy("How many people did you meet whom you could call another time?"),
        min_value=0,
        max_value=99,
        error_messages={"required": gettext_lazy("Write a number: 0 when there was nobody.")},
    )
    recommend = forms.TypedChoiceField(
        label=gettext_lazy("Would you recommend it to a colleague?"),
        help_text=gettext_lazy("0 is “not at all likely”, 10 is “very likely”."),
        coerce=int,
        choices=[(n, str(n)) for n in range(11)],
        widget=forms.RadioSelect(attrs={"row": True}),
        error_messages={"required": gettext_lazy("Choose one of the answers.")},
    )
    take_home = _long_text(gettext_lazy("What do you take home?"))
    observation = _long_text(
        gettext_lazy("Something that made you wonder?"),
        gettext_lazy("An eye from outside sees what we have stopped seeing."),
    )
    share_observation = forms.BooleanField(
        label=gettext_lazy("My observation may be passed on to the host"), required=False
    )
    share_with_manager = forms.BooleanField(
        label=gettext_lazy("My observation may be passed on to my manager"), required=False
    )
    idea = _long_text(
        gettext_lazy("An idea you would like to try?"),
        gettext_lazy("Write it down, so that it is not forgotten."),
    )

    # A host was visited: what it is asked is the same, seen from there.
    HOSTS_LABELS = {
        "useful": gettext_lazy("How useful was the visit to you as a host?"),
        "new_contacts": gettext_lazy(
            "How many of you got to know the visitor, and could call another time?"
        ),
        "recommend": gettext_lazy("Would you recommend others to have a visitor?"),
        "take_home": gettext_lazy("What did the visit give you?"),
        "observation": gettext_lazy("Something that the visitor made you wonder about?"),
        "share_observation": gettext_lazy("My observation may be passed on to the visitor"),
        "idea": gettext_lazy("An idea from the visit that you would like to try?"),
    }

    def __init__(self, *args, side: Side, given: Evaluation | None, **kwargs):
        if given:
            kwargs.setdefault("initial", _given(given))
        super().__init__(*args, **kwargs)
        if side == Side.HOST:
            for name, label in self.HOSTS_LABELS.items():
                self.fields[name].label = label
            del self.fields["share_with_manager"]
        else:
            self.fields["idea"].help_text = _(
                "Write it down, so that it is not forgotten. Your manager can read it."
            )
        self.helper = _plain_helper()

    @property
    def told(self) -> list[tuple[str, str]]:
        """The questions that were answered, each with its answer in words."""
        return [(bound.label, words) for bound in self if (words := _in_words(bound))]

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


def _in_words(bound: forms.BoundField) -> str:
    value = bound.value()
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(dict(getattr(bound.field, "choices", ())).get(value, value))
