"""The plain ways to place people, to measure against: greedy by rank, and random serial dictatorship."""

import random

import numpy as np

from placements.matching.pool import Pool
from placements.matching.solve import by_rank, fill
from placements.matching.types import Problem, Stay


def greedy_by_rank(problem: Problem) -> list[Stay]:
    """First choices in the order of arrival, then second choices, and so on."""
    pool = Pool(problem.in_order())
    return pool.stays(fill(pool, by_rank(pool)))


def random_serial_dictatorship(problem: Problem, seed: int = 1) -> list[Stay]:
    """One after another, in an order by lot, each takes the dearest choice that is left."""
    pool = Pool(problem.in_order())
    turn = list(range(len(pool.problem.people)))
    random.Random(seed).shuffle(turn)
    order = np.lexsort((np.arange(len(pool)), pool.rank, np.argsort(turn)[pool.person]))
    return pool.stays(fill(pool, order))
