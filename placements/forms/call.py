"""Noting a phone call in ten seconds: what was said, and the answers to requests that wait."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from employees.models import Employee, Workplace
from hosts.models import MOST_SEATS, Call, Host
from placements.domain import days
from placements.domain.calls import WEEKDAYS
from placements.domain.days import MOST_OFFERS
from placements.domain.said import Answer, Contact, Said
from placements.domain.texts import text_problems
from placements.models import Placement
from praktik.lib.wording import days_in_words

Outcome = Call.Outcome
DATE_ROWS = range(1, 6)


def _seats(label, lowest: int, **options) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        label=label, required=False, min_value=lowest, max_value=MOST_SEATS, widget=widget, **options
    )


def _date(label) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class CallForm(forms.Form):
    """What a workplace said on the phone. Sections that an outcome does not need can be left alone."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of the call?"),
        choices=[
            (Outcome.YES, gettext_lazy("Yes, they take visitors")),
            (Outcome.MAYBE, gettext_lazy("Perhaps")),
            (Outcome.NO, gettext_lazy("No, not this time")),
            (Outcome.NOT_REACHED, gettext_lazy("Nobody was reached")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what came of the call.")},
    )
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("If no: why not?"),
        choices=Call.Reason.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    call_back_on = _date(gettext_lazy("Call back on"))
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("Nothing about anybody's health or family."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    contact_name = forms.CharField(
        label=gettext_lazy("Name of somebody new"), max_length=120, required=False
    )
    contact_email = forms.EmailField(label=gettext_lazy("E-mail of somebody new"), required=False)

    def __init__(
        self,
        *args,
        workplace: Workplace,
        host: Host | None,
        requests: list[Placement],
        wanted: Sequence[tuple[date, int]],
        today: date,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.requests = requests
        self._add_seats(host, wanted)
        if host and host.most_visitors is not None:
            self.fields["most_visitors"] = _seats(
                gettext_lazy("Most visitors in a round"),
                0,
                initial=host.most_visitors,
                show_hidden_initial=True,
            )
        self._add_contact(workplace, host)
        for placement in requests:
            self._add_request(placement, today)
        if requests:
            self.fields["outcome"].choices = [
                *self.fields["outcome"].choices,
                (Outcome.ANSWERED, gettext_lazy("We only talked about the requests")),
            ]

    def _add_seats(self, host: Host | None, wanted: Sequence[tuple[date, int]]) -> None:
        """Seats by weekday as they stand, and rows for single days: first those that the puzzle asks for.

        How many it asks for is a hint beside them: only what the host promised is written, and opened.
        """
        seats = host.weekday_seats if host else [None] * 5
        for number, (name, initial) in enumerate(zip(WEEKDAYS, seats, strict=True)):
            # What stood there is posted too, so that a change of somebody else's is not overrun.
            self.fields[name] = _seats(
                WEEKDAY_NAMES[number], 0, initial=initial, show_hidden_initial=True
            )
        for row in DATE_ROWS:
            self.fields[f"date_{row}"] = _date(gettext_lazy("Day"))
            if row <= len(wanted):
                self.fields[f"date_{row}"].initial = wanted[row - 1][0]
            self.fields[f"seats_{row}"] = _seats(gettext_lazy("How many"), 1)

    def _add_contact(self, workplace: Workplace, host: Host | None) -> None:
        if host and any(person.is_active for person in host.contacts.all()):
            del self.fields["contact_name"], self.fields["contact_email"]
            return
        self.fields["contact"] = forms.ModelChoiceField(
            label=gettext_lazy("Whom do we write to?"),
            queryset=Employee.objects.filter(workplace=workplace, is_active=True),
            required=False,
            empty_label=gettext_lazy("– choose among the employees –"),
        )

    def _add_request(self, placement: Placement, today: date) -> None:
        runs = days.nearest_runs(placement, today=today)
        choices = [
            ("", gettext_lazy("Not talked about")),
            (Outcome.YES, gettext_lazy("Yes, welcome")),
            (Outcome.MAYBE, gettext_lazy("Rather on other days")),
            (Outcome.NO, gettext_lazy("No, not this time")),
        ]
        key = placement.pk
        self.fields[f"answer_{key}"] = forms.ChoiceField(
            label=gettext_lazy("What do they say?"),
            choices=[choice for choice in choices if runs or choice[0] != Outcome.MAYBE],
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields[f"offers_{key}"] = forms.MultipleChoiceField(
            label=gettext_lazy("If other days: which?"),
            help_text=gettext_lazy("Choose up to three. The visitor can on all of these days."),
            choices=[(",".join(map(date.isoformat, run)), days_in_words(run)) for run in runs],
            required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "invalid_choice": gettext_lazy("One of the days is no longer free. Choose again.")
            },
        )
        self.fields[f"reason_{key}"] = forms.CharField(
            label=gettext_lazy("If no: why not?"), max_length=500, required=False
        )

    def clean(self):
        data = super().clean()
        for placement in self.requests:
            if data.get("outcome") == Outcome.NO and not data.get(f"answer_{placement.pk}"):
                words = _(
                    "May this visitor come in spite of the no? The request still waits for an answer."
                )
                self.add_error(f"answer_{placement.pk}", words)
            self._check_answer(data, placement.pk)
        for row in DATE_ROWS if data.get("outcome") == Outcome.YES else []:
            if data.get(f"seats_{row}") and not data.get(f"date_{row}"):
                self.add_error(f"date_{row}", _("Which day are these seats for?"))
        return data

    def _check_answer(self, data: dict, key: int) -> None:
        answer, reason = data.get(f"answer_{key}"), data.get(f"reason_{key}", "")
        if answer == Outcome.NO and not reason:
            self.add_error(
                f"reason_{key}", _("Write a few words on why, so that we can find another place.")
            )
        if answer == Outcome.MAYBE and not 1 <= len(data.get(f"offers_{key}", [])) <= MOST_OFFERS:
            self.add_error(f"offers_{key}", _("Choose from one to three other possibilities."))
        if problems := text_problems(reason):
            self.add_error(f"reason_{key}", ValidationError(problems))

    @property
    def said(self) -> Said:
        """What was typed, once the form is valid."""
        data = self.cleaned_data
        return Said(
            outcome=data["outcome"],
            reasons=data["reasons"],
            note=data["note"],
            call_back_on=data["call_back_on"],
            weekday_seats={
                number: data[name] or 0
                for number, name in enumerate(WEEKDAYS)
                if name in self.changed_data
            },
            date_seats={
                data[f"date_{row}"]: data[f"seats_{row}"]
                for row in DATE_ROWS
                if data[f"date_{row}"] and data[f"seats_{row}"]
            },
            most_visitors=data["most_visitors"] if "most_visitors" in self.changed_data else None,
            contact=Contact(
                data.get("contact"), data.get("contact_name", ""), data.get("contact_email", "")
            ),
            answers=[self._answer(each) for each in self.requests if data[f"answer_{each.pk}"]],
        )

    def _answer(self, placement: Placement) -> Answer:
        data, key = self.cleaned_data, placement.pk
        return Answer(
            placement=placement,
            outcome=data[f"answer_{key}"],
            reason=data[f"reason_{key}"],
            offers=[
                [date.fromisoformat(day) for day in run.split(",")] for run in data[f"offers_{key}"]
            ],
        )

    def show_problems(self, error: ValidationError) -> None:
        """Put the domain's messages beside the fields they speak of."""
        beside = {"dates": "date_1", "weekdays": WEEKDAYS[0]}
        for name, messages in error.message_dict.items():
            for message in messages:
                self.add_error(beside.get(name, name), message)

    # --- Parts of the form, for the template ---

    def weekdays(self) -> list:
        """The fields of the weekdays."""
        return [self[name] for name in WEEKDAYS]

    def date_rows(self) -> list[tuple]:
        """(day, seats) for each single day."""
        return [(self[f"date_{row}"], self[f"seats_{row}"]) for row in DATE_ROWS]

    def contact_fields(self) -> list:
        """Whom to write to; empty when the host has a contact."""
        return [
            self[name] for name in ("contact", "contact_name", "contact_email") if name in self.fields
        ]

    def request_fields(self) -> list[tuple]:
        """(placement, answer, other days, reason) for each request."""
        return [
            (each, *(self[f"{name}_{each.pk}"] for name in ("answer", "offers", "reason")))
            for each in self.requests
        ]
