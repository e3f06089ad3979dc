"""What bin/start, bin/test, bin/bench and bin/manage do once the environment is set up."""

import contextlib
import ctypes
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from praktik.bootstrap import ROOT, STATE
from praktik.services import ServiceFailed, servers

PYTHON = sys.executable
TEST_REDIS_NUMBER = 5
READY_SECONDS = 90
BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]


def main() -> None:
    command, *arguments = sys.argv[1:]
    commands = {"start": start, "test": test, "bench": bench, "manage": manage}
    try:
        sys.exit(commands[command](arguments))
    except (ServiceFailed, OSError) as failure:
        sys.exit(f"Praktik could not start.\n{failure}")
    except KeyboardInterrupt:
        sys.exit(130)


# --- The commands ----------------------------------------------------------------------------------


def start(arguments: list[str]) -> int:
    """The whole of Praktik with a demo round, until Ctrl-C."""
    signal.signal(signal.SIGINT, _as_interrupt)
    signal.signal(signal.SIGTERM, _as_interrupt)
    signal.signal(signal.SIGHUP, _as_interrupt)
    with _only_one_start(), _with_servers() as environment:
        own_data = "DATABASE_URL" not in os.environ
        environment["DEMO"] = os.environ.get("DEMO", "1" if own_data else "0")
        web_socket = _listen(os.environ.get("PORT"))
        port = web_socket.getsockname()[1]
        environment.setdefault("SITE_URL", f"http://localhost:{port}")
        children = _Children(environment)
        try:
            if "EMAIL_URL" not in environment:
                _start_mail_catcher(children)
            _prepare(environment)
            _start_praktik(children, web_socket)
            _wait_until_well(port, children)
            _greet(environment)
            children.watch()
        except KeyboardInterrupt:
            _say("\nStopping …")
        finally:
            children.stop()
    _say("Everything is stopped.")
    return 0


def test(arguments: list[str]) -> int:
    """Every check; arguments go to pytest. Ends with pytest's own closing line."""
    with _with_servers(redis_number=TEST_REDIS_NUMBER) as environment:
        environment |= {
            "SITE_URL": "http://testserver.example",
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "DEBUG": "1",
            "DEMO": "0",
            "CONN_MAX_AGE": "0",
            "CHROMIUM": _browser(),
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        }
        environment.pop("PORT", None)
        for check in (
            ["-m", "ruff", "format", "--check", "."],
            ["-m", "ruff", "check", "."],
            ["manage.py", "makemigrations", "--check", "--dry-run"],
            ["-c", "from importlinter.cli import lint_imports_command as c; c()"],
        ):
            if code := subprocess.run([PYTHON, *check], cwd=ROOT, env=environment).returncode:
                return code
        return subprocess.run(
            [PYTHON, "-m", "pytest", *arguments], cwd=ROOT, env=environment
        ).returncode


def bench(arguments: list[str]) -> int:
    """A benchmark by name, such as `web`: prints ratios against a reference in the same run."""
    available = sorted(path.stem for path in (ROOT / "benchmarks").glob("[a-z]*.py"))
    if not arguments or arguments[0] not in available:
        _say(f"Usage: bin/bench {'|'.join(available)}")
        return 2
    with _with_servers(redis_number=TEST_REDIS_NUMBER + 1) as environment:
        environment |= {
            "SITE_URL": "http://localhost",
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "STATIC_ROOT": str(STATE / "bench-static"),
            "DEBUG": "0",
            "DEMO": "0",
        }
        module = f"benchmarks.{arguments[0]}"
        return subprocess.run(
            [PYTHON, "-m", module, *arguments[1:]], cwd=ROOT, env=environment
        ).returncode


def manage(arguments: list[str]) -> int:
    """Django's manage.py with the servers running."""
    with _with_servers() as environment:
        environment.setdefault("SITE_URL", "http://localhost:8000")
        environment.setdefault("EMAIL_URL", "smtp://127.0.0.1:1")
        return subprocess.run([PYTHON, "manage.py", *arguments], cwd=ROOT, env=environment).returncode


# --- Their parts -----------------------------------------------------------------------------------


@contextlib.contextmanager
def _with_servers(redis_number: int = 0):
    """The environment for Django, with our own servers where the caller names none."""
    environment = dict(os.environ) | {
        "SECRET_KEY": os.environ.get("SECRET_KEY", _secret_key()),
        "MAIL_FROM": os.environ.get("MAIL_FROM", "Praktik <praktik@example.dk>"),
    }
    if "DATABASE_URL" in environment and "REDIS_URL" in environment:
        yield environment
        return
    with servers() as addresses:
        environment.setdefault("DATABASE_URL", addresses.database_url())
        environment.setdefault("REDIS_URL", addresses.redis_url(redis_number))
        yield environment


def _secret_key() -> str:
    path = STATE / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


