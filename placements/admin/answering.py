"""Noting what a host or a participant answered on the phone, with the forms that they have themselves."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from placements.domain import days
from placements.domain.errors import Refused
from placements.enums import PlacementState
from placements.forms.answers import HostAnswerForm, OfferForm
from placements.forms.by_phone import asked_by_phone
from placements.models import Placement
from praktik.lib import clock


class AnswerPages:
    """The page that notes an answer given by phone, for the admin of placements."""

    def answer_urls(self):
        """The address of this page."""
        view = require_http_methods(["GET", "HEAD", "POST"])(self.answer)
        return [
            path(
                "<int:pk>/answer/",
                self.admin_site.admin_view(view),
                name="placements_placement_answer",
            )
        ]

    def answer(self, request, pk: int):
        """The host's answer to a request, or the participant's to an offer of other days."""
        visit = get_object_or_404(Placement.objects.with_people(), pk=pk)
        if not self.has_step_permission(request):
            raise PermissionDenied
        form = _form(visit, request.POST or None)
        if form is None:
            words = _("There is no question open: the visit stands at “%(state)s”.")
            state = visit.get_state_display()
            self.message_user(request, words % {"state": state}, messages.WARNING)
            return redirect("admin:placements_placement_change", pk)
        if request.method == "POST" and form.is_valid():
            try:
                form.carry_out(placement=visit, by=request.user, now=clock.now(), by_phone=True)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, _("The answer is noted as given by phone."))
                return redirect("admin:placements_placement_change", pk)
        title = _("Answer by phone: %(visit)s") % {"visit": visit}
        return TemplateResponse(
            request,
            "admin/placements/placement/answer.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": title,
                "visit": visit,
                "form": form,
                "is_offer": isinstance(form, OfferForm),
                "contacts": visit.host.contacts.filter(is_active=True),
            },
        )


def _form(visit: Placement, posted) -> HostAnswerForm | OfferForm | None:
    """The form for the question that is open; None when there is none."""
    if visit.state == PlacementState.ASKED:
        form = HostAnswerForm(posted, runs=days.nearest_runs(visit, today=clock.today()))
        return asked_by_phone(form)
    if visit.state == PlacementState.OFFERED:
        return asked_by_phone(OfferForm(posted, offers=visit.offered_days))
    return None
