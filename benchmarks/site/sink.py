"""An SMTP server that takes every message and counts it, in a process of its own.

python -m benchmarks.site.sink PORT: says "ready", and how many it took when it is told to stop.
"""

import signal
import subprocess
import sys
from contextlib import contextmanager

from aiosmtpd.controller import Controller


class Sink:
    taken = 0

    async def handle_DATA(self, server, session, envelope) -> str:
        self.taken += 1
        return "250 taken"


@contextmanager
def sink(port: int):
    """A sink at work; the list given holds the number of messages it took, once it has stopped."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.site.sink", str(port)], stdout=subprocess.PIPE, text=True
    )
    process.stdout.readline()
    taken = []
    try:
        yield taken
    finally:
        process.terminate()
        taken.append(int(process.communicate()[0]))


def main() -> None:
    taker = Sink()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    controller = Controller(taker, hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    print("ready", flush=True)
    signal.sigwait([signal.SIGTERM])
    controller.stop()
    print(taker.taken)


if __name__ == "__main__":
    main()
