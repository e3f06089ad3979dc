from django.db import models
from django.utils.translation import gettext_lazy as _

from employees.models import Employee
from placements.enums import PlacementState, WishState
from placements.models.placement import Placement
from placements.models.wish import Wish

STATES = [*WishState.choices, *PlacementState.choices]


class Event(models.Model):
    """One change of a wish or placement: who, when, from, to, reason. Only ever added."""

    wish = models.ForeignKey(Wish, models.CASCADE, related_name="events", verbose_name=_("wish"))
    placement = models.ForeignKey(
        Placement,
        models.SET_NULL,
        related_name="events",
        null=True,
        blank=True,
        verbose_name=_("placement"),
    )
    by = models.ForeignKey(
        Employee,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("when"))
    from_state = models.CharField(_("from"), max_length=10, choices=STATES, blank=True)
    to_state = models.CharField(_("to"), max_length=10, choices=STATES)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_from_state_display() or '–'} → {self.get_to_state_display()}"
