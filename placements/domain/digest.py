"""The consultants' morning mail: what to do today, on working days at 07:00, only when there is something."""

from datetime import datetime, time

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from employees.models import Employee
from mail import outbox, rendering
from placements.domain import todo
from placements.models import Digest
from praktik.lib.dates import at, is_working_day
from praktik.lib.links import absolute

FROM, UNTIL = time(7), time(12)


def send_due(*, now: datetime) -> int:
    """Write today's letters, once a day; returns how many. After noon it is too late for a morning mail.

    The day's row is the claim: it is committed with the letters or not at all.
    """
    today = timezone.localdate(now)
    if not is_working_day(today) or not at(today, FROM) <= now <= at(today, UNTIL):
        return 0
    with transaction.atomic():
        _day, is_first = Digest.objects.get_or_create(day=today)
        if not is_first:
            return 0
        tasks = todo.tasks(now=now)
        consultants = Employee.objects.consultants() if tasks else []
        for person in consultants:
            _write(person, tasks, today, now)
        return len(consultants)


def _write(person: Employee, tasks: list[todo.Task], today, now: datetime) -> None:
    home = absolute(reverse("admin:index"))
    with translation.override(person.language):
        lines = [(str(task.label), task.count, home + task.path) for task in tasks]
    outbox.post(
        key=f"digest-{today}-{person.pk}",
        to_address=person.email,
        to_name=person.name,
        language=person.language,
        letter=rendering.render(
            "digest",
            language=person.language,
            recipient=person,
            tasks=lines,
            home_url=home,
            today=today,
        ),
        now=now,
        is_urgent=True,
        expires_at=at(today, time(23, 59)),
    )
