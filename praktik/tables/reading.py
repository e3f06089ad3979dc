"""A table out of whatever somebody chose as a file: CSV of any usual kind, or an Excel workbook.

Everything becomes text, tidied the same way, so that what follows need not know where it came from.
What looks like a CPR number is struck out here: it is neither shown nor held.
"""

import csv
import io
import json
import re
import unicodedata
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from praktik.lib.personal_numbers import holds_personal_number
from praktik.tables import workbooks
from praktik.tables.errors import NotATable
from praktik.tables.guarding import without_guard

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 100
STRUCK_OUT = "██████-████"
DELIMITERS = ";\t,"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_WEB_PAGE = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|meta|body|table|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")


@dataclass(frozen=True)
class Table:
    """Headings, and below them rows of text; `lines` are the rows' numbers as Excel counts them.

    `merged` are those of the lines in which a cell is merged with the one above, and so is empty.
    """

    headings: list[str]
    rows: list[list[str]]
    lines: list[int]
    merged: list[int] = field(default_factory=list)

    def pack(self) -> bytes:
        """The table as bytes to be held for a while."""
        return zlib.compress(json.dumps(list(vars(self).values())).encode())

    @classmethod
    def unpack(cls, packed: bytes) -> "Table":
        return cls(*json.loads(zlib.decompress(packed)))


def read_table(content: bytes) -> Table:
    """The table in a file's content. Raises NotATable with a sentence that says what to do."""
    if not content.strip(b"\0 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise NotATable(_("The file is empty."))
    if workbooks.is_workbook(content):
        sheet = workbooks.Sheet(content)
        rows = map(_tidy_row, sheet.rows(most_columns=MOST_COLUMNS))
        table = _table(enumerate(rows, 1))
        return replace(table, merged=_within(table.lines, sheet.merged_below()))
    return _table(_text_rows(_decoded(content)))


def _table(numbered: Iterable[tuple[int, list[str]]]) -> Table:
    filled = ((line, cells) for line, cells in numbered if any(cells))
    _line, headings = next(filled, (0, []))
    headings = _without_empty_end(headings)
    lines, rows = [], []
    for line, cells in filled:
        if len(rows) == MOST_ROWS:
            raise NotATable(
                _("The file has more than %(most)d lines. Divide it into several.")
                % {"most": MOST_ROWS}
            )
        lines.append(line)
        rows.append(_without_empty_end(cells))
    if len(headings) > MOST_COLUMNS:
        raise NotATable(_("The file has more than %(most)d columns.") % {"most": MOST_COLUMNS})
    if not rows:
        raise NotATable(_("The file holds no lines below the headings."))
    return Table(headings, rows, lines)


def _within(lines: list[int], spans: Iterable[tuple[int, int]]) -> list[int]:
    """Those of the lines, which are in order, that lie in one of the spans."""
    return [
        line
        for first, last in spans
        for line in lines[bisect_left(lines, first) : bisect_right(lines, last)]
    ]


def _without_empty_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _tidy_row(cells: Iterable[str]) -> list[str]:
    return [_tidy(cell) for cell in cells]


def _tidy(text: str) -> str:
    """One spelling of each letter (a Mac writes å as two), no control characters, no space around."""
    text = _CONTROL.sub("", unicodedata.normalize("NFC", text.replace("\xa0", " "))).strip()
    return STRUCK_OUT if _is_personal(text) else text


def _is_personal(text: str) -> bool:
    """Whether it looks like a CPR number; Excel drops the zero that a number begins with."""
    if text.startswith("+"):  # a phone number from abroad
        return False
    return holds_personal_number(text.zfill(10) if text.isdecimal() and len(text) == 9 else text)


# --- Text -------------------------------------------------------------------------------------------


def _decoded(content: bytes) -> str:
    """Text in UTF-8, UTF-16 or Windows' own letters, of which Latin-1 is a part."""
    if content.startswith(_OTHER_KINDS):
        raise NotATable(_not_a_table())
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            break
        if _WEB_PAGE.match(text):
            raise NotATable(_a_web_page())
        return text
    raise NotATable(_not_a_table())


def _encodings(content: bytes) -> list[str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    if content[1:2] == b"\0":
        return ["utf-16-le"]
    if content[:1] == b"\0":
        return ["utf-16-be"]
    return ["utf-8-sig", "cp1252", "latin-1"]


def _not_a_table() -> str:
    return _("This is not a table. Choose a CSV file or an Excel workbook (.xlsx).")


def _a_web_page() -> str:
    return _(
        "This is a web page, not a table, whatever its name says. "
        "Open it in Excel, save it as .xlsx or CSV, and choose it again."
    )


def _text_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first, _break, rest = text.partition("\n")
    told = re.fullmatch(r"sep=(.)\r?", first)  # Excel's own way of saying it
    line = 1 if told else 0
    lines = io.StringIO(rest if told else text, newline="")
    reader = csv.reader(lines, delimiter=told[1] if told else _delimiter(text), strict=True)
    try:
        for cells in reader:
            line += 1
            yield line, _tidy_row(map(without_guard, cells))
    except csv.Error as error:
        raise NotATable(
            _("Line %(line)d cannot be read: a quotation mark is missing or one too many.")
            % {"line": line + 1}
        ) from error


def _delimiter(text: str) -> str:
    """What divides the headings into the most parts."""
    headings = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=headings.count)
