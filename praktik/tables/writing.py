"""Tables as files that a Danish Excel opens right: CSV with semicolons, and workbooks.

Both are written to a temporary file row by row, so that memory stays small however long the list, and
a fault on the way spoils no download that has begun.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import BinaryIO

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from praktik.tables.guarding import with_guard

_IN_MEMORY_BYTES = 1024 * 1024
_WIDTH = 22
_FORMATS = {datetime: "dd-mm-yyyy hh:mm", date: "dd-mm-yyyy", time: "hh:mm"}


def csv_file(title: str, headings: Iterable[str], rows: Iterable[Iterable]) -> BinaryIO:
    """UTF-8 with a byte order mark, semicolons, decimal commas, dates as 31-12-2026."""
    file = _temporary()
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";")
    writer.writerow(map(_csv_cell, headings))
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    text.detach()
    file.seek(0)
    return file


def xlsx_file(title: str, headings: Iterable[str], rows: Iterable[Iterable]) -> BinaryIO:
    """A workbook of one sheet, whose texts are texts and never formulas."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    headings = [_heading(sheet, heading) for heading in headings]
    for number in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    sheet.append(headings)
    for row in rows:
        sheet.append([_xlsx_cell(sheet, value) for value in row])
    file = _temporary()
    book.save(file)
    file.seek(0)
    return file


WRITERS = {"csv": csv_file, "xlsx": xlsx_file}


def _temporary() -> BinaryIO:
    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 (the answer closes it)


def _plain(value):
    """A number, a day, a time, a moment in local time, or a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        moment = timezone.localtime(value) if timezone.is_aware(value) else value
        return moment.replace(tzinfo=None)
    if isinstance(value, int | float | Decimal | date | time):
        return value
    return strip_tags(value) if isinstance(value, SafeString) else str(value)


def _csv_cell(value) -> str:
    value = _plain(value)
    if isinstance(value, str):
        return with_guard(value)
    if isinstance(value, datetime):
        return value.strftime("%d-%m-%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d-%m-%Y")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return str(value).replace(".", ",")


def _xlsx_cell(sheet, value) -> WriteOnlyCell:
    value = _plain(value)
    if isinstance(value, str):
        return _text_cell(sheet, value)
    cell = WriteOnlyCell(sheet, value=value)
    if type(value) in _FORMATS:
        cell.number_format = _FORMATS[type(value)]
    return cell


def _text_cell(sheet, text: str) -> WriteOnlyCell:
    """A text that stays one, even when somebody edits the cell."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.quotePrefix = with_guard(text) != text
    return cell


def _heading(sheet, text: str) -> WriteOnlyCell:
    cell = _text_cell(sheet, text)
    cell.font = Font(bold=True)
    return cell
