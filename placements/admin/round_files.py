"""The lists of a round as files: the match board with its pages, the call list, mails and full hosts."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from placements.admin import board_sheets, call_rows
from placements.admin.round_mails import by_day_and_kind
from placements.domain import call_list, host_days
from placements.enums import PlanState
from placements.models import PlannedMail, Round
from praktik.lib import clock
from praktik.tables.sheets import Sheet, as_file


class RoundFiles:
    """The addresses of the files, beside those of the pages, for the admin of rounds."""

    def file_urls(self):
        """One address, with the name of the list and the kind of file."""
        view = self.admin_site.admin_view(require_safe(self.round_file))
        return [path("<int:pk>/<slug:name>/export/<str:kind>/", view, name="placements_round_file")]

    def round_file(self, request, pk: int, name: str, kind: str):
        """The list of this name, with the filters it is shown with, as a file of this kind."""
        round = self._round(request, pk)
        if not request.user.has_perm("placements.change_placement"):
            raise PermissionDenied
        if name not in SHEETS:
            raise Http404
        return as_file(SHEETS[name](round, request.GET), kind)


def _calls(round: Round, chosen) -> Sheet:
    now = clock.now()
    listed = call_rows.filtered(call_list.entries(round=round, now=now), chosen)
    title = _("Call list: %(round)s") % {"round": round}
    return Sheet(title, call_rows.headings(), call_rows.exported(round, listed, now))


def _mails(round: Round, chosen) -> Sheet:
    title = _("Mails of %(round)s") % {"round": round}
    planned = PlannedMail.objects.filter(wish__round=round, state=PlanState.PLANNED)
    rows = (
        [row["day"], row["mail"].get_kind_display(), row["mail"].get_side_display(), row["count"]]
        for row in by_day_and_kind(round, planned)
    )
    return Sheet(title, [_("Day"), _("Mail"), _("To"), _("Number")], rows)


def _full_hosts(round: Round, chosen) -> Sheet:
    title = _("Ask for more days: %(round)s") % {"round": round}
    headings = [_("Host"), _("Department"), _("People who wait"), _("Phone"), _("Contacts")]
    rows = (
        [
            each.host,
            each.host.workplace.department,
            each.people,
            each.host.workplace.phone,
            "; ".join(f"{person} {person.email}" for person in each.contacts),
        ]
        for each in host_days.full_hosts(round, now=clock.now())
    )
    return Sheet(title, headings, rows)


SHEETS = {
    "board": board_sheets.wishes,
    "seats": board_sheets.seats,
    "whom-to-phone": board_sheets.whom_to_phone,
    "waiting": board_sheets.waiting,
    "calls": _calls,
    "mails": _mails,
    "full-hosts": _full_hosts,
}
