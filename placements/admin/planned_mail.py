"""Planned mails: those of a visit on its page, and the list of all with what a consultant does about them."""

from collections import Counter
from collections.abc import Callable

from django.contrib import admin, messages
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from placements.admin.base import ReadOnlyAdmin, ReadOnlyInline
from placements.admin.todo_filter import PlannedMailTodoFilter
from placements.domain import mailcare, mailrules
from placements.domain.errors import Refused
from placements.models import PlannedMail
from praktik.lib import clock


class PlannedMailInline(ReadOnlyInline):
    model = PlannedMail
    fields = [
        "kind",
        "side",
        "recipient",
        "number",
        "nth_day",
        "due",
        "state",
        "reason",
        "letter",
        "fate",
    ]
    readonly_fields = ["fate"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("recipient", "letter")

    @admin.display(description=_("in the outbox"))
    def fate(self, planned):
        """What became of the letter after it was written."""
        return planned.letter.get_state_display() if planned.letter else "–"


class _LetterFilter(admin.ChoicesFieldListFilter):
    """What became of the letter, under a title of its own: the plan has states too."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = _("in the outbox")


@admin.register(PlannedMail)
class PlannedMailAdmin(ReadOnlyAdmin):
    """The plan of all rounds; the page of a round's mails leads here, narrowed to what it counts."""

    list_display = ["due", "what", "side", "recipient", "about", "fate", "why", "letter_link"]
    list_display_links = None
    exported = ["due", "what", "side", "recipient", "recipient__email", "wish", "fate", "why"]
    list_filter = [
        PlannedMailTodoFilter,
        "state",
        ("letter__state", _LetterFilter),
        "kind",
        "side",
        "wish__round",
    ]
    search_fields = ["recipient__name", "recipient__email", "wish__employee__name"]
    date_hierarchy = "due"
    list_select_related = [
        "recipient",
        "letter",
        "handled_by",
        "group_mail",
        "wish__round",
        "wish__employee",
        "placement__host__workplace",
        "placement__wish__employee",
    ]
    actions = ["skip", "send"]

    def for_export(self, rows):
        return rows.select_related(*self.list_select_related)

    def has_step_permission(self, request) -> bool:
        """Who may change a visit may send and skip its mails."""
        return request.user.has_perm("placements.change_placement")

    @admin.display(description=_("mail"), ordering="kind")
    def what(self, planned):
        """The kind, or the subject of a group mail; which reminder, which day."""
        words = [str(planned.group_mail or planned.get_kind_display())]
        if nag := mailrules.nag(planned):
            words.append(gettext("reminder %(nag)s") % {"nag": nag})
        if planned.nth_day:
            words.append(gettext("day %(n)s") % {"n": planned.nth_day})
        return ", ".join(words)

    @admin.display(description=_("about"))
    def about(self, planned):
        """The visit with all its mails, or the wish."""
        if planned.placement:
            address = reverse("admin:placements_mails", args=[planned.placement_id])
            return format_html('<a href="{}">{}</a>', address, planned.placement)
        address = reverse("admin:placements_wish_change", args=[planned.wish_id])
        return format_html('<a href="{}">{}</a>', address, planned.wish)

    @admin.display(description=_("stands at"), ordering="state")
    def fate(self, planned):
        """What became of it, also after the letter was written."""
        return planned.stands_at

    @admin.display(description=_("why"))
    def why(self, planned):
        """Why it was not sent or did not arrive, and who decided so."""
        error = planned.letter.error if planned.letter else ""
        words = [planned.get_reason_display(), error, planned.handled_by and str(planned.handled_by)]
        return " · ".join(filter(None, words)) or "–"

    @admin.display(description=_("text"))
    def letter_link(self, planned):
        """The very text."""
        if not planned.letter:
            return "–"
        address = reverse("admin:mail_outgoingmail_change", args=[planned.letter_id])
        return format_html(
            '<a href="{}">{}<span class="visually-hidden"> {}</span></a>',
            address,
            gettext("Read"),
            planned,
        )

    @admin.action(description=_("Skip (only mails that are planned)"), permissions=["step"])
    def skip(self, request, mails):
        done = self._do(request, mails, lambda mail: mailcare.skip(planned=mail, by=request.user))
        self._say(request, ngettext("%d mail is skipped.", "%d mails are skipped.", done), done)

    @admin.action(description=_("Send now, or once more"), permissions=["step"])
    def send(self, request, mails):
        now = clock.now()
        done = self._do(
            request, mails, lambda mail: mailcare.send_now(planned=mail, by=request.user, now=now)
        )
        self._say(
            request, ngettext("%d letter is on its way.", "%d letters are on their way.", done), done
        )

    def _do(self, request, mails, act: Callable[[PlannedMail], None]) -> int:
        """Do it to each; says how often it was refused, and why. Returns how often it was done."""
        refusals: Counter[str] = Counter()
        for mail in mails:
            try:
                act(mail)
            except Refused as refusal:
                refusals[str(refusal)] += 1
        for words, count in refusals.items():
            self.message_user(request, f"{words} ({count})", messages.ERROR)
        return len(mails) - refusals.total()

    def _say(self, request, words: str, count: int) -> None:
        if count:
            self.message_user(request, words % count, messages.SUCCESS)
