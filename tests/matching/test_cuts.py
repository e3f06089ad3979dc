"""Cuts: they bring the relaxation down to what whole numbers allow, and never cut an answer off."""

from random import Random

import numpy as np
import pytest
from hypothesis import given

from benchmarks.rounds.invented import invented
from placements.matching import climb, cuts, instance, wide
from placements.matching.limit import Limit
from placements.matching.pool import Pool
from placements.matching.pricing import Prices, add_possible
from placements.matching.program import TINY, Program
from placements.matching.scoring import Level, Weights
from placements.matching.solve import solve
from placements.matching.types import Problem
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


def test_seats_that_are_shared_in_threes():
    """Four people, each pair of days of four once or twice: thirds tear what halves would leave whole."""
    round = problem(
        [host(1, (1, 1, 1, 1, 0), lengths=frozenset({3}), allows_split=True)],
        [
            person(1, 1, length=3, can=[0, 1, 2], may_split=True),
            person(2, 1, length=3, can=[0, 1, 3], may_split=True),
            person(3, 1, length=3, can=[0, 2, 3], may_split=True),
            person(4, 1, length=3, can=[1, 2, 3], may_split=True),
        ],
    )
    pool, program = relaxation(round)
    everybody = np.ones(len(pool))
    optimum = program.maximise(everybody)
    assert optimum.value == pytest.approx(4 / 3)
    assert program.cut(optimum)
    assert 3 in {cut.modulus for _row, cut in program.cuts}
    assert program.maximise(everybody).value == pytest.approx(1)


def wide_round(seed: int) -> Problem:
    """Everybody comes on two days of seven, most on any two: the relaxation is torn to pieces."""
    random = Random(seed)
    all_hosts = [
        host(n, [int(random.random() < 0.5) for _ in range(7)], allows_split=True) for n in range(30)
    ]
    all_people = [
        person(
            number,
            *([random.randrange(30)] if random.random() < 0.6 else []),
            *([None] if random.random() < 0.5 else [random.randrange(30) for _ in range(2)]),
            length=2,
            can=[day for day in range(7) if random.random() < 0.7],
            may_split=random.random() < 0.8,
        )
        for number in range(100)
    ]
    return problem(all_hosts, all_people)


@pytest.mark.parametrize("seed", [12, 19, 49])
def test_stays_that_are_left_out_are_priced_with_every_cut(seed, monkeypatch):
    """How far each would fall short of the goal is told before it comes in as exactly as afterwards."""
    for name, value in {"PAIRS_LOOKED_AT": 0, "WIDE": 3, "FIRST_HOSTS": 2}.items():
        monkeypatch.setattr(wide, name, value)
    pool, program = relaxation(wide_round(seed))
    assert pool.is_wide
    level = Level("worth", lambda person, rank: 20 - 3 * rank + person.id % 5)
    optimum = program.maximise(pool.worth(level))
    while program.cut(optimum):
        optimum = program.maximise(pool.worth(level))
    priced = [cut for row, cut in program.cuts if optimum.prices[row]]
    assert {cut.modulus for cut in priced} == {2, 3}
    assert max(cut.rank for cut in priced) > 1
    last_gap, came_in = -np.inf, []
    for gap in (-6.0, -3.0, -1.0, 0.0, 2.0, np.inf):
        before = len(pool)
        add_possible(pool, [Prices(level, optimum, gap, cuts=program.cuts)], most=10**9)
        program.add(pool.columns(before))
        fresh = program.columns.only(np.arange(before, len(pool)))
        owner = np.repeat(np.arange(len(fresh)), np.diff(fresh.starts))
        costs = np.bincount(owner, fresh.values * optimum.prices[fresh.rows], len(fresh))
        falls_short = costs - pool.worth(level)[before:]
        assert np.all(falls_short <= gap + 2 * TINY)
        assert np.all(falls_short > last_gap)
        last_gap = gap
        came_in.append(len(fresh))
    assert np.count_nonzero(came_in) > 2, came_in


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
