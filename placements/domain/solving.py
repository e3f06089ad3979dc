"""Solving a round's puzzle in the background: asked for, worked out on a snapshot, kept to be chosen.

Each goal is a Solve of its own, so that alternatives stand side by side. Nothing on the board moves.
"""

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from math import inf

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from employees.models import Employee
from placements.domain import fingerprints, snapshot
from placements.domain.phases import check_not_closed
from placements.enums import SolveGoal, SolveState
from placements.matching import chains, scoring
from placements.matching.limit import Stopped
from placements.matching.solve import Progress, solve
from placements.matching.types import Goal, Problem, Proof, Solution
from placements.matching.whatif import Helps, what_would_help
from placements.models import Round, Solve
from praktik.lib.background import queue, queue_after_commit

SOLVE_ROUND = "placements.tasks.solve_round"
KEPT_SOLVES = 12
TAKEN_UP_AFTER = timedelta(minutes=1)
LEFT_AFTER = timedelta(minutes=5)
MOST_ATTEMPTS = 3
SIGN_SECONDS = 10
SILENT_AFTER = timedelta(seconds=3 * SIGN_SECONDS)


def ask(*, round: Round, goals=SolveGoal.values, by: Employee, now: datetime) -> list[Solve]:
    """Have the puzzle solved for each of these goals. While one is at work, nothing is added.

    Those that came to no answer are dropped, and old solutions beyond the newest. Raises Refused when
    the round is closed.
    """
    with transaction.atomic():
        check_not_closed(Round.objects.select_for_update(no_key=True).get(pk=round.pk))
        if round.solves.at_work().exists():
            return []
        round.solves.exclude(pk__in=round.solves.finished()).delete()
        asked = [Solve.objects.create(round=round, goal=goal, by=by, asked_at=now) for goal in goals]
        kept = round.solves.order_by("-pk").values_list("pk", flat=True)[:KEPT_SOLVES]
        round.solves.exclude(pk__in=list(kept)).delete()
        for row in asked:
            queue_after_commit(SOLVE_ROUND, row.pk)
    return asked


def stop(*, round: Round, now: datetime) -> bool:
    """Stop what is being worked out within about two seconds; the best so far is kept.

    What has no answer yet, and what no living worker has, is stopped here and now. Returns whether
    something is still to stop.
    """
    at_work = round.solves.at_work()
    helping = round.solves.most_placed().filter(helps__isnull=True)
    with transaction.atomic():
        (at_work | helping).update(stop_asked=True)
        _end(at_work.filter(Q(step="") | _is_silent(now)), now)
        return at_work.exists() or helping.exists()


def is_helping(solve: Solve, *, now: datetime) -> bool:
    """Whether a living worker still is to say whom to phone."""
    is_alive = solve.alive_at is not None and now - solve.alive_at < LEFT_AFTER
    return solve.helps is None and (is_alive or solve.round.solves.at_work().exists())


def take_up_waiting(*, now: datetime) -> None:
    """Queue again what was asked for while the broker was away, and what a dead worker left behind;
    what such a worker was to stop is stopped for it."""
    _end(Solve.objects.at_work().filter(_is_silent(now), stop_asked=True), now)
    waiting = Solve.objects.filter(state=SolveState.WAITING, asked_at__lt=now - TAKEN_UP_AFTER)
    left = Solve.objects.filter(_was_left(now))
    for pk in (waiting | left).values_list("pk", flat=True):
        queue(SOLVE_ROUND, pk, expires=60)


def run(pk: int, *, clock: Callable[[], datetime]) -> None:
    """Work out one solution, unless it is finished or a living worker is at it.

    What a dead worker left behind is begun anew, three times at most.
    """
    free = Solve.objects.filter(Q(state=SolveState.WAITING) | _was_left(clock()), pk=pk)
    row = free.select_related("round").first()
    if row is None:
        return
    row.attempts, row.placed = row.attempts + 1, 0
    claimed = free.filter(attempts=row.attempts - 1).update(
        state=SolveState.RUNNING, step="", placed=0, alive_at=clock(), attempts=row.attempts
    )
    if not claimed:
        return
    if row.attempts > MOST_ATTEMPTS:
        _finish(row, SolveState.FAILED, clock)
        return
    try:
        seen = _work_out(row, clock)
    except Exception:
        _finish(row, SolveState.FAILED, clock)
        raise
    if not row.round.solves.at_work().exists():
        _find_help(row.round, seen, clock)


def _was_left(now: datetime) -> Q:
    return Q(state=SolveState.RUNNING, alive_at__lt=now - LEFT_AFTER)


def _is_silent(now: datetime) -> Q:
    return Q(alive_at__lt=now - SILENT_AFTER)


