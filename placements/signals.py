"""What placements do when a record of a lower room changes."""

from collections.abc import Iterable

from django.db.models.signals import m2m_changed
from django.dispatch import receiver
from django.utils import timezone

from employees.signals import people_changed
from hosts.models import Host
from placements.domain import mailplan, people_changes
from placements.models import Placement
from praktik.lib import clock


@receiver(m2m_changed, sender=Host.contacts.through)
def replan_for_new_contacts(instance, action: str, reverse: bool, pk_set, **kwargs) -> None:
    """The mails of a host's live placements go to those who are its contacts now."""
    if action not in {"post_add", "post_remove", "post_clear"}:
        return
    hosts = pk_set or [] if reverse else [instance.pk]
    now = clock.now()
    since = timezone.localdate(now) - people_changes.AFTER_VISITS
    placements = Placement.objects.live().with_people().filter(host__in=hosts, last_day__gte=since)
    for placement in placements.order_by("pk"):
        mailplan.replan(placement, now=now)


@receiver(people_changed)
def replan_for_new_managers(people: Iterable[int], **kwargs) -> None:
    """The mails go to those who are managers now, and no longer to who has left."""
    people_changes.note_change(people, now=clock.now())
