"""What only the demo has: 404 everywhere else."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from employees.models import Employee
from placements.domain import mailplan
from praktik.lib import background, clock


@require_POST
def sign_in_as(request, pk: int):
    """Sign in as any demo person with one click."""
    _only_in_demo()
    person = get_object_or_404(Employee, pk=pk, is_active=True)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("admin:index" if person.is_staff else "own_page")


@require_POST
def move_clock(request):
    """Move the demo's clock on by a number of days (or back to now) and send what became due."""
    _only_in_demo()
    days = request.POST.get("days", "")
    if days.isdecimal() and 0 < int(days) <= 100:
        clock.move(timedelta(days=int(days)))
    else:
        clock.reset()
    background.queue(mailplan.SEND_DUE)
    return redirect("start")


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise Http404
