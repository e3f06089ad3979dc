from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import ManyToManyField
from django.forms import CheckboxSelectMultiple
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from placements.admin.board import BoardPages
from placements.admin.calls import CallPages
from placements.admin.host_days import HostDaysPages
from placements.admin.round_files import RoundFiles
from placements.admin.round_mails import RoundMailPages
from placements.admin.round_pages import RoundPages
from placements.admin.todo_filter import RoundTodoFilter
from placements.domain import mailplan
from placements.forms.round import RoundForm
from placements.models import Round
from praktik.admin_columns import erase_on
from praktik.lib import clock
from praktik.seen_form import SeenAdmin
from praktik.tables.export_pages import ExportPages

POINTS = [
    "points_new_relation",
    "points_spread",
    "points_unknown_host",
    "points_stability",
    "points_ring",
]


@admin.register(Round)
class RoundAdmin(
    SeenAdmin,
    BoardPages,
    CallPages,
    HostDaysPages,
    RoundFiles,
    RoundMailPages,
    RoundPages,
    ExportPages,
    admin.ModelAdmin,
):
    form = RoundForm
    list_display = [
        "name",
        "phase",
        "board",
        "wishes_from",
        "wishes_until",
        "visits_from",
        "visits_until",
        "copy_link",
    ]
    not_exported = ("board", "copy_link")
    list_filter = [RoundTodoFilter]
    search_fields = ["name"]
    formfield_overrides = {ManyToManyField: {"widget": CheckboxSelectMultiple}}
    readonly_fields = [erase_on]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "organisations",
                    "abroad_only",
                    "needs_approval",
                    "hold_results",
                    "seen",
                ]
            },
        ),
        (
            _("Dates"),
            {
                "fields": [
                    ("wishes_from", "wishes_until"),
                    ("visits_from", "visits_until"),
                    erase_on,
                ]
            },
        ),
        (_("The puzzle: what decides last (points from 0 to 10)"), {"fields": POINTS}),
        (_("Visits"), {"fields": [("shortest_visit", "longest_visit")]}),
        (
            _("When something comes up"),
            {"fields": ["lock_days", ("contact_name", "contact_phone", "contact_email")]},
        ),
        (_("The guide that participants get"), {"fields": ["guide_da", "guide_en"]}),
        (_("The call list"), {"fields": ["call_script_da"]}),
    ]

    def get_readonly_fields(self, request, round=None):
        """A closed round is looked at only; it can be opened again."""
        fields = super().get_readonly_fields(request, round)
        if round is None or round.closed_at is None:
            return fields
        shown = [name for name in flatten_fieldsets(self.fieldsets) if name != "seen"]
        return list(dict.fromkeys([*shown, *fields]))

    def get_urls(self):
        return [
            *self.board_urls(),
            *self.call_urls(),
            *self.file_urls(),
            *self.host_days_urls(),
            *self.mail_urls(),
            *self.round_urls(),
            *super().get_urls(),
        ]

    def save_model(self, request, round, form, change):
        """With a new deadline the reminders of drafts begin anew."""
        if change and "wishes_until" in form.changed_data:
            round.deadline_changes += 1
        super().save_model(request, round, form, change)

    def save_related(self, request, form, formsets, change):
        """New dates and rules move what is not yet sent."""
        super().save_related(request, form, formsets, change)
        mailplan.ask_to_replan([form.instance])

    def changelist_view(self, request, extra_context=None):
        """The list offers a copy of the last round."""
        extra = {"last_round": Round.objects.first(), **(extra_context or {})}
        return super().changelist_view(request, extra)

    @admin.display(description=_("phase"))
    def phase(self, round):
        """Where the round stands today; the way to its figures."""
        label = round.phase(clock.today()).label
        return _link("admin:placements_round_overview", round, label)

    @admin.display(description=_("match board"))
    def board(self, round):
        """The way to the round's board."""
        return _link("admin:placements_board_wishes", round, _("Match board"))

    @admin.display(description=_("copy"))
    def copy_link(self, round):
        """The way to a new round like this one."""
        return _link("admin:placements_round_copy", round, _("Copy"))


def _link(name: str, round: Round, label):
    return format_html(
        '<a href="{}">{}<span class="visually-hidden"> {}</span></a>',
        reverse(name, args=[round.pk]),
        label,
        round,
    )
