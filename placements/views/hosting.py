"""Where host contacts help themselves: the offer, the rounds they take part in, closed days, contacts."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hosts import sign_up
from hosts.forms import OfferForm
from hosts.models import Host
from placements.domain import appetite, offers
from placements.domain.errors import Refused
from placements.domain.offers import StillPromised
from placements.forms.hosting import AppetiteForm, ClosedDaysForm, ContactForm
from placements.models import Round
from placements.views.arrivals import own_host
from praktik.lib import clock
from praktik.lib.dates import by_week


@login_required
@require_safe
def settings(request, host_pk: int):
    """What a host has said and offers, with all that its contacts can change."""
    return _settings(request, own_host(request, host_pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request, host_pk: int):
    """Change what the host offers."""
    host = own_host(request, host_pk)
    columns = OfferForm.COLUMNS
    seen = request.POST.get("seen") or offers.mark(host, columns)
    form, promised = OfferForm(request.POST or None, instance=host), []
    if request.method == "POST" and form.is_valid():
        try:
            offers.change(
                host=host,
                columns=columns,
                fields=form.cleaned_data["fields"],
                seen=seen,
                known=_known(request),
                now=clock.now(),
            )
        except StillPromised as refusal:
            promised = refusal.visits
        except Refused as refusal:
            form.add_error(None, str(refusal))
            seen = offers.mark(own_host(request, host_pk), columns)
        else:
            messages.success(request, _("The offer is saved."))
            return redirect("host_settings", host_pk)
    context = {"host": host, "form": form, "seen": seen, "promised": promised}
    return render(request, "placements/hosting/offer.html", context)


@login_required
@require_POST
def take_part(request, host_pk: int, round_pk: int):
    """Say whether the host takes part in a round."""
    host = own_host(request, host_pk)
    round = _own_round(host, round_pk)
    form = AppetiteForm(request.POST, prefix=_prefix(round))
    if form.is_valid():
        try:
            appetite.say(host=host, round=round, by=request.user, now=clock.now(), **form.cleaned_data)
        except appetite.SaidMeanwhile as refusal:
            form.show_meanwhile(refusal)
        except Refused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, _("Thank you, it is noted for %(round)s.") % {"round": round})
            return redirect("host_settings", host_pk)
    return _settings(request, host, appetite_form=form)


@login_required
@require_POST
def closed_days(request, host_pk: int):
    """Close days, open one again, or close those that correspond to last round's."""
    host = own_host(request, host_pk)
    do = request.POST.get("do", "")
    if do.startswith("open-"):
        offers.open_day(host=host, day=_date(do.removeprefix("open-")))
        return redirect("host_settings", host_pk)
    return _close_as_last_time(request, host) if do == "as-last-time" else _close(request, host)


def _close(request, host: Host):
    form = ClosedDaysForm(request.POST)
    if not form.is_valid():
        return _settings(request, host, closed_form=form)
    try:
        count = offers.close_days(host=host, known=_known(request), now=clock.now(), **form.span)
    except StillPromised as refusal:
        return _settings(request, host, closed_form=form, promised=refusal.visits)
    except Refused as refusal:
        form.add_error("first", str(refusal))
        return _settings(request, host, closed_form=form)
    return _closed(request, host, count)


def _close_as_last_time(request, host: Host):
    round = _own_round(host, _whole(request.POST.get("round", "")))
    try:
        count = offers.close_as_last_time(
            host=host, round=round, known=_known(request), now=clock.now()
        )
    except StillPromised as refusal:
        return _settings(request, host, promised=refusal.visits, promised_round=round)
    return _closed(request, host, count)


def _closed(request, host: Host, count: int):
    words = ngettext("%d day is closed.", "%d days are closed.", count)
    messages.success(request, words % count)
    return redirect("host_settings", host.pk)


@login_required
@require_POST
def contacts(request, host_pk: int):
    """Add a contact by the e-mail, or remove one."""
    host, do = own_host(request, host_pk), request.POST.get("do", "")
    if do.startswith("remove-"):
        return _remove_contact(request, host, _whole(do.removeprefix("remove-")))
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _settings(request, host, contact_form=form)
    try:
        person = offers.add_contact(host=host, email=form.cleaned_data["email"])
    except Refused as refusal:
        form.add_error("email", str(refusal))
        return _settings(request, host, contact_form=form)
    words = _("%(name)s is a contact, and gets the mails from now on.")
    messages.success(request, words % {"name": person})
    return redirect("host_settings", host_pk)


def _remove_contact(request, host: Host, pk: int):
    person = get_object_or_404(host.contacts, pk=pk)
    try:
        offers.remove_contact(host=host, person=person)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("host_settings", host.pk)
    messages.success(request, _("%(name)s is no longer a contact.") % {"name": person})
    return redirect("own_page") if person == request.user else redirect("host_settings", host.pk)


@login_required
@require_POST
def ask_again(request, host_pk: int):
    """After a no of the consultants, ask for approval once more."""
    host = own_host(request, host_pk)
    try:
        sign_up.ask_again(host=host, by=request.user, now=clock.now())
        messages.success(request, _("The consultants look at the offer again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("host_settings", host_pk)


def _settings(request, host: Host, *, appetite_form=None, closed_form=None, **context):
    """The page, with the form that was just sent and what is wrong with it."""
    rows = appetite.rounds_to_say(host, now=clock.now())
    closed = host.closed_days.filter(date__gte=clock.today())
    reasons = {each.date: each.reason for each in closed}
    weeks = [(week, [(day, reasons[day]) for day in days]) for week, days in by_week(reasons)]
    return render(
        request,
        "placements/hosting/settings.html",
        {
            "host": host,
            "rounds": [
                (
                    row,
                    _appetite_form(row, appetite_form),
                    offers.closed_last_time(host, row.round),
                )
                for row in rows
            ],
            "closed_weeks": weeks,
            "closed_form": closed_form or ClosedDaysForm(),
            "contacts": host.contacts.filter(is_active=True),
            # The forms of this page are sent to addresses that show nothing themselves.
            "page_address": reverse("host_settings", args=[host.pk]),
            "contact_form": context.pop("contact_form", None) or ContactForm(),
            **context,
        },
    )


def _appetite_form(row: appetite.RoundToSay, sent: AppetiteForm | None) -> AppetiteForm:
    prefix = _prefix(row.round)
    if sent and sent.prefix == prefix:
        return sent
    said = row.said or row.nothing
    initial = {"appetite": said.appetite, "reason": said.reason, "seen": said.version}
    return AppetiteForm(prefix=prefix, initial=initial)


def _own_round(host: Host, pk: int) -> Round:
    organisation = host.workplace.department.organisation_id
    return get_object_or_404(Round, pk=pk, organisations=organisation)


def _prefix(round: Round) -> str:
    return f"round-{round.pk}"


def _known(request) -> list[int]:
    """The keys of the visit days that the person has been told of and lets stay."""
    return [int(pk) for pk in request.POST.get("known", "").split(",") if pk.isdecimal()]


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise Http404
    return int(text)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
