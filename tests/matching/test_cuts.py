"""Cuts: they bring the relaxation down to what whole numbers allow, and never cut an answer off."""

import numpy as np
import pytest
from hypothesis import given

from benchmarks.rounds.invented import invented
from placements.matching import climb, cuts, instance
from placements.matching.limit import Limit
from placements.matching.pool import Pool
from placements.matching.program import Program
from placements.matching.scoring import Weights
from placements.matching.solve import solve
from tests.matching.test_properties import tries
from tests.matching.worlds import all_answers, host, person, problem, problems

NO_POINTS = Weights(0, 0, 0, 0, 0, 0, 0)
TWO_DAYS = (1, 1, 0, 0, 0)


def relaxation(round) -> tuple[Pool, Program]:
    pool = Pool(round)
    program = Program(*pool.row_bounds(), Limit(60), len(round.people))
    program.add(pool.columns())
    return pool, program


def test_one_seat_for_two_days_and_two_people():
    """Ann comes on one of two days, Bo on both: the relaxation takes half of each way, 1½ people."""
    round = problem([host(1, TWO_DAYS)], [person(1, 1), person(2, 1, length=2)])
    pool, program = relaxation(round)
    everybody = np.ones(len(pool))
    optimum = program.maximise(everybody)
    assert optimum.value == 1.5
    assert program.cut(optimum)
    optimum = program.maximise(everybody)
    assert optimum.value == 1
    assert not program.cut(optimum)


def point(pool, stays) -> np.ndarray:
    """An answer as the values of the columns of a pool."""
    x = np.zeros(len(pool))
    for column in np.flatnonzero(pool.is_stay):
        person = pool.problem.people[pool.person[column]].id
        host = pool.problem.hosts[pool.host[column]].id
        run = pool.runs[pool.run[column]]
        for stay in stays:
            if (stay.person, stay.host) == (person, host) and run in {stay.days, ()}:
                x[column] = 1
                x[[] if run else pool.columns_of_days(column, stay.days)] = 1
    return x


@pytest.mark.usefixtures("split_days")
@tries
@given(problems())
def test_no_answer_is_ever_cut_off(problem):
    pool, program = relaxation(problem)
    if not len(pool):
        return
    optimum = program.maximise(np.ones(len(pool)))
    while program.cut(optimum):
        optimum = program.maximise(np.ones(len(pool)))
    every_cut = [cut for _row, cut in program.cuts]
    for stays in all_answers(problem):
        x = point(pool, stays)
        assert pool.stays(x) == stays
        for cut, (chosen, values) in zip(
            every_cut, cuts.coefficients(every_cut, pool.columns()), strict=True
        ):
            assert values @ x[chosen] <= cut.limit


def test_cuts_find_and_prove_what_the_relaxation_leaves_open(monkeypatch):
    """Without a search of everything the relaxation alone stops at a cost of 83, and cannot tell."""
    monkeypatch.setattr(climb, "TOO_MANY", 0)
    given = instance.parse(invented(200, seed=6), "invented")
    found = solve(given.problem, weights=NO_POINTS, rank_cost=given.rank_cost)
    assert [(proof.goal, proof.value, proof.gap) for proof in found.proofs] == [
        ("placed", 169, 0),
        ("rank_cost", -82, 0),
        ("soft", 0, 0),
    ]
