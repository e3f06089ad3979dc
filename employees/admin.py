"""Organisations, departments, workplaces and people in the admin."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from employees.department_filter import DepartmentFilter
from employees.imports import EmployeeResource, WorkplaceResource
from employees.models import Department, Employee, Organisation, Workplace
from employees.signals import people_changed
from praktik.admin_columns import erase_on
from praktik.lib import clock
from praktik.seen_form import SeenAdmin, SeenForm
from praktik.tables.export_pages import ExportPages
from praktik.tables.import_pages import ImportPages


@admin.register(Organisation)
class OrganisationAdmin(ExportPages, admin.ModelAdmin):
    list_display = ["name", "sector", "area"]
    list_filter = ["sector", "area"]
    search_fields = ["name"]


@admin.register(Department)
class DepartmentAdmin(ExportPages, admin.ModelAdmin):
    list_display = ["name", "organisation"]
    list_filter = ["organisation"]
    search_fields = ["name"]
    list_select_related = ["organisation"]


@admin.register(Workplace)
class WorkplaceAdmin(SeenAdmin, ImportPages, admin.ModelAdmin):
    form = SeenForm
    import_resource = WorkplaceResource
    list_display = ["name", "department", "address", "phone"]
    list_filter = [("department", DepartmentFilter)]
    search_fields = ["name", "address"]
    list_select_related = ["department"]
    autocomplete_fields = ["department"]

    def has_import_permission(self, request):
        """An import makes the departments and organisations that are missing."""
        makes = ("employees.add_department", "employees.add_organisation")
        return super().has_import_permission(request) and request.user.has_perms(makes)

    def for_export(self, rows):
        return rows.select_related("department__organisation")


class BouncedFilter(admin.SimpleListFilter):
    title = _("address")
    parameter_name = "bounced"

    def lookups(self, request, model_admin):
        return [("yes", _("mail comes back"))]

    def queryset(self, request, people):
        return people.filter(pk__in=people.model.objects.bounced()) if self.value() == "yes" else people


@admin.register(Employee)
class EmployeeAdmin(SeenAdmin, ImportPages, admin.ModelAdmin):
    form = SeenForm
    import_resource = EmployeeResource
    exported_also = ("is_staff", "is_active")
    list_display = ["name", "email", "job_title", "workplace", "is_staff", "is_active"]
    list_filter = [BouncedFilter, "is_staff", "is_active", ("workplace__department", DepartmentFilter)]
    search_fields = ["name", "email", "job_title", "workplace__name"]
    list_select_related = ["workplace"]
    autocomplete_fields = ["workplace", "manager"]
    actions = ["address_is_right"]
    readonly_fields = ["address_works", erase_on, "last_login"]
    fields = [
        "name",
        "email",
        "address_works",
        "job_title",
        "phone",
        "workplace",
        "manager",
        "language",
        "is_active",
        "left_on",
        erase_on,
        "last_login",
        "is_staff",
        "is_superuser",
        "groups",
        "seen",
    ]

    def for_export(self, rows):
        return rows.select_related("workplace__department__organisation", "manager")

    @admin.action(description=_("The address is right: mail arrives again"), permissions=["change"])
    def address_is_right(self, request, people):
        """The person was asked, or the mailbox was full: what came back before no longer counts."""
        count = Employee.objects.filter(pk__in=people.values("pk")).update(address_good_at=clock.now())
        words = ngettext("%d address is right.", "%d addresses are right.", count)
        self.message_user(request, words % count, messages.SUCCESS)

    @admin.display(description=_("mail arrives"))
    def address_works(self, employee):
        if employee.pk and Employee.objects.bounced().filter(pk=employee.pk).exists():
            return _("No: a letter came back. Find out the right address.")
        return _("As far as we know")

    def get_fields(self, request, obj=None):
        """Who may only look posts no mark of what was seen."""
        fields = super().get_fields(request, obj)
        may_save = obj is None or self.has_change_permission(request, obj)
        return [name for name in fields if may_save or name != "seen"]

    def get_readonly_fields(self, request, obj=None):
        """Only an administrator says who is a consultant or administrator."""
        own = super().get_readonly_fields(request, obj)
        return own if request.user.is_superuser else [*own, "is_staff", "is_superuser", "groups"]

    def save_model(self, request, employee, form, change):
        if not change:
            employee.set_unusable_password()
        super().save_model(request, employee, form, change)
        if change and {"manager", "is_active"} & set(form.changed_data):
            people_changed.send(Employee, people=[employee.pk])

    def has_change_permission(self, request, obj=None):
        """A consultant may not take over a colleague's account by changing its address."""
        if obj is not None and obj.is_out_of_reach_of(request.user):
            return False
        return super().has_change_permission(request, obj)
