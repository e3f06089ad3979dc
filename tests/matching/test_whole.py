"""Whole-number answers: what a search tells while it is still at work."""

import numpy as np
import pytest

from placements.matching import whole as whole_answers
from placements.matching.limit import Limit
from placements.matching.pool import Pool
from placements.matching.program import Program
from placements.matching.whole import whole
from tests.matching.test_same_answer import torn_round


@pytest.mark.parametrize("presolved", [0, 1_000_000])
def test_each_better_answer_is_told_and_keeps_every_rule(presolved, monkeypatch):
    monkeypatch.setattr(whole_answers, "PRESOLVED", presolved)
    pool = Pool(torn_round(60, 8))
    program = Program(*pool.row_bounds(), Limit(60))
    program.add(pool.columns())
    told = []
    cost = pool.is_stay * 100.0 - pool.rank
    found = whole(program, cost, limit=program.limit, effort=10_000_000, on_better=told.append)
    values = [cost @ x for x in told]
    assert len(set(values)) > 1
    assert values == sorted(values)
    assert values[-1] == cost @ found.x
    for x in told:
        rows = program.columns.activity(x, len(program.row_upper))
        assert np.all(rows <= program.row_upper)
        assert np.all(rows >= program.row_lower)
        assert np.all((x >= program.columns.lower) & (x <= program.columns.upper))
