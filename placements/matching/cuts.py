"""Cuts: what the rows of a program say of whole numbers, and its relaxation does not know.

Rows Σ a·x ≤ b of whole numbers are added up and halved; since every x is whole and not negative, each
coefficient may be rounded down, and then the right side: Σ ⌊k/2⌋·x ≤ ⌊B/2⌋. These are the zero-half
cuts of Caprara and Fischetti, "{0, ½}-Chvátal-Gomory cuts", Mathematical Programming 74 (1996) 221–235.

    Ann comes on Monday or on Tuesday, Bo on both days, and there is one seat:
    Ann on Monday + Ann on Tuesday ≤ 1    Ann on Monday + Bo ≤ 1    Ann on Tuesday + Bo ≤ 1
    The relaxation takes half of each, 1½ people. Half of the sum says that all three come to 1.

What tears a relaxation are such sums: rows that are tight, in which each torn column stands an even
number of times, and a right side that is odd. Elimination modulo 2 finds them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from placements.matching.columns import Columns

TINY = 1e-6


@dataclass(frozen=True)
class Cut:
    """Half the sum of some rows, rounded down: no more than `limit`."""

    rows: np.ndarray
    limit: float


def violated(columns: Columns, upper: np.ndarray, x: np.ndarray) -> list[Cut]:
    """Cuts from the rows with these upper bounds (the first of the program) that x does not hold to."""
    torn = np.abs(x - np.rint(x)) > TINY
    if not torn.any():
        return []
    left = upper - columns.activity(np.where(torn, 0.0, np.rint(x)), len(upper))[: len(upper)]
    is_tight = np.abs(upper - columns.activity(x, len(upper))[: len(upper)]) < TINY
    rows = _odd_entries(columns, np.flatnonzero(torn), is_tight)
    sums = _odd_sums(rows, {row for row in rows if round(left[row]) % 2})
    found = [_with_whole_columns(each, columns, upper, x) for each in sums]
    values = [values @ x[chosen] for chosen, values in coefficients(found, columns)]
    return [cut for cut, value in zip(found, values, strict=True) if value > cut.limit + TINY]


def coefficients(cuts: Sequence[Cut], columns: Columns) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each cut the columns that stand in it (positions in rising order), with their coefficients."""
    is_used = np.zeros(columns.rows.max(initial=0) + 1, bool)
    for cut in cuts:
        is_used[cut.rows[cut.rows < len(is_used)]] = True
    entries = np.flatnonzero(is_used[columns.rows])
    owner = np.searchsorted(columns.starts, entries, side="right") - 1
    rows, values = columns.rows[entries], columns.values[entries]
    found = []
    for cut in cuts:
        counts = np.isin(rows, cut.rows)
        chosen, where = np.unique(owner[counts], return_inverse=True)
        halves = np.floor(np.bincount(where, values[counts], len(chosen)) / 2)
        found.append((chosen[halves != 0], halves[halves != 0]))
    return found


def _odd_entries(columns: Columns, torn: np.ndarray, is_tight: np.ndarray) -> dict[int, set[int]]:
    """For each tight row the torn columns that stand in it an odd number of times."""
    rows: dict[int, set[int]] = {}
    part = columns.only(torn)
    owners = np.repeat(torn, np.diff(part.starts))
    for row, value, owner in zip(
        part.rows.tolist(), part.values.tolist(), owners.tolist(), strict=True
    ):
        if row < len(is_tight) and is_tight[row] and value % 2:
            rows.setdefault(row, set()).symmetric_difference_update([owner])
    return rows


def _odd_sums(rows: dict[int, set[int]], odd: set[int]) -> list[set[int]]:
    """Sets of rows in which no column is left, modulo 2, and of which an odd number are odd."""
    pivots: dict[int, tuple[set[int], set[int]]] = {}
    found = []
    for row in sorted(rows, key=lambda row: (len(rows[row]), row)):
        left, summed = rows[row], {row}
        while left and min(left) in pivots:
            others, their_sum = pivots[min(left)]
            left, summed = left ^ others, summed ^ their_sum
        if left:
            pivots[min(left)] = left, summed
        elif len(summed & odd) % 2:
            found.append(summed)
    return found


def _with_whole_columns(summed: set[int], columns: Columns, upper: np.ndarray, x: np.ndarray) -> Cut:
    """The cut of these rows, and of the first row of each column that stands in them oddly, at one."""
    is_summed = np.zeros(columns.rows.max() + 1, bool)
    is_summed[list(summed)] = True
    at_one = np.flatnonzero(np.abs(x - 1) < TINY)
    part = columns.only(at_one)
    owner = np.repeat(np.arange(len(at_one)), np.diff(part.starts))
    counts = np.bincount(owner, part.values * is_summed[part.rows], len(at_one))
    first = part.rows[part.starts[:-1][np.rint(counts) % 2 == 1]]
    is_summed[first] = ~is_summed[first]
    rows = np.flatnonzero(is_summed[: len(upper)])
    return Cut(rows, float(np.floor(upper[rows].sum() / 2)))
