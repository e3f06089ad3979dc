"""The match board of a round: wishes, seats, alternatives, whom to phone, waiting list and rings."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from employees.models import Department
from hosts.models import Host
from placements.admin import board_offers, board_rows
from placements.domain import board, board_news, board_words, freed, snapshot, solving, todo, wishes
from placements.domain.errors import Refused
from placements.enums import SolveGoal, WishState
from placements.matching import chains
from placements.models import Round, Wish
from praktik.lib import clock

WISHES_A_PAGE = 50
HOSTS_A_PAGE = 50
MOST_SENTENCES = 20


class BoardPages:
    """The pages of the board, for the admin of rounds."""

    def board_urls(self):
        """The addresses of the board; names begin with placements_board."""
        look = {
            "": self.board_wishes,
            "seats/": self.board_seats,
            "solutions/": self.board_solutions,
            "calls/": self.board_calls,
            "waiting/": self.board_waiting,
            "rings/": self.board_rings,
        }
        pages = [
            path(
                f"<int:pk>/board/{tail}",
                self.admin_site.admin_view(require_safe(page)),
                name=page.__name__.replace("board", "placements_board", 1),
            )
            for tail, page in look.items()
        ]
        wish = path(
            "<int:pk>/board/<int:wish_pk>/",
            self.admin_site.admin_view(require_safe(self.board_wish)),
            name="placements_board_wish",
        )
        act = path(
            "<int:pk>/board/act/",
            self.admin_site.admin_view(require_POST(self.board_act)),
            name="placements_board_act",
        )
        return [*pages, wish, act]

    def board_wishes(self, request, pk: int):
        """A row for each wish, filtered and paged."""
        round = self._round(request, pk)
        listed = board_rows.filtered_wishes(round, request.GET)
        page = Paginator(listed, WISHES_A_PAGE).get_page(request.GET.get("page"))
        now = clock.now()
        seen = snapshot.take(round, now=now, wishes=page.object_list)
        listed = [seen.wishes[wish.pk] for wish in page if wish.pk in seen.wishes]
        rows = board_words.rows(seen, listed, now=now)
        proposals = [row.placement for row in rows if row.is_proposal]
        return self._page(
            request, round, "wishes", page=page, rows=rows, proposals=proposals,
            accepted=todo.accepted_visits(now).filter(wish__round=round).count(),
            departments=Department.objects.filter(workplaces__employees__wishes__round=round).distinct(),
            organisations=board_rows.organisations(round), hosts=seen.hosts.values(),
            filters=board_rows.FILTERS, goals=SolveGoal.choices,
            chosen=request.GET, counts=board_rows.counts(round),
            last_step=round.board_steps.standing().first(),
            query=_filters_of(request),
        )  # fmt: skip

    def board_wish(self, request, pk: int, wish_pk: int):
        """One wish: the places that are possible, and why the others are not."""
        round = self._round(request, pk)
        wish = get_object_or_404(Wish, pk=wish_pk, round=round, state=WishState.SENT)
        now = clock.now()
        seen = snapshot.take(round, now=now, wishes=[wish])
        wish = seen.wishes[wish.pk]
        [row] = board_words.rows(seen, [wish], now=now)
        host = request.GET.get("host", "")
        return self._page(
            request, round, "wish", title=str(wish.employee), wish=wish, row=row,
            is_settled=row.placement and not row.is_proposal,
            offers=board_offers.offers(seen, wish, only=int(host) if host.isdecimal() else None),
            closed=board_offers.closed_choices(seen, wish),
            named=board_rows.named_hosts(seen, wish), chosen_host=host,
            forbidden=wish.forbiddings.select_related("host__workplace"),
        )  # fmt: skip

    def board_seats(self, request, pk: int):
        """Seats left by host and day."""
        round = self._round(request, pk)
        seen = snapshot.take(round, now=clock.now(), wishes=[])
        page = Paginator(list(seen.hosts.values()), HOSTS_A_PAGE).get_page(request.GET.get("page"))
        rows = [board_rows.seats_of(seen, host) for host in page]
        return self._page(
            request, round, "seats", days=seen.problem.days, rows=rows, page=page,
            organisations=board_rows.organisations(round),
        )  # fmt: skip

    def board_solutions(self, request, pk: int):
        """The alternatives side by side; two of them compared wish by wish."""
        round = self._round(request, pk)
        solves = list(round.solves.select_related("by"))
        finished = [each for each in solves if each.has_answer]
        at_work = [each for each in solves if each.is_at_work]
        compared = board_rows.compared(finished, request.GET)
        return self._page(
            request, round, "solutions", solves=solves, finished=finished,
            is_at_work=bool(at_work), is_stopping=all(each.stop_asked for each in at_work),
            goals=SolveGoal.choices,
            version=board_news.version(round),
            compared=compared,
            comparison=board_rows.comparison(round, compared) if "a" in request.GET and len(compared) == 2 else None,
        )  # fmt: skip

    def board_calls(self, request, pk: int):
        """Whom to phone: the hosts whose seats would place the most people."""
        round = self._round(request, pk)
        solve = round.solves.most_placed().first()
        return self._page(
            request,
            round,
            "calls",
            solve=solve,
            is_helping=solve and solving.is_helping(solve, now=clock.now()),
            calls=board_rows.calls(solve.helps["calls"]) if solve and solve.helps else [],
            changes=board_news.changes_since(solve, now=clock.now()) if solve and solve.helps else [],
        )

    def board_waiting(self, request, pk: int):
        """Who of those without a place could take a free seat at a host, the best first."""
        round = self._round(request, pk)
        unplaced = list(Wish.objects.unplaced().filter(round=round))
        seen = snapshot.take(round, now=clock.now(), wishes=unplaced)
        host = board_rows.chosen_host(seen, request.GET)
        by_host = freed.free_days_by_host(seen)
        days = by_host.get(host.pk, []) if host else []
        return self._page(
            request, round, "waiting", hosts=seen.hosts.values(), host=host, freed_days=days,
            freed=[(seen.hosts[pk], days) for pk, days in by_host.items()],
            candidates=board_rows.candidates(seen, host, freed=days) if host else [],
            query=_filters_of(request),
        )  # fmt: skip

    def board_rings(self, request, pk: int):
        """Workplaces that visit one another in a ring."""
        round = self._round(request, pk)
        seen = snapshot.take(round, now=clock.now())
        stays = [seen.stay_of(wish) for wish in seen.wishes.values() if wish.pk in seen.placements]
        rings = [
            [(seen.wishes[stay.person].employee, seen.hosts[stay.host]) for stay in ring]
            for ring in chains.rings(seen.problem, stays)
        ]
        return self._page(request, round, "rings", rings=rings)

    def board_act(self, request, pk: int):
        """Carry out one change of the board, then back to the page it came from."""
        round = self._round(request, pk)
        if not request.user.has_perm("placements.change_placement"):
            raise PermissionDenied
        act = _ACTS.get(request.POST.get("do"))
        if act is None:
            raise Http404
        try:
            answer = act(self, request, round)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            answer = None
        return answer or redirect(_back(request, round))

    def _round(self, request, pk: int) -> Round:
        round = get_object_or_404(Round, pk=pk)
        if not self.has_change_permission(request, round):
            raise PermissionDenied
        return round

    def _page(self, request, round: Round, name: str, **context):
        return TemplateResponse(
            request,
            f"admin/placements/board/{name}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "round": round,
                "title": round.name,
                "tab": name,
                "here": request.get_full_path(),
                **context,
            },
        )


# --- What can be done -------------------------------------------------------------------------------


def _put(admin, request, round: Round) -> None:
    wish = _wish(request, round)
    host, _colon, days = request.POST.get("place", "").partition(":")
    try:
        host, days = int(host), [date.fromisoformat(day) for day in days.split(",")]
    except ValueError as error:
        raise Refused(_("Choose a place.")) from error
    host = get_object_or_404(Host, pk=host)
    board.put(wish=wish, host=host, days=days, by=request.user, now=clock.now(), seen=_seen(request))
    words = _("%(name)s is proposed to %(host)s. Nothing is sent yet.")
    admin.message_user(request, words % {"name": wish.employee, "host": host}, messages.SUCCESS)


def _clear(admin, request, round: Round) -> None:
    wish = _wish(request, round)
    board.clear(wish=wish, by=request.user, now=clock.now(), seen=_seen(request))


def _pin(admin, request, round: Round) -> None:
    wish, is_pinned = _wish(request, round), request.POST["do"] == "pin"
    board.pin(wish=wish, is_pinned=is_pinned, by=request.user, now=clock.now(), seen=_seen(request))


def _forbid(admin, request, round: Round) -> None:
    wish, host = _wish(request, round), get_object_or_404(Host, pk=_number(request, "host"))
    board.forbid(wish=wish, host=host, by=request.user, now=clock.now(), seen=_seen(request))
    words = _("%(name)s will not be proposed to %(host)s.") % {"name": wish.employee, "host": host}
    admin.message_user(request, words, messages.SUCCESS)


def _allow(admin, request, round: Round) -> None:
    host = get_object_or_404(Host, pk=_number(request, "host"))
    wish = _wish(request, round)
    board.allow(wish=wish, host=host, by=request.user, now=clock.now())
    words = _("%(name)s may be proposed to %(host)s again.") % {"name": wish.employee, "host": host}
    admin.message_user(request, words, messages.SUCCESS)


def _refuse(admin, request, round: Round) -> None:
    wish, reason = _wish(request, round), request.POST.get("reason", "").replace("\0", "").strip()
    if (place := _seen(request)) is not None:
        board_news.check_mark(wish, place)  # A no takes the proposal with it.
    said = {"by": request.user, "now": clock.now(), "by_phone": True}
    wishes.refuse(wish=wish, reason=reason, seen=request.POST.get("version", ""), **said)
    words = _("Noted: the manager of %(name)s has said no.") % {"name": wish.employee}
    admin.message_user(request, words, messages.SUCCESS)


def _approve(admin, request, round: Round) -> None:
    wish = _wish(request, round)
    said = {"by": request.user, "now": clock.now(), "by_phone": True}
    wishes.approve(wish=wish, seen=request.POST.get("version", ""), **said)
    words = _("Noted: the manager of %(name)s has said yes.") % {"name": wish.employee}
    admin.message_user(request, words, messages.SUCCESS)


def _undo(admin, request, round: Round) -> None:
    undone = board.undo(round=round, by=request.user, now=clock.now(), version=_version(request))
    what = {"what": undone.what}
    if undone.is_anything:
        admin.message_user(request, _("Undone: %(what)s") % what, messages.SUCCESS)
    else:
        words = _("Nothing of “%(what)s” could be undone.") % what
        admin.message_user(request, words, messages.WARNING)
    for problem in undone.left_alone:
        admin.message_user(request, problem, messages.WARNING)


def _solve(admin, request, round: Round):
    goals = [goal for goal in request.POST.getlist("goal") if goal in SolveGoal.values]
    if not goals:
        raise Refused(_("Choose what there should be the most of."))
    if not solving.ask(round=round, goals=goals, by=request.user, now=clock.now()):
        raise Refused(_("The puzzle is already being solved."))
    return redirect("admin:placements_board_solutions", round.pk)


def _stop(admin, request, round: Round) -> None:
    words = _("It is stopped.")
    if solving.stop(round=round, now=clock.now()):
        words = _("It stops within a few seconds. The best answer so far is kept.")
    admin.message_user(request, words, messages.SUCCESS)


def _choose(admin, request, round: Round):
    solve = get_object_or_404(round.solves.finished(), pk=_number(request, "solve"))
    version = board_news.version(round)
    if not _is_told(request, version):
        news = board_news.since(solve, seen=_version(request), now=clock.now())
        if news:
            return admin._page(request, round, "outdated", solve=solve, news=news, version=version)
    chosen = board.choose(solve=solve, by=request.user, now=clock.now(), version=version)
    words = ngettext(
        "%d wish has a new place. Nothing is sent yet.",
        "%d wishes have a new place. Nothing is sent yet.",
        chosen.placed,
    )
    admin.message_user(request, words % chosen.placed, messages.SUCCESS)
    if chosen.removed:
        words = ngettext("%d wish lost its place.", "%d wishes lost their place.", len(chosen.removed))
        names = ", ".join(chosen.removed)
        admin.message_user(request, f"{words % len(chosen.removed)} {names}", messages.WARNING)
    for sentence in chosen.left_alone[:MOST_SENTENCES]:
        admin.message_user(request, sentence, messages.WARNING)
    if more := len(chosen.left_alone[MOST_SENTENCES:]):
        words = ngettext("And %d more.", "And %d more.", more)
        admin.message_user(request, words % more, messages.WARNING)
    return redirect("admin:placements_board_wishes", round.pk)


_ACTS = {
    "put": _put,
    "clear": _clear,
    "pin": _pin,
    "unpin": _pin,
    "forbid": _forbid,
    "allow": _allow,
    "refuse": _refuse,
    "approve": _approve,
    "undo": _undo,
    "solve": _solve,
    "stop": _stop,
    "choose": _choose,
}


def _is_told(request, version: int) -> bool:
    """Whether the person has read what has changed, and the board still stands as it did then."""
    return "confirmed" in request.POST and _version(request) == version


def _version(request) -> int | None:
    """The board as the person saw it."""
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() else None


def _seen(request) -> str | None:
    """The place of the wish as the person saw it."""
    return request.POST.get("seen")


def _number(request, name: str) -> int:
    number = request.POST.get(name, "")
    if not number.isdecimal():
        raise Http404
    return int(number)


def _wish(request, round: Round) -> Wish:
    rows = Wish.objects.select_related("employee", "round")
    return get_object_or_404(rows, pk=_number(request, "wish"), round=round)


def _filters_of(request) -> str:
    """The filters as a part of an address, for the links to other pages of the list."""
    chosen = request.GET.copy()
    chosen.pop("page", None)
    return chosen.urlencode()


def _back(request, round: Round) -> str:
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    return reverse("admin:placements_board_wishes", args=[round.pk])
