"""A linear program solved by HiGHS, narrowed to the best answers of one goal after another.

Once a goal's best value v is known, every answer that reaches it is found where columns with a
reduced cost stand at their bound and rows with a price are tight (complementary slackness). So a
goal is kept not by one dense row but by fixing columns, and each further goal is a smaller program.
When v lies below the relaxation's value by a gap, a column is fixed only if its reduced cost exceeds
the gap (reduced-cost fixing), and the goal is kept by a row.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import highspy
import numpy as np

from placements.matching.columns import Columns, with_entries
from placements.matching.cuts import EVERY_KIND, Cut, Kinds, coefficients, violated
from placements.matching.limit import Limit, Stopped
from placements.matching.solver import INFINITY, add_rows, silent_solver

TINY = 1e-6
# Of the simplex method, as HiGHS numbers them.
DUAL, PRIMAL = 1, 4
AT_LOWER = highspy.HighsBasisStatus.kLower


@dataclass
class Optimum:
    """The best of a relaxation: its value, the columns, their reduced costs, the prices of the rows."""

    value: float
    x: np.ndarray
    reduced: np.ndarray
    prices: np.ndarray

    @property
    def fractional(self) -> np.ndarray:
        """Which columns are not whole."""
        return np.abs(self.x - np.rint(self.x)) > TINY


class Program:
    """A program that is maximised for one goal after another, each on the best face of those before.

    `cuts` has the number of its row for each cut; cuts are made of the rows given here,
    and of other cuts.
    The first `choice_rows` rows say "at most one of these", and are the first entry of their columns.
    """

    def __init__(
        self, lower: Sequence[float], upper: Sequence[float], limit: Limit, choice_rows: int = 0
    ):
        self.row_lower = np.array(lower, dtype=float)
        self.row_upper = np.array(upper, dtype=float)
        self.columns = Columns.of(np.zeros(0, np.int32), np.zeros(0, np.int32))
        self.limit, self._choice_rows = limit, choice_rows
        self.kept: list[tuple[int, int]] = []
        self.cuts: list[tuple[int, Cut]] = []
        # Whether the last optimum still keeps to every row and bound.
        self._still_holds = False
        self._solver = silent_solver(limit)
        add_rows(self._solver, self.row_lower, self.row_upper)

    def add(self, columns: Columns) -> None:
        """Add columns; what is kept of earlier goals by a row must be among their entries."""
        for rank in sorted({cut.rank for _row, cut in self.cuts}):
            columns = _with_cuts(columns, [each for each in self.cuts if each[1].rank == rank])
        self.columns = self.columns.followed_by(columns)
        self._solver.addCols(
            len(columns), np.zeros(len(columns)), columns.lower, columns.upper,
            len(columns.rows), columns.starts[:-1], columns.rows, columns.values,
        )  # fmt: skip

    def maximise(self, cost: np.ndarray) -> Optimum:
        """The best of the relaxation. Raises Stopped.

        From an optimum that still holds, where only the goal is another or columns came in, the primal
        simplex method has little left to do; from one that was cut off, the dual one.
        """
        self.limit.check()
        self._solver.setOptionValue("simplex_strategy", PRIMAL if self._still_holds else DUAL)
        count = len(self.columns)
        self._solver.changeColsCost(count, np.arange(count, dtype=np.int32), cost)
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + self.limit.left)
        self._solver.run()
        self._still_holds = True
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self.limit.was_cut = True
            raise Stopped
        found = self._solver.getSolution()
        return self._with_bounds_priced_in_rows(
            Optimum(
                self._solver.getInfo().objective_function_value,
                np.array(found.col_value),
                np.array(found.col_dual),
                np.array(found.row_dual),
            )
        )

    def cut(self, optimum: Optimum, kinds: Kinds = EVERY_KIND) -> bool:
        """Cut an optimum that is not whole off; returns whether a cut was found."""
        upper = self.row_upper.copy()
        upper[[row for row, _goal in self.kept]] = INFINITY
        found = violated(self.columns, upper, optimum.x, self._ranks(), kinds)
        self._still_holds &= not found
        fresh = list(enumerate(found, start=len(self.row_lower)))
        self.row_lower = np.append(self.row_lower, np.full(len(found), -INFINITY))
        self.row_upper = np.append(self.row_upper, [cut.limit for cut in found])
        for cut, (chosen, values) in zip(found, coefficients(found, self.columns), strict=True):
            self._solver.addRow(-INFINITY, cut.limit, len(chosen), chosen.astype(np.int32), values)
        self.columns = _with_cuts(self.columns, fresh)
        self.cuts += fresh
        return bool(found)

    def _ranks(self) -> np.ndarray:
        ranks = np.zeros(len(self.row_lower), int)
        for row, cut in self.cuts:
            ranks[row] = cut.rank
        return ranks

    def narrowed(self, cost: np.ndarray, optimum: Optimum, value: float) -> "Face":
        """The answers in which this goal has at least `value`, as a smaller program."""
        gap = max(0.0, optimum.value - value)
        columns = self.columns
        counts = np.abs(optimum.reduced) > gap + TINY
        at_upper = counts & (np.abs(optimum.x - columns.upper) < TINY)
        at_lower = counts & (np.abs(optimum.x - columns.lower) < TINY)
        lower = np.where(at_upper, columns.upper, columns.lower)
        upper = np.where(at_lower, columns.lower, columns.upper)
        columns = replace(columns, lower=lower, upper=upper)
        if gap > TINY:
            chosen = np.flatnonzero(cost).astype(np.int32)
            columns = with_entries(columns, chosen, len(self.row_lower), cost[chosen])
            return Face(
                columns, np.append(self.row_lower, value), np.append(self.row_upper, INFINITY), True
            )
        has_price = np.abs(optimum.prices) > TINY
        activity = np.rint(self.columns.activity(optimum.x, len(self.row_lower)))
        return Face(
            columns,
            np.where(has_price, activity, self.row_lower),
            np.where(has_price, activity, self.row_upper),
            False,
        )

    def keep(self, goal: int, cost: np.ndarray, optimum: Optimum, value: float) -> None:
        """Go on among the answers in which this goal has at least `value`.

        When that takes a row, `kept` remembers (row, goal).
        """
        face = self.narrowed(cost, optimum, value)
        if face.has_row:
            self.kept.append((len(self.row_lower), goal))
            chosen = np.flatnonzero(cost).astype(np.int32)
            self._solver.addRow(value, INFINITY, len(chosen), chosen, cost[chosen])
        self.columns, self.row_lower, self.row_upper = face.columns, face.row_lower, face.row_upper
        self._solver.changeColsBounds(
            len(self.columns),
            np.arange(len(self.columns), dtype=np.int32),
            self.columns.lower,
            self.columns.upper,
        )
        self._change_rows()

    @contextmanager
    def widened(self, columns: Columns) -> Iterator[np.ndarray]:
        """The program with these columns, whose numbers are given, among its own for a while; then they are
        held at zero, and the next optimum is sought from where the program was before.

        A program that was stopped meanwhile is not to be used again: these columns are still open in it.
        """
        before, first = self._solver.getBasis(), len(self.columns)
        self.add(columns)
        chosen = np.arange(first, len(self.columns), dtype=np.int32)
        yield chosen
        self.columns.upper[chosen] = 0.0
        nothing = np.zeros(len(chosen))
        self._solver.changeColsBounds(len(chosen), chosen, nothing, nothing)
        before.col_status = [*before.col_status, *[AT_LOWER] * len(chosen)]
        self._solver.setBasis(before)
        self._still_holds = True

    def _with_bounds_priced_in_rows(self, optimum: Optimum) -> Optimum:
        """A choice row implies the bound of 1 of its columns: what the bound costs is put to the row.

        So columns that the program does not have yet can be judged by the prices of the rows alone.
        """
        columns = self.columns
        if not self._choice_rows or not len(columns):
            return optimum
        owner = columns.rows[columns.starts[:-1]]
        is_choice = owner < self._choice_rows
        bounds = np.where(is_choice & (columns.upper > columns.lower), optimum.reduced, 0.0)
        moved = np.zeros(len(self.row_lower))
        np.maximum.at(moved, owner, bounds)
        optimum.prices = optimum.prices + moved
        optimum.reduced = optimum.reduced - np.where(is_choice, moved[owner], 0.0)
        return optimum

    def _change_rows(self) -> None:
        rows = np.arange(len(self.row_lower), dtype=np.int32)
        self._solver.changeRowsBounds(len(rows), rows, self.row_lower, self.row_upper)


@dataclass
class Face:
    """A program narrowed to the best answers of a goal; `has_row` when the last row is the goal's."""

    columns: Columns
    row_lower: np.ndarray
    row_upper: np.ndarray
    has_row: bool = False


def _with_cuts(columns: Columns, cuts: list[tuple[int, Cut]]) -> Columns:
    """The columns with their entries in these cuts."""
    found = coefficients([cut for _row, cut in cuts], columns)
    if not found:
        return columns
    chosen = np.concatenate([chosen for chosen, _values in found])
    rows = np.repeat([row for row, _cut in cuts], [len(chosen) for chosen, _values in found])
    values = np.concatenate([values for _chosen, values in found])
    order = np.argsort(chosen, kind="stable")
    return with_entries(columns, chosen[order], rows[order], values[order])
