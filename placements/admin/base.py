"""What the pages of this app share: states are shown here and changed by the domain alone."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from placements.models import Event, Placement, PlannedMail
from praktik.tables.export_pages import ExportPages


def pause_in_words(is_paused: bool) -> str:
    """What was done when mails were paused, or let go on."""
    return gettext("The mails wait now.") if is_paused else gettext("The mails are sent again.")


def told_in_words(told: str, done: str, *, visits: Iterable[Placement], now: datetime) -> str:
    """What a message says of a step just taken with these visits: `told`, which may promise mails.

    Where a pause holds mails about them back it is `done` instead, and that somebody must phone.
    """
    wishes = {visit.wish_id for visit in visits}
    if not PlannedMail.objects.held(now).filter(placement__wish__in=wishes).exists():
        return told
    held = gettext(
        "Mails about it are held back while mails are paused: phone those who must know now."
    )
    return f"{done} {held}"


class ReadOnlyAdmin(ExportPages, admin.ModelAdmin):
    """Records that can be seen, but neither added, changed nor deleted by hand."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyInline(admin.TabularInline):
    """Records of a page that can only be seen."""

    template = "admin/placements/inline.html"
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class EventInline(ReadOnlyInline):
    model = Event
    fields = ["at", "by", "from_state", "to_state", "reason"]
    verbose_name_plural = _("What happened")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")
