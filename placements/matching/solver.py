"""HiGHS, held to a limit."""

from collections.abc import Callable

import highspy
import numpy as np

from placements.matching.limit import Limit

INFINITY = highspy.kHighsInf
CALLBACKS = highspy.cb.HighsCallbackType
OnBetter = Callable[[np.ndarray], None]


def silent_solver(limit: Limit, on_better: Callable[[np.ndarray], None] | None = None) -> highspy.Highs:
    """A silent solver on one thread, so that the same input gives the same answer.

    on_better is given each whole-number answer that is better than those before it.
    """
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("parallel", "off")
    solver.setOptionValue("presolve", "off")
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)

    def called(kind, _words, out, back, _own) -> None:
        if kind == CALLBACKS.kCallbackMipImprovingSolution:
            on_better(np.array(out.mip_solution))
        elif limit.is_over():
            back.user_interrupt = True

    solver.setCallback(called, None)
    if on_better:
        solver.startCallback(CALLBACKS.kCallbackMipImprovingSolution)
    if limit.can_be_stopped:
        # Each of these calls takes some of the solver's time: the clock it watches by itself.
        solver.startCallback(CALLBACKS.kCallbackSimplexInterrupt)
        solver.startCallback(CALLBACKS.kCallbackMipInterrupt)
    return solver


def add_rows(solver: highspy.Highs, lower: np.ndarray, upper: np.ndarray) -> None:
    none = np.zeros(0, np.int32)
    starts = np.zeros(len(lower), np.int32)
    solver.addRows(len(lower), lower, upper, 0, starts, none, np.zeros(0))
