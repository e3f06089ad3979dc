"""bin/bench web: how fast the pages answer, as a ratio to the simplest page Django can make.

The reference is a view that renders the base template with one query, on the same server in the same
run. Each page is asked for by several clients at once over real HTTP; printed are requests per
second and the 95th percentile, and both as ratios to the reference. Two sizes: the demo's, and a
hundred times that.
"""

import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.site.settings"
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks.site import crowd, database  # noqa: E402
from placements import demo_round  # noqa: E402
from praktik.lib import clock  # noqa: E402

CLIENTS, SECONDS, PORT = 4, 6, 8790
SIZES = {"demo size": 1, "100 × demo size": 100}


def main() -> None:
    name = settings.DATABASES["default"]["NAME"]
    call_command("collectstatic", interactive=False, verbosity=0)
    print(f"{os.cpu_count()} cores, {CLIENTS} clients, {SECONDS} s a page, gunicorn 2 × 4 threads")
    for size, factor in SIZES.items():
        database.make_new(name)
        demo_round.make(now=clock.now() - timedelta(days=1))
        crowd.multiply(factor)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        with _server():
            _report(size, crowd.pages())
    database.drop(name)


def _report(size: str, pages: dict) -> None:
    print(f"\n{size}: {crowd.sizes()}")
    print(f"{'page':<24}{'req/s':>8}{'p95 ms':>9}{'req/s ratio':>13}{'p95 ratio':>11}")
    reference = None
    for name, (path, person) in pages.items():
        rate, p95 = _measure(path, person)
        reference = reference or (rate, p95)
        print(
            f"{name:<24}{rate:>8.0f}{p95 * 1000:>9.1f}"
            f"{rate / reference[0]:>13.2f}{p95 / reference[1]:>11.2f}"
        )


def _measure(path: str, person) -> tuple[float, float]:
    """(requests per second, 95th percentile in seconds) of a page for a signed-in person."""
    client = Client()
    client.force_login(person)
    headers = {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}
    _ask_for(path, headers, seconds=1)
    with ThreadPoolExecutor(CLIENTS) as pool:
        runs = pool.map(lambda _: _ask_for(path, headers, SECONDS), range(CLIENTS))
        times = [each for run in runs for each in run]
    return len(times) / SECONDS, statistics.quantiles(times, n=20)[-1]


def _ask_for(path: str, headers: dict, seconds: float) -> list[float]:
    line, times, end = HTTPConnection("127.0.0.1", PORT), [], time.monotonic() + seconds
    while (begun := time.monotonic()) < end:
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
        times.append(time.monotonic() - begun)
    return times


@contextmanager
def _server():
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "benchmarks.site.wsgi", "--bind", f"127.0.0.1:{PORT}"]
        + ["--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "warning"],
    )
    try:
        _wait_for_server()
        yield
    finally:
        process.terminate()
        process.wait()


def _wait_for_server() -> None:
    for _ in range(100):
        try:
            _ask_for("/", {}, seconds=0.01)
            return
        except ConnectionError:
            time.sleep(0.1)
    raise SystemExit("The server did not start.")


if __name__ == "__main__":
    main()
