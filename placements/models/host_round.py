from django.db import models
from django.utils.translation import gettext_lazy as _

from employees.models import Employee
from hosts.models import Host
from placements.enums import NOT_THIS_TIME, Appetite
from placements.models.round import Round


class HostRoundQuerySet(models.QuerySet):
    def not_this_time(self):
        """What hosts said that do not take part: now, or not before next year."""
        return self.filter(appetite__in=NOT_THIS_TIME)


class HostRound(models.Model):
    """What a host has said of one round, and whether it was asked for more days in it.

    A host that has said nothing takes part. Written by domain/appetite.py and domain/host_days.py.
    """

    host = models.ForeignKey(Host, models.CASCADE, related_name="rounds_said", verbose_name=_("host"))
    round = models.ForeignKey(Round, models.CASCADE, related_name="hosts_said", verbose_name=_("round"))
    appetite = models.CharField(_("takes part"), max_length=10, choices=Appetite, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    said_by = models.ForeignKey(
        Employee, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("said by")
    )
    said_at = models.DateTimeField(_("said"), null=True, blank=True)
    days_asked_at = models.DateTimeField(_("asked for more days"), null=True, blank=True)

    objects = HostRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("host in a round")
        verbose_name_plural = _("hosts in rounds")
        ordering = ["-round__visits_from", "host__workplace__name"]
        constraints = [
            models.UniqueConstraint(
                name="host_speaks_once_of_a_round",
                fields=["host", "round"],
                violation_error_message=_("This host has already said something of this round."),
            ),
            models.CheckConstraint(
                name="appetite_is_known", condition=models.Q(appetite__in=["", *Appetite.values])
            ),
        ]

    @property
    def version(self) -> str:
        """What somebody sees who looks at it: to refuse what was decided on an older picture."""
        return f"{self.appetite or '-'} {self.said_at.isoformat() if self.said_at else '-'}"

    def __str__(self) -> str:
        return f"{self.host} · {self.round}: {self.get_appetite_display() or '–'}"
