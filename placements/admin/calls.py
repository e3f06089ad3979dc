"""The call list of a round, and the page of one call: claim it, phone, note what was said."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from employees.models import Workplace
from hosts.models import Call, CallClaim
from placements.admin import call_rows
from placements.domain import appetite, board_news, call_list, calls
from placements.domain.errors import Refused
from placements.domain.phases import check_not_closed
from placements.domain.seats import Occupancy
from placements.enums import PlacementState
from placements.forms.call import CallForm
from placements.models import Choice, Placement, Round, Wish
from praktik.lib import clock

ENTRIES_A_PAGE = 50
CALLS_IN_FULL = 20
WISHES_SHOWN = 8


class CallPages:
    """The pages of the call list, for the admin of rounds."""

    def call_urls(self):
        """The addresses of the call list."""
        one = require_http_methods(["GET", "HEAD", "POST"])(self.one_call)
        pages = {
            "<int:pk>/calls/": (require_safe(self.call_list), "placements_calls"),
            "<int:pk>/calls/changed/": (require_safe(self.calls_changed), "placements_calls_changed"),
            "<int:pk>/calls/<int:workplace_pk>/": (one, "placements_call"),
        }
        return [
            path(address, self.admin_site.admin_view(view), name=name)
            for address, (view, name) in pages.items()
        ]

    def call_list(self, request, pk: int):
        """Whom to phone first; narrowed to a group, or by name."""
        round, now = self._round(request, pk), clock.now()
        everybody = call_list.entries(round=round, now=now)
        listed = call_rows.filtered(everybody, request.GET)
        page = Paginator(listed, ENTRIES_A_PAGE).get_page(request.GET.get("page"))
        chosen = request.GET.copy()
        chosen.pop("page", None)
        return self._call_page(
            request, round, "list", rows=call_rows.rows(round, page.object_list, now), page=page,
            solve=call_list.newest_help(round), groups=call_rows.groups(everybody), chosen=request.GET,
            query=chosen.urlencode(), title=_("Call list: %(round)s") % {"round": round},
        )  # fmt: skip

    def calls_changed(self, request, pk: int):
        """What has changed since the numbers of the list were worked out: a part of its page, fetched after it,
        because the whole round is read for it."""
        round = self._round(request, pk)
        solve = call_list.newest_help(round)
        if solve is None:
            raise Http404
        changes = board_news.changes_since(solve, now=clock.now())
        context = {"round": round, "solve": solve, "changes": changes}
        return TemplateResponse(request, "admin/placements/calls/changed.html", context)

    def one_call(self, request, pk: int, workplace_pk: int):
        """What there is to know before the call, and the form for what came of it."""
        round = self._round(request, pk)
        workplace = _workplace(round, workplace_pk)
        if request.method != "POST":
            return self._show_call(request, round, workplace)
        if not request.user.has_perm("hosts.add_call"):
            raise PermissionDenied
        act = {"claim": self._claim, "release": self._release, "log": self._log}
        if request.POST.get("do") not in act:
            raise Http404
        return act[request.POST["do"]](request, round, workplace)

    def _claim(self, request, round: Round, workplace: Workplace):
        try:
            check_not_closed(round)
            calls.claim(
                workplace=workplace, by=request.user, now=clock.now(),
                rang_back="rang_back" in request.POST,
            )  # fmt: skip
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        return redirect("admin:placements_call", round.pk, workplace.pk)

    def _release(self, request, round: Round, workplace: Workplace):
        calls.release(workplace=workplace, by=request.user)
        words = _("The call to %(workplace)s is given back: colleagues can make it.")
        self.message_user(request, words % {"workplace": workplace}, messages.SUCCESS)
        return redirect("admin:placements_calls", round.pk)

    def _log(self, request, round: Round, workplace: Workplace):
        form = _form(request, round, workplace)
        try:
            if form.is_valid():
                stayed_out = _stays_out(round, workplace)
                act = {"said": form.said, "by": request.user, "now": clock.now()}
                calls.log(round=round, workplace=workplace, **act)
                takes_part_again = stayed_out and not _stays_out(round, workplace)
                words = _what_was_noted(takes_part_again)
                words %= {"workplace": workplace, "round": round}
                self.message_user(request, words, messages.SUCCESS)
                return redirect("admin:placements_calls", round.pk)
        except ValidationError as error:
            form.show_problems(error)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        return self._show_call(request, round, workplace, form)

    def _show_call(self, request, round: Round, workplace: Workplace, form: CallForm | None = None):
        now = clock.now()
        entry = next(
            each for each in call_list.entries(round=round, now=now) if each.workplace == workplace.pk
        )
        claim = CallClaim.objects.filter(workplace=workplace).select_related("by").first()
        is_mine = claim is not None and claim.by == request.user
        wanted = ()
        if form is not None or is_mine:
            wanted = _seats_then(round, getattr(workplace, "host", None), entry)
        if form is None and is_mine:
            form = _form(request, round, workplace, wanted)
        return self._call_page(
            request, round, "call", title=_("Call: %(workplace)s") % {"workplace": workplace},
            workplace=workplace, host=getattr(workplace, "host", None), entry=entry, form=form, wanted=wanted,
            claim=claim, is_mine=is_mine, is_taken=claim is not None and not is_mine and not _is_old(claim, now),
            obstacle=_obstacle(workplace, now), can_ring_back=_can_ring_back(round, workplace, now),
            wishes=_who_wishes(round, workplace),
            calls=workplace.calls.select_related("caller")[:CALLS_IN_FULL],
        )  # fmt: skip

    def _call_page(self, request, round: Round, name: str, **context):
        return TemplateResponse(
            request,
            f"admin/placements/calls/{name}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "round": round,
                "now": clock.now(),
                **context,
            },
        )


def _workplace(round: Round, pk: int) -> Workplace:
    """A workplace of the round's organisations, or 404."""
    rows = Workplace.objects.select_related("department", "host").prefetch_related("host__contacts")
    return get_object_or_404(rows.filter(department__organisation__rounds=round), pk=pk)


