"""Asking the hosts of a round for more days, for the admin of rounds."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from placements.domain import host_days
from placements.domain.errors import Refused
from placements.models import Round
from praktik.lib import clock


class HostDaysPages:
    """The page that shows which hosts are full, and asks them."""

    def host_days_urls(self):
        """The address of this page."""
        view = require_http_methods(["GET", "HEAD", "POST"])(self.host_days)
        return [
            path(
                "<int:pk>/host-days/",
                self.admin_site.admin_view(view),
                name="placements_round_host_days",
            )
        ]

    def host_days(self, request, pk: int):
        """Who would be asked, with the letter; the button counts only for the number shown."""
        round = get_object_or_404(Round, pk=pk)
        if not request.user.has_perm("placements.change_placement"):
            raise PermissionDenied
        now = clock.now()
        if request.method == "POST":
            self._ask(request, round, now)
            return redirect("admin:placements_round_host_days", pk)
        hosts = host_days.full_hosts(round, now=now)
        return TemplateResponse(
            request,
            "admin/placements/mails/host_days.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Ask for more days: %(round)s") % {"round": round},
                "round": round,
                "hosts": hosts,
                "example": host_days.example(round, hosts[0]) if hosts else None,
                "can_be_asked": host_days.can_be_asked(round, now=now),
            },
        )

    def _ask(self, request, round: Round, now) -> None:
        number = request.POST.get("number", "")
        try:
            letters = host_days.ask(
                round=round, number=int(number) if number.isdecimal() else 0, now=now
            )
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return
        words = ngettext("%d letter is on its way.", "%d letters are on their way.", letters)
        self.message_user(request, words % letters, messages.SUCCESS)
