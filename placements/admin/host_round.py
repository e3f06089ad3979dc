"""What hosts have said of rounds; a consultant can note what one said on the phone."""

from django.contrib import admin

from hosts.models import Host
from placements.domain import appetite
from placements.forms.hosting import HostRoundForm
from placements.models import HostRound
from praktik.lib import clock
from praktik.seen_form import SeenAdmin
from praktik.tables.export_pages import ExportPages


@admin.register(HostRound)
class HostRoundAdmin(SeenAdmin, ExportPages, admin.ModelAdmin):
    form = HostRoundForm
    list_display = ["host", "round", "appetite", "reason", "said_by", "said_at", "days_asked_at"]
    list_filter = ["round", "appetite"]
    list_select_related = ["host__workplace", "round", "said_by"]
    search_fields = ["host__workplace__name", "reason"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """A plain list: Django's own search field has no name that a screen reader could say."""
        if db_field.name == "host":
            kwargs["queryset"] = Host.objects.select_related("workplace")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        return ["host", "round"] if obj else []

    def hold(self, record):
        """The host, as whoever says something of a round does."""
        appetite.hold(record.host_id)

    def save_model(self, request, obj, form, change):
        """What was said is said by the domain, in the consultant's name."""
        appetite.say(
            host=obj.host,
            round=obj.round,
            appetite=obj.appetite,
            reason=obj.reason,
            by=request.user,
            now=clock.now(),
        )
        obj.pk = HostRound.objects.get(host=obj.host, round=obj.round).pk
