"""What an import did, or in a dry run would do: faults, changes and counts, as a person reads them."""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Change:
    """One value that a line changes, as a person reads it."""

    heading: str
    before: str
    after: str


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell of one line."""

    line: int
    heading: str
    reason: str

    def __str__(self) -> str:
        return f"{self.heading}: {self.reason}" if self.heading else self.reason


class Outcome:
    """Made of a TableResource and import-export's result of it. What was a fault of ours is raised again."""

    def __init__(self, resource, result):
        for row in result.error_rows:
            raise row.errors[0].error
        self.also_new = resource.also_new
        self.merged_lines = resource.table.merged
        self.unread_headings = resource.unread_headings
        self.faults = [fault for row in result.invalid_rows for fault in _faults(resource, row)]
        self.rows = [
            (resource.table.lines[number], row)
            for number, row in enumerate(result.rows)
            if row.is_new() or row.is_update()
        ]
        self.new, self.changed, self.unchanged = (
            result.totals[kind] for kind in ("new", "update", "skip")
        )

    @property
    def faulty_lines(self) -> list[int]:
        return sorted({fault.line for fault in self.faults})

    @property
    def counts_in_words(self) -> str:
        """How many lines are new, changed and unchanged."""
        new = ngettext("%d new", "%d new", self.new) % self.new
        changed = ngettext("%d changed", "%d changed", self.changed) % self.changed
        unchanged = ngettext("%d unchanged", "%d unchanged", self.unchanged) % self.unchanged
        return f"{new}, {changed}, {unchanged}"

    @property
    def mark(self) -> str:
        """Tells two outcomes apart: the same lines with the same changes have the same mark."""
        told = [(line, row.import_type, row.object_repr, row.diff) for line, row in self.rows]
        return hashlib.sha256(repr([told, self.also_new, self.unchanged]).encode()).hexdigest()


def _faults(resource, row) -> list[Fault]:
    line = resource.table.lines[row.number - 1]
    return [
        Fault(line, _heading(resource, name), reason)
        for name, reasons in row.error_dict.items()
        for reason in reasons
    ]


def _heading(resource, name: str) -> str:
    if name in resource.columns:
        return str(resource.columns[name].heading)
    return "" if name == NON_FIELD_ERRORS else name
