"""Noting whether a visit took place, as a host tells on the phone, and that a no-show was followed up."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from placements.domain import evaluations, no_shows
from placements.domain.errors import Refused
from placements.models import Placement
from praktik.lib import clock


class AttendancePages:
    """The buttons that note it, for the admin of placements."""

    def attendance_urls(self):
        """The addresses that the buttons post to."""
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/attendance/",
                wrap(require_POST(self.attendance)),
                name="placements_placement_attendance",
            ),
            path(
                "<int:pk>/followed-up/",
                wrap(require_POST(self.followed_up)),
                name="placements_placement_followed_up",
            ),
        ]

    def attendance(self, request, pk: int):
        """They came, or did not; it can be corrected."""
        visit = self._visit(request, pk)
        came = {"yes": True, "no": False}.get(request.POST.get("came"))
        if came is None:
            raise Http404
        try:
            # To what was seen, so that what somebody else has noted is not overrun.
            seen = request.POST.get("seen", "")
            act = {"by": request.user, "now": clock.now(), "seen": seen}
            evaluations.note_attendance(placement=visit, came=came, **act)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, _("It is noted whether the visit took place."))
        return redirect("admin:placements_placement_change", pk)

    def followed_up(self, request, pk: int):
        """Somebody has asked why the visitor did not come."""
        visit = self._visit(request, pk)
        try:
            no_shows.follow_up(placement=visit, by=request.user, now=clock.now())
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, _("It is noted that you have followed it up."))
        return redirect("admin:placements_placement_change", pk)

    def _visit(self, request, pk: int) -> Placement:
        visit = get_object_or_404(Placement.objects.with_people(), pk=pk)
        if not self.has_step_permission(request):
            raise PermissionDenied
        return visit
