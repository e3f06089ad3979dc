"""Every list of the admin as a file, with the filters and the search that it is shown with."""

from collections.abc import Callable, Iterator

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path, label_for_field, lookup_field
from django.core.exceptions import PermissionDenied
from django.db.models.constants import LOOKUP_SEP
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from praktik.tables.sheets import Sheet, as_file

CHUNK = 1000


class ExportPages:
    """For a ModelAdmin: who may see its list may fetch it as CSV or as an Excel workbook."""

    # Names as in list_display. None: the columns of the list.
    exported: list[str] | None = None
    # Columns of the list that only lead somewhere.
    not_exported: tuple[str, ...] = ()

    def get_urls(self):
        export = path(
            "export/<str:kind>/",
            self.admin_site.admin_view(self.export),
            name=f"{self.opts.app_label}_{self.opts.model_name}_export",
        )
        return [export, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        context = {"has_export_permission": self.has_export_permission(request)}
        return super().changelist_view(request, context | (extra_context or {}))

    def has_export_permission(self, request) -> bool:
        return self.has_view_permission(request)

    @method_decorator(require_safe)
    def export(self, request, kind: str):
        """The list as a file of this kind."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        title = str(capfirst(self.opts.verbose_name_plural))
        columns = self.export_columns(request)
        headings = [str(capfirst(heading)) for heading, _value in columns]
        return as_file(Sheet(title, headings, self._cells(self.for_export(rows), columns)), kind)

    def for_export(self, rows):
        """The rows with everything at hand that the columns tell."""
        return rows

    def export_columns(self, request) -> list[tuple[str, Callable]]:
        """Headings, and what gives the cell of a record."""
        listed = self.exported or [
            name for name in self.get_list_display(request) if name not in self.not_exported
        ]
        return [self.export_column(name) for name in listed]

    def export_column(self, name: str) -> tuple[str, Callable]:
        """Heading and cells of a column that is named as in list_display."""
        heading = (
            get_fields_from_path(self.model, name)[-1].verbose_name
            if isinstance(name, str) and LOOKUP_SEP in name.strip("_")
            else label_for_field(name, self.model, self)
        )
        return str(heading), lambda record: self._value(name, record)

    def _value(self, name: str, record):
        field, _attribute, value = lookup_field(name, record, self)
        if field is not None and field.choices:
            return getattr(record, f"get_{name}_display")()
        return value

    @staticmethod
    def _cells(rows, columns) -> Iterator[list]:
        for record in rows.iterator(chunk_size=CHUNK):
            yield [value(record) for _heading, value in columns]
