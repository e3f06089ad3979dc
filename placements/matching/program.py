"""Linear and integer programs by HiGHS, narrowed to the best answers of one goal after another.

Once a goal's best value v is known, every answer that reaches it is found where columns with a
reduced cost stand at their bound and rows with a price are tight (complementary slackness). So a
goal is kept not by one dense row but by fixing columns, and each further goal is a smaller program.
When v lies below the relaxation's value by a gap, a column is fixed only if its reduced cost exceeds
the gap (reduced-cost fixing), and the goal is kept by a row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Thread
from time import monotonic

import highspy
import numpy as np

TINY = 1e-6
LOOK_SECONDS, GRACE_SECONDS = 0.1, 1.0
INFINITY = highspy.kHighsInf
_INTEGER = np.uint8(1)


class Stopped(Exception):
    """The time ran out, or somebody asked to stop."""


class Limit:
    """How long a solve may last, and whether somebody asked to stop; looked at all the time."""

    def __init__(self, seconds: float, should_stop: Callable[[], bool] | None = None):
        self.started = monotonic()
        self.ends = self.started + seconds
        self.can_be_asked = should_stop is not None
        self._should_stop = should_stop or (lambda: False)
        self._asked_at = 0.0
        self._was_asked = False

    def is_over(self) -> bool:
        """Whether to stop now. The question to the outside is put twice a second at most."""
        now = monotonic()
        if now - self._asked_at > 0.5:
            self._asked_at, self._was_asked = now, self._was_asked or self._should_stop()
        return self._was_asked or now > self.ends

    def check(self) -> None:
        """Raises Stopped when it is over."""
        if self.is_over():
            raise Stopped

    @property
    def left(self) -> float:
        """Seconds that are left; never negative."""
        return max(0.0, self.ends - monotonic())

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return monotonic() - self.started


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
        self._solver = _solver(limit)
        _add_rows(self._solver, self.row_lower, self.row_upper)

    def add(self, columns: Columns) -> None:
        """Add columns; what is kept of earlier goals by a row must be among their entries."""
        self.columns = self.columns.followed_by(columns)
        self._solver.addCols(
            len(columns), np.zeros(len(columns)), columns.lower, columns.upper,
            len(columns.rows), columns.starts[:-1], columns.rows, columns.values,
        )  # fmt: skip

    def maximise(self, cost: np.ndarray) -> Optimum:
        """The best of the relaxation. Raises Stopped."""
        self.limit.check()
        count = len(self.columns)
        self._solver.changeColsCost(count, np.arange(count, dtype=np.int32), cost)
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + self.limit.left)
        _run(self._solver, self.limit)
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
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

    def close(self, chosen: np.ndarray) -> None:
        """Hold some columns at zero from now on."""
        self.columns.upper[chosen] = 0.0
        nothing = np.zeros(len(chosen))
        self._solver.changeColsBounds(len(chosen), chosen.astype(np.int32), nothing, nothing)

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


@dataclass
class Whole:
    """The best whole-number answer found, and the bound that no other one exceeds."""

    x: np.ndarray | None
    bound: float


def whole(
    program: "Program | Face",
    cost: np.ndarray,
    *,
    limit: Limit,
    free: np.ndarray | None = None,
    start: np.ndarray | None = None,
    seconds: float = INFINITY,
) -> Whole:
    """The best whole-number answer to a program; columns that are not `free` keep their start.

    x is None when there is none, or none was found in time; the bound is -infinity when none exists.
    """
    columns, row_lower, row_upper = program.columns, program.row_lower, program.row_upper
    is_open = columns.upper > columns.lower
    if free is not None:
        is_open &= free
    chosen = np.flatnonzero(is_open)
    base = np.where(is_open, 0.0, columns.lower if start is None else start)
    fixed = columns.activity(base, len(row_lower))
    part = columns.only(chosen)
    used, part.rows = np.unique(part.rows, return_inverse=True)
    part.rows = part.rows.astype(np.int32)
    solver = _solver(limit)
    _add_rows(solver, (row_lower - fixed)[used], (row_upper - fixed)[used])
    solver.addCols(
        len(part), cost[chosen], part.lower, part.upper,
        len(part.rows), part.starts[:-1], part.rows, part.values,
    )  # fmt: skip
    solver.changeColsIntegrality(
        len(part), np.arange(len(part), dtype=np.int32), np.full(len(part), _INTEGER)
    )
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.999)
    solver.setOptionValue("time_limit", float(min(seconds, limit.left)))
    if start is not None:
        solver.setSolution(len(part), np.arange(len(part), dtype=np.int32), start[chosen])
    constant = float(cost @ base)
    others = np.delete(np.arange(len(row_lower)), used)
    if np.any(fixed[others] < row_lower[others] - TINY) or np.any(
        fixed[others] > row_upper[others] + TINY
    ):
        return Whole(None, -INFINITY)
    if not len(part):
        return Whole(base, constant)
    if not _run(solver, limit, seconds):
        return Whole(None, INFINITY)
    info = solver.getInfo()
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return Whole(None, -INFINITY)
    bound = info.mip_dual_bound + constant
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Whole(None, bound)
    x = base.copy()
    x[chosen] = np.rint(np.array(solver.getSolution().col_value))
    return Whole(x, bound)


def _solver(limit: Limit) -> highspy.Highs:
    """A silent solver on one thread, so that the same input gives the same answer."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("parallel", "off")
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)

    if limit.can_be_asked:
        # Each of these calls takes some of the solver's time: the clock it watches by itself.
        solver.setCallback(lambda _kind, _words, _out, back, _own: _stop_if_over(limit, back), None)
        solver.startCallback(highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt)
        solver.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)
    return solver


def _run(solver: highspy.Highs, limit: Limit, seconds: float = INFINITY) -> bool:
    """Run a solver; False when it did not end within the seconds given. Raises Stopped.

    HiGHS does not look at its clock everywhere, in presolve for minutes. About a second after it should
    have stopped it is left alone, and ends by itself the next time it does look.
    """
    at_work = Thread(target=solver.run, daemon=True)
    at_work.start()
    own, grace = Limit(seconds), GRACE_SECONDS
    while at_work.is_alive():
        at_work.join(LOOK_SECONDS)
        if limit.is_over() or own.is_over():
            grace -= LOOK_SECONDS
        if grace < 0:
            limit.check()
            return False
    return True


def _stop_if_over(limit: Limit, back) -> None:
    if limit.is_over():
        back.user_interrupt = True


def _add_rows(solver: highspy.Highs, lower: np.ndarray, upper: np.ndarray) -> None:
    none = np.zeros(0, np.int32)
    starts = np.zeros(len(lower), np.int32)
    solver.addRows(len(lower), lower, upper, 0, starts, none, np.zeros(0))


def with_entries(columns: Columns, chosen: np.ndarray, rows, values=1.0) -> Columns:
    """The columns with one more entry in each of those chosen (positions in rising order)."""
    ends = columns.starts[1:][chosen]
    more = np.zeros(len(columns), np.int32)
    more[chosen] = 1
    return Columns(
        columns.starts + np.concatenate([[0], np.cumsum(more)]).astype(np.int32),
        np.insert(columns.rows, ends, rows).astype(np.int32),
        np.insert(columns.values, ends, values),
        columns.lower,
        columns.upper,
    )
