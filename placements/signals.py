"""What placements do when a record of a lower room changes."""

from datetime import timedelta

from django.db.models.signals import m2m_changed
from django.dispatch import receiver
from django.utils import timezone

from hosts.models import Host
from placements.domain import mailplan
from placements.models import Placement
from praktik.lib import clock

# Contacts still hear of visits that ended lately: evaluation, thanks.
AFTER_VISITS = timedelta(days=60)


@receiver(m2m_changed, sender=Host.contacts.through)
def replan_for_new_contacts(instance, action: str, reverse: bool, pk_set, **kwargs) -> None:
    """The mails of a host's live placements go to those who are its contacts now."""
    if action not in {"post_add", "post_remove", "post_clear"}:
        return
    hosts = pk_set or [] if reverse else [instance.pk]
    now = clock.now()
    since = timezone.localdate(now) - AFTER_VISITS
    for placement in Placement.objects.live().with_people().filter(host__in=hosts, last_day__gte=since):
        mailplan.replan(placement, now=now)
