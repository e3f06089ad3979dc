"""The columns of a program, as arrays."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Columns:
    """Columns of a program: entries by column, bounds, all of them whole numbers."""

    starts: np.ndarray
    rows: np.ndarray
    values: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    def __len__(self) -> int:
        return len(self.lower)

    @classmethod
    def of(cls, counts: np.ndarray, rows: np.ndarray, values=None, upper=None) -> "Columns":
        """Columns with `counts` entries each, 1.0 unless values are given; between 0 and upper or 1."""
        return cls(
            starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
            rows=rows.astype(np.int32),
            values=np.ones(len(rows)) if values is None else values,
            lower=np.zeros(len(counts)),
            upper=np.ones(len(counts)) if upper is None else upper,
        )

    def followed_by(self, other: "Columns") -> "Columns":
        """These columns and then the others."""
        return Columns(
            np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]),
            np.concatenate([self.rows, other.rows]),
            np.concatenate([self.values, other.values]),
            np.concatenate([self.lower, other.lower]),
            np.concatenate([self.upper, other.upper]),
        )

    def entries_of(self, chosen: np.ndarray) -> np.ndarray:
        """The positions of the entries of some columns, in order."""
        counts = np.diff(self.starts)[chosen]
        begins = np.repeat(self.starts[:-1][chosen] - np.cumsum(counts) + counts, counts)
        return begins + np.arange(counts.sum(), dtype=np.int32)

    def only(self, chosen: np.ndarray) -> "Columns":
        """Some of the columns."""
        entries = self.entries_of(chosen)
        return Columns(
            np.concatenate([[0], np.cumsum(np.diff(self.starts)[chosen])]).astype(np.int32),
            self.rows[entries],
            self.values[entries],
            self.lower[chosen],
            self.upper[chosen],
        )

    def activity(self, x: np.ndarray, rows: int) -> np.ndarray:
        """The sum of each row for these values of the columns."""
        weights = self.values * np.repeat(x, np.diff(self.starts))
        return np.bincount(self.rows, weights=weights, minlength=rows)


def with_entries(columns: Columns, chosen: np.ndarray, rows, values=1.0) -> Columns:
    """The columns with a further entry for each of those chosen (positions in rising order)."""
    ends = columns.starts[1:][chosen]
    more = np.bincount(chosen, minlength=len(columns))
    return Columns(
        columns.starts + np.concatenate([[0], np.cumsum(more)]).astype(np.int32),
        np.insert(columns.rows, ends, rows).astype(np.int32),
        np.insert(columns.values, ends, values),
        columns.lower,
        columns.upper,
    )
