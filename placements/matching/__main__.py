"""python -m placements.matching INSTANCE.json [--time-limit SECONDS]: a solution on standard output."""

import argparse
import json
import os
import sys
from pathlib import Path

from placements.matching import instance
from placements.matching.solve import solve


def main() -> int:
    """Returns the exit status: 0, or 2 for a bad file, or 1 when nobody reads the answer to its end."""
    parser = argparse.ArgumentParser(prog="python -m placements.matching", description=__doc__)
    parser.add_argument("instance", type=Path, help="a file in the format visit-match/1, also gzipped")
    parser.add_argument("--time-limit", type=_seconds, default=60.0, metavar="SECONDS")
    arguments = parser.parse_args()
    try:
        given = instance.read(arguments.instance)
    except instance.BadInstance as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    found = solve(
        given.problem,
        weights=given.weights,
        rank_cost=given.rank_cost,
        time_limit=arguments.time_limit,
    )
    return _write(json.dumps(instance.solution(given, found)))


def _write(answer: str) -> int:
    try:
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left in the buffer goes nowhere when Python flushes it on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def _seconds(text: str) -> float:
    seconds = float(text)
    if not seconds > 0:
        raise argparse.ArgumentTypeError("must be more than 0 seconds")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