@contextlib.contextmanager
def _only_one_start():
    with open(STATE / "start.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServiceFailed("bin/start is already running in this folder.") from None
        yield


def _listen(wanted: str | None) -> socket.socket:
    """A listening socket on PORT, or on the first free port from 8000."""
    for port in [int(wanted)] if wanted else range(8000, 8050):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            listener.close()
            continue
        listener.listen(128)
        return listener
    raise ServiceFailed(
        f"Port {wanted} is taken: set PORT to another one."
        if wanted
        else "No port from 8000 to 8049 is free: set PORT to one that is."
    )


def _free_port(first: int) -> int:
    for port in range(first, first + 50):
        with contextlib.closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise ServiceFailed(f"No port from {first} to {first + 49} is free for the mail catcher.")


def _start_mail_catcher(children: "_Children") -> None:
    smtp, http = _free_port(4025), _free_port(4080)
    children.environment |= {
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
        "MAIL_CATCHER_URL": f"http://localhost:{http}",
    }
    children.start(
        "mail-catcher",
        [PYTHON, "-m", "mail_devel", "--host", "127.0.0.1", "--user", "demo@example.dk"]
        + ["--password", "demo", "--smtp-port", str(smtp), "--http-port", str(http)]
        + ["--imap-port", str(_free_port(4143)), "--smtps-port", "0"],
    )


def _prepare(environment: dict) -> None:
    """Migrations, static files, and the demo round."""
    steps = [
        ("Bringing the database up to date", ["migrate", "--verbosity", "0"]),
        ("Collecting static files", ["collectstatic", "--noinput", "--verbosity", "0"]),
    ]
    if environment["DEMO"] == "1":
        steps.append(("Making the demo round", ["demo", "--verbosity", "0"]))
    for announcement, command in steps:
        _say(f"{announcement} …")
        outcome = subprocess.run(
            [PYTHON, "manage.py", *command], cwd=ROOT, env=environment, text=True, capture_output=True
        )
        if outcome.returncode:
            last_words = "\n".join((outcome.stderr or outcome.stdout).strip().splitlines()[-6:])
            raise ServiceFailed(f"{announcement} failed:\n{last_words}")


def _start_praktik(children: "_Children", web_socket: socket.socket) -> None:
    fd = web_socket.fileno()
    children.start(
        "web",
        [PYTHON, "-m", "gunicorn", "praktik.wsgi", "--bind", f"fd://{fd}", "--no-control-socket"]
        + ["--workers", "2", "--threads", "4", "--access-logfile", "-"],
        pass_fds=[fd],
    )
    celery = [PYTHON, "-m", "celery", "-A", "praktik"]
    children.start("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "info"])
    puzzle = ["worker", "-Q", "puzzle", "--concurrency", "1", "--hostname", "puzzle@%h"]
    children.start("puzzle", [*celery, *puzzle, "--loglevel", "info"])
    children.start("beat", [*celery, "beat"])


def _wait_until_well(port: int, children: "_Children") -> None:
    _say("Waiting for web, worker and beat …")
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        children.check()
        with contextlib.suppress(urllib.error.URLError, OSError):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/", timeout=5) as answer:
                if answer.status == 200:
                    return
        time.sleep(0.2)
    raise ServiceFailed(f"Praktik did not become well; see the logs in {STATE / 'logs'}.")


def _greet(environment: dict) -> None:
    _say(f"\nPraktik runs: {environment['SITE_URL']}")
    if catcher := environment.get("MAIL_CATCHER_URL"):
        _say(f"The mails:    {catcher}")
    if environment["DEMO"] == "1":
        _say("Sign in on the front page with one click, for example as")
        subprocess.run(
            [PYTHON, "manage.py", "demo", "--people", "--skip-checks"], cwd=ROOT, env=environment
        )
    _say("Ctrl-C stops everything.")


def _browser() -> str:
    """The path of a Chromium; installed from Debian where root finds none. Raises ServiceFailed."""
    found = os.environ.get("CHROMIUM") or next(filter(os.path.exists, BROWSERS), None)
    if found:
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _say("Installing Debian's Chromium for the browser tests …")
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
        if Path(BROWSERS[0]).exists():
            return BROWSERS[0]
    raise ServiceFailed("The browser tests need Chromium: install it, or set CHROMIUM to its path.")


class _Children:
    """The processes of bin/start. They die with us, even when we are killed."""

    def __init__(self, environment: dict):
        self.environment = environment
        self.running: dict[str, subprocess.Popen] = {}

    def start(self, name: str, command: list[str], pass_fds: list[int] = ()) -> None:
        with open(STATE / "logs" / f"{name}.log", "wb") as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=pass_fds,
                preexec_fn=_die_with_parent,
            )

    def check(self) -> None:
        """Raises ServiceFailed when one of them has stopped by itself."""
        for name, process in self.running.items():
            if process.poll() is not None:
                log = STATE / "logs" / f"{name}.log"
                last_words = "\n".join(log.read_text(errors="replace").strip().splitlines()[-6:])
                raise ServiceFailed(f"{name} stopped by itself. Its log ends with:\n{last_words}")

    def watch(self) -> None:
        while True:
            self.check()
            time.sleep(0.5)

    def stop(self) -> None:
        """Beat first, so that nothing new is asked; then the rest at once; the catcher last."""
        for names in (["beat"], ["web", "worker"], ["mail-catcher"]):
            group = [self.running[name] for name in names if name in self.running]
            for number, seconds in ((signal.SIGTERM, 8), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
                for process in group:
                    _signal_group(process, number)
                if _all_gone(group, seconds):
                    break


def _signal_group(process: subprocess.Popen, number: int) -> None:
    """Ask the leader to stop; only a kill goes to its whole group."""
    with contextlib.suppress(ProcessLookupError):
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.send_signal(number)


def _all_gone(processes: list[subprocess.Popen], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if all(process.poll() is not None for process in processes):
            return True
        time.sleep(0.05)
    return False


def _die_with_parent() -> None:
    """Linux: have the kernel stop this process when the launcher is gone."""
    if sys.platform == "linux":
        PR_SET_PDEATHSIG = 1
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _as_interrupt(number, frame) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    """Print, unless the terminal is gone."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


if __name__ == "__main__":
    main()