def _end(solves: QuerySet[Solve], now: datetime) -> None:
    """Stop these without an answer; a worker that has one of them after all writes nothing more.

    Where nothing is left at work then, nobody will work out whom to phone.
    """
    rounds = set(solves.values_list("round_id", flat=True))
    solves.update(state=SolveState.STOPPED, placed=0, finished_at=now, attempts=F("attempts") + 1)
    for round in rounds:
        if not Solve.objects.at_work().filter(round=round).exists():
            Solve.objects.most_placed().filter(round=round, helps__isnull=True).update(
                helps={"calls": [], "is_complete": False}
            )


def _work_out(row: Solve, clock) -> snapshot.Snapshot:
    seen = snapshot.take(row.round, now=clock())
    watch = _Watch(row, clock)
    try:
        found = solve(
            seen.problem,
            goal=Goal(row.goal),
            weights=snapshot.weights(row.round),
            time_limit=settings.SOLVE_SECONDS,
            on_progress=watch.note,
            should_stop=watch.is_to_stop,
        )
    except Stopped:
        _finish(row, SolveState.STOPPED, clock)
        return seen
    row.seen = fingerprints.take(seen)
    row.stays = [_as_json(stay, seen) for stay in found.stays]
    row.figures = _figures(seen.problem, found)
    row.proofs = [_proof(proof) for proof in found.proofs]
    row.seconds, row.placed = found.seconds, len(found.stays)
    _finish(row, SolveState.STOPPED if found.was_stopped else SolveState.DONE, clock)
    return seen


def _figures(problem: Problem, found: Solution) -> dict[str, int]:
    in_rings = chains.count(problem, found.stays)
    return asdict(scoring.figures(problem, found.stays)) | {"in_rings": in_rings}


def _find_help(round: Round, seen: snapshot.Snapshot, clock) -> None:
    """The calls that would help the newest answer, when all that was asked for is solved.

    Should the worker die over it, its signs of life end: then it counts as not worked out. The same
    when the round has changed since that answer was found.
    """
    row = round.solves.most_placed().first()
    if row is None or row.helps is not None:
        return
    helps = Helps((), is_complete=False)
    if not fingerprints.changes(row.seen, seen):
        watch = _Watch(row, clock)
        watch.is_to_stop()
        helps = what_would_help(
            seen.problem,
            _solution(row, seen),
            time_limit=settings.SOLVE_SECONDS / 2,
            should_stop=watch.is_to_stop,
        )
    days = [day.isoformat() for day in seen.problem.days]
    calls = [
        [each.host, each.places, [[days[day], n] for day, n in each.seats], each.visitors]
        for each in helps.calls
    ]
    Solve.objects.filter(pk=row.pk).update(helps={"calls": calls, "is_complete": helps.is_complete})


def _solution(row: Solve, seen: snapshot.Snapshot) -> Solution:
    """The answer as the puzzle gave it."""
    stays = tuple(
        seen.stay(wish, host, map(date.fromisoformat, days)) for wish, host, days in row.stays
    )
    bounds = [inf if proof["bound"] is None else proof["bound"] for proof in row.proofs]
    proofs = tuple(
        Proof(proof["goal"], proof["value"], bound)
        for proof, bound in zip(row.proofs, bounds, strict=True)
    )
    return Solution(stays, proofs, row.seconds)


def _as_json(stay, seen: snapshot.Snapshot) -> list:
    placement = seen.placements.get(stay.person)
    if placement and seen.stay(stay.person, placement.host_id, placement.days) == stay:
        days = placement.days  # also those that are over, of which the puzzle knows nothing
    else:
        days = [seen.problem.days[day] for day in stay.days]
    return [stay.person, stay.host, [day.isoformat() for day in days]]


def _proof(proof) -> dict:
    bound = None if proof.bound == float("inf") else proof.bound
    gap = None if proof.gap == float("inf") else proof.gap
    return {"goal": proof.goal, "value": proof.value, "bound": bound, "gap": gap}


def _finish(row: Solve, state: SolveState, clock) -> None:
    """Write the outcome, unless another attempt has taken over."""
    answer = ["seen", "stays", "figures", "proofs", "seconds", "placed"]
    Solve.objects.filter(pk=row.pk, attempts=row.attempts).update(
        state=state, finished_at=clock(), **{name: getattr(row, name) for name in answer}
    )


class _Watch:
    """Writes progress and signs of life to the row, and reads there whether to stop."""

    def __init__(self, row: Solve, clock: Callable[[], datetime]):
        self._row, self._clock, self._noted = row, clock, 0.0

    def note(self, progress: Progress) -> None:
        """Write how far the solve has come."""
        self._write(step=progress.step, placed=progress.placed)

    def is_to_stop(self) -> bool:
        """Whether somebody pressed stop, or another attempt has taken over."""
        if time.monotonic() - self._noted > SIGN_SECONDS:
            self._write()
        return not self._mine().filter(stop_asked=False).exists()

    def _write(self, **progress) -> None:
        self._noted = time.monotonic()
        self._mine().update(alive_at=self._clock(), **progress)

    def _mine(self):
        return Solve.objects.filter(pk=self._row.pk, attempts=self._row.attempts)
