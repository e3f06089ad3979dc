"""A database of the benchmark's own, beside the one that DATABASE_URL names."""

import os
from urllib.parse import urlparse

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections


def make_new(name: str) -> None:
    """Make an empty NAME_bench and work on it from now on, here and in processes started later."""
    drop(name)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}_bench"')
    connections.close_all()
    os.environ["DATABASE_URL"] = (
        urlparse(os.environ["DATABASE_URL"])._replace(path=f"/{name}_bench").geturl()
    )
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = f"{name}_bench"
    call_command("migrate", verbosity=0)


def drop(name: str) -> None:
    """Drop NAME_bench, if there is one, and go back to NAME."""
    connections.close_all()
    connection.settings_dict["NAME"] = name
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}_bench" WITH (FORCE)')
