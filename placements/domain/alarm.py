"""The alarm to the consultants on a day whose limit of letters is reached."""

from datetime import datetime, time

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from employees.models import Employee
from mail import outbox, rendering
from placements.domain import todo
from praktik.lib.dates import at
from praktik.lib.links import absolute


def send_due(*, now: datetime) -> int:
    """Tell each consultant once a day, as soon as the limit holds letters back; returns how many were told.

    It goes out in spite of the limit.
    """
    waiting = outbox.stopped(now=now).count()
    if not waiting:
        return 0
    today = timezone.localdate(now)
    consultants = {f"limit-{today}-{person.pk}": person for person in Employee.objects.consultants()}
    untold = consultants.keys() - outbox.written(consultants)
    for key in untold:
        _write(key, consultants[key], waiting, now)
    return len(untold)


def _write(key: str, person: Employee, waiting: int, now: datetime) -> None:
    outbox.post(
        key=key,
        to_address=person.email,
        to_name=person.name,
        language=person.language,
        letter=rendering.render(
            "limit",
            language=person.language,
            recipient=person,
            waiting=waiting,
            limit=settings.MAIL_PER_DAY,
            outbox_url=absolute(reverse("admin:index")) + todo.STOPPED,
        ),
        now=now,
        is_urgent=True,
        expires_at=at(timezone.localdate(now), time(23, 59)),
    )
