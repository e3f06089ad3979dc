"""Import in the admin: choose a file, see what it would do, then do it, all or nothing."""

from collections import defaultdict

from django import forms
from django.contrib import messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import FileResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from praktik.tables import holding, importing
from praktik.tables.errors import NotATable
from praktik.tables.export_pages import ExportPages
from praktik.tables.outcome import Outcome
from praktik.tables.reading import MOST_BYTES, Table, read_table
from praktik.tables.resource import TableResource
from praktik.tables.uploads import too_large
from praktik.tables.writing import csv_file

LINES_A_PAGE = 100
MOST_FAULTS = 500
_MEGABYTE = 1024 * 1024


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("CSV file or Excel workbook (.xlsx)"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "max_length": gettext_lazy("The name of the file is too long."),
        },
    )


class ImportPages(ExportPages):
    """For a ModelAdmin whose records can be imported; its export has the same columns."""

    import_resource: type[TableResource]
    # Columns of the export beside those that can be imported, named as in list_display.
    exported_also: tuple[str, ...] = ()

    def get_urls(self):
        pages = {
            "import/": (self.import_file, "import"),
            "import/<str:token>/": (self.import_preview, "import_preview"),
            "import/<str:token>/faults/": (self.import_faults, "import_faults"),
        }
        own = [
            path(
                address,
                self.admin_site.admin_view(page),
                name=f"{self.opts.app_label}_{self.opts.model_name}_{name}",
            )
            for address, (page, name) in pages.items()
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        context = {"has_import_permission": self.has_import_permission(request)}
        return super().changelist_view(request, context | (extra_context or {}))

    def has_import_permission(self, request) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def export_columns(self, request):
        columns = self.import_resource().columns.values()
        own = [(str(column.heading), column.export) for column in columns]
        return own + [self.export_column(name) for name in self.exported_also]

    # --- The pages --------------------------------------------------------------------------------

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def import_file(self, request):
        """Choose a file; one that can be read is held, and its dry run shown."""
        self._check(request)
        form = UploadForm()
        if request.method == "POST":
            form = UploadForm(request.POST, request.FILES)
            try:
                table = self._uploaded(request, form)
            except NotATable as problem:
                form.errors.clear()
                form.add_error("file", str(problem))
            else:
                if table:
                    return redirect(self._address("import_preview", self._hold(request, table)))
        return self._page(request, "choose", form=form, columns=self.import_resource().columns.values())

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def import_preview(self, request, token: str):
        """What the held table would do; POST does it, or lets go of the table."""
        self._check(request)
        if "forget" in request.POST:
            return self._forget(request, token)
        try:
            table = holding.fetch(token, by=request.user, what=self.opts.label)
        except holding.NotHeld:
            return self._no_longer_held(request)
        if request.method == "POST":
            return self._carry_out(request, token, table)
        outcome = importing.dry_run(self.import_resource, table, by=request.user)
        page = Paginator(outcome.rows, LINES_A_PAGE).get_page(request.GET.get("page"))
        shown, more = outcome.faults[:MOST_FAULTS], len(outcome.faults[MOST_FAULTS:])
        return self._page(
            request, "preview", outcome=outcome, page=page, token=token, form=UploadForm(),
            shown_faults=shown, more_faults=more, merged_lines=_some(outcome.merged_lines),
        )  # fmt: skip

    @method_decorator(require_safe)
    def import_faults(self, request, token: str):
        """The faulty lines as a file, with what is wrong."""
        self._check(request)
        try:
            table = holding.fetch(token, by=request.user, what=self.opts.label)
        except holding.NotHeld:
            return self._no_longer_held(request)
        outcome = importing.dry_run(self.import_resource, table, by=request.user)
        headings = [_("Line"), *table.headings, _("What is wrong")]
        file = csv_file("", headings, _faulty_rows(table, outcome))
        return FileResponse(file, as_attachment=True, filename=_("Faults") + ".csv")

    # --- What they are made of ----------------------------------------------------------------------

    def _check(self, request) -> None:
        if not self.has_import_permission(request):
            raise PermissionDenied

    def _uploaded(self, request, form: UploadForm) -> Table | None:
        """The table of the file that was chosen; None when none was. Raises NotATable."""
        if too_large(request):
            raise NotATable(
                _("The file is too large: at most %(most)d MB.") % {"most": MOST_BYTES // _MEGABYTE}
            )
        if not form.is_valid():
            return None
        table = read_table(form.cleaned_data["file"].read())
        self.import_resource(table=table).matched()
        return table

    def _hold(self, request, table: Table) -> str:
        return holding.hold(table, by=request.user, what=self.opts.label)

    def _carry_out(self, request, token: str, table: Table):
        try:
            with transaction.atomic():
                seen = request.POST.get("seen", "")
                outcome = importing.carry_out(self.import_resource, table, by=request.user, seen=seen)
                _log(request.user, outcome)
        except (importing.Changed, IntegrityError):
            words = _("Something has changed since you looked. Nothing is imported; please look again.")
            self.message_user(request, words, messages.WARNING)
            return redirect(self._address("import_preview", token))
        holding.forget(token, by=request.user, what=self.opts.label)
        words = _("Imported: %(counts)s.") % {"counts": outcome.counts_in_words}
        self.message_user(request, words, messages.SUCCESS)
        return redirect(self._address("changelist"))

    def _forget(self, request, token: str):
        try:
            holding.forget(token, by=request.user, what=self.opts.label)
        except holding.NotHeld:
            return self._no_longer_held(request)
        self.message_user(request, _("Nothing is imported, and the file is forgotten."))
        return redirect(self._address("changelist"))

    def _no_longer_held(self, request):
        words = _("The file is no longer held here. Please choose it again; nothing was imported.")
        self.message_user(request, words, messages.WARNING)
        return redirect(self._address("import"))

    def _address(self, page: str, *arguments) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=arguments)

    def _page(self, request, name: str, **context):
        return TemplateResponse(
            request,
            f"admin/tables/{name}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Import %(what)s") % {"what": self.opts.verbose_name_plural},
                "list_title": capfirst(self.opts.verbose_name_plural),
                "most_megabytes": MOST_BYTES // _MEGABYTE,
                **context,
            },
        )


def _some(lines: list[int]) -> str:
    """The first lines by number, in one text."""
    shown = ", ".join(map(str, lines[:MOST_FAULTS]))
    return f"{shown} …" if len(lines) > MOST_FAULTS else shown


def _faulty_rows(table: Table, outcome: Outcome):
    of_line = defaultdict(list)
    for fault in outcome.faults:
        of_line[fault.line].append(fault)
    for line, cells in zip(table.lines, table.rows, strict=True):
        if faults := of_line.get(line):
            padded = [*cells, *[""] * (len(table.headings) - len(cells))][: len(table.headings)]
            yield [line, *padded, " ".join(map(str, faults))]


def _log(by, outcome: Outcome) -> None:
    """What was imported by whom stands in the history of each record."""
    for flag, is_kind in ((ADDITION, "is_new"), (CHANGE, "is_update")):
        records = [row.instance for _line, row in outcome.rows if getattr(row, is_kind)()]
        if records:
            words = _("Imported from a file.")
            LogEntry.objects.log_actions(by.pk, records, flag, change_message=words)
