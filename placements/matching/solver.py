"""HiGHS, held to a time limit and to whoever asks to stop."""

from collections.abc import Callable
from threading import Thread
from time import monotonic

import highspy
import numpy as np

LOOK_SECONDS, GRACE_SECONDS = 0.1, 1.0
INFINITY = highspy.kHighsInf


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
        # Whether the solver gave up by itself, by a clock of its own that may have been set forward.
        self.was_cut = False

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


def silent_solver(limit: Limit) -> highspy.Highs:
    """A silent solver on one thread, so that the same input gives the same answer."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("parallel", "off")
    solver.setOptionValue("presolve", "off")
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)

    if limit.can_be_asked:
        # Each of these calls takes some of the solver's time: the clock it watches by itself.
        solver.setCallback(lambda _kind, _words, _out, back, _own: _stop_if_over(limit, back), None)
        solver.startCallback(highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt)
        solver.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)
    return solver


def run(solver: highspy.Highs, limit: Limit) -> None:
    """Run a solver. Raises Stopped.

    HiGHS does not look at its clock everywhere. About a second after it should have stopped it is left
    alone, and ends by itself the next time it does look.
    """
    at_work = Thread(target=solver.run, daemon=True)
    at_work.start()
    grace = GRACE_SECONDS
    while at_work.is_alive():
        at_work.join(LOOK_SECONDS)
        if limit.is_over():
            grace -= LOOK_SECONDS
        if grace < 0:
            raise Stopped


def _stop_if_over(limit: Limit, back) -> None:
    if limit.is_over():
        back.user_interrupt = True


def add_rows(solver: highspy.Highs, lower: np.ndarray, upper: np.ndarray) -> None:
    none = np.zeros(0, np.int32)
    starts = np.zeros(len(lower), np.int32)
    solver.addRows(len(lower), lower, upper, 0, starts, none, np.zeros(0))
