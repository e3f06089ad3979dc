"""One import from beginning to end: what it would do, and doing it, all or nothing."""

from django.db import connection, transaction

from praktik.tables.outcome import Outcome
from praktik.tables.reading import Table
from praktik.tables.resource import TableResource

# Any number will do, as long as nothing else in the database uses it.
_LOCK = 5_051_001


class Changed(Exception):
    """The import would no longer do what the person saw; nothing was done."""


def dry_run(resource: type[TableResource], table: Table, *, by) -> Outcome:
    """What an import would do. Raises NotATable when columns are missing."""
    with transaction.atomic():
        return _import(resource, table, by=by, dry_run=True)


def carry_out(resource: type[TableResource], table: Table, *, by, seen: str) -> Outcome:
    """Import the table if it still does what was seen (`Outcome.mark`). Raises Changed, NotATable."""
    with transaction.atomic():
        outcome = _import(resource, table, by=by, dry_run=False)
        if outcome.faults or outcome.mark != seen:
            raise Changed
        return outcome


def _import(resource: type[TableResource], table: Table, *, by, dry_run: bool) -> Outcome:
    _one_at_a_time()
    work = resource(table=table, by=by)
    result = work.import_data(work.dataset(), dry_run=dry_run, rollback_on_validation_errors=True)
    return Outcome(work, result)


def _one_at_a_time() -> None:
    """A second import waits until the first is done: it then sees what that one changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
