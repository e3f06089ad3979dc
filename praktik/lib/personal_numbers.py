"""Danish personal numbers (CPR) have no place in Praktik: no free text may hold one."""

import re

# Day, month, year, then four digits with an optional hyphen or space: DDMMYY-XXXX. The old check
# digit is not tested: numbers given since 2007 need not satisfy it (CPR-kontoret).
_PERSONAL_NUMBER = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{2}[-\s]?\d{4}(?!\d)")


def holds_personal_number(text: str) -> bool:
    """Whether text holds something that looks like a CPR number."""
    return bool(_PERSONAL_NUMBER.search(text))
