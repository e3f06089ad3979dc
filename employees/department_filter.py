"""The filter by department in the lists of the admin."""

from django.contrib import admin

from employees.models import Department


class DepartmentFilter(admin.RelatedFieldListFilter):
    """Departments by name; with their organisation beside where there are several, which have the same names."""

    def field_choices(self, field, request, model_admin):
        rows = Department.objects.select_related("organisation").order_by("name", "organisation__name")
        several = len({row.organisation_id for row in rows}) > 1
        return [(row.pk, f"{row} ({row.organisation})" if several else str(row)) for row in rows]
