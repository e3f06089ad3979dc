"""Whole-number answers to a program, or to a part of it with the rest held where it is, by HiGHS."""

from dataclasses import dataclass

import highspy
import numpy as np

from placements.matching.limit import Limit
from placements.matching.program import TINY, Face, Program
from placements.matching.solver import INFINITY, OnBetter, add_rows, silent_solver

_INTEGER = np.uint8(1)
# Programs of up to so many columns are made smaller before they are searched; with more of them that can
# take far longer than the search.
PRESOLVED = 5_000
# How a search ends that neither the clock nor anybody cut short.
_AT_AN_END = (
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kSolutionLimit,
)


@dataclass
class Whole:
    """The best whole-number answer found, and the bound that no other one exceeds."""

    x: np.ndarray | None
    bound: float


def whole(
    program: Program | Face,
    cost: np.ndarray,
    *,
    limit: Limit,
    effort: int,
    free: np.ndarray | None = None,
    start: np.ndarray | None = None,
    on_better: OnBetter | None = None,
) -> Whole:
    """The best whole-number answer to a program; columns that are not `free` keep their start, or the bound
    next to it.

    `effort` is how far to search: nodes of the search tree times columns, so that it is the same on a slow
    machine. x is None when there is no answer, or none was found; the bound is -infinity when none exists.
    When the limit is over, nothing is searched. on_better is given each better answer while the search
    is still at work.
    """
    if limit.is_over():
        return Whole(None, INFINITY)
    columns, row_lower, row_upper = program.columns, program.row_lower, program.row_upper
    is_open = columns.upper > columns.lower
    if free is not None:
        is_open &= free
    chosen = np.flatnonzero(is_open)
    held = columns.lower if start is None else np.clip(start, columns.lower, columns.upper)
    base = np.where(is_open, 0.0, held)
    fixed = columns.activity(base, len(row_lower))
    part = columns.only(chosen)
    used, part.rows = np.unique(part.rows, return_inverse=True)
    part.rows = part.rows.astype(np.int32)

    def completed(of_part: np.ndarray) -> np.ndarray:
        x = base.copy()
        x[chosen] = np.rint(of_part)
        return x

    solver = silent_solver(limit, on_better and (lambda of_part: on_better(completed(of_part))))
    add_rows(solver, (row_lower - fixed)[used], (row_upper - fixed)[used])
    solver.addCols(
        len(part), cost[chosen], part.lower, part.upper,
        len(part.rows), part.starts[:-1], part.rows, part.values,
    )  # fmt: skip
    solver.changeColsIntegrality(
        len(part), np.arange(len(part), dtype=np.int32), np.full(len(part), _INTEGER)
    )
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.999)
    solver.setOptionValue("time_limit", limit.left)
    solver.setOptionValue("presolve", "on" if len(part) <= PRESOLVED else "off")
    solver.setOptionValue("mip_max_nodes", max(1, effort // max(1, len(part))))
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
    solver.run()
    info, status = solver.getInfo(), solver.getModelStatus()
    limit.was_cut |= status not in _AT_AN_END
    if status == highspy.HighsModelStatus.kInfeasible:
        return Whole(None, -INFINITY)
    bound = info.mip_dual_bound + constant
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Whole(None, bound)
    return Whole(completed(np.array(solver.getSolution().col_value)), bound)
