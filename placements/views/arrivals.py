"""Who arrives when: the page for a host's contacts, and its calendar feed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from employees.models import Employee
from hosts.models import Host
from placements.domain import calendars
from placements.domain.arrivals import arrivals_by_week, confirmed_days
from praktik.lib import clock
from praktik.lib.links import absolute, new_secret


@login_required
@require_safe
def arrivals(request, host_pk: int):
    """The visitors of a host by week and day; from today, or all with ?all=1."""
    host = own_host(request, host_pk)
    show_all = request.GET.get("all") == "1"
    return render(
        request,
        "placements/arrivals.html",
        {
            "host": host,
            "weeks": arrivals_by_week(host, since=None if show_all else clock.today()),
            "show_all": show_all,
            "today": clock.today(),
            "feed_url": absolute(reverse("host_feed", args=[host.feed_secret])),
        },
    )


@login_required
@require_POST
def renew_feed(request, host_pk: int):
    """Give the calendar feed a new address; the old one stops working."""
    host = own_host(request, host_pk)
    host.feed_secret = new_secret()
    host.save(update_fields=["feed_secret"])
    messages.success(request, _("The calendar has a new address. The old one no longer works."))
    return redirect("arrivals", host.pk)


@require_safe
def host_feed(request, secret: str):
    """A host's visit days as a calendar to subscribe to; whoever knows the address reads it."""
    host = get_object_or_404(Host.objects.select_related("workplace"), feed_secret=secret)
    with override("da"):
        return _calendar(calendars.host_feed(host, confirmed_days(host=host), now=clock.now()))


@login_required
@require_POST
def renew_own_feed(request):
    """Give one's own calendar a (new) secret address; an old one stops working."""
    request.user.feed_secret = new_secret()
    request.user.save(update_fields=["feed_secret"])
    messages.success(request, _("Your calendar has a new address. An old one no longer works."))
    return redirect("own_page")


@require_safe
def own_feed(request, secret: str):
    """One's own visit days as a calendar to subscribe to; whoever knows the address reads it."""
    person = get_object_or_404(Employee, feed_secret=secret, is_active=True)
    with override(person.language):
        return _calendar(calendars.personal_feed(confirmed_days(employee=person), now=clock.now()))


def _calendar(feed: bytes) -> HttpResponse:
    response = HttpResponse(feed, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="praktik.ics"'
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def own_host(request, pk: int) -> Host:
    """The host with this key, if the person signed in is one of its contacts; else 404."""
    return get_object_or_404(request.user.hosts.select_related("workplace__department"), pk=pk)
