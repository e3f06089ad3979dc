from django.contrib import admin

from placements.admin.base import ReadOnlyAdmin, ReadOnlyInline
from placements.models import PlannedMail


class PlannedMailInline(ReadOnlyInline):
    model = PlannedMail
    fields = ["kind", "side", "recipient", "day", "due", "state", "reason", "letter"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("recipient", "letter")


@admin.register(PlannedMail)
class PlannedMailAdmin(ReadOnlyAdmin):
    list_display = ["kind", "recipient", "side", "due", "state", "reason", "wish"]
    list_filter = ["state", "kind", "side", "wish__round"]
    search_fields = ["recipient__name", "recipient__email", "wish__employee__name"]
    date_hierarchy = "due"
    list_select_related = ["recipient", "wish__employee", "wish__round"]
