"""A list as a file to fetch: every list that is not one of the admin's own goes this way, too."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import FileResponse, Http404

from praktik.lib import clock
from praktik.tables.writing import WRITERS


@dataclass(frozen=True)
class Sheet:
    """A list with its title, the headings of its columns, and the cells of its rows."""

    title: str
    headings: Iterable[str]
    rows: Iterable[Iterable]


def as_file(sheet: Sheet, kind: str) -> FileResponse:
    """The list as a file of this kind, safe and right in a Danish Excel. Raises Http404 for other kinds."""
    if kind not in WRITERS:
        raise Http404
    file = WRITERS[kind](sheet.title, sheet.headings, sheet.rows)
    return FileResponse(file, as_attachment=True, filename=f"{sheet.title} {clock.today()}.{kind}")
