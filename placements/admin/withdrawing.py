"""Withdrawing a wish for somebody who has said so by phone, or no longer works here."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from placements.domain import wishes
from placements.domain.errors import Refused
from placements.enums import PlacementState, WishState
from placements.models import Wish
from praktik.lib import clock


class WithdrawPages:
    """The page that withdraws a wish, for the admin of wishes."""

    def withdraw_urls(self):
        """The address of this page."""
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.withdraw))
        return [path("<int:pk>/withdraw/", view, name="placements_wish_withdraw")]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        wish = self.get_object(request, object_id)
        is_open = wish is not None and not wish.round.closed_at
        context = {"can_be_withdrawn": is_open and wish.state != WishState.WITHDRAWN}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def withdraw(self, request, pk: int):
        """First a page that says what it means; a visit that people know of is called off on its own page."""
        rows = Wish.objects.select_related("round", "employee").prefetch_related("placements")
        wish = get_object_or_404(rows, pk=pk)
        if not self.has_change_permission(request, wish):
            raise PermissionDenied
        if wish.state == WishState.WITHDRAWN:
            self.message_user(request, _("The wish is withdrawn already."), messages.WARNING)
            return redirect("admin:placements_wish_change", pk)
        if (visit := wish.live_placement) and visit.state != PlacementState.PROPOSED:
            words = _("The visit must be called off first: those who know of it are told why.")
            self.message_user(request, words, messages.WARNING)
            return redirect("admin:placements_placement_change", visit.pk)
        if request.method == "POST":
            return self._withdraw(request, wish)
        return TemplateResponse(
            request,
            "admin/placements/wish/withdraw.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Withdraw the wish of %(name)s") % {"name": wish.employee},
                "wish": wish,
                "visit": visit,
            },
        )

    def _withdraw(self, request, wish: Wish):
        try:
            wishes.withdraw(wish=wish, by=request.user, now=clock.now(), by_phone=True)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            words = _("The wish of %(name)s is withdrawn.") % {"name": wish.employee}
            self.message_user(request, words, messages.SUCCESS)
        return redirect("admin:placements_wish_change", wish.pk)
