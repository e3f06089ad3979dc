from django.contrib import admin
from django.db.models import ManyToManyField
from django.forms import CheckboxSelectMultiple
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from placements.admin.board import BoardPages
from placements.admin.calls import CallPages
from placements.admin.host_days import HostDaysPages
from placements.admin.round_mails import RoundMailPages
from placements.domain import mailplan
from placements.models import Round
from praktik.admin_columns import erase_on
from praktik.tables.export_pages import ExportPages

POINTS = [
    "points_new_relation",
    "points_spread",
    "points_unknown_host",
    "points_stability",
    "points_ring",
]


@admin.register(Round)
class RoundAdmin(BoardPages, CallPages, HostDaysPages, RoundMailPages, ExportPages, admin.ModelAdmin):
    list_display = ["name", "board", "wishes_from", "wishes_until", "visits_from", "visits_until"]
    not_exported = ("board",)
    search_fields = ["name"]
    formfield_overrides = {ManyToManyField: {"widget": CheckboxSelectMultiple}}
    readonly_fields = [erase_on]
    fieldsets = [
        (None, {"fields": ["name", "organisations", "needs_approval"]}),
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

    def get_urls(self):
        return [
            *self.board_urls(),
            *self.call_urls(),
            *self.host_days_urls(),
            *self.mail_urls(),
            *super().get_urls(),
        ]

    def save_related(self, request, form, formsets, change):
        """New dates and rules move what is not yet sent."""
        super().save_related(request, form, formsets, change)
        mailplan.ask_to_replan([form.instance])

    @admin.display(description=_("match board"))
    def board(self, round):
        """The way to the round's board."""
        return format_html(
            '<a href="{}">{}<span class="visually-hidden"> {}</span></a>',
            reverse("admin:placements_board_wishes", args=[round.pk]),
            _("Match board"),
            round,
        )
