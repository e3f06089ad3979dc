"""The outbox in the admin: what was sent to whom, and the letters that need a person."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mail import outbox
from mail.models import OutgoingMail
from praktik.admin_columns import erase_on
from praktik.lib import clock
from praktik.lib.links import SIGNED


@admin.register(OutgoingMail)
class OutgoingMailAdmin(admin.ModelAdmin):
    list_display = ["subject", "to_address", "state", "created_at", "sent_at", "error"]
    list_filter = ["state", "created_at"]
    search_fields = ["to_address", "subject"]
    date_hierarchy = "created_at"
    actions = ["send_again"]
    # Filters in the address may not ask what a letter says: a confidential one could be read so.
    open_lookups = {"state", "state__exact", "state__in"}

    def get_fields(self, request, obj=None):
        about = ["to_address", "subject", "state", "error", "attempts", "next_attempt_at"]
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

    @admin.action(description=_("Send again (only letters that failed or were perhaps sent)"))
    def send_again(self, request, letters):
        now = clock.now()
        count = sum(outbox.send_again(letter, now=now) for letter in letters)
        self.message_user(
            request,
            ngettext("%d letter is on its way.", "%d letters are on their way.", count) % count,
            messages.SUCCESS if count else messages.WARNING,
        )
