"""Moving a confirmed visit to other days: pick the days, look at who will be told, move."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from placements.domain import addressees, days
from placements.domain.errors import Refused
from placements.domain.texts import text_problems
from placements.enums import PlacementState
from placements.forms.place import PlaceForm
from placements.models import Placement
from praktik.lib import clock


class MovePages:
    """The page that moves a visit, for the admin of placements."""

    def move_urls(self):
        """The address of this page."""
        view = require_http_methods(["GET", "HEAD", "POST"])(self.move)
        return [
            path("<int:pk>/move/", self.admin_site.admin_view(view), name="placements_placement_move")
        ]

    def move(self, request, pk: int):
        """First the days, then, with the people who will be told, the move itself."""
        visit = get_object_or_404(Placement.objects.with_people(), pk=pk)
        if not self.has_step_permission(request):
            raise PermissionDenied
        if visit.state != PlacementState.CONFIRMED:
            raise Http404
        options = days.day_options(visit, today=clock.today())
        initial = {"days": [day.isoformat() for day in visit.days]}
        form = PlaceForm(request.POST or None, options=options, initial=initial)
        reason = request.POST.get("reason", "").replace("\0", "").strip()
        problem = " ".join(text_problems(reason))
        is_chosen = request.method == "POST" and form.is_valid() and not problem
        if is_chosen and "confirmed" in request.POST and self._moved(request, visit, form, reason):
            return redirect("admin:placements_placement_change", pk)
        return TemplateResponse(
            request,
            "admin/placements/placement/move.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Move: %(visit)s") % {"visit": visit},
                "visit": visit,
                "form": form,
                "reason": reason,
                "problem": problem,
                "chosen": form.cleaned_data["days"] if is_chosen else None,
                "told": addressees.all_told_of_visit(visit) if is_chosen else [],
            },
        )

    def _moved(self, request, visit: Placement, form: PlaceForm, reason: str) -> bool:
        # Act on what the consultant saw, so that somebody else's move is not overrun.
        seen = request.POST.get("seen", "")
        visit.revision = int(seen) if seen.isdecimal() and len(seen) < 5 else visit.revision
        try:
            days.move(
                placement=visit,
                days=form.cleaned_data["days"],
                reason=reason,
                by=request.user,
                now=clock.now(),
            )
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return False
        words = _("The visit is moved, and those who knew of it get a mail.")
        self.message_user(request, words, messages.SUCCESS)
        return True