def _stays_out(round: Round, workplace: Workplace) -> bool:
    """Whether the host has said that it does not take part in the round."""
    host = getattr(workplace, "host", None)
    return host is not None and host.pk in appetite.not_this_time(round)


def _what_was_noted(takes_part_again: bool) -> str:
    if takes_part_again:
        return _("The call to %(workplace)s is noted. The host takes part in %(round)s again.")
    return _("The call to %(workplace)s is noted.")


def _form(request, round: Round, workplace: Workplace, wanted: Sequence[tuple] = ()) -> CallForm:
    """The form of a call: posted, or with the seats and requests as they stand and the days that are wanted.

    When posted it answers the requests that were shown, also those that have moved on since.
    """
    host = getattr(workplace, "host", None)
    requests = Placement.objects.with_people().filter(host=host, wish__round=round)
    if request.method == "POST":
        shown = [key for key in request.POST.getlist("request") if key.isdecimal()]
        requests = requests.filter(pk__in=shown)
    else:
        requests = requests.filter(state=PlacementState.ASKED)
    return CallForm(
        request.POST if request.method == "POST" else None,
        workplace=workplace,
        host=host,
        requests=list(requests) if host else [],
        wanted=wanted,
        today=clock.today(),
    )


def _seats_then(round: Round, host, entry: call_list.Entry) -> list[tuple]:
    """(day, seats) of the days on which the puzzle asks for more, with all the seats there would be."""
    occupancy = Occupancy(round, [host] if host else [], [])
    return [(day, (occupancy.seats(host, day) if host else 0) + more) for day, more in entry.seats]


def _obstacle(workplace: Workplace, now) -> str:
    """Why the workplace is not to be called now, or nothing."""
    try:
        calls.check_may_be_called(workplace, now=now)
    except Refused as refusal:
        return str(refusal)
    return ""


def _can_ring_back(round: Round, workplace: Workplace, now) -> bool:
    """Whether somebody whom nobody could reach a short while ago may have rung back."""
    reached = workplace.calls.filter(day=timezone.localdate(now)).exclude(
        outcome=Call.Outcome.NOT_REACHED
    )
    return round.closed_at is None and not reached.exists()


def _is_old(claim: CallClaim, now) -> bool:
    return claim.at <= now - CallClaim.LASTS


def _who_wishes(round: Round, workplace: Workplace):
    """The wishes without a place that name this workplace, with what they want to learn."""
    choices = Choice.objects.filter(host__workplace=workplace, wish__round=round)
    unplaced = Wish.objects.unplaced().filter(pk__in=choices.values("wish"), refused_at=None)
    return unplaced.select_related("employee__workplace")[:WISHES_SHOWN]
