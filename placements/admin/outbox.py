"""The outbox, for letters of the mail plan: sent again, they are written anew, if the plan still calls for them."""

from datetime import datetime

from django.contrib import admin, messages

from mail import outbox
from mail.admin import OutgoingMailAdmin
from mail.models import OutgoingMail
from placements.domain import letter_keys, mailcare
from placements.domain.errors import Refused

admin.site.unregister(OutgoingMail)


@admin.register(OutgoingMail)
class PlannedLetterAdmin(OutgoingMailAdmin):
    """A cancelled visit is not confirmed by mistake, and a corrected address gets the letter."""

    def send_one_again(self, request, letter: OutgoingMail, now: datetime) -> bool:
        planned = getattr(letter, "planned_mail", None)
        if planned is None and not letter_keys.is_of_plan(letter):
            return super().send_one_again(request, letter, now)
        # A letter of the plan that has none was written anew since: that one counts.
        if planned is None or letter.state not in outbox.CAN_BE_SENT_AGAIN:
            return False
        try:
            mailcare.send_now(planned=planned, by=request.user, now=now)
        except Refused as refusal:
            self.message_user(request, f"{letter.subject}: {refusal}", messages.ERROR)
            return False
        return True
