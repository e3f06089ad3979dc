"""Noting what managers answered on the phone: one with the form that they have themselves, or many a yes."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from placements.domain import wishes
from placements.domain.errors import Refused
from placements.enums import WishState
from placements.forms.answers import ApprovalForm
from placements.forms.by_phone import asked_by_phone
from placements.models import Wish
from praktik.lib import clock

# A request must not last longer than whoever waits for it.
MOST_AT_ONCE = 200


class ApprovalPages:
    """The pages that note managers' answers, and the way to them, for the admin of wishes."""

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
        wishes_told = Wish.objects.select_related("round", "employee__manager")
        wishes_told = wishes_told.prefetch_related("choices__host__workplace", "choices__field")
        wish = get_object_or_404(wishes_told, pk=pk)
        if not self.has_change_permission(request, wish):
            raise PermissionDenied
        if not _can_be_answered(wish):
            words = _("There is nothing that a manager must approve here.")
            self.message_user(request, words, messages.WARNING)
            return redirect("admin:placements_wish_change", pk)
        form = asked_by_phone(ApprovalForm(request.POST or None, wish=wish))
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

    @admin.action(description=gettext_lazy("Note the managers' yes (by phone)"), permissions=["change"])
    def approve(self, request, chosen):
        """First a page with what the managers say yes to; from there, posted again, the yes itself."""
        chosen = list(chosen.select_related("round", "employee__manager").order_by("pk"))
        if "confirmed" in request.POST:
            return self._approve_all(request, chosen)
        possible = [wish for wish in chosen if _can_be_answered(wish) and not wish.approved_at]
        return TemplateResponse(
            request,
            "admin/placements/wish/approve.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Note the managers' yes (by phone)"),
                "wishes": possible[:MOST_AT_ONCE],
                "later": max(0, len(possible) - MOST_AT_ONCE),
                "left_out": [wish for wish in chosen if wish not in possible],
                "checkbox_name": ACTION_CHECKBOX_NAME,
                "back": request.get_full_path(),
            },
        )

    def _approve_all(self, request, chosen: list[Wish]) -> None:
        done = 0
        for wish in chosen:
            # A yes to what the consultant saw, so that somebody else's answer is not overrun.
            seen = request.POST.get(f"seen-{wish.pk}", "")
            try:
                wishes.approve(wish=wish, by=request.user, now=clock.now(), by_phone=True, seen=seen)
                done += 1
            except Refused as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
        if done:
            words = ngettext(
                "The manager's yes to %d wish is noted as given by phone.",
                "The managers' yes to %d wishes is noted as given by phone.",
                done,
            )
            self.message_user(request, words % done, messages.SUCCESS)


def _can_be_answered(wish: Wish) -> bool:
    return wish.state == WishState.SENT and wish.round.needs_approval and not wish.round.closed_at
