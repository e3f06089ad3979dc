from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from placements.admin.base import ReadOnlyAdmin
from placements.models import Evaluation, Idea
from praktik.admin_columns import erase_on
from praktik.tables.export_pages import ExportPages


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnlyAdmin):
    list_display = ["placement", "side", "useful", "length", "recommend", "new_contacts", "take_home"]
    list_filter = ["side", "useful", "length", "placement__wish__round"]
    search_fields = [
        "placement__wish__employee__name",
        "placement__host__workplace__name",
        "take_home",
        "observation",
        "idea__text",
    ]
    list_select_related = ["placement__wish__employee", "placement__host__workplace"]
    fields = [
        "placement",
        "side",
        "author",
        "useful",
        "length",
        "new_contacts",
        "recommend",
        "take_home",
        "observation",
        "share_observation",
        "share_with_manager",
        "idea_text",
        "answered_at",
        "changed_at",
        erase_on,
    ]

    @admin.display(description=_("idea"))
    def idea_text(self, evaluation):
        idea = getattr(evaluation, "idea", None)
        return idea.text if idea else "–"


@admin.register(Idea)
class IdeaAdmin(ExportPages, admin.ModelAdmin):
    list_display = ["text", "state", "evaluation"]
    list_filter = ["state", "evaluation__placement__wish__round"]
    search_fields = ["text"]
    list_select_related = [
        "evaluation__placement__wish__employee",
        "evaluation__placement__host__workplace",
    ]
    fields = ["text", "state", "evaluation"]
    readonly_fields = ["text", "evaluation"]

    def has_add_permission(self, request):
        return False
