"""The wish form: up to five ranked choices, days, length, learning goal and needs."""

import re
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from operator import itemgetter

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field as FormField
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from employees.models import Area, Employee, Sector
from hosts.models import Field, Host
from placements.domain.wishes import (
    ChoiceContent,
    WishContent,
    eligible_hosts,
    organisations_to_visit,
)
from placements.models import Choice, Round, Wish
from placements.models.wish import MOST_CHOICES
from praktik.lib.dates import by_week
from praktik.lib.wording import day_in_words

ANYWHERE = "anywhere"
PLACES = {"host": Host, "field": Field}
PARTS = {"area": Area, "sector": Sector}
# Far above what the domain accepts, so that it is the domain that says what is wrong.
_LONGEST_POSTED_TEXT = 100_000


class PlaceCatalogue:
    """The select list of all that can be chosen in a round; read only when it is shown."""

    def __init__(self, round: Round, employee: Employee):
        self.hosts = eligible_hosts(round, employee)
        self.organisations = list(organisations_to_visit(round, employee))

    @cached_property
    def options(self) -> str:
        """The options, rendered once for all lists of the form: thousands of hosts stay fast."""
        return format_html(
            '<option value="">{}</option><option value="{}">{}</option>{}',
            _("– nothing chosen –"),
            ANYWHERE,
            _("Anywhere – surprise me"),
            format_html_join(
                "", '<optgroup label="{}">{}</optgroup>', [*self._open_choices(), *self._host_groups()]
            ),
        )

    def _open_choices(self) -> list[tuple[str, str]]:
        """Kinds of work; parts of the country and sectors where the round spans several."""
        fields = Field.objects.filter(host__in=self.hosts).distinct().values_list("pk", "name")
        groups = [(_("Kind of work"), _options("field", fields))]
        for kind, heading in (("area", _("Part of the country")), ("sector", _("Sector"))):
            present = {getattr(organisation, kind) for organisation in self.organisations}
            if len(present) > 1:
                named = [part for part in PARTS[kind] if part in present]
                groups.append((heading, _options(kind, [(part, part.label) for part in named])))
        return groups

    def _host_groups(self) -> list[tuple[str, str]]:
        """Hosts by department; by organisation where there are several."""
        group = "workplace__department"
        group += "__organisation__name" if len(self.organisations) > 1 else "__name"
        rows = self.hosts.order_by(group, "workplace__name", "pk").values_list(
            group, "pk", "workplace__name"
        )
        return [
            (name, _options("host", [row[1:] for row in hosts]))
            for name, hosts in groupby(rows, key=itemgetter(0))
        ]


def _options(kind: str, rows: Iterable[tuple[int | str, str]]) -> str:
    return format_html_join(
        "", '<option value="{}-{}">{}</option>', ((kind, pk, label) for pk, label in rows)
    )


class PlaceSelect(forms.Select):
    """A select list whose options come ready from the catalogue."""

    catalogue: PlaceCatalogue

    def render(self, name, value, attrs=None, renderer=None):
        attributes = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        options = self.catalogue.options
        if value:
            chosen = format_html('value="{}"', value)
            options = options.replace(chosen, f"{chosen} selected")
        return format_html("<select{}>{}</select>", flatatt(attributes), mark_safe(options))


class PlaceField(forms.Field):
    """One choice: a value of the select list becomes a ChoiceContent."""

    widget = PlaceSelect

    def clean(self, value) -> ChoiceContent | None:
        """Any host or kind of work may be posted; the domain says which of them will not do."""
        if not value:
            return None
        if value == ANYWHERE:
            return ChoiceContent()
        kind, _dash, number = value.partition("-")
        if kind in PLACES and re.fullmatch(r"\d{1,9}", number):
            if place := PLACES[kind].objects.filter(pk=number).first():
                return ChoiceContent(**{kind: place})
        if kind in PARTS and number in PARTS[kind].values:
            return ChoiceContent(**{kind: number})
        raise ValidationError(_("Choose from the list."))


