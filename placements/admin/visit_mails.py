"""The plan of a visit: what was sent, is due, was skipped or failed; and what a consultant does about it."""

from collections import defaultdict

from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from mail.models import OutgoingMail
from placements.admin.base import pause_in_words
from placements.domain import letter_keys, letters, mailcare, mailrules
from placements.domain.errors import Refused
from placements.enums import MailKind, Side
from placements.models import Placement, PlannedMail
from praktik.lib import clock
from praktik.lib.links import SIGNED

SELF_ONLY = ["'self'"]


class VisitMailPages:
    """The pages of a visit's mails, for the admin of placements; names begin with placements_mails."""

    def mail_urls(self):
        """The addresses of these pages."""
        pages = {
            "<int:pk>/mails/": ("placements_mails", require_safe(self.mails)),
            "<int:pk>/mails/act/": ("placements_mails_act", require_POST(self.mails_act)),
            "<int:pk>/mails/preview/": ("placements_mails_preview", require_safe(self.mails_preview)),
            "<int:pk>/mails/letter/": ("placements_mails_letter", require_safe(self.mails_letter)),
            "<int:pk>/mails/test/": ("placements_mails_test", require_POST(self.mails_test)),
        }
        return [
            path(address, self.admin_site.admin_view(view), name=name)
            for address, (name, view) in pages.items()
        ]

    def mails(self, request, pk: int):
        """Every mail of a visit and of its wish, with its very text."""
        visit = self._visit(request, pk)
        written = _letters_of(visit)
        rows = [(row, mailrules.nag(row), written[row.pk]) for row in _of_visit(visit)]
        return self._mail_page(request, visit, "plan", rows=rows, kinds=mailcare.examples(visit))

    def mails_act(self, request, pk: int):
        """Skip, send now, send again, pause: one at a time."""
        visit = self._visit(request, pk)
        if not self.has_step_permission(request):
            raise PermissionDenied
        do, number = request.POST.get("do"), request.POST.get("mail", "")
        try:
            if do in {"pause", "resume"}:
                mailcare.pause(placement=visit, is_paused=do == "pause")
                self.message_user(request, pause_in_words(do == "pause"), messages.SUCCESS)
            elif do in {"skip", "send"} and number.isdecimal():
                row = get_object_or_404(_of_visit(visit), pk=number)
                if do == "skip":
                    mailcare.skip(planned=row, by=request.user)
                    self.message_user(request, _("The mail is skipped."), messages.SUCCESS)
                else:
                    mailcare.send_now(planned=row, by=request.user, now=clock.now())
                    self.message_user(request, _("The mail is on its way."), messages.SUCCESS)
            else:
                raise Http404
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        return redirect("admin:placements_mails", pk)

    @method_decorator(csp_update({"frame-src": SELF_ONLY}))
    def mails_preview(self, request, pk: int):
        """A letter with the data of this visit, as wide as on a desk and on a phone."""
        visit = self._visit(request, pk)
        planned = self._example(request, visit)
        language = _language(request)
        return self._mail_page(
            request, visit, "preview", planned=planned, language=language,
            letter=mailcare.shown(planned, language=language), query=request.GET.urlencode(),
            has_calendar=planned.kind in letters.INVITES | letters.CANCELS,
        )  # fmt: skip

    @method_decorator(csp_replace({"frame-ancestors": SELF_ONLY}))
    @method_decorator(xframe_options_sameorigin)
    def mails_letter(self, request, pk: int):
        """The letter of a preview by itself, for the frames."""
        planned = self._example(request, self._visit(request, pk))
        return HttpResponse(mailcare.shown(planned, language=_language(request), for_screen=True).html)

    def mails_test(self, request, pk: int):
        """Send the letter of a preview to oneself, in the language of the preview."""
        planned = self._example(request, self._visit(request, pk))
        language = _language(request)
        mailcare.send_test(planned=planned, to=request.user, language=language, now=clock.now())
        words = _("A test is on its way to %(address)s.") % {"address": request.user.email}
        self.message_user(request, words, messages.SUCCESS)
        return redirect("admin:placements_mails", pk)

    def _visit(self, request, pk: int) -> Placement:
        visit = get_object_or_404(Placement.objects.with_people(), pk=pk)
        if not self.has_view_permission(request, visit):
            raise PermissionDenied
        return visit

    def _example(self, request, visit: Placement) -> PlannedMail:
        chosen = request.POST or request.GET
        kind, side = chosen.get("kind"), chosen.get("side")
        if (kind, side) not in mailcare.examples(visit):
            raise Http404
        return mailcare.example(visit, MailKind(kind), Side(side), now=clock.now())

    def _mail_page(self, request, visit: Placement, name: str, **context):
        return TemplateResponse(
            request,
            f"admin/placements/mails/{name}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Mails: %(visit)s") % {"visit": visit},
                "visit": visit,
                **context,
            },
        )


def _of_visit(visit: Placement):
    """The mails of a visit, and those of its wish."""
    rows = PlannedMail.objects.filter(placement=visit) | PlannedMail.objects.of(visit.wish)
    rows = rows.select_related("recipient", "letter", "handled_by", "group_mail", "wish", "placement")
    return rows.order_by("due", "pk")


def _letters_of(visit: Placement) -> dict[int, list[tuple[OutgoingMail, str]]]:
    """The letters written for each planned mail, with their texts, in which the links are dead."""
    keys = [key for planned in _of_visit(visit) for key in letter_keys.keys_of(planned)]
    written = defaultdict(list)
    for letter in OutgoingMail.objects.filter(key__in=keys).order_by("pk"):
        written[letter_keys.planned_of(letter)].append((letter, SIGNED.sub("…", letter.text)))
    return written


def _language(request) -> str:
    chosen = request.POST or request.GET
    return "en" if chosen.get("language") == "en" else "da"
