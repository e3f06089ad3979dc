"""The consultants' own words and times for mails."""

import json

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from placements.domain import mailcare, mailplan, mailrules, timings
from placements.enums import MailKind, Side
from placements.models import MailText, MailTiming, Round
from placements.models.mail_text import placeholders_of
from praktik.lib import clock
from praktik.tables.export_pages import ExportPages


class _ForRounds(ExportPages, admin.ModelAdmin):
    """Something that holds for one round, or for all."""

    list_filter = ["round", "kind"]
    list_select_related = ["round"]

    @admin.display(description=_("round"), ordering="round")
    def of_round(self, row):
        return row.round or _("all rounds")


class MailTextForm(forms.ModelForm):
    """Words with placeholders picked from a list (static/admin.js puts them in where one types).

    Which there are depends on the kind, also when another one is chosen on the page.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kind = self.data.get("kind") or self.initial.get("kind") or MailKind.CONFIRMED
        for name in MailText.TEXTS:
            if name in self.fields:
                self.fields[name].help_text = _in_words(placeholders_of(kind))
                self.fields[name].widget.attrs["data-placeholders"] = " ".join(placeholders_of(kind))
        if "kind" in self.fields:
            by_kind = {kind: _for_script(placeholders_of(kind)) for kind in MailKind.values}
            self.fields["kind"].widget.attrs["data-placeholders-by-kind"] = json.dumps(by_kind)

    def clean(self):
        """Words for a mail that nobody gets would never be read."""
        cleaned = super().clean()
        kind, side = cleaned.get("kind"), cleaned.get("side")
        if kind and side and not mailrules.is_sent_to(kind, side):
            self.add_error("side", _not_sent_to(MailKind(kind), Side(side)))
        return cleaned


def _not_sent_to(kind: MailKind, side: Side) -> str:
    if kind == MailKind.GROUP:
        return _("A mail to a group is written each time it is sent, on the page of its round.")
    words = _("The mail “%(kind)s” is never sent to: %(side)s.")
    return words % {"kind": kind.label, "side": side.label}


def _in_words(known: dict[str, str]) -> str:
    return ", ".join(f"{{{name}}}: {what}" for name, what in known.items())


def _for_script(known: dict[str, str]) -> dict[str, str]:
    return {"names": " ".join(known), "help": _in_words(known)}


@admin.register(MailText)
class MailTextAdmin(_ForRounds):
    form = MailTextForm
    list_display = ["kind", "side", "of_round", "subject_da"]
    fields = [("kind", "side", "round"), "subject_da", "words_da", "subject_en", "words_en"]

    def get_urls(self):
        preview = path(
            "preview/",
            self.admin_site.admin_view(require_POST(self.preview)),
            name="placements_mailtext_preview",
        )
        return [preview, *super().get_urls()]

    def preview(self, request):
        """The letter with the words that are typed, before they are saved: a page beside the form."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        changed = request.GET.get("of", "")
        text = get_object_or_404(MailText, pk=changed) if changed.isdecimal() else None
        form = self.get_form(request, text)(request.POST, instance=text)
        shown, now = [], clock.now()
        if form.is_valid():
            for language, name in settings.LANGUAGES:
                letter = mailcare.shown_with(form.instance, language=language, now=now)
                shown += [(language, name, letter)] if letter else []
        return TemplateResponse(
            request,
            "admin/placements/mails/words.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("The letter with these words"),
                "form": form,
                "shown": shown,
            },
        )


class MailTimingForm(forms.ModelForm):
    """Days and hour of a kind of mail that the plan sends by itself."""

    def clean(self):
        """A day on which the mail never goes out would be believed."""
        cleaned = super().clean()
        kind, offsets = cleaned.get("kind"), cleaned.get("offsets")
        if kind == MailKind.GROUP:
            self.add_error("kind", _("A mail to a group goes out when it is written."))
        elif kind and offsets and (problem := timings.offset_problem(MailKind(kind), offsets)):
            self.add_error("offsets", problem)
        return cleaned


@admin.register(MailTiming)
class MailTimingAdmin(_ForRounds):
    form = MailTimingForm
    list_display = ["kind", "of_round", "is_on", "offsets", "hour"]
    fields = ["kind", "round", "is_on", "offsets", "hour"]

    def save_model(self, request, timing, form, change):
        """What is not yet sent follows the new times."""
        before = form.initial["round"] if change else timing.round_id
        super().save_model(request, timing, form, change)
        _plan_anew({before, timing.round_id})

    def delete_model(self, request, timing):
        """What is not yet sent follows the defaults again."""
        super().delete_model(request, timing)
        _plan_anew({timing.round_id})

    def delete_queryset(self, request, queryset):
        """As for a single one."""
        rounds = set(queryset.values_list("round", flat=True))
        super().delete_queryset(request, queryset)
        _plan_anew(rounds)


def _plan_anew(rounds: set[int | None]) -> None:
    """Plan anew in these rounds, by key; None is all rounds."""
    every = Round.objects.all()
    mailplan.ask_to_replan(every if None in rounds else every.filter(pk__in=rounds))
