"""The cells of an Excel workbook as text, read with little memory and no trust."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time

import openpyxl
from django.utils.translation import gettext as _

from praktik.tables.errors import NotATable

MOST_UNPACKED_BYTES = 100 * 1024 * 1024
EXCELS_LAST_LINE = 1_048_576
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def is_workbook(content: bytes) -> bool:
    """Whether this is meant as a workbook, be it one that cannot be read."""
    return content.startswith((_ZIP, _OLE))


def rows(content: bytes, *, most_columns: int) -> Iterator[list[str]]:
    """The rows of the sheet that was in front when it was saved. Raises NotATable."""
    if content.startswith(_OLE):
        raise NotATable(_encrypted() if _ENCRYPTED in content else _old())
    try:
        _check_size(content)
        # Warnings are about looks (styles, validation lists), which are not read.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield from _rows(content, most_columns)
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


def _rows(content: bytes, most_columns: int) -> Iterator[list[str]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheet = book.active if book.active in book.worksheets else book.worksheets[0]
    sheet.reset_dimensions()
    # One column more than is allowed, so that too many are noticed.
    for cells in sheet.iter_rows(max_row=EXCELS_LAST_LINE, max_col=most_columns + 1, values_only=True):
        is_empty = all(cell is None for cell in cells)
        yield [] if is_empty else [_text(cell) for cell in cells]


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
