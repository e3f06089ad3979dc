"""The call log in the admin."""

from django import forms
from django.contrib import admin, messages
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hosts.models import Call
from placements.domain import corrections, said
from placements.domain.texts import text_problems
from praktik.admin_columns import erase_on
from praktik.lib import clock
from praktik.seen_form import SeenAdmin, SeenForm
from praktik.tables.export_pages import ExportPages


class CallForm(SeenForm):
    reasons = forms.TypedMultipleChoiceField(
        label=gettext_lazy("reasons for a no"), choices=Call.Reason.choices, required=False,
        widget=CheckboxSelectMultiple,
    )  # fmt: skip

    def clean(self):
        """Heed the rules that take in what is not on the form, such as the day of the call."""
        data = super().clean()
        if not self.errors:
            self._check_reasons(data)
        if not self.errors:
            for name, value in data.items():
                setattr(self.instance, name, value)
            self.instance.validate_constraints()
        return data

    def _check_reasons(self, data: dict) -> None:
        told = said.Said(data["outcome"], reasons=data["reasons"], note=data["note"])
        for problem in said.reason_problems(told):
            self.add_error("reasons", problem)
        for problem in text_problems(told.note):
            self.add_error("note", problem)


@admin.register(Call)
class CallAdmin(SeenAdmin, ExportPages, admin.ModelAdmin):
    """The call log. Calls are noted from the call list; here a slip of the finger can be corrected."""

    form = CallForm
    list_display = ["workplace", "outcome", "caller", "made_at", "call_back_on", erase_on]
    list_filter = ["outcome", "made_at"]
    list_per_page = 50
    search_fields = ["workplace__name", "note"]
    list_select_related = ["workplace", "caller"]
    readonly_fields = ["workplace", "caller", "made_at", erase_on]
    fields = [
        "workplace",
        "caller",
        "made_at",
        "outcome",
        "reasons",
        "note",
        "call_back_on",
        "seen",
        erase_on,
    ]

    def has_add_permission(self, request):
        return False

    def save_model(self, request, obj, form, change):
        """A no that was none does not keep the host out of its round."""
        rounds = corrections.correct(call=obj, by=request.user, now=clock.now())
        for round in rounds:
            words = _(
                "%(workplace)s is no longer noted as not taking part in %(round)s. "
                "Write on the host's page how many visitors can come."
            )
            self.message_user(request, words % {"workplace": obj.workplace, "round": round})
        if obj.outcome == Call.Outcome.NO and "outcome" in form.changed_data:
            words = _("If the host is to stay out of a round, note it under “Hosts in rounds”, too.")
            self.message_user(request, words, messages.WARNING)
