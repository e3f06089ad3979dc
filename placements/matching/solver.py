"""HiGHS, held to a limit."""

import highspy
import numpy as np

from placements.matching.limit import Limit

INFINITY = highspy.kHighsInf


def silent_solver(limit: Limit) -> highspy.Highs:
    """A silent solver on one thread, so that the same input gives the same answer."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("parallel", "off")
    solver.setOptionValue("presolve", "off")
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)

    if limit.can_be_stopped:
        # Each of these calls takes some of the solver's time: the clock it watches by itself.
        solver.setCallback(lambda _kind, _words, _out, back, _own: _stop_if_over(limit, back), None)
        solver.startCallback(highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt)
        solver.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)
    return solver


def _stop_if_over(limit: Limit, back) -> None:
    if limit.is_over():
        back.user_interrupt = True


def add_rows(solver: highspy.Highs, lower: np.ndarray, upper: np.ndarray) -> None:
    none = np.zeros(0, np.int32)
    starts = np.zeros(len(lower), np.int32)
    solver.addRows(len(lower), lower, upper, 0, starts, none, np.zeros(0))