class DaysField(forms.MultipleChoiceField):
    """Days as check boxes. Any date may be posted; the domain says which of them will not do."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value) -> list[date]:
        try:
            return [date.fromisoformat(day) for day in value or []]
        except ValueError as error:
            raise ValidationError(_("Choose days from the list.")) from error


class WishForm(forms.Form):
    """What a person wishes for. Its rules are those of placements.domain.wishes."""

    length = forms.TypedChoiceField(
        label=gettext_lazy("How many days would you like?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose from the list.")},
    )
    possible_days = DaysField(
        label=gettext_lazy("Which days are you free?"),
        help_text=gettext_lazy("Untick the days you cannot. The more days, the better the chance."),
        required=False,
    )
    may_split = forms.BooleanField(
        label=gettext_lazy("The days may be apart"),
        help_text=gettext_lazy(
            "Tick it if your days need not follow each other. It gives more chances."
        ),
        required=False,
    )
    goal = forms.CharField(
        label=gettext_lazy("What do you want to learn?"),
        help_text=gettext_lazy(
            "A sentence or two. Your host reads it, and you meet it again when you evaluate."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=_LONGEST_POSTED_TEXT,
        required=False,
    )
    needs = forms.CharField(
        label=gettext_lazy("Is there anything we should take care of?"),
        help_text=gettext_lazy(
            "For example diet or access. Only the consultants and your host see it."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=_LONGEST_POSTED_TEXT,
        required=False,
    )

    def __init__(self, *args, round: Round, employee: Employee, wish: Wish | None, **kwargs):
        self.round = round
        kwargs.setdefault("initial", self.initial_for(round, wish))
        super().__init__(*args, **kwargs)
        self.catalogue = PlaceCatalogue(round, employee)
        posted = [int(name[7:]) for name in self.data if re.fullmatch(r"choice_\d{1,3}", name)]
        # More choices than there are lists may be posted: they are read for the domain to refuse.
        self.ranks = range(1, max([MOST_CHOICES, *posted]) + 1)
        for rank in self.ranks:
            field = PlaceField(label=_("Choice %(rank)d") % {"rank": rank}, required=False)
            field.widget.catalogue = self.catalogue
            self.fields[f"choice_{rank}"] = field
        self.fields["length"].choices = [
            (days, ngettext("%d day", "%d days", days) % days)
            for days in range(round.shortest_visit, round.longest_visit + 1)
        ]
        self.fields["possible_days"].choices = [
            (day.isoformat(), day_in_words(day)) for day in round.days
        ]
        if round.longest_visit == 1:
            del self.fields["may_split"]
        self.helper = _helper([name for name in ("length", "may_split") if name in self.fields])

    @staticmethod
    def initial_for(round: Round, wish: Wish | None, first_empty: str = "") -> dict:
        """What the form shows at first; first_empty is a value for the first empty choice."""
        if wish is None:
            days = [day.isoformat() for day in round.days]
            initial = {"length": round.shortest_visit, "possible_days": days}
        else:
            initial = {
                "length": wish.length,
                "may_split": wish.may_split,
                "possible_days": [day.isoformat() for day in wish.possible_days],
                "goal": wish.goal,
                "needs": wish.needs,
            } | {f"choice_{choice.rank}": _value(choice) for choice in wish.choices.all()}
        if first_empty and first_empty not in initial.values():
            empty = (f"choice_{n}" for n in range(1, MOST_CHOICES + 1))
            initial.setdefault(next((n for n in empty if n not in initial), ""), first_empty)
        return initial

    @property
    def weeks(self) -> list[tuple[int, list]]:
        """The check boxes of the days, by week number."""
        boxes = dict(zip(self.round.days, self["possible_days"].subwidgets, strict=True))
        return [(week, [boxes[day] for day in days]) for week, days in by_week(boxes)]

    @property
    def content(self) -> WishContent:
        """What was typed, once the form is valid."""
        typed = self.cleaned_data
        choices = [choice for rank in self.ranks if (choice := typed.get(f"choice_{rank}"))]
        return WishContent(
            choices=tuple(choices),
            length=typed["length"],
            may_split=typed.get("may_split", False) and typed["length"] > 1,
            possible_days=tuple(typed["possible_days"]),
            goal=typed["goal"].strip(),
            needs=typed["needs"].strip(),
        )

    def show_problems(self, error: ValidationError) -> None:
        """Put the domain's messages beside the fields they speak of."""
        for name, messages in error.message_dict.items():
            for message in messages:
                self.add_error("choice_1" if name == "choices" else name, message)


def _value(choice: Choice) -> str:
    target = choice.host_id or choice.field_id or choice.area or choice.sector
    return f"{choice.kind}-{target}" if target else ANYWHERE


def _helper(length: list[str]) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(
        Fieldset(
            gettext_lazy("Where would you like to go?"),
            *[f"choice_{rank}" for rank in range(1, MOST_CHOICES + 1)],
        ),
        Fieldset(
            gettext_lazy("When and how long?"),
            *length,
            FormField("possible_days", template="placements/days_field.html"),
        ),
        Fieldset(gettext_lazy("What would you like to bring home?"), "goal", "needs"),
    )
    return helper
