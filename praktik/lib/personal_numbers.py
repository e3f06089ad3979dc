"""Danish personal numbers (CPR) have no place in Praktik: no free text may hold one."""

import re

# Day, month, year, perhaps set apart, then four digits after a hyphen, dash or space. The old check
# digit is not tested: numbers given since 2007 need not satisfy it (CPR-kontoret).
_PERSONAL_NUMBER = re.compile(
    r"(?<!\d)(0[1-9]|[12]\d|3[01])[.\s/]?(0[1-9]|1[0-2])[.\s/]?\d{2}\s*[-\u2010-\u2015.]?\s*\d{4}(?!\d)"
)


def holds_personal_number(text: str) -> bool:
    """Whether text holds something that looks like a CPR number."""
    return bool(_PERSONAL_NUMBER.search(text))
