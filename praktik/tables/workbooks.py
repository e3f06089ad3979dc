"""The cells of an Excel workbook as text, read with little memory and no trust."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

import openpyxl
from django.utils.translation import gettext as _

from praktik.tables.errors import NotATable

MOST_UNPACKED_BYTES = 100 * 1024 * 1024
EXCELS_LAST_LINE = 1_048_576
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="[A-Z]+(\d+):[A-Z]+(\d+)"')
_PIECE = 1024 * 1024
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def is_workbook(content: bytes) -> bool:
    """Whether this is meant as a workbook, be it one that cannot be read."""
    return content.startswith((_ZIP, _OLE))


class Sheet:
    """The sheet that was in front when the workbook was saved. Every use may raise NotATable."""

    def __init__(self, content: bytes):
        if content.startswith(_OLE):
            raise NotATable(_encrypted() if _ENCRYPTED in content else _old())
        with _read_without_trust():
            _check_size(content)
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            self._sheet = book.active if book.active in book.worksheets else book.worksheets[0]
            self._sheet.reset_dimensions()

    def rows(self, *, most_columns: int) -> Iterator[list[str]]:
        """The rows, with one column more than is allowed, so that too many are noticed."""
        limits = {"max_row": EXCELS_LAST_LINE, "max_col": most_columns + 1}
        with _read_without_trust():
            for cells in self._sheet.iter_rows(**limits, values_only=True):
                is_empty = all(cell is None for cell in cells)
                yield [] if is_empty else [_text(cell) for cell in cells]

    def merged_below(self) -> list[tuple[int, int]]:
        """(first, last) line of what is merged with the cell above it, in order and without overlap.

        openpyxl knows of merged cells only when it holds the whole workbook in memory; so the sheet's
        own words are read.
        """
        spans = []
        with _read_without_trust(), self._sheet._get_source() as source:
            for first, last in _merged_spans(source):
                if spans and first <= spans[-1][1]:
                    spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
                else:
                    spans.append((first, last))
        return spans


def _merged_spans(source) -> list[tuple[int, int]]:
    found, tail = [], b""
    while piece := source.read(_PIECE):
        text = tail + piece
        complete = text.rfind(b">") + 1
        found += _MERGED.findall(text[:complete])
        tail = text[complete:]
    return sorted((int(first) + 1, int(last)) for first, last in found if int(last) > int(first))


@contextmanager
def _read_without_trust():
    try:
        # Warnings are about looks (styles, validation lists), which are not read.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except NotATable:
        raise
    except Exception as error:  # Whatever the parsers raise on a damaged file, it is the file's fault.
        raise NotATable(_damaged()) from error


def _check_size(content: bytes) -> None:
    """Refuse what would swell: the sizes that an archive tells are the most that is read from it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "[Content_Types].xml" not in archive.namelist():
            raise NotATable(_damaged())
        if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED_BYTES:
            raise NotATable(_("The workbook is too large inside. Save the sheet alone, or as CSV."))


def _text(cell) -> str:
    """A cell as somebody would type it; a number without needless decimals, a date as ISO writes it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _encrypted() -> str:
    return _("The workbook is protected by a password. Save it without, and choose it again.")


def _old() -> str:
    return _(
        "This is a file of an old kind (such as .xls). Save it as .xlsx or CSV, and choose it again."
    )


def _damaged() -> str:
    return _(
        "The workbook cannot be read. Open it in Excel, save it anew as .xlsx, and choose it again."
    )
