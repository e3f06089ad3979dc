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


def replan_stale_wishes(*, now: datetime) -> None:
    """Make the plans anew of the wishes of which that was asked, with their visits; each is one transaction."""
    for pk in Wish.objects.filter(plan_is_stale=True).values_list("pk", flat=True):
        with transaction.atomic():
            stale = Wish.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            stale = stale.select_related("round", "employee__manager")
            wish = stale.filter(pk=pk, plan_is_stale=True).first()
            if wish is None:
                continue
            for placement in Placement.objects.filter(wish=wish).with_people():
                mailplan.replan_or_report(placement, now)
            mailplan.replan_or_report(wish, now)
            Wish.objects.filter(pk=pk).update(plan_is_stale=False)
