"""Approving hosts that have signed themselves up: many from the list, or one with a look at its offer."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hosts import sign_up
from hosts.models import Approval, Host
from praktik.lib import clock
from praktik.lib.errors import Refused


class ApprovalPages:
    """The page that decides, and the action of the list, for the admin of hosts."""

    change_form_template = "admin/hosts/host/change_form.html"

    def get_urls(self):
        view = require_http_methods(["GET", "HEAD", "POST"])(self.decide)
        decide = path("<int:pk>/decide/", self.admin_site.admin_view(view), name="hosts_host_decide")
        return [decide, *super().get_urls()]

    @admin.action(description=gettext_lazy("Approve"), permissions=["change"])
    def approve(self, request, hosts):
        """Say yes to all that were chosen and wait; a no is overruled on the host's page, where its reason stands."""
        for host in hosts.select_related("workplace", "signed_up_by"):
            self._said(request, host, sign_up.approve, seen=Approval.WAITING)

    def decide(self, request, pk: int):
        """What a host offers, with yes, or no and the reason."""
        host = get_object_or_404(Host.objects.with_place().select_related("signed_up_by"), pk=pk)
        if not self.has_change_permission(request, host):
            raise PermissionDenied
        reason = request.POST.get("reason", "").replace("\0", "").strip()
        if request.method == "POST" and self._decided(request, host, reason):
            return redirect("admin:hosts_host_changelist")
        if host.approval == Approval.APPROVED:
            return redirect("admin:hosts_host_change", pk)
        return TemplateResponse(
            request,
            "admin/hosts/host/decide.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Approve %(host)s?") % {"host": host},
                "host": host,
                "reason": reason,
            },
        )

    def _decided(self, request, host: Host, reason: str) -> bool:
        do = request.POST.get("do")
        if do == "approve":
            return self._said(request, host, sign_up.approve, seen=request.POST.get("seen", ""))
        if do == "refuse":
            return self._said(request, host, sign_up.refuse, reason=reason)
        raise Http404

    def _said(self, request, host: Host, decide, **given) -> bool:
        try:
            decide(host=host, by=request.user, now=clock.now(), **given)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return False
        words = _("%(host)s: %(state)s. Whoever signed up gets a mail.")
        state = host.get_approval_display()
        self.message_user(request, words % {"host": host, "state": state}, messages.SUCCESS)
        return True
