"""The catalogue of hosts, a host's page, and how a workplace becomes a host."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from employees.models import Area, Department, Organisation, Sector
from hosts import sign_up
from hosts.forms import SignUpForm
from hosts.models import Field, Host
from praktik.lib import clock
from praktik.lib.errors import Refused

HOSTS_PER_PAGE = 24
# What can be chosen in the catalogue, and where a host has it.
FILTERS = {
    "organisation": "workplace__department__organisation",
    "area": "workplace__department__organisation__area",
    "sector": "workplace__department__organisation__sector",
    "department": "workplace__department",
    "field": "fields",
}


@login_required
@require_safe
def catalogue(request):
    """Open hosts, searched by words, kind of work and department; across organisations by these too."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    open_to_me = Host.objects.open().visible_to(request.user)
    selects = _selects(open_to_me, request.GET)
    hosts = open_to_me.with_place().matching(words)
    for select in selects:
        if select.chosen:
            hosts = hosts.filter(**{FILTERS[select.name]: select.chosen})
    page = Paginator(hosts, HOSTS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "hosts/catalogue.html",
        {
            "page": page,
            "words": words,
            "selects": selects,
            "shows_organisation": any(select.name == "organisation" for select in selects),
        },
    )


@dataclass(frozen=True)
class Select:
    """One select list of the search. chosen is one of the values of its options, or empty."""

    name: str
    label: str
    everything: str
    options: list[tuple[str, str]]
    chosen: str


def _selects(hosts, asked) -> list[Select]:
    """What there is to choose between. Of many organisations' departments, those of one are shown."""
    organisations = list(
        Organisation.objects.filter(departments__workplaces__host__in=hosts).distinct()
    )
    departments = Department.objects.filter(workplaces__host__in=hosts).distinct()
    found = []
    if len(organisations) > 1:
        rows = _rows(organisations)
        own = _select("organisation", _("Organisation"), _("All organisations"), rows, asked)
        found = [
            own,
            _select("area", _("Part of the country"), _("The whole country"),
                    _parts(Area, {each.area for each in organisations}), asked),
            _select("sector", _("Sector"), _("All sectors"),
                    _parts(Sector, {each.sector for each in organisations}), asked),
        ]  # fmt: skip
        departments = departments.filter(organisation=own.chosen or None)
    fields = Field.objects.filter(host__in=hosts).distinct()
    found += [
        _select("department", _("Department"), _("All departments"), _rows(departments), asked),
        _select("field", _("Kind of work"), _("All kinds of work"), _rows(fields), asked),
    ]
    return [select for select in found if select.options]


def _select(name: str, label: str, everything: str, options: list[tuple[str, str]], asked) -> Select:
    chosen = asked.get(name, "")
    return Select(name, label, everything, options, chosen if chosen in dict(options) else "")


def _parts(kind, present: set[str]) -> list[tuple[str, str]]:
    """Parts of the country or sectors, where there is more than one."""
    named = [(part.value, part.label) for part in kind if part in present]
    return named if len(named) > 1 else []


def _rows(rows) -> list[tuple[str, str]]:
    return [(str(row.pk), str(row)) for row in rows]


@login_required
@require_safe
def host_page(request, pk: int):
    """What one can experience at a host, when, and the practical things."""
    host = get_object_or_404(Host.objects.shown_to(request.user).with_place(), pk=pk)
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
