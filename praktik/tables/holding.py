"""A table between the dry run and the import: in Redis, which all web processes share, for a few hours.

It is held as it was read, never as the file that was uploaded. Who may fetch it stands signed in its
token: the person who uploaded it, for the list it was uploaded to.
"""

from datetime import timedelta

from import_export.tmp_storages import CacheStorage

from praktik.lib import links
from praktik.tables.reading import Table

KEPT_FOR = timedelta(hours=2)
_PURPOSE = "import"


class NotHeld(Exception):
    """The table is no longer held, or belongs to somebody else."""


class _Storage(CacheStorage):
    CACHE_LIFETIME = KEPT_FOR.total_seconds()
    CACHE_PREFIX = "held-import-"


def hold(table: Table, *, by, what: str) -> str:
    """Keep the table for a while; the token fetches it again."""
    storage = _Storage()
    storage.save(table.pack())
    return links.make_token(_PURPOSE, name=storage.name, by=by.pk, what=what)


def fetch(token: str, *, by, what: str) -> Table:
    """The table of this token. Raises NotHeld."""
    packed = _storage(token, by, what).read()
    if packed is None:
        raise NotHeld
    return Table.unpack(packed)


def forget(token: str, *, by, what: str) -> None:
    """Hold the table no longer. Raises NotHeld for somebody else's."""
    _storage(token, by, what).remove()


def _storage(token: str, by, what: str) -> _Storage:
    try:
        payload = links.read_token(_PURPOSE, token, max_age=KEPT_FOR)
    except links.BadLink as error:
        raise NotHeld from error
    if (payload["by"], payload["what"]) != (by.pk, what):
        raise NotHeld
    return _Storage(name=payload["name"])
