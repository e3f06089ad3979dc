"""What has happened since somebody looked at the board, or since a solution was worked out.

So that nobody overwrites unseen what a colleague has just done.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from placements.domain import fingerprints, snapshot
from placements.domain.errors import Refused
from placements.models import BoardStep, Placement, Round, Solve, Wish
from praktik.lib.wording import days_in_words, moment_in_words


def version(round: Round) -> int:
    """The board as it stands: the key of its last change that is not undone, 0 where there is none."""
    return round.board_steps.standing().values_list("pk", flat=True).first() or 0


def check_version(round: Round, seen: int) -> None:
    """Raises Refused when the board has changed since it stood at `seen`."""
    if version(round) != seen:
        words = _("Nothing was changed: the board has just been changed. %(what)s")
        raise Refused(words % {"what": " ".join(steps_since(round, seen))})


def steps_since(round: Round, seen: int) -> list[str]:
    """What was done to the board since it stood at `seen`, and what was undone."""
    done = round.board_steps.standing().filter(pk__gt=seen)
    undone = round.board_steps.filter(pk__gt=version(round), pk__lte=seen, is_undone=True)
    return [_in_words(step) for step in [*done, *undone]]


@dataclass(frozen=True)
class News:
    """What somebody should read before a solution is put on the board; false when there is nothing."""

    changes: list[str]
    steps: list[str]

    def __bool__(self) -> bool:
        return bool(self.changes or self.steps)


def since(solve: Solve, *, seen: int | None, now: datetime) -> News:
    """What has changed in the round since a solution was worked out, and on the board since it stood at `seen`.

    And what was done by hand since, where the solution would reverse it.
    """
    present = snapshot.take(solve.round, now=now)
    changes = _changes(solve, present)
    steps = [] if seen is None else steps_since(solve.round, seen)
    return News(changes, list(dict.fromkeys(steps + overturned(solve, present))))


def changes_since(solve: Solve, *, now: datetime) -> list[str]:
    """What has changed in the round since a solution was worked out, and what was said of it with it."""
    return _changes(solve, snapshot.take(solve.round, now=now))


def _changes(solve: Solve, present: snapshot.Snapshot) -> list[str]:
    return fingerprints.in_words(fingerprints.changes(solve.seen, present))


def overturned(solve: Solve, seen: snapshot.Snapshot) -> list[str]:
    """What was done by hand after a solution was asked for, and choosing it would reverse."""
    stays = {wish: [host, days] for wish, host, days in solve.stays}
    by_hand = solve.round.board_steps.standing().filter(is_choice=False, at__gt=solve.asked_at)
    return [
        _in_words(step)
        for step in by_hand
        if any(
            seat != step.before[wish] and _would_move(seen, int(wish), stays.get(int(wish)))
            for wish, seat in step.after.items()
        )
    ]


def mark(placement: Placement | None) -> str:
    """What somebody sees of the place of a wish: to refuse what was decided on an older picture."""
    if placement is None:
        return ""
    return f"{placement.host_id} {placement.version} {'pinned' if placement.is_pinned else ''}".strip()


def check_mark(wish: Wish, seen: str) -> None:
    """Raises Refused when the place of a wish is no longer what somebody saw of it."""
    present = Placement.objects.live().with_people().filter(wish=wish).first()
    if mark(present) != seen:
        raise Refused(_where_it_is_now(wish, present))


def _where_it_is_now(wish: Wish, placement: Placement | None) -> str:
    if placement is None:
        words = _("Nothing was changed: %(name)s has been taken off the board.")
        return words % {"name": wish.employee}
    words = _("Nothing was changed: %(name)s is now at %(host)s on %(days)s (%(state)s).")
    state = placement.get_state_display().lower()
    return words % {
        "name": wish.employee,
        "host": placement.host,
        "days": days_in_words(placement.days),
        "state": _("%(state)s, pinned") % {"state": state} if placement.is_pinned else state,
    }


def _would_move(seen: snapshot.Snapshot, wish: int, target: list | None) -> bool:
    placement = seen.placements.get(wish)
    if wish not in seen.wishes or not snapshot.is_loose(placement):
        return False
    present = placement and [placement.host_id, [day.isoformat() for day in placement.days]]
    return present != target


def _in_words(step: BoardStep) -> str:
    what = _("undone: %(what)s") % {"what": step.what} if step.is_undone else step.what
    return _("%(when)s, %(who)s: %(what)s.") % {
        "when": moment_in_words(step.at),
        "who": step.by or _("somebody"),
        "what": what,
    }
