"""bin/bench matching [SIZE …]: how many people the puzzle places, and how that compares.

For each size an invented round is solved, each in a process of its own: people placed, on which
choice, the proven gap of the first goal, seconds and peak memory; and the same for greedy by rank and
for random serial dictatorship on the same round, with the ratio of people placed, and the ratio that no
engine could exceed: the proven bound over the people placed. Small rounds differ much from one another,
so of these there are several: people and bounds are summed, the gap is the largest.

A further line for each size up to 5,000 says how long it takes to work out whose yes would place the most
people, when every host could open every day: the hosts named, and how many people one call places at most.
A last line from 1,000 on says how long whoever presses stop waits for the best answer so far, at most: it is
pressed after a sixty-fourth, a sixteenth and a quarter of what the solve took. It is to be two seconds.
"""

import json
import resource
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from math import floor, inf
from time import perf_counter

from benchmarks.rounds import plain
from benchmarks.rounds.invented import invented
from placements.matching import instance, scoring
from placements.matching.limit import Stopped
from placements.matching.solve import solve
from placements.matching.whatif import what_would_help

SIZES = {16: 60, 100: 60, 1_000: 60, 10_000: 85, 50_000: 340}
ROUNDS = {16: 20, 100: 20}
WHOM_TO_PHONE, HELP_UP_TO = "whom to phone", 5_000
STOP, STOP_FROM, PRESSED_AT = "stop", 1_000, (1 / 64, 1 / 16, 1 / 4)
MOST_SECONDS_TO_STOP = 2.0
PLAIN_WAYS = {
    "greedy by rank": plain.greedy_by_rank,
    "random serial": plain.random_serial_dictatorship,
}


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    print(
        "wishes  way               placed  ratio  at most  1st/2nd/3rd/4th/5th        gap       s    MB"
    )
    for size in sizes:
        for way in ("puzzle", *PLAIN_WAYS):
            found = in_a_process(size, way)
            if way == "puzzle":
                best, bound, seconds = found["placed"], found["bound"], found["seconds"]
            ranks = "/".join(map(str, found["ranks"]))
            print(
                f"{size:>6}  {way:<16}  {found['placed']:>6}  {best / found['placed']:>5.3f}  "
                f"{bound / found['placed']:>7.3f}  {ranks:<24}  "
                f"{found['gap']:>5}  {found['seconds']:>6.1f}  {found['megabytes']:>4.0f}",
                flush=True,
            )
        if size <= HELP_UP_TO:
            found = in_a_process(size, WHOM_TO_PHONE)
            print(
                f"{size:>6}  {WHOM_TO_PHONE:<16}  {found['calls']:>6} calls, {found['most']} at most"
                f"{found['seconds']:>46.1f}  {found['megabytes']:>4.0f}",
                flush=True,
            )
        if size >= STOP_FROM:
            found = in_a_process(size, STOP, *(str(part * seconds) for part in PRESSED_AT))
            of_target = found["seconds"] / MOST_SECONDS_TO_STOP
            print(
                f"{size:>6}  {STOP:<16}  {of_target:.2f} of {MOST_SECONDS_TO_STOP} s"
                f"{found['seconds']:>53.1f}  {found['megabytes']:>4.0f}",
                flush=True,
            )


def in_a_process(size: int, way: str, *more: str) -> dict:
    """What one way comes to, measured in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.matching", "--one", str(size), way, *more],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def measure_help(size: int) -> dict:
    """Whom to phone, on one round of this size; its solution is not timed."""
    given = instance.parse(invented(size), "invented")
    every_day = frozenset(range(len(given.problem.days)))
    hosts = tuple(replace(host, openable=every_day) for host in given.problem.hosts)
    problem = replace(given.problem, hosts=hosts)
    found = solve(problem, weights=given.weights, rank_cost=given.rank_cost)
    started = perf_counter()
    calls = what_would_help(problem, found, time_limit=300).calls
    return {
        "calls": len(calls),
        "most": max((call.places for call in calls), default=0),
        "seconds": perf_counter() - started,
        "megabytes": peak_megabytes(),
    }


def measure_stop(size: int, pressed_after: list[float]) -> dict:
    """The longest that whoever presses stop after so many seconds waits, in seconds."""
    given = instance.parse(invented(size), "invented")
    return {
        "seconds": max(_wait_after(given, seconds) for seconds in pressed_after),
        "megabytes": peak_megabytes(),
    }


def _wait_after(given: instance.Instance, seconds: float) -> float:
    pressed = perf_counter() + seconds
    with suppress(Stopped):
        solve(
            given.problem, weights=given.weights, rank_cost=given.rank_cost, time_limit=inf,
            should_stop=lambda: perf_counter() > pressed,
        )  # fmt: skip
    return perf_counter() - pressed


def peak_megabytes() -> float:
    """The peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(size: int, way: str) -> dict:
    """One way on the rounds of one size; gap in per cent of the people placed, or '–' where nothing is proven."""
    started, gaps, bounds, ranks = perf_counter(), [], [], Counter()
    for seed in range(1, ROUNDS.get(size, 1) + 1):
        given = instance.parse(invented(size, seed), "invented")
        if way == "puzzle":
            found = solve(
                given.problem, weights=given.weights, rank_cost=given.rank_cost,
                time_limit=SIZES.get(size, 60),
            )  # fmt: skip
            gaps.append(found.proofs[0].gap)
            bounds.append(floor(found.proofs[0].bound + 1e-6))
            stays = found.stays
        else:
            stays = PLAIN_WAYS[way](given.problem)
        ranks.update(scoring.figures(given.problem, stays).by_rank)
    return {
        "placed": ranks.total(),
        "bound": sum(bounds),
        "ranks": list(ranks.values()),
        "gap": f"{100 * max(gaps):.2f}%" if gaps else "–",
        "seconds": perf_counter() - started,
        "megabytes": peak_megabytes(),
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        size, way = int(sys.argv[2]), sys.argv[3]
        if way == WHOM_TO_PHONE:
            measured = measure_help(size)
        elif way == STOP:
            measured = measure_stop(size, list(map(float, sys.argv[4:])))
        else:
            measured = measure(size, way)
        json.dump(measured, sys.stdout)
    else:
        main()
