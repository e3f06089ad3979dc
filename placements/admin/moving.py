"""Moving a settled visit to other days or another host: pick, look at who gets which mail, move."""

from copy import copy

from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hosts.models import Host
from placements.admin.base import told_in_words
from placements.admin.visit_pages import for_a_visit
from placements.domain import change_of_host, days, wishes
from placements.domain.errors import Refused
from placements.forms.place import MoveForm
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

    @for_a_visit(days.check_is_movable)
    def move(self, request, visit: Placement):
        """First host and days, then, with the mails that will go out, the move itself."""
        hosts = _possible_hosts(visit)
        chosen = request.POST.get("host") or request.GET.get("host") or str(visit.host_id)
        picked = next((each for each in hosts if str(each.pk) == chosen), None)
        host = picked or visit.host
        form = _form(request, visit, host)
        if picked is None:
            words = _("The host you chose takes nobody in this round any more. Choose again.")
            self.message_user(request, words, messages.ERROR)
        mails = None
        if request.method == "POST" and picked and form.is_valid():
            move_to = {"host": host, "by": request.user, "now": clock.now(), **form.moved}
            try:
                if "confirmed" in request.POST:
                    return self._moved(request, visit, move_to)
                mails = change_of_host.preview(placement=visit, **move_to)
            except Refused as refusal:
                form.add_error(None, str(refusal))
        return self._move_page(request, visit, hosts=hosts, host=host, form=form, mails=mails)

    def _moved(self, request, visit: Placement, move_to: dict):
        # A copy: what is refused half-way must leave the visit on the page as it stands.
        moved = change_of_host.move(placement=copy(visit), **move_to)
        words = told_in_words(
            _("The visit is moved, and those who knew of it get a mail."),
            _("The visit is moved."),
            visits=[moved],
            now=move_to["now"],
        )
        self.message_user(request, words, messages.SUCCESS)
        return redirect("admin:placements_placement_change", moved.pk)

    def _move_page(self, request, visit: Placement, **context):
        return TemplateResponse(
            request,
            "admin/placements/placement/move.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Move: %(visit)s") % {"visit": visit},
                "visit": visit,
                **context,
            },
        )


def _possible_hosts(visit: Placement) -> list[Host]:
    """Where the visit can be: at its own host in any case, and at all that the person may wish for."""
    eligible = wishes.eligible_hosts(visit.wish.round, visit.employee).with_place()
    return [visit.host, *eligible.exclude(pk=visit.host_id)]


def _form(request, visit: Placement, host: Host) -> MoveForm:
    is_other = host != visit.host
    return MoveForm(
        request.POST or None,
        options=days.day_options(visit, today=clock.today(), host=host),
        initial={} if is_other else {"days": [day.isoformat() for day in visit.days]},
        is_other_host=is_other,
    )
