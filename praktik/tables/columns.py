"""The columns of a table that is imported: by which headings they are known, and how a cell is read."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.dateformat import format as date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.widgets import Widget

_DATES = ["%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%y", "%d.%m.%y", "%d/%m/%y"]
_TIMES = ["%H:%M", "%H.%M", "%H:%M:%S"]
_EXCELS_DAY_NOUGHT = date(1899, 12, 30)
_YES = {"ja", "j", "yes", "y", "1", "x", "true", "sand"}
_NO = {"nej", "n", "no", "0", "false", "falsk"}


class Cell(Widget):
    """How a cell is read and shown. An empty cell is None: it leaves what stands."""

    def clean(self, value, row=None, **kwargs):
        return self.read(value, row) if value else None

    def read(self, text: str, row: dict):
        """What the text means. Raises ValueError with a sentence."""
        return " ".join(text.split())

    def render(self, value, obj=None, **kwargs) -> str:
        return "" if value is None else str(value)

    def export(self, value):
        """The value as it goes into a file: a date stays a date."""
        return value

    def means_the_same(self, one, other) -> bool:
        return one == other


class LongText(Cell):
    def read(self, text, row):
        return text


class Address(Cell):
    """An e-mail address, kept in lower case."""

    def read(self, text, row):
        return text.lower()


class Addresses(Cell):
    """E-mail addresses or names in one cell, as a sorted tuple."""

    def read(self, text, row):
        return tuple(sorted({part.strip() for part in re.split(r"[,;\n]", text) if part.strip()}))

    def render(self, value, obj=None, **kwargs):
        return ", ".join(value or ())


class Phone(Cell):
    """A phone number. Excel makes a number of it, and drops plus and spaces: they are put back."""

    def read(self, text, row):
        if re.fullmatch(r"\d+([.,]\d+)?[eE]\+?\d+", text):
            raise ValueError(
                _("Excel has shortened the number. Make the column text, and type it anew.")
            )
        if re.fullmatch(r"45\d{8}", text):
            return f"+45 {_in_pairs(text[2:])}"
        return _in_pairs(text) if re.fullmatch(r"\d{8}", text) else super().read(text, row)

    def means_the_same(self, one, other):
        return one == other or _digits(one) == _digits(other or "") != ""


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _in_pairs(digits: str) -> str:
    return " ".join(digits[n : n + 2] for n in range(0, len(digits), 2))


class Day(Cell):
    """A date as Danes or ISO write it, or the number that Excel keeps it as."""

    def read(self, text, row):
        if re.fullmatch(r"[2-9]\d{4}", text):
            return _EXCELS_DAY_NOUGHT + timedelta(days=int(text))
        day = _parsed(text.partition("T")[0], _DATES)
        if day is None:
            raise ValueError(_("Write the date as day-month-year, such as 31-12-2026."))
        return day.date()

    def render(self, value, obj=None, **kwargs):
        return date_format(value, "d-m-Y") if value else ""


class Clock(Cell):
    def read(self, text, row):
        moment = _parsed(text, _TIMES)
        if moment is None:
            raise ValueError(_("Write the time as hours and minutes, such as 08:30."))
        return moment.time()

    def render(self, value, obj=None, **kwargs):
        return date_format(value, "H:i") if isinstance(value, time) else str(value or "")

    def means_the_same(self, one, other):
        return self.render(one) == self.render(other)


def _parsed(text: str, formats: Iterable[str]) -> datetime | None:
    for each in formats:
        try:
            return datetime.strptime(text, each)
        except ValueError:
            continue
    return None


class Number(Cell):
    def read(self, text, row):
        if not re.fullmatch(r"\d{1,4}", text):
            raise ValueError(_("Write a whole number."))
        return int(text)


class YesNo(Cell):
    def read(self, text, row):
        word = text.casefold()
        if word not in _YES | _NO:
            raise ValueError(_("Write yes or no."))
        return word in _YES

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else _("Yes") if value else _("No")


class OneOf(Cell):
    """One of several values, told by its name in either language or by the value itself."""

    def __init__(self, choices):
        super().__init__()
        self.choices = list(choices)

    @cached_property
    def by_name(self) -> dict[str, str]:
        return {
            name: value
            for value, label in self.choices
            for name in {simplified(value), *in_each_language(label)}
        }

    def read(self, text, row):
        if simplified(text) not in self.by_name:
            names = ", ".join(str(label) for _value, label in self.choices)
            raise ValueError(_("Write one of these: %(names)s.") % {"names": names})
        return self.by_name[simplified(text)]

    def render(self, value, obj=None, **kwargs):
        return str(dict(self.choices).get(value, value or ""))

    def export(self, value):
        return self.render(value)


class Column(Field):
    """One column: its heading in the reader's language, and under which other headings it is known.

    `attribute` is what of the record it fills (None: it only helps to find something), `shown` what
    an export writes there, when that is another.
    """

    def __init__(
        self, heading, cell=None, *, attribute=None, also=(), is_required=False, shown=None, **kwargs
    ):
        super().__init__(attribute=attribute, widget=cell or Cell(), saves_null_values=False, **kwargs)
        self.heading = heading
        self.also = also
        self.is_required = is_required
        self.shown = shown or attribute

    @property
    def known_as(self) -> set[str]:
        """Every heading that means this column, simplified."""
        return {*in_each_language(self.heading), *map(simplified, self.also)}

    def save(self, instance, row, is_m2m=False, **kwargs):
        value, present = self.clean(row, **kwargs), self.get_value(instance)
        if value is not None and not self.widget.means_the_same(value, present):
            setattr(instance, self.attribute, value)

    def told(self, instance) -> str:
        """The present value as a preview tells it."""
        return self.widget.render(self.get_value(instance))

    def export(self, instance, **kwargs):
        return self.widget.export(Field(attribute=self.shown).get_value(instance))


def simplified(heading) -> str:
    """A heading or name without what people write differently: letter case, spaces and signs."""
    return re.sub(r"[\W_]", "", str(heading)).casefold()


def in_each_language(words) -> set[str]:
    """Words of the interface in every language it has, simplified."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.add(simplified(words))
    return found
