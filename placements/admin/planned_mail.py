from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from placements.admin.base import ReadOnlyAdmin, ReadOnlyInline
from placements.models import PlannedMail


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


@admin.register(PlannedMail)
class PlannedMailAdmin(ReadOnlyAdmin):
    list_display = ["kind", "recipient", "side", "due", "state", "reason", "wish"]
    list_filter = ["state", "kind", "side", "wish__round"]
    search_fields = ["recipient__name", "recipient__email", "wish__employee__name"]
    date_hierarchy = "due"
    list_select_related = ["recipient", "wish__employee", "wish__round"]
