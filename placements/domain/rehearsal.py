"""What a step would send: it is taken in a transaction that is undone, so that what is shown is what is sent."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from placements.domain import mailrules
from placements.enums import PlanState
from placements.models import PlannedMail


def mails_of(step: Callable[[], object], *, wish_id: int, now: datetime) -> list[PlannedMail]:
    """The mails about the visits of a wish that would be due at once if this step were taken, paused or not,
    and that are not too late by now.

    Raises Refused as the step does.
    """
    with transaction.atomic():
        try:
            step()
            due = PlannedMail.objects.filter(
                placement__wish=wish_id, state=PlanState.PLANNED, due__lte=now
            )
            about = ["recipient", "placement__host__workplace", "placement__wish__round"]
            rows = due.select_related(*about).order_by("pk")
            return [row for row in rows if now <= mailrules.useless_after(row)]
        finally:
            transaction.set_rollback(True)
