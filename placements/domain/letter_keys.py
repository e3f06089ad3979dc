"""The keys in the outbox by which the letters of a planned mail are known: one for each time it was written."""

from mail.models import OutgoingMail
from placements.models import PlannedMail

_PLANNED = "planned-"


def key(planned: PlannedMail, number: int) -> str:
    """The key of the number-th letter (from 0) written for a planned mail."""
    return f"{_PLANNED}{planned.pk}-{number}"


def keys_of(planned: PlannedMail) -> list[str]:
    """The keys of all letters written for a planned mail."""
    return [key(planned, number) for number in range(planned.times_written)]


def is_of_plan(letter: OutgoingMail) -> bool:
    """Whether a letter was written for a planned mail."""
    return letter.key.startswith(_PLANNED)


def planned_of(letter: OutgoingMail) -> int:
    """The primary key of the planned mail that a letter was written for."""
    return int(letter.key.split("-")[1])
