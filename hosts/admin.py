"""Hosts, kinds of work and the call log in the admin."""

from django.contrib import admin
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _

from hosts.models import Call, ClosedDay, Field, Host


@admin.register(Field)
class FieldAdmin(admin.ModelAdmin):
    search_fields = ["name"]


class ClosedDayInline(admin.StackedInline):
    model = ClosedDay
    extra = 1
    fields = [("date", "reason")]


@admin.register(Host)
class HostAdmin(admin.ModelAdmin):
    list_display = ["workplace", "department", "is_open", "seats", "most_visitors"]
    list_filter = [
        "is_open",
        "fields",
        "workplace__department__organisation__sector",
        "workplace__department__organisation__area",
        "workplace__department__organisation",
        "workplace__department",
    ]
    search_fields = ["workplace__name", "description", "contacts__name", "contacts__email"]
    list_select_related = ["workplace__department"]
    autocomplete_fields = ["workplace", "contacts"]
    inlines = [ClosedDayInline]
    fieldsets = [
        (None, {"fields": ["workplace", "is_open", "description", "fields", "contacts"]}),
        (
            _("Seats and lengths"),
            {
                "fields": [
                    ("seats_monday", "seats_tuesday", "seats_wednesday"),
                    ("seats_thursday", "seats_friday"),
                    ("shortest_visit", "longest_visit", "most_visitors"),
                    "allows_split",
                ]
            },
        ),
        (
            _("Practical things"),
            {
                "fields": [
                    "meeting_place",
                    ("starts_at", "ends_at"),
                    "ask_for",
                    "dress",
                    "parking",
                    "access",
                    "confidentiality",
                ]
            },
        ),
    ]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "fields":
            kwargs["widget"] = CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=_("department"), ordering="workplace__department__name")
    def department(self, host):
        return host.workplace.department

    @admin.display(description=_("seats Mon–Fri"))
    def seats(self, host):
        return " · ".join(map(str, host.weekday_seats))


@admin.register(Call)
class CallAdmin(admin.ModelAdmin):
    list_display = ["workplace", "outcome", "caller", "made_at", "call_back_on"]
    list_filter = ["outcome", "caller"]
    search_fields = ["workplace__name", "note"]
    list_select_related = ["workplace", "caller"]
    autocomplete_fields = ["workplace", "caller"]
