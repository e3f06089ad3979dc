"""python -m placements.matching INSTANCE.json [--time-limit SECONDS]: a solution on standard output."""

import argparse
import json
import sys
from pathlib import Path

from placements.matching import instance
from placements.matching.solve import solve


def main() -> int:
    """Returns the exit status: 0, or 2 for a bad file."""
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
    json.dump(instance.solution(given, found), sys.stdout)
    sys.stdout.write("\n")
    return 0


def _seconds(text: str) -> float:
    seconds = float(text)
    if not seconds > 0:
        raise argparse.ArgumentTypeError("must be more than 0 seconds")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
