"""Work that is held to a limit, and the answer that a search gives when it is stopped."""

import subprocess
import sys
from threading import Event, get_ident

import pytest

from benchmarks.rounds.invented import invented
from placements.matching import climb, instance
from placements.matching import limit as limits
from placements.matching.limit import Limit, Stopped, work_within
from placements.matching.solve import solve
from tests.matching.test_same_answer import torn_round


def test_work_that_does_not_look_is_left_alone():
    is_released, has_ended = Event(), Event()

    def work() -> None:
        is_released.wait()
        has_ended.set()

    limit = Limit(600, should_stop=lambda: True)
    work_within(limit, work)
    assert not has_ended.is_set()
    assert limit.is_over()
    assert limit.left == 0
    is_released.set()
    assert has_ended.wait(timeout=10)


LEAVES_WORK_ALONE = """
from time import sleep
from placements.matching.limit import Limit, work_within

work_within(Limit(0), lambda: (sleep(1.5), print("ended")))
print("left")
"""


def test_the_process_ends_after_the_work_that_was_left_alone():
    done = subprocess.run([sys.executable, "-c", LEAVES_WORK_ALONE], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "left\nended\n")


def test_the_caller_alone_talks_to_the_outside():
    """What a web framework gives a thread, such as a connection, is not opened anew in another."""
    callers = set()
    limit = Limit(600, should_stop=lambda: callers.add(get_ident()))
    work_within(limit, lambda: None, meanwhile=lambda: callers.add(get_ident()))
    assert callers == {get_ident()}


def test_what_the_work_raises_is_raised_but_not_that_it_stopped():
    def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        work_within(Limit(600), fail)
    work_within(Limit(0), Limit(0).check)
    with pytest.raises(Stopped):
        Limit(0).check()


def test_work_ends_when_the_outside_cannot_be_asked():
    limit, is_over = Limit(600, should_stop=lambda: 1 // 0), Event()

    def work() -> None:
        while not limit.is_over():
            is_over.wait(0.01)
        is_over.set()

    with pytest.raises(ZeroDivisionError):
        work_within(limit, work)
    assert is_over.wait(timeout=10)


def test_who_stops_before_there_is_an_answer_gets_none(monkeypatch):
    monkeypatch.setattr(limits, "LOOK_SECONDS", 0)
    monkeypatch.setattr(limits, "GRACE_SECONDS", 0)
    with pytest.raises(Stopped):
        solve(instance.parse(invented(1_000), "invented").problem, should_stop=lambda: True)


def test_a_first_answer_is_waited_for_however_short_the_time():
    round = torn_round(200, 25)
    found = solve(round, time_limit=1e-9)
    assert found.was_stopped
    assert found.stays


@pytest.mark.parametrize("heard", range(1, 9))
def test_the_best_answer_that_was_told_of_is_kept(heard, monkeypatch):
    """Stop is pressed after so many reports; nobody who had a place then goes without one."""
    monkeypatch.setattr(climb, "EFFORT_NEARBY", 1_000)
    told = []
    found = solve(
        torn_round(200, 25),
        on_progress=lambda progress: told.append(progress.placed),
        should_stop=lambda: len(told) >= heard,
    )
    assert len(found.stays) >= told[-1]
    assert told == sorted(told)
