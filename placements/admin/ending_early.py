"""Ending a visit that is under way early: which days, who, why; look at who gets which mail; record it."""

from copy import copy

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from placements.admin.base import told_in_words
from placements.admin.visit_pages import for_a_visit
from placements.domain import shortening
from placements.domain.errors import Refused
from placements.forms.calling_off import EndEarlyForm
from placements.models import Placement
from praktik.lib import clock


class EndEarlyPages:
    """The page that calls off what is left of a visit, for the admin of placements."""

    def end_early_urls(self):
        """The address of this page."""
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.end_early))
        return [path("<int:pk>/end-early/", view, name="placements_placement_end_early")]

    @for_a_visit(shortening.check_can_end_early)
    def end_early(self, request, visit: Placement):
        """First what was agreed by phone, then, with the mails that will go out, the record itself."""
        form = EndEarlyForm(request.POST or None, days=shortening.days_to_come(visit, clock.now()))
        mails = None
        if form.is_valid():
            given = {**form.cleaned_data, "by": request.user, "now": clock.now()}
            try:
                if "confirmed" in request.POST:
                    return self._ended_early(request, visit, given)
                mails = shortening.preview(visit=visit, **given)
            except Refused as refusal:
                form.add_error(None, str(refusal))
        return self._end_early_page(request, visit, form=form, mails=mails)

    def _ended_early(self, request, visit: Placement, given: dict):
        # A copy: what is refused half-way must leave the visit on the page as it stands.
        shortening.end_early(visit=copy(visit), **given)
        words = told_in_words(
            _("The visit ends early, and those who knew of the days get a mail."),
            _("The visit ends early."),
            visits=[visit],
            now=given["now"],
        )
        self.message_user(request, words, messages.SUCCESS)
        return redirect("admin:placements_placement_change", visit.pk)

    def _end_early_page(self, request, visit: Placement, *, form: EndEarlyForm, mails):
        from_day = form.cleaned_data["from_day"] if mails is not None else None
        return TemplateResponse(
            request,
            "admin/placements/placement/end_early.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("End early: %(visit)s") % {"visit": visit},
                "visit": visit,
                "form": form,
                "mails": mails,
                "dropped": [day for day in visit.days if from_day and day >= from_day],
                "stand": [day for day in visit.days if from_day and day < from_day],
            },
        )
