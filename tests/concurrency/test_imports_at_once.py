"""Two consultants import at the same moment: one wins, the other is shown what is left to do.

To show that it is the lock which makes the second wait, the same race is run with it taken away: there
the database's own constraint holds, and still nothing is half-done.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connections
from django.test import Client

from employees.models import Employee
from praktik.tables import importing
from tests import factories
from tests.tables.files import EMPLOYEES, confirm, csv_bytes, text, upload

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 200
DONE = f"Importeret: {PEOPLE} nye, 0 ændrede, 0 uændrede."
TOO_LATE = "Noget er ændret, siden du så efter. Intet er importeret; se efter igen."


def import_at_once(*people: Employee) -> list[str]:
    """What each reads who confirms the import of the same new people at the same moment."""
    content = csv_bytes("Navn;E-mail", *[f"Ny {n};ny{n}@havneby.example" for n in range(PEOPLE)])
    together = threading.Barrier(len(people))

    def press(person) -> str:
        try:
            client = Client()
            client.force_login(person)
            preview = upload(client, EMPLOYEES, content)
            together.wait(timeout=60)
            page = text(confirm(client, preview))
        finally:
            connections.close_all()
        return next((words for words in (DONE, TOO_LATE) if words in page), page)

    with ThreadPoolExecutor(max_workers=len(people)) as pool:
        return sorted(pool.map(press, people))


def both() -> list[Employee]:
    return [factories.consultant("Signe Holm"), factories.consultant("Thomas Ørum")]


def test_the_second_is_told_and_nothing_is_imported_twice():
    assert import_at_once(*both()) == [DONE, TOO_LATE]
    assert (Employee.objects.count(), LogEntry.objects.count()) == (PEOPLE + 2, PEOPLE)


def test_without_the_lock_the_constraint_alone_holds(monkeypatch):
    monkeypatch.setattr(importing, "_one_at_a_time", lambda: None)
    assert import_at_once(*both()) == [DONE, TOO_LATE]
    assert (Employee.objects.count(), LogEntry.objects.count()) == (PEOPLE + 2, PEOPLE)
