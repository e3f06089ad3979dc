"""Two consultants at the match board at the same moment: one wins, the other reads a sentence."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from placements.domain import board, solving
from placements.domain.errors import Refused
from placements.models import BoardStep, Placement, Solve
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*presses) -> list[str]:
    """What each reads who presses at the same moment: 'done' or the refusal."""
    together = threading.Barrier(len(presses))

    def press(do) -> str:
        together.wait(timeout=30)
        try:
            do()
        except Refused as refusal:
            return str(refusal)
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(max_workers=len(presses)) as pool:
        return sorted(pool.map(press, presses), key=lambda said: said != "done")


def test_the_last_place_is_given_once_and_the_other_consultant_is_told():
    round, signe, thomas = (
        factories.round(),
        factories.consultant(),
        factories.consultant("Thomas Ørum"),
    )
    host = factories.host("Rådhusets kantine", most_visitors=1)
    anne, bo = (
        factories.wish(host, round=round, person=factories.employee(name)) for name in ("Anne", "Bo")
    )
    act = {"host": host, "days": [FIRST_DAY], "now": NOW}
    said = at_once(
        lambda: board.put(wish=anne, by=signe, **act), lambda: board.put(wish=bo, by=thomas, **act)
    )
    placed = Placement.objects.get().wish
    told = f"{bo.employee if placed == anne else anne.employee}: Rådhusets kantine tager kun 1 gæst"
    assert said == ["done", f"{told} i denne runde. Der er i forvejen: {placed.employee}."]
    assert (Placement.objects.count(), BoardStep.objects.count()) == (1, 1)


def test_a_change_is_undone_once():
    round, signe = factories.round(), factories.consultant()
    host = factories.host("Rådhusets kantine")
    wish = factories.wish(host, round=round)
    board.put(wish=wish, host=host, days=[FIRST_DAY], by=signe, now=NOW)
    said = at_once(*[lambda: board.undo(round=round, by=signe, now=NOW)] * 2)
    assert said == ["done", "Der er ikke noget at fortryde."]


def test_the_puzzle_is_asked_for_once():
    round, signe = factories.round(), factories.consultant()
    at_once(*[lambda: solving.ask(round=round, by=signe, now=NOW)] * 4)
    assert Solve.objects.count() == 3


def test_a_solve_is_worked_out_by_one_worker():
    round, signe = factories.round(), factories.consultant()
    (row,) = solving.ask(round=round, goals=["most_placed"], by=signe, now=NOW)
    at_once(*[lambda: solving.run(row.pk, clock=lambda: NOW)] * 4)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("done", 1)
