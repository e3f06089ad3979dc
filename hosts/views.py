"""The catalogue of hosts, a host's page, and how a workplace becomes a host."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from employees.models import Department
from hosts import sign_up
from hosts.forms import SignUpForm
from hosts.models import Field, Host
from praktik.lib import clock
from praktik.lib.errors import Refused

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


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up_page(request):
    """Sign a workplace up as a host; a consultant approves it before it is shown."""
    person = request.user
    form = SignUpForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        host = form.save(commit=False)
        try:
            sign_up.sign_up(host=host, fields=form.cleaned_data["fields"], by=person, now=clock.now())
        except Refused as refusal:
            form.add_error("workplace", str(refusal))
        else:
            words = _("Thank you! %(host)s is signed up. A consultant looks at it, and you get a mail.")
            messages.success(request, words % {"host": host})
            return redirect("host_settings", host.pk)
    own = Host.objects.filter(workplace=person.workplace_id).prefetch_related("contacts").first()
    context = {"form": form, "own_host": own, "has_choice": SignUpForm.workplaces(person).exists()}
    return render(request, "hosts/sign_up.html", context)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None
