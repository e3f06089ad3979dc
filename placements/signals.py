"""What placements do when a record of a lower room changes."""

from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from hosts.models import Host
from placements.domain import mailplan
from placements.models import Placement
from praktik.lib import clock


@receiver(m2m_changed, sender=Host.contacts.through)
def replan_for_new_contacts(instance, action: str, reverse: bool, pk_set, **kwargs) -> None:
    """The mails of a host's live placements go to those who are its contacts now."""
    if action not in {"post_add", "post_remove", "post_clear"}:
        return
    hosts = pk_set or [] if reverse else [instance.pk]
    for placement in Placement.objects.live().with_people().filter(host__in=hosts):
        mailplan.replan(placement, now=clock.now())
