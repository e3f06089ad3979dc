"""A wrong or missing environment variable is said with what to set."""

import os
import subprocess
import sys

from django.conf import settings

COMPLETE = {
    "SECRET_KEY": "x" * 60,
    "SITE_URL": "http://localhost:8000",
    "DATABASE_URL": "postgres://praktik@localhost/praktik",
    "REDIS_URL": "redis://localhost/0",
    "EMAIL_URL": "smtp://localhost:25",
    "MAIL_FROM": "Praktik <praktik@example.dk>",
}


def check(**environment: str) -> subprocess.CompletedProcess:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=inherited | environment,
        capture_output=True,
        text=True,
    )


def test_a_complete_environment_passes():
    outcome = check(**COMPLETE)
    assert (outcome.returncode, outcome.stderr) == (0, "")


def test_each_missing_variable_is_named_with_what_to_set():
    outcome = check()
    assert outcome.returncode == 1
    for name in COMPLETE:
        assert f"{name}: Environment variable not set." in outcome.stderr
        assert f"HINT: Set {name} to" in outcome.stderr or f"HINT: Set {name}, for" in outcome.stderr


def test_an_unreadable_variable_is_named():
    outcome = check(**COMPLETE | {"SWEEP_SECONDS": "often"})
    assert outcome.returncode == 1
    assert "SWEEP_SECONDS: Not a valid integer." in outcome.stderr


def test_the_demo_is_refused_on_an_https_address():
    outcome = check(**COMPLETE | {"SITE_URL": "https://praktik.example", "DEMO": "1"})
    assert outcome.returncode == 1
    assert "anybody could sign in as anybody" in outcome.stderr


def test_the_demo_is_said_aloud_where_it_is_allowed():
    outcome = check(**COMPLETE | {"DEMO": "1"})
    assert outcome.returncode == 0
    assert "the start page signs anybody in as any demo person" in outcome.stderr
