"""The outbox in the admin: what was sent to whom, and the letters that need a person."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mail import outbox
from mail.models import OutgoingMail
from praktik.lib import clock


@admin.register(OutgoingMail)
class OutgoingMailAdmin(admin.ModelAdmin):
    list_display = ["subject", "to_address", "state", "created_at", "sent_at", "error"]
    list_filter = ["state", "created_at"]
    search_fields = ["to_address", "subject"]
    date_hierarchy = "created_at"
    actions = ["send_again"]

    def get_fields(self, request, obj=None):
        about = ["to_address", "subject", "state", "error", "attempts", "next_attempt_at"]
        times = ["created_at", "claimed_at", "sent_at", "erase_on"]
        contents = [] if obj and obj.confidential else ["text", "calendar"]
        return about + times + contents

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj)

    @admin.display(description=_("will be erased on"))
    def erase_on(self, letter):
        return letter.erase_on

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
