"""The catalogue of hosts and a host's own page."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from employees.models import Department
from hosts.models import Field, Host

HOSTS_PER_PAGE = 24


@login_required
@require_safe
def catalogue(request):
    """Open hosts, searched by words, department and kind of work."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    department = _number(request.GET.get("department"))
    field = _number(request.GET.get("field"))
    open_to_me = Host.objects.open().visible_to(request.user)
    hosts = open_to_me.with_place().matching(words)
    if department:
        hosts = hosts.filter(workplace__department=department)
    if field:
        hosts = hosts.filter(fields=field)
    page = Paginator(hosts, HOSTS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "hosts/catalogue.html",
        {
            "page": page,
            "words": words,
            "department": department,
            "field": field,
            "departments": Department.objects.filter(workplaces__host__in=open_to_me).distinct(),
            "fields": Field.objects.filter(host__in=open_to_me).distinct(),
        },
    )


@login_required
@require_safe
def host_page(request, pk: int):
    """What one can experience at a host, when, and the practical things."""
    host = get_object_or_404(Host.objects.open().visible_to(request.user).with_place(), pk=pk)
    return render(request, "hosts/host.html", {"host": host})


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None
