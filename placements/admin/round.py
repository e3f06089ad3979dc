from django.contrib import admin
from django.db.models import ManyToManyField
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _

from placements.models import Round
from praktik.admin_columns import erase_on


@admin.register(Round)
class RoundAdmin(admin.ModelAdmin):
    list_display = ["name", "wishes_from", "wishes_until", "visits_from", "visits_until"]
    search_fields = ["name"]
    formfield_overrides = {ManyToManyField: {"widget": CheckboxSelectMultiple}}
    readonly_fields = [erase_on]
    fieldsets = [
        (None, {"fields": ["name", "organisations"]}),
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
        (_("Visits"), {"fields": [("shortest_visit", "longest_visit")]}),
        (_("The guide that participants get"), {"fields": ["guide_da", "guide_en"]}),
    ]
