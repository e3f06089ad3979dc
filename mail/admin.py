"""The outbox in the admin: what was sent to whom, and the letters that need a person."""

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
    list_filter = ["state", "created_at"]
    search_fields = ["to_name", "to_address", "subject"]
    date_hierarchy = "created_at"
    actions = ["send_again"]
    # Filters in the address may not ask what a letter says: a confidential one could be read so.
    open_lookups = {"state", "state__exact", "state__in"}

    def get_fields(self, request, obj=None):
        about = ["to_name", "to_address", "subject", "state", "error", "attempts", "next_attempt_at"]
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

    @admin.action(
        description=_("Send again (only letters that failed, came back or were perhaps sent)")
    )
    def send_again(self, request, letters):
        now = clock.now()
        count = sum(outbox.send_again(letter, now=now) for letter in letters)
        self.message_user(
            request,
            ngettext("%d letter is on its way.", "%d letters are on their way.", count) % count,
            messages.SUCCESS if count else messages.WARNING,
        )

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
