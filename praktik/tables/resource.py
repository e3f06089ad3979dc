"""What is common to every import: which columns there are, what is wrong with a line, what it would change."""

from collections import defaultdict

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from tablib import Dataset

from praktik.tables.columns import Column, simplified
from praktik.tables.errors import NotATable
from praktik.tables.outcome import Change
from praktik.tables.reading import STRUCK_OUT, Table

BATCH = 500
_EXCELS_FAULTS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#I/T", "#VÆRDI!"}


def _spoiled(cell: str | None) -> str:
    """What is wrong with a cell whatever its column, or nothing: then it is not looked at further."""
    if cell == STRUCK_OUT:
        return _("This looks like a CPR number. Please leave it out: Praktik must not store it.")
    return _("Excel shows an error here.") if cell in _EXCELS_FAULTS else ""


class Changes:
    """import-export's diff: the values that differ, as Change."""

    def __init__(self, resource, instance, new):
        self.before = [column.told(instance) for column in resource.filling_columns]

    def compare_with(self, resource, instance):
        after = [column.told(instance) for column in resource.filling_columns]
        self.found = [
            Change(str(column.heading), was, becomes)
            for column, was, becomes in zip(resource.filling_columns, self.before, after, strict=True)
            if was != becomes
        ]

    def as_html(self):
        """What import-export keeps as a line's diff; our templates make the HTML."""
        return self.found


class KnownRecords(BaseInstanceLoader):
    """The record of a row among those that were fetched, and locked, at the start."""

    def get_instance(self, row):
        return self.resource.known.get(self.resource.key_of(row))


