"""Noting whether a visit took place, for what a host tells a consultant on the phone."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from placements.domain import evaluations
from placements.domain.errors import Refused
from placements.models import Placement
from praktik.lib import clock


class AttendancePages:
    """The button that notes it, for the admin of placements."""

    def attendance_urls(self):
        """The address that the button posts to."""
        view = self.admin_site.admin_view(require_POST(self.attendance))
        return [path("<int:pk>/attendance/", view, name="placements_placement_attendance")]

    def attendance(self, request, pk: int):
        """They came, or did not; it can be corrected."""
        visit = get_object_or_404(Placement.objects.with_people(), pk=pk)
        if not self.has_step_permission(request):
            raise PermissionDenied
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
