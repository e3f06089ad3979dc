"""How long a solve may last, and how it is held to that."""

from collections.abc import Callable
from math import inf
from threading import Thread
from time import monotonic

LOOK_SECONDS, ASK_SECONDS, GRACE_SECONDS = 0.1, 0.25, 0.5


class Stopped(Exception):
    """The time ran out, or somebody asked to stop."""


class Limit:
    """When to stop: after so many seconds, or when somebody outside asks for it."""

    def __init__(self, seconds: float, should_stop: Callable[[], bool] | None = None):
        self.started = monotonic()
        self.ends = self.started + seconds
        self.can_be_stopped = should_stop is not None
        self._should_stop = should_stop or (lambda: False)
        self._asked_at = -inf
        # Whether the solver gave up by itself, by a clock of its own that may have been set forward.
        self.was_cut = False

    def ask(self) -> None:
        """Put the question to the outside, a few times a second at most."""
        if monotonic() - self._asked_at > ASK_SECONDS:
            self._asked_at = monotonic()
            if self._should_stop():
                self.end()

    def end(self) -> None:
        """Let it be over now."""
        self.end_after(0)

    def end_after(self, seconds: float) -> None:
        """Let it be over in so many seconds at the latest."""
        self.ends = min(self.ends, monotonic() + seconds)

    def is_over(self, for_seconds: float = 0.0) -> bool:
        """Whether to stop, or to have stopped so many seconds ago."""
        return monotonic() > self.ends + for_seconds

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


def work_within(
    limit: Limit, work: Callable[[], None], meanwhile: Callable[[], None] = lambda: None
) -> None:
    """Do a piece of work in a thread of its own that looks at the limit itself and may raise Stopped.

    It does not look everywhere: half a second after the limit is over it is left alone, and ends by
    itself the next time that it does look; the process does not end before. Whoever asks to stop is
    asked in the thread of the caller, and `meanwhile` is called there, again and again and once at the
    end. What any of them raises is raised.
    """
    at_work = _Work(work)
    at_work.start()
    is_waited_for = True
    try:
        while is_waited_for:
            limit.ask()
            at_work.join(LOOK_SECONDS)
            is_waited_for = at_work.is_alive() and not limit.is_over(GRACE_SECONDS)
            meanwhile()
    except BaseException:
        limit.end()
        raise
    if at_work.error:
        raise at_work.error


class _Work(Thread):
    """No daemon: a solver whose interpreter ends under it takes the process down with an error."""

    def __init__(self, work: Callable[[], None]):
        super().__init__()
        self.work, self.error = work, None

    def run(self) -> None:
        try:
            self.work()
        except Stopped:
            pass
        except Exception as error:
            self.error = error
