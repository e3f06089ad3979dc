"""Noting what a manager answered on the phone, with the form that managers have themselves."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from placements.domain.errors import Refused
from placements.enums import WishState
from placements.forms.answers import ApprovalForm
from placements.models import Wish
from praktik.lib import clock


class ApprovalPages:
    """The page that notes a manager's answer, and the way to it, for the admin of wishes."""

    def approval_urls(self):
        """The address of this page."""
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.approval))
        return [path("<int:pk>/answer/", view, name="placements_wish_answer")]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        wish = self.get_object(request, object_id)
        context = {"can_be_answered": wish is not None and _can_be_answered(wish)}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def approval(self, request, pk: int):
        """The manager's yes, or no with a reason."""
        wish = get_object_or_404(Wish.objects.select_related("round", "employee__manager"), pk=pk)
        if not self.has_change_permission(request, wish):
            raise PermissionDenied
        if not _can_be_answered(wish):
            words = _("There is nothing that a manager must approve here.")
            self.message_user(request, words, messages.WARNING)
            return redirect("admin:placements_wish_change", pk)
        form = ApprovalForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                form.carry_out(wish=wish, by=request.user, now=clock.now(), by_phone=True)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, _("The answer is noted as given by phone."))
                return redirect("admin:placements_wish_change", pk)
        return TemplateResponse(
            request,
            "admin/placements/wish/answer.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Answer by phone: %(visit)s") % {"visit": wish},
                "wish": wish,
                "form": form,
            },
        )


def _can_be_answered(wish: Wish) -> bool:
    return wish.state == WishState.SENT and wish.round.needs_approval and not wish.round.closed_at
