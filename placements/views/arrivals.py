"""Who arrives when: the page for a host's contacts, with attendance and letters to the visitors; the feeds."""

from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from employees.models import Employee
from hosts.models import Host
from placements.domain import calendars, evaluations, host_mail, mail_links
from placements.domain.arrivals import arrivals_by_week, confirmed_days, requests, to_note
from placements.domain.errors import Refused
from placements.forms.host_mail import HostMailForm
from placements.models import Placement
from praktik.lib import clock
from praktik.lib.links import absolute, new_secret


@login_required
@require_safe
def arrivals(request, host_pk: int):
    """The visitors of a host by week and day: from today on, or what ?show= asks for."""
    host = own_host(request, host_pk)
    today, now = clock.today(), clock.now()
    show, span = days_shown(request)
    weeks = arrivals_by_week(host, **span)
    visits = {row.placement for _week, days in weeks for _day, rows in days for row in rows}
    return render(
        request,
        "placements/arrivals.html",
        {
            "host": host,
            "weeks": weeks,
            "tabs": _TABS,
            "show": show,
            "today": today,
            "over": {visit.pk for visit in visits if visit.is_over(now)},
            "to_note": to_note(host, now=now),
            "requests": [
                (placement, mail_links.host_answer_url(placement, request.user))
                for placement in requests(host)
            ],
            "feed_url": absolute(reverse("host_feed", args=[host.feed_secret])),
        },
    )


@login_required
@require_POST
def note_attendance(request, host_pk: int, pk: int):
    """Whether a visitor came, with one click; it can be corrected."""
    host = own_host(request, host_pk)
    visit = get_object_or_404(Placement.objects.with_people(), pk=pk, host=host)
    came = request.POST.get("came")
    if came not in {"yes", "no"}:
        raise Http404
    try:
        evaluations.note_attendance(
            placement=visit, came=came == "yes", by=request.user, now=clock.now(),
            seen=request.POST.get("seen", ""),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = (
            _("It is noted that %(name)s came.")
            if came == "yes"
            else _("It is noted that %(name)s did not come. The consultants follow it up.")
        )
        messages.success(request, words % {"name": visit.employee})
    show = request.POST.get("show", "")
    query = f"?show={show}" if show and show in _SPANS else ""
    return redirect(reverse("arrivals", args=[host_pk]) + query)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request, host_pk: int, day: str):
    """Write to all visitors of a day: first the preview with the count, then the letters."""
    host = own_host(request, host_pk)
    day = _date(day)
    visits = host_mail.visits(host, day)
    people = host_mail.visitors(visits)
    form, letter, mark = HostMailForm(request.POST or None), None, ""
    if request.method == "POST" and form.is_valid() and people:
        words = {name: form.cleaned_data[name] for name in ("subject", "words")}
        letter = host_mail.example(host=host, by=request.user, people=people, **words)
        mark = host_mail.mark(people=people, **words)
        if "confirmed" in request.POST and _written(request, host, day, form, words):
            return redirect("arrivals", host_pk)
    return render(
        request,
        "placements/host_mail.html",
        {
            "host": host,
            "day": day,
            "people": people,
            "form": form,
            "letter": letter,
            "mark": mark,
            "held_back": host_mail.held_back(visits),
        },
    )


def _written(request, host: Host, day: date, form: HostMailForm, words: dict) -> bool:
    """Send what was shown; the press counts only for the words and the people that were shown."""
    try:
        count = host_mail.write(
            host=host,
            day=day,
            by=request.user,
            once=form.cleaned_data["once"],
            seen=request.POST["confirmed"],
            now=clock.now(),
            **words,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    sentence = ngettext("%d letter is on its way.", "%d letters are on their way.", count)
    messages.success(request, sentence % count)
    return True


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
    is_first = not request.user.feed_secret
    request.user.feed_secret = new_secret()
    request.user.save(update_fields=["feed_secret"])
    words = (
        _("Your calendar has an address: subscribe to it below.")
        if is_first
        else _("Your calendar has a new address. The old one no longer works.")
    )
    messages.success(request, words)
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


# What the tabs show: the days from … to …
_SPANS = {
    "": lambda today: {"since": today},
    "today": lambda today: {"since": today, "until": today},
    "week": lambda today: {
        "since": today - timedelta(days=today.weekday()),
        "until": today + timedelta(days=6 - today.weekday()),
    },
    "all": lambda today: {},
}
_TABS = [
    ("today", gettext_lazy("Today")),
    ("week", gettext_lazy("This week")),
    ("", gettext_lazy("From today on")),
    ("all", gettext_lazy("All")),
]


def days_shown(request) -> tuple[str, dict]:
    """What ?show= asks for, and its first and last day."""
    show = request.GET.get("show", "")
    show = show if show in _SPANS else ""
    return show, _SPANS[show](clock.today())


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def own_host(request, pk: int) -> Host:
    """The host with this key, if the person signed in is one of its contacts; else 404."""
    return get_object_or_404(request.user.hosts.select_related("workplace__department"), pk=pk)
