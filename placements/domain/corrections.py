"""Correcting what was noted of a call, with what the call changed in its round."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from employees.models import Employee
from hosts.models import Call, Host
from placements.domain import appetite
from placements.enums import Appetite
from placements.models import HostRound, Round

SAID_INSTEAD = {Call.Outcome.YES: Appetite.YES, Call.Outcome.MAYBE: Appetite.MAYBE}


def correct(*, call: Call, by: Employee, now: datetime) -> list[Round]:
    """Save a call as corrected, and take back the no that it wrote and that it is no longer.

    Returns the rounds in which the host is kept out no more.
    """
    if call.outcome != Call.Outcome.NO:
        call.reasons = []
    with transaction.atomic():
        call.save()
        rows = [] if call.outcome == Call.Outcome.NO else _written_by(call, now)
        for row in rows:
            appetite.unsay(host=row.host, round=row.round)
            if said := SAID_INSTEAD.get(call.outcome):
                appetite.say(host=row.host, round=row.round, appetite=said, reason="", by=by, now=now)
    return [row.round for row in rows]


def _written_by(call: Call, now: datetime) -> list[HostRound]:
    """The no of this call, of rounds that go on and where the host has said nothing since.

    The host is held, so that it says nothing in this moment.
    """
    list(Host.objects.filter(workplace=call.workplace_id).select_for_update(no_key=True))
    rows = HostRound.objects.filter(
        host__workplace=call.workplace_id,
        said_at=call.made_at,
        appetite=Appetite.NO,
        round__closed_at=None,
        round__visits_until__gte=timezone.localdate(now),
    )
    return list(rows.select_related("host", "round"))
