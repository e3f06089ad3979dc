"""Stays of split days as columns of a program: one for the stay, and one for each day it could have.

    so many days as the stay has    Σ days − length × stay = 0
    no day without the stay         day − stay ≤ 0

The relaxation is as close as with a column for each set of days, of which there can be millions: the
sets of so many days are the bases of a uniform matroid, and these rows are what describes their hull
(Edmonds, "Submodular functions, matroids, and certain polyhedra", 1970).
"""

from dataclasses import dataclass

import numpy as np

from placements.matching.columns import Columns, with_entries


@dataclass(frozen=True)
class SplitStays:
    """Which columns of a pool are split stays, of which `lengths`; and which are days, of which `owners`.

    The days of a stay are the columns that follow it. owners are positions in `stays`. Rows are
    numbered from 0: one for each stay, then one for each day.
    """

    stays: np.ndarray
    lengths: np.ndarray
    days: np.ndarray
    owners: np.ndarray

    @classmethod
    def among(cls, is_stay: np.ndarray, lengths: np.ndarray) -> "SplitStays":
        """Those of a pool: lengths has that of each split stay, and 0 for every other column."""
        stays, days = np.flatnonzero(lengths), np.flatnonzero(~is_stay)
        return cls(stays, lengths[stays], days, np.searchsorted(stays, days) - 1)

    @property
    def upper(self) -> np.ndarray:
        """The upper bounds of the rows."""
        return np.zeros(len(self.stays) + len(self.days))

    @property
    def lower(self) -> np.ndarray:
        """The lower bounds of the rows."""
        return np.concatenate([np.zeros(len(self.stays)), np.full(len(self.days), -np.inf)])

    @property
    def rows_of_days(self) -> tuple[np.ndarray, np.ndarray]:
        """For each day its two rows: that of its stay, and its own."""
        return self.owners, len(self.stays) + np.arange(len(self.days))

    def with_stays(self, columns: Columns, first_row: int) -> Columns:
        """The columns of a pool with what its split stays have in these rows; the days have theirs."""
        of_stay, own = self.rows_of_days
        chosen = np.concatenate([self.stays, self.stays[of_stay]])
        rows = first_row + np.concatenate([np.arange(len(self.stays)), own])
        values = np.concatenate([-self.lengths.astype(float), np.full(len(own), -1.0)])
        order = np.argsort(chosen, kind="stable")
        return with_entries(columns, chosen[order], rows[order], values[order])

    def days_of(self, stay: int) -> np.ndarray:
        """The columns of the days of the stay in this column."""
        which = np.searchsorted(self.stays, stay)
        first, last = np.searchsorted(self.owners, [which, which + 1])
        return self.days[first:last]
