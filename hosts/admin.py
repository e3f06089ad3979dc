"""Hosts and kinds of work in the admin."""

from django.contrib import admin
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _

from employees.department_filter import DepartmentFilter
from hosts.approval_admin import ApprovalPages
from hosts.imports import HostResource
from hosts.models import ClosedDay, Field, Host, OpenDay
from praktik.seen_form import SeenAdmin, SeenForm
from praktik.tables.export_pages import ExportPages
from praktik.tables.import_pages import ImportPages


@admin.register(Field)
class FieldAdmin(ExportPages, admin.ModelAdmin):
    search_fields = ["name"]


class ClosedDayInline(admin.StackedInline):
    model = ClosedDay
    extra = 1
    fields = [("date", "reason")]


class OpenDayInline(admin.StackedInline):
    model = OpenDay
    extra = 1
    fields = [("date", "seats")]


@admin.register(Host)
class HostAdmin(SeenAdmin, ApprovalPages, ImportPages, admin.ModelAdmin):
    form = SeenForm
    import_resource = HostResource
    list_display = ["workplace", "department", "approval", "is_open", "seats", "most_visitors"]
    list_filter = [
        "approval",
        "is_open",
        "fields",
        "workplace__department__organisation__sector",
        "workplace__department__organisation__area",
        "workplace__department__organisation",
        ("workplace__department", DepartmentFilter),
    ]
    search_fields = ["workplace__name", "description", "contacts__name", "contacts__email"]
    list_select_related = ["workplace__department"]
    autocomplete_fields = ["workplace", "contacts"]
    inlines = [ClosedDayInline, OpenDayInline]
    actions = ["approve"]
    readonly_fields = [
        "approval",
        "signed_up_by",
        "signed_up_at",
        "decided_by",
        "decided_at",
        "refusal_reason",
    ]
    fieldsets = [
        (None, {"fields": ["workplace", "is_open", "description", "fields", "contacts", "seen"]}),
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
        (_("Approval"), {"fields": readonly_fields}),
    ]

    def for_export(self, rows):
        places = rows.select_related("workplace__department__organisation")
        return places.prefetch_related("fields", "contacts")

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
