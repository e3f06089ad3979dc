"""The demo's conveniences: signing in as anybody, and a clock that can be moved."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from employees.models import Employee
from hosts.models import Host
from placements.models import Wish


@dataclass(frozen=True)
class Role:
    """A heading on the demo's start page and the people under it."""

    name: str
    people: list[Employee]


def roles() -> list[Role]:
    """The people one can sign in as, by role; empty outside demo mode."""
    if not settings.DEMO:
        return []
    known = Employee.objects.filter(is_active=True).select_related("workplace")
    return [
        Role(_("Consultants"), list(known.filter(is_staff=True))),
        Role(_("Participants"), list(known.filter(wishes__in=Wish.objects.all()).distinct()[:16])),
        Role(_("Host contacts"), list(known.filter(hosts__in=Host.objects.all()).distinct()[:12])),
        Role(_("Managers"), list(known.filter(team__wishes__isnull=False).distinct()[:6])),
    ]
