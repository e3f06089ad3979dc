"""Erasing personal data on the date that was shown."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import transaction

from employees.models import Employee
from hosts.models import Call, CallClaim
from mail.models import DailyRelease, OutgoingMail
from placements.domain import letter_keys
from placements.models import (
    BoardStep,
    GroupMail,
    HostRound,
    Placement,
    PlannedMail,
    Round,
    Solve,
    Wish,
)


def erase_due(*, today: date) -> int:
    """Erase all rounds' wishes and visits, letters, calls and former employees whose date has come.

    Returns the number of wishes, letters, calls and employees erased. Evaluations, ideas and letters
    go with their visits. Who has left can no longer sign in.
    """
    Employee.objects.filter(left_on__lte=today, is_active=True).update(is_active=False)
    _erase_log(today)
    erased = [_erase_wishes(today), _erase_letters(today), _erase_calls(today), _erase_people(today)]
    return sum(erased)


@transaction.atomic
def _erase_wishes(today: date) -> int:
    last_visits_before = today - timedelta(days=settings.RETENTION_DAYS)
    wishes = Wish.objects.filter(round__in=Round.objects.filter(visits_until__lte=last_visits_before))
    OutgoingMail.objects.filter(planned_mail__wish__in=wishes).delete()
    # Of a mail that was sent again, the letters before the last.
    again = PlannedMail.objects.filter(wish__in=wishes, times_written__gt=1)
    for planned in again:
        OutgoingMail.objects.filter(key__in=letter_keys.keys_of(planned)).delete()
    Placement.objects.filter(wish__in=wishes).delete()
    for board in (Solve, BoardStep, GroupMail, HostRound):
        board.objects.filter(round__wishes__in=wishes).delete()
    erased = wishes.count()
    wishes.delete()
    return erased


def _erase_letters(today: date) -> int:
    DailyRelease.objects.filter(date__lte=today - OutgoingMail.KEPT_FOR).delete()
    old = OutgoingMail.objects.filter(created_at__date__lte=today - OutgoingMail.KEPT_FOR)
    erased = old.count()
    old.delete()
    return erased


def _erase_calls(today: date) -> int:
    """What was said on the phone, and claims that nobody gave back."""
    CallClaim.objects.filter(at__date__lt=today).delete()
    old = Call.objects.filter(day__lte=today - timedelta(days=settings.RETENTION_DAYS))
    erased = old.count()
    old.delete()
    return erased


def _erase_log(today: date) -> None:
    """The admin's own log of changes keeps names as well."""
    kept_since = today - timedelta(days=settings.RETENTION_DAYS)
    LogEntry.objects.filter(action_time__date__lte=kept_since).delete()


def _erase_people(today: date) -> int:
    """People who left and of whom nothing is kept any more."""
    gone = Employee.objects.filter(
        left_on__lte=today - Employee.KEPT_AFTER_LEAVING,
        wishes__isnull=True,
        evaluations__isnull=True,
    )
    erased = gone.count()
    gone.delete()
    return erased
