"""The seat that a visit has left: who could take it, the best first, one click away."""

from datetime import date

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from placements.admin import board_rows, board_sheets
from placements.domain import freed, snapshot
from placements.models import Placement, Wish
from praktik.lib import clock
from praktik.tables.sheets import as_file


class FreedSeatPages:
    """The page of a freed seat, and the way to it, for the admin of placements."""

    def freed_urls(self):
        """The addresses of this page, and of its list as a file."""
        pages = {
            "<int:pk>/freed/": ("placements_placement_freed", self.freed_seat),
            "<int:pk>/freed/export/<str:kind>/": ("placements_placement_freed_file", self.freed_file),
        }
        return [
            path(address, self.admin_site.admin_view(require_safe(view)), name=name)
            for address, (name, view) in pages.items()
        ]

    @admin.display(description=gettext_lazy("freed seat"))
    def freed(self, placement):
        """The way from the list of freed seats to those who could take one."""
        if not days_to_fill(placement):
            return "–"
        return format_html(
            '<a href="{}">{}<span class="visually-hidden"> {}</span></a>',
            reverse("admin:placements_placement_freed", args=[placement.pk]),
            _("Who could come?"),
            placement,
        )

    def freed_seat(self, request, pk: int):
        """What is free again, why, and the best candidates; proposing is the board's own act."""
        ended, seen = self._ended(request, pk)
        round = ended.wish.round
        return TemplateResponse(
            request,
            "admin/placements/placement/freed.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Freed seat: %(host)s") % {"host": ended.host},
                "ended": ended,
                "round": round,
                "host": ended.host,
                "free": freed.free_days(seen, ended),
                "why_not_free": freed.why_not_free(seen, ended),
                "freed_days": days_to_fill(ended),
                "candidates": _candidates(seen, ended),
                "here": request.get_full_path(),
            },
        )

    def freed_file(self, request, pk: int, kind: str):
        """The candidates as a file of this kind."""
        ended, seen = self._ended(request, pk)
        return as_file(board_sheets.candidates(ended.host, _candidates(seen, ended)), kind)

    def _ended(self, request, pk: int) -> tuple[Placement, snapshot.Snapshot]:
        """The visit that has given days back, and the round with those who wait."""
        ended = get_object_or_404(Placement.objects.with_people(), pk=pk)
        if not self.has_step_permission(request):
            raise PermissionDenied
        if not ended.days_given_back:
            raise Http404
        round = ended.wish.round
        waiting = Wish.objects.unplaced().filter(round=round).exclude(pk=ended.wish_id)
        return ended, snapshot.take(round, now=clock.now(), wishes=list(waiting))


def _candidates(seen: snapshot.Snapshot, ended: Placement) -> list[dict]:
    host = seen.hosts.get(ended.host_id)
    return board_rows.candidates(seen, host, freed=days_to_fill(ended)) if host else []


def days_to_fill(placement: Placement) -> list[date]:
    """The days to come that a visit held and holds no longer."""
    return [day for day in placement.days_given_back if day > clock.today()]
