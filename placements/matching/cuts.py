"""Cuts: what the rows of a program say of whole numbers, and its relaxation does not know.

Rows Σ a·x ≤ b of whole numbers are added up, each as often as its weight, and divided by 2 or 3; since
every x is whole and not negative, each coefficient may be rounded down, and then the right side:
Σ ⌊k/m⌋·x ≤ ⌊B/m⌋. These are the mod-m cuts of Caprara, Fischetti and Letchford, "On the separation of
maximally violated mod-k cuts", Mathematical Programming 87 (2000) 37–56.

    Ann comes on Monday or on Tuesday, Bo on both days, and there is one seat:
    Ann on Monday + Ann on Tuesday ≤ 1    Ann on Monday + Bo ≤ 1    Ann on Tuesday + Bo ≤ 1
    The relaxation takes half of each, 1½ people. Half of the sum says that all three come to 1.

What tears a relaxation are such sums: rows that are tight, in which each torn column comes to a multiple of
m, and a right side that does not. Elimination modulo m finds them. Cuts are rows as well, and can
stand in others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from placements.matching.columns import Columns

TINY = 1e-6
# The modulus, a prime number so that elimination works, and the highest rank of the rows. Many cuts make a
# program slow, so the plain ones come first.
PLAIN = ((2, 0),)
EVERY_KIND = ((2, inf), (3, inf))
Kinds = Sequence[tuple[int, float]]
# By column, or by row: a whole number that is not zero modulo m.
Residues = dict[int, int]


@dataclass(frozen=True)
class Cut:
    """A sum of some rows with their weights, divided by the modulus and rounded down: no more than `limit`.

    rank is one more than that of any cut among its rows; that of other rows is 0.
    """

    rows: np.ndarray
    weights: np.ndarray
    modulus: int
    limit: float
    rank: int

    def weight_by_row(self, rows: int) -> np.ndarray:
        """The weights of the first so many rows of the program, 0 of those that do not stand in it."""
        weights = np.zeros(rows)
        is_among = self.rows < rows
        weights[self.rows[is_among]] = self.weights[is_among]
        return weights


def violated(
    columns: Columns, upper: np.ndarray, x: np.ndarray, ranks: np.ndarray, kinds: Kinds
) -> list[Cut]:
    """Cuts of these kinds from rows with these upper bounds and ranks that x does not hold to."""
    torn = np.abs(x - np.rint(x)) > TINY
    if not torn.any():
        return []
    left = upper - columns.activity(np.where(torn, 0.0, np.rint(x)), len(upper))
    is_tight = np.abs(upper - columns.activity(x, len(upper))) < TINY
    entries = _entries(columns, np.flatnonzero(torn), is_tight)
    at_one = np.flatnonzero(np.abs(x - 1) < TINY)
    found = [
        _with_whole_columns(weights, modulus, columns, at_one, upper, ranks)
        for modulus, most in kinds
        for weights in _sums(
            {row: each for row, each in entries.items() if ranks[row] <= most}, left, modulus
        )
    ]
    values = [values @ x[chosen] for chosen, values in coefficients(found, columns)]
    return [cut for cut, value in zip(found, values, strict=True) if value > cut.limit + TINY]


def coefficients(cuts: Sequence[Cut], columns: Columns) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each cut the columns that stand in it (positions in rising order), with their coefficients.

    Cuts that stand in these must be among the entries of the columns.
    """
    every_row = columns.rows.max(initial=0) + 1
    is_used = np.zeros(every_row, bool)
    for cut in cuts:
        is_used[cut.rows[cut.rows < every_row]] = True
    entries = np.flatnonzero(is_used[columns.rows])
    owner = np.searchsorted(columns.starts, entries, side="right") - 1
    rows, values = columns.rows[entries], columns.values[entries]
    found = []
    for cut in cuts:
        weights = cut.weight_by_row(every_row)[rows]
        counts = weights != 0
        chosen, where = np.unique(owner[counts], return_inverse=True)
        sums = np.bincount(where, (values * weights)[counts], len(chosen))
        parts = np.floor(sums / cut.modulus)
        found.append((chosen[parts != 0], parts[parts != 0]))
    return found


def _entries(columns: Columns, torn: np.ndarray, is_tight: np.ndarray) -> dict[int, Residues]:
    """For each tight row the torn columns that stand in it, with their coefficients."""
    rows: dict[int, Residues] = {}
    part = columns.only(torn)
    owners = np.repeat(torn, np.diff(part.starts))
    for row, value, owner in zip(
        part.rows.tolist(), part.values.tolist(), owners.tolist(), strict=True
    ):
        if row < len(is_tight) and is_tight[row]:
            entries = rows.setdefault(row, {})
            entries[owner] = entries.get(owner, 0) + round(value)
    return rows


def _sums(entries: dict[int, Residues], left: np.ndarray, modulus: int) -> list[Residues]:
    """Weights of rows whose sum has no column, and something left on the right, modulo m."""
    rows = {row: _plus({}, each, 1, modulus) for row, each in entries.items()}
    pivots: dict[int, tuple[Residues, Residues]] = {}
    found = []
    for row in sorted(rows, key=lambda row: (len(rows[row]), row)):
        columns, weights = rows[row], {row: 1}
        while columns and (first := min(columns)) in pivots:
            others, their_weights = pivots[first]
            factor = -columns[first] * pow(others[first], -1, modulus)
            columns = _plus(columns, others, factor, modulus)
            weights = _plus(weights, their_weights, factor, modulus)
        if columns:
            pivots[min(columns)] = columns, weights
        elif sum(weight * round(left[row]) for row, weight in weights.items()) % modulus:
            found.append(weights)
    return found


def _plus(one: Residues, other: Residues, factor: int, modulus: int) -> Residues:
    """one + factor · other, modulo m."""
    total = dict(one)
    for key, value in other.items():
        residue = (total.get(key, 0) + factor * value) % modulus
        if residue:
            total[key] = residue
        else:
            total.pop(key, None)
    return total


def _with_whole_columns(
    of_rows: Residues,
    modulus: int,
    columns: Columns,
    at_one: np.ndarray,
    upper: np.ndarray,
    ranks: np.ndarray,
) -> Cut:
    """The cut of these rows, and of the first row of each column at one that does not come to a multiple."""
    weights = np.zeros(max(columns.rows.max() + 1, len(upper)))
    weights[list(of_rows)] = list(of_rows.values())
    part = columns.only(at_one)
    owner = np.repeat(np.arange(len(at_one)), np.diff(part.starts))
    sums = np.bincount(owner, part.values * weights[part.rows], len(at_one))
    first = part.rows[part.starts[:-1]]
    weights[first] = (weights[first] - np.rint(sums)) % modulus
    rows = np.flatnonzero(weights[: len(upper)])
    limit = float(np.floor(weights[rows] @ upper[rows] / modulus))
    return Cut(rows, weights[rows], modulus, limit, 1 + int(ranks[rows].max(initial=0)))
