"""Cells that a spreadsheet would take for a formula.

In CSV such a text gets an apostrophe in front, which Excel and LibreOffice show and do not run; reading takes
it away again. A phone number keeps its plus: '+45 20 00 00 00. In a workbook no sign is needed, for
there a text is stored as text (see writing.py).
"""

import re

_LIKE_A_FORMULA = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")
_GUARDED = re.compile(r"'" + _LIKE_A_FORMULA.pattern)


def with_guard(text: str) -> str:
    """The text as it is safe in a CSV file."""
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text


def without_guard(text: str) -> str:
    """What `with_guard` was given."""
    return text[1:] if _GUARDED.match(text) else text
