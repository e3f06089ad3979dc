"""The outbox in the admin: what was sent to whom, and the letters that need a person."""

from datetime import datetime

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mail import outbox
from mail.models import OutgoingMail
from praktik.admin_columns import erase_on
from praktik.lib import clock
from praktik.lib.links import SIGNED
from praktik.tables.export_pages import ExportPages


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ExportPages, admin.ModelAdmin):
    menu_name = _("Outbox")
    list_display = ["subject", "to_name", "to_address", "state", "created_at", "sent_at", "error"]
    list_filter = ["state", "is_settled", "created_at"]
    search_fields = ["to_name", "to_address", "subject"]
    date_hierarchy = "created_at"
    actions = ["send_again", "take_back", "settle"]
    # Filters in the address may not ask what a letter says: a confidential one could be read so.
    open_lookups = {"state", "state__exact", "state__in", "is_settled__exact", "confidential__exact"}
    open_lookups |= {"is_urgent__exact"}

    def get_fields(self, request, obj=None):
        about = ["to_name", "to_address", "subject", "state", "is_settled", "error", "attempts"]
        about += ["next_attempt_at"]
        times = ["created_at", "claimed_at", "sent_at", "expires_at", erase_on]
        contents = [] if obj and obj.confidential else ["words", "calendar"]
        return about + times + contents

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj)

    def lookup_allowed(self, lookup, value, request):
        return lookup in self.open_lookups or lookup.startswith("created_at__")

    @admin.display(description=_("text"))
    def words(self, letter):
        """The text without the signed part of its links: they are for the recipient alone."""
        return SIGNED.sub("…", letter.text)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description=_("Send again (only letters that did not arrive, or perhaps not)"))
    def send_again(self, request, letters):
        now = clock.now()
        count = sum(self.send_one_again(request, letter, now) for letter in letters)
        words = ngettext("%d letter is on its way.", "%d letters are on their way.", count)
        self._say_how_many(request, words, count)

    def send_one_again(self, request, letter: OutgoingMail, now: datetime) -> bool:
        """Whether it goes out again."""
        return outbox.send_again(letter, now=now)

    @admin.action(description=_("Take back (only letters that still wait)"))
    def take_back(self, request, letters):
        count = len(outbox.recall_all(OutgoingMail.objects.filter(pk__in=_keys(letters))))
        words = ngettext("%d letter is taken back.", "%d letters are taken back.", count)
        self._say_how_many(request, words, count)

    @admin.action(
        description=_("Settled: there is nothing more to do (only letters that did not arrive)")
    )
    def settle(self, request, letters):
        count = outbox.settle(OutgoingMail.objects.filter(pk__in=_keys(letters)))
        words = ngettext("%d letter is settled.", "%d letters are settled.", count)
        self._say_how_many(request, words, count)

    def _say_how_many(self, request, words: str, count: int) -> None:
        self.message_user(request, words % count, messages.SUCCESS if count else messages.WARNING)

    def get_urls(self):
        own = path(
            "release/",
            self.admin_site.admin_view(self.release),
            name="mail_outgoingmail_release",
        )
        return [own, *super().get_urls()]

    @method_decorator(require_POST)
    def release(self, request):
        """A consultant lets the letters of this day go in spite of the daily limit."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        outbox.release(by=str(request.user), now=clock.now())
        self.message_user(request, _("The letters of today are on their way."), messages.SUCCESS)
        return redirect("admin:mail_outgoingmail_changelist")


def _keys(letters) -> list[int]:
    """Read first: the list in the admin is ordered and joined, which an update may not be."""
    return list(letters.values_list("pk", flat=True))
