"""Which worker has which letter: held in batches, claimed one by one, and what became of it.

A batch that is held stays QUEUED, so a worker that dies has nothing to give back. The claim (SENDING)
is committed before SMTP is spoken. How a letter ended and the claim of the next one are one statement
and one commit: so a worker has at most one letter in SENDING, and waits for the disk once a letter.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from mail import limits
from mail.limits import HELD_FOR
from mail.models import LetterState, OutgoingMail

_TABLE = OutgoingMail._meta.db_table
# What is outdated by now is not tried again.
_NOTE = f"""
    UPDATE {_TABLE} SET {{changes}}
    WHERE id = %s AND attempts = %s AND state IN ('{LetterState.SENDING}', '{LetterState.UNSURE}')
    RETURNING id
"""
_STATE = f"""
    CASE WHEN is_outdated AND %s = '{LetterState.QUEUED}' THEN '{LetterState.RECALLED}' ELSE %s END
"""
# What somebody else has locked is not ours any more: never wait for it with a letter to note.
_CLAIM = f"""
    UPDATE {_TABLE} SET state = '{LetterState.SENDING}', claimed_at = %s, attempts = attempts + 1
    WHERE id = (
        SELECT id FROM {_TABLE}
        WHERE id = %s AND attempts = %s AND claimed_at = %s AND state = '{LetterState.QUEUED}' {{first}}
        FOR UPDATE SKIP LOCKED
    )
"""
# The note may have to wait for who marks letters as outdated: only while nothing else is held.
_NOTED_FIRST = "AND (SELECT count(*) FROM noted) >= 0"


@dataclass(frozen=True)
class Ended:
    """How the attempt at a letter ended: its new state, and what else changes in its row."""

    letter: OutgoingMail
    state: LetterState
    changes: dict[str, Any] = field(default_factory=dict)
    server_is_away: bool = False


@transaction.atomic
def hold(due: QuerySet, *, now: datetime, most: int) -> list[OutgoingMail]:
    """Take up to `most` of the due letters for HELD_FOR, first those that cannot wait, such as sign-in codes."""
    due = due.order_by("next_attempt_at", "pk").select_for_update(skip_locked=True)
    batch = list(due.exclude(limits.CAN_WAIT)[:most])
    if room := limits.room(now=now, most=most - len(batch), also=len(batch)):
        batch += due.filter(limits.CAN_WAIT)[:room]
    for letter in batch:
        letter.claimed_at, letter.next_attempt_at = now, now + HELD_FOR
    OutgoingMail.objects.filter(pk__in=[letter.pk for letter in batch]).update(
        claimed_at=now, next_attempt_at=now + HELD_FOR
    )
    return batch


def let_wait(batch: list[OutgoingMail], *, until: datetime) -> None:
    """Give held letters back; they are due again then."""
    held_since = {letter.claimed_at for letter in batch}
    OutgoingMail.objects.filter(
        pk__in=[letter.pk for letter in batch], state=LetterState.QUEUED, claimed_at__in=held_since
    ).update(claimed_at=None, next_attempt_at=until)


def claim(letter: OutgoingMail, *, now: datetime, before: Ended | None) -> bool:
    """Begin an attempt at a held letter, and note how the one before it ended, in one commit.

    False when the letter is not ours any more: sent, taken or recalled by somebody else.
    """
    values = [now, letter.pk, letter.attempts, letter.claimed_at]
    if before is None:
        is_ours = _run(_CLAIM.format(first=""), values)
    else:
        note, noted = _note(before)
        is_ours = _run(f"WITH noted AS ({note}) {_CLAIM.format(first=_NOTED_FIRST)}", noted + values)
    letter.attempts += is_ours
    return is_ours


def note(ended: Ended) -> None:
    """Write down how the attempt at a letter ended.

    A slow sender that comes back with an answer knows better than the sweep that gave it up.
    """
    _run(*_note(ended))


def _note(ended: Ended) -> tuple[str, list]:
    changes = [f"state = {_STATE}", *(f"{column} = %s" for column in ended.changes)]
    values = [ended.state, ended.state, *ended.changes.values()]
    statement = _NOTE.format(changes=", ".join(changes))
    return statement, [*values, ended.letter.pk, ended.letter.attempts]


def _run(statement: str, values: list) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount)
