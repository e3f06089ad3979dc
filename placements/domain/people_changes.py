"""The mail plan follows the people: a new manager is asked, who has left is not written to."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from placements.domain import mailplan
from placements.models import Placement, Wish
from praktik.lib.background import queue_after_commit

# Host contacts and managers still hear of visits that ended lately: evaluation, thanks.
AFTER_VISITS = timedelta(days=60)


def note_change(people: Iterable[int], *, now: datetime) -> None:
    """Have the plans made anew in which these people (by key) take part: at the next sweep, however many."""
    people = list(people)
    since = timezone.localdate(now) - AFTER_VISITS
    hosted = Placement.objects.live().filter(host__contacts__in=people, last_day__gte=since)
    theirs = Q(employee__in=people) | Q(employee__manager__in=people) | Q(pk__in=hosted.values("wish"))
    open_wishes = Wish.objects.filter(round__closed_at=None, round__visits_until__gte=since)
    stale = open_wishes.filter(theirs).order_by("pk").select_for_update(no_key=True)
    with transaction.atomic():
        keys = list(stale.values_list("pk", flat=True))
        if keys:
            Wish.objects.filter(pk__in=keys).update(plan_is_stale=True)
            queue_after_commit(mailplan.SEND_DUE)