class TableResource(Resource):
    """An import of one table by one person (`by`): a dry run and the import itself are the same work.

    A subclass names its columns and says how records are found (`load`, `key_of`). Records are
    written in batches after every line was read, so that the number of queries does not follow the
    number of lines.
    """

    class Meta:
        use_bulk = True
        batch_size = None
        skip_unchanged = True
        store_instance = True
        instance_loader_class = KnownRecords

    # What a person calls the key, for "the same … stands in line 7".
    key_heading = ""

    def __init__(self, table: Table | None = None, by=None, **kwargs):
        super().__init__(**kwargs)
        self.table, self.by = table, by
        self.known: dict = {}
        self.changed: set[str] = set()
        self.also_new: list[str] = []  # what is made beside the records themselves, in words
        self.cell_faults: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))

    @classmethod
    def get_diff_class(cls):
        return Changes

    @property
    def columns(self) -> dict[str, Column]:
        return self.fields

    @property
    def filling_columns(self) -> list[Column]:
        return [column for column in self.columns.values() if column.attribute]

    # --- What a subclass says ---------------------------------------------------------------------

    def key_of(self, row: dict):
        """What tells the row's record from others; None when a cell of it is empty."""
        raise NotImplementedError

    def load(self, rows: list[dict]) -> None:
        """Fetch and lock what the rows speak of; fill `known` by key."""
        raise NotImplementedError

    def check(self, instance, row: dict) -> dict[str, str]:
        """What is wrong beside single cells, by column."""
        return {}

    # --- Headings ---------------------------------------------------------------------------------

    def matched(self) -> dict[int, str]:
        """Positions in the table to names of columns. Raises NotATable when one is missing or twice."""
        found: dict[int, str] = {}
        for position, heading in enumerate(self.table.headings):
            for name, column in self.columns.items():
                if simplified(heading) in column.known_as and simplified(heading):
                    if name in found.values():
                        raise NotATable(
                            _("The column “%(heading)s” stands twice.") % {"heading": heading}
                        )
                    found[position] = name
                    break
        missing = [
            _("“%(heading)s”") % {"heading": column.heading}
            for name, column in self.columns.items()
            if column.is_required and name not in found.values()
        ]
        if missing:
            words = ngettext(
                "The file lacks the column %(missing)s. It has: %(headings)s.",
                "The file lacks the columns %(missing)s. It has: %(headings)s.",
                len(missing),
            )
            raise NotATable(
                words
                % {
                    "missing": get_text_list(missing, _("and")),
                    "headings": ", ".join(filter(None, self.table.headings)),
                }
            )
        return found

    @property
    def unread_headings(self) -> list[str]:
        """Headings of the table that mean no column."""
        matched = self.matched()
        return [each for n, each in enumerate(self.table.headings) if each and n not in matched]

    def dataset(self) -> Dataset:
        """The table with only the columns that are known, under their names."""
        matched = self.matched()
        dataset = Dataset(headers=list(matched.values()))
        for cells in self.table.rows:
            dataset.append([cells[n] if n < len(cells) else "" for n in matched])
        return dataset

    # --- The steps of import-export -----------------------------------------------------------------

    def before_import(self, dataset, **kwargs):
        rows = dataset.dict
        self._find_cell_faults()
        self._find_repeated(rows)
        self.load(rows)

    def _find_cell_faults(self) -> None:
        names = self.matched()
        for number, cells in enumerate(self.table.rows, 1):
            if len(cells) > len(self.table.headings):
                self.cell_faults[number][NON_FIELD_ERRORS].append(
                    _("The line has more cells than there are columns.")
                )
            for n, (cell, heading) in enumerate(zip(cells, self.table.headings, strict=False)):
                if problem := _spoiled(cell):
                    self.cell_faults[number][names.get(n, heading)].append(problem)

    def _find_repeated(self, rows: list[dict]) -> None:
        first: dict = {}
        for number, (row, line) in enumerate(zip(rows, self.table.lines, strict=True), 1):
            key = self.key_of(row)
            if key is not None and first.setdefault(key, line) != line:
                words = _("The same %(what)s stands in line %(line)d.")
                self.cell_faults[number][self.key_heading].append(
                    words % {"what": self.columns[self.key_heading].heading, "line": first[key]}
                )

    def init_instance(self, row=None):
        return self._meta.model()

    def import_instance(self, instance, row, **kwargs):
        """Fill the record. Raises ValidationError with every fault of the line, by column."""
        faults = {name: list(found) for name, found in self.cell_faults[kwargs["row_number"]].items()}
        for name, column in self.columns.items():
            if _spoiled(row.get(name)):
                continue
            if column.is_required and not row.get(name):
                faults.setdefault(name, []).append(_("This cell must be filled in."))
                continue
            try:
                self.import_field(column, instance, row, **kwargs)
            except ValueError as error:
                faults.setdefault(name, []).append(str(error))
        for name, reason in self.check(instance, row).items():
            faults.setdefault(name, []).append(reason)
        if faults:
            raise ValidationError(faults)

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """The model's own checks of what was filled in. Uniqueness is told by keys, not by queries."""
        faults = dict(import_validation_errors or {})
        unread = {field.name for field in self._meta.model._meta.fields} - set(self.columns)
        relations = {field.name for field in self._meta.model._meta.fields if field.is_relation}
        try:
            instance.clean_fields(exclude={*unread, *relations, *faults})
            instance.clean()
        except ValidationError as error:
            faults = error.update_error_dict(faults)
        if faults:
            raise ValidationError(faults)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        """Whether nothing changes; of what does, the names are kept for the one update of all rows."""
        changed = {
            name
            for name, column in self.columns.items()
            if column.attribute and column.get_value(instance) != column.get_value(original)
        }
        self.changed |= changed
        return not changed and not import_validation_errors

    def get_bulk_update_fields(self):
        names = {field.name for field in self._meta.model._meta.fields}
        return sorted(self.changed & names)

    def bulk_update(self, using_transactions, dry_run, raise_errors, batch_size=None, result=None):
        """In batches: one statement for thousands of rows takes PostgreSQL much longer."""
        if self.get_bulk_update_fields():
            super().bulk_update(using_transactions, dry_run, raise_errors, BATCH, result)

    def handle_import_error(self, result, error, raise_errors=False):
        """Nothing is swallowed: what the database refuses ends the import."""
        raise error

    def get_import_order(self):
        return list(self.columns)
