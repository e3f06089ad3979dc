"""A round as a whole: at a glance, copied to a new one, its result released, closed and opened again."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from placements.domain import phases, release_mails, rounds
from placements.domain.errors import Refused
from placements.domain.overview import overview
from placements.forms.round import RoundCopyForm
from placements.models import Round
from praktik.lib import clock


class RoundPages:
    """These pages, for the admin of rounds; names begin with placements_round_."""

    def round_urls(self):
        """The addresses of these pages."""
        look_and_act = require_http_methods(["GET", "HEAD", "POST"])
        pages = {
            "overview": require_safe(self.overview),
            "copy": look_and_act(self.copy),
            "release": look_and_act(self.release),
            "close": look_and_act(self.close),
            "reopen": require_POST(self.reopen),
        }
        return [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"placements_round_{name}")
            for name, view in pages.items()
        ]

    def overview(self, request, pk: int):
        """Where the round stands, what it needs, and what hosts offer against what people wish."""
        round = self._round(request, pk)
        return self._round_page(
            request, round, "overview", title=str(round),
            figures=overview(round), hanging=rounds.hanging(round, now=clock.now()),
            next=phases.what_is_next(round, now=clock.now()), phase=round.phase(clock.today()),
            events=round.events.select_related("by"), organisations=round.organisations.all(),
        )  # fmt: skip

    def copy(self, request, pk: int):
        """Name and dates for a new round with the rules of this one."""
        source = self._round(request, pk)
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = RoundCopyForm(request.POST or None, source=source, today=clock.today())
        if request.method == "POST" and form.is_valid():
            new = rounds.copy(source=source, new=form.instance, by=request.user, now=clock.now())
            words = _("%(round)s is ready. Look it through: wishes are taken from the day you chose.")
            self.message_user(request, words % {"round": new}, messages.SUCCESS)
            return redirect("admin:placements_round_change", new.pk)
        title = _("A new round like %(round)s") % {"round": source}
        return self._round_page(
            request, source, "copy", title=title, form=form,
            organisations=source.organisations.all(),
            texts=source.mail_texts.count(), timings=source.mail_timings.count(),
        )  # fmt: skip

    def release(self, request, pk: int):
        """Who will be told what; then, asked once more, the release."""
        round = self._round(request, pk)
        result = rounds.result(round)
        seen = f"{result.placed}-{result.unplaced}"
        if request.method == "POST":
            # The second press counts only for the numbers that were shown.
            if request.POST.get("confirmed") == seen:
                return self._release_result(request, round)
            self.message_user(request, _("The numbers have changed. Look again."), messages.WARNING)
        return self._round_page(
            request, round, "release", title=_("Release the result of %(round)s") % {"round": round},
            result=result, seen=seen,
            mails=release_mails.of_release(round, now=clock.now()),
            takes_wishes=round.takes_wishes(clock.today()),
        )  # fmt: skip

    def close(self, request, pk: int):
        """What still hangs on the round; then, asked once more, it is closed."""
        round = self._round(request, pk)
        hanging = rounds.hanging(round, now=clock.now())
        seen = "-".join(str(each.count) for each in hanging) or "0"
        if request.method == "POST":
            if request.POST.get("confirmed") == seen:
                return self._close(request, round)
            self.message_user(request, _("The numbers have changed. Look again."), messages.WARNING)
        return self._round_page(
            request, round, "close", title=_("Close %(round)s") % {"round": round}, seen=seen,
            to_settle=[each for each in hanging if each.must_be_settled],
            ending=[each for each in hanging if not each.must_be_settled],
        )  # fmt: skip

    def reopen(self, request, pk: int):
        """Open a closed round again."""
        round = self._round(request, pk)
        rounds.reopen(round=round, by=request.user, now=clock.now())
        self.message_user(request, _("%(round)s is open again.") % {"round": round}, messages.SUCCESS)
        return redirect("admin:placements_round_overview", pk)

    def _release_result(self, request, round: Round):
        try:
            rounds.release(round=round, by=request.user, now=clock.now())
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, _("The result is released."), messages.SUCCESS)
        return redirect("admin:placements_round_overview", round.pk)

    def _close(self, request, round: Round):
        try:
            rounds.close(round=round, by=request.user, now=clock.now())
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect("admin:placements_round_close", round.pk)
        self.message_user(request, _("%(round)s is closed.") % {"round": round}, messages.SUCCESS)
        return redirect("admin:placements_round_overview", round.pk)

    def _round_page(self, request, round: Round, name: str, **context):
        return TemplateResponse(
            request,
            f"admin/placements/round/{name}.html",
            {**self.admin_site.each_context(request), "opts": self.opts, "round": round, **context},
        )
