"""bin/bench matching [SIZE …]: how many people the puzzle places, and how that compares.

For each size an invented round is solved, each in a process of its own: people placed, on which
choice, the proven gap of the first goal, seconds and peak memory; and the same for greedy by rank and
for random serial dictatorship on the same round, with the ratio of people placed. Small rounds differ
much from one another, so of these there are several: people are summed, the gap is the largest.
"""

import json
import resource
import subprocess
import sys
from collections import Counter
from time import perf_counter

from benchmarks.rounds import plain
from benchmarks.rounds.invented import invented
from placements.matching import instance, scoring
from placements.matching.solve import solve

SIZES = {16: 60, 100: 60, 1_000: 60, 10_000: 85, 50_000: 340}
ROUNDS = {16: 20, 100: 20}
PLAIN_WAYS = {
    "greedy by rank": plain.greedy_by_rank,
    "random serial": plain.random_serial_dictatorship,
}


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    print("wishes  way               placed  ratio  1st/2nd/3rd/4th/5th        gap       s    MB")
    for size in sizes:
        for way in ("puzzle", *PLAIN_WAYS):
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.matching", "--one", str(size), way],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
            found = json.loads(done.stdout)
            if way == "puzzle":
                best = found["placed"]
            ranks = "/".join(map(str, found["ranks"]))
            print(
                f"{size:>6}  {way:<16}  {found['placed']:>6}  {best / found['placed']:>5.2f}  {ranks:<24}  "
                f"{found['gap']:>5}  {found['seconds']:>6.1f}  {found['megabytes']:>4.0f}",
                flush=True,
            )


def measure(size: int, way: str) -> dict:
    """One way on the rounds of one size; gap in per cent of the people placed, or '–' where nothing is proven."""
    started, gaps, ranks = perf_counter(), [], Counter()
    for seed in range(1, ROUNDS.get(size, 1) + 1):
        given = instance.parse(invented(size, seed), "invented")
        if way == "puzzle":
            found = solve(
                given.problem, weights=given.weights, rank_cost=given.rank_cost,
                time_limit=SIZES.get(size, 60),
            )  # fmt: skip
            gaps.append(found.proofs[0].gap)
            stays = found.stays
        else:
            stays = PLAIN_WAYS[way](given.problem)
        ranks.update(scoring.figures(given.problem, stays).by_rank)
    return {
        "placed": ranks.total(),
        "ranks": list(ranks.values()),
        "gap": f"{100 * max(gaps):.2f}%" if gaps else "–",
        "seconds": perf_counter() - started,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        json.dump(measure(int(sys.argv[2]), sys.argv[3]), sys.stdout)
    else:
        main()
