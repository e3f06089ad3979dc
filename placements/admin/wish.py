"""Wishes, and finding a place for one."""

from datetime import datetime

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from employees.department_filter import DepartmentFilter
from employees.models import Employee
from hosts.models import Host
from placements.admin.approving import ApprovalPages
from placements.admin.base import EventInline, ReadOnlyInline, told_in_words
from placements.admin.todo_filter import WishStageFilter, WishTodoFilter
from placements.admin.withdrawing import WithdrawPages
from placements.domain import board, calls, lifecycle, seats, wishes
from placements.domain.errors import Refused
from placements.domain.taking import does_not_take_part
from placements.enums import WishState
from placements.forms.place import PlaceForm
from placements.models import Choice, Placement, Round, Wish
from praktik.admin_columns import erase_on
from praktik.lib import clock
from praktik.lib.wording import days_in_words
from praktik.tables.export_pages import ExportPages


class ChoiceInline(ReadOnlyInline):
    model = Choice
    fields = ["rank", "kind", "host", "field", "area", "sector"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("host__workplace", "field")


class PlacementInline(ReadOnlyInline):
    model = Placement
    fields = ["host", "days_in_words", "state", "why_it_ended"]
    readonly_fields = ["days_in_words", "why_it_ended"]
    show_change_link = True

    @admin.display(description=gettext_lazy("visit days"))
    def days_in_words(self, placement):
        return days_in_words(placement.days)

    @admin.display(description=gettext_lazy("reason for the no or the cancellation"))
    def why_it_ended(self, placement):
        return placement.end_in_words or "–"

    def get_queryset(self, request):
        return super().get_queryset(request).with_people()


class PlacedFilter(admin.SimpleListFilter):
    title = gettext_lazy("place")
    parameter_name = "placed"

    def lookups(self, request, model_admin):
        return [("no", gettext_lazy("Sent, without a place")), ("yes", gettext_lazy("Has a place"))]

    def queryset(self, request, queryset):
        return {"no": queryset.unplaced, "yes": queryset.placed}.get(self.value(), queryset.all)()


@admin.register(Wish)
class WishAdmin(ApprovalPages, WithdrawPages, ExportPages, admin.ModelAdmin):
    list_display = ["employee", "department", "round", "state", "first_choice", "has_place", "find"]
    exported = [
        "employee",
        "employee__email",
        "employee__workplace",
        "department",
        "round",
        "state",
        "length",
        "days_in_words",
        "all_choices",
        "goal",
        "needs",
        "sent_at",
        "approved_at",
        "has_place",
    ]
    list_filter = [
        WishTodoFilter,
        WishStageFilter,
        "round",
        "state",
        PlacedFilter,
        ("choices__kind", admin.ChoicesFieldListFilter),
        "employee__workplace__department__organisation__sector",
        "employee__workplace__department__organisation",
        ("employee__workplace__department", DepartmentFilter),
    ]
    list_per_page = 50
    search_fields = ["employee__name", "employee__email", "goal", "employee__workplace__name"]
    list_select_related = ["round", "employee__workplace__department"]
    actions = ["approve"]
    inlines = [ChoiceInline, PlacementInline, EventInline]
    readonly_fields = [
        "employee",
        "round",
        "state",
        "length",
        "may_split",
        "days_in_words",
        "goal",
        "needs",
        "sent_at",
        "approved_at",
        "refused_at",
        "refusal_reason",
        "find",
        erase_on,
    ]
    fields = readonly_fields

    def get_queryset(self, request):
        wishes_listed = super().get_queryset(request).with_live_placement()
        return wishes_listed.prefetch_related("choices__host__workplace", "choices__field")

    def get_urls(self):
        place = path(
            "<int:pk>/place/",
            self.admin_site.admin_view(require_http_methods(["GET", "POST"])(self.place)),
            name="placements_wish_place",
        )
        return [place, *self.approval_urls(), *self.withdraw_urls(), *super().get_urls()]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("department"), ordering="employee__workplace__department")
    def department(self, wish):
        return wish.employee.workplace and wish.employee.workplace.department

    @admin.display(description=gettext_lazy("possible days"))
    def days_in_words(self, wish):
        return wish.days_in_words

    @admin.display(description=gettext_lazy("first choice"))
    def first_choice(self, wish):
        return next(iter(wish.choices.all()), None)

    @admin.display(description=gettext_lazy("choices"))
    def all_choices(self, wish):
        """The choices in one cell, for the export."""
        return "; ".join(f"{choice.rank}. {choice}" for choice in wish.choices.all())

    @admin.display(description=gettext_lazy("has a place"), boolean=True, ordering="has_place")
    def has_place(self, wish):
        return wish.has_place

    @admin.display(description=gettext_lazy("find a place"))
    def find(self, wish):
        if wish.state != WishState.SENT or wish.has_place:
            return "–"
        address = reverse("admin:placements_wish_place", args=[wish.pk])
        return format_html(
            '<a href="{}">{}<span class="visually-hidden"> {}</span></a>',
            address,
            _("Find a place"),
            wish.employee,
        )

    def place(self, request, pk: int):
        """Pick host and days for one wish; propose, ask the host, or confirm directly."""
        wish = get_object_or_404(
            Wish.objects.select_related("round", "employee__workplace__department").prefetch_related(
                "choices__host__workplace", "choices__field", "placements"
            ),
            pk=pk,
        )
        if not self.has_change_permission(request, wish):
            raise PermissionDenied
        if request.method == "POST" and (placed := wish.live_placement):
            # Somebody was faster: show where, rather than that the days are taken.
            words = _("%(name)s already has a place.") % {"name": wish.employee}
            self.message_user(request, words, messages.ERROR)
            return redirect("admin:placements_placement_change", placed.pk)
        hosts = wishes.eligible_hosts(wish.round, wish.employee).with_place()
        try:
            host = _chosen_host(request, hosts)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect("admin:placements_wish_place", wish.pk)
        options = host and seats.day_options(wish=wish, host=host, today=clock.today())
        form = PlaceForm(request.POST or None, options=options or [])
        if request.method == "POST" and host and form.is_valid():
            placement = self._place(request, wish, host, form.cleaned_data["days"])
            if placement:
                return redirect("admin:placements_placement_change", placement.pk)
        return TemplateResponse(
            request,
            "admin/placements/wish/place.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Find a place for %(name)s") % {"name": wish.employee},
                "wish": wish,
                "hosts": hosts,
                "fulfilling": [
                    (choice, [each for each in hosts if choice.covers(each)])
                    for choice in wish.choices.all()
                ],
                "host": host,
                "options": options,
                "form": form,
            },
        )

    def _place(self, request, wish: Wish, host: Host, days) -> Placement | None:
        step = request.POST.get("step")
        by, now = request.user, clock.now()
        try:
            with _what_is_said(step, host, by, now):
                board.put(wish=wish, host=host, days=days, by=by, now=now, is_agreed=True)
                placement = Placement.objects.live().with_people().get(wish=wish)
                if step == "ask":
                    lifecycle.ask(placement=placement, by=by, now=now)
                elif step == "confirm":
                    lifecycle.confirm(placement=placement, by=by, now=now, by_phone=True)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return None
        words = _what_was_done(step, placement, now)
        self.message_user(request, words, messages.SUCCESS)
        return placement


def _what_is_said(step: str, host: Host, by: Employee, now: datetime):
    """The transaction that a place is found in: what is confirmed directly was agreed by phone, and is a call."""
    if step == "confirm":
        return calls.agreed_by_phone(workplace=host.workplace, by=by, now=now)
    return transaction.atomic()


def _what_was_done(step: str, placement: Placement, now: datetime) -> str:
    told, done = _told_and_done(step, placement.round)
    host = {"host": placement.host}
    return told_in_words(told % host, done % host, visits=[placement], now=now)


def _told_and_done(step: str, round: Round) -> tuple[str, str]:
    """What is said of a place that was found: with the mails that go out, and while mails are paused."""
    if step == "ask":
        not_yet = _("The place at %(host)s is held. The host has not been written to yet.")
        return _("%(host)s is asked by mail."), not_yet
    if step != "confirm":
        return (_("The place at %(host)s is held. Nothing is sent yet."),) * 2
    if round.holds_results:
        told = _("The place at %(host)s is confirmed. People are told when you release the result.")
        return told, told
    return (
        _("The place at %(host)s is confirmed, and everybody gets a mail."),
        _("The place at %(host)s is confirmed."),
    )


def _chosen_host(request, hosts) -> Host | None:
    """The host that was chosen, if one was. Raises Refused when it takes no visitors any more."""
    chosen = request.POST.get("host") or request.GET.get("host") or ""
    if not chosen.isdecimal():
        return None
    host = hosts.filter(pk=chosen).first()
    if host is None:
        raise Refused(does_not_take_part(get_object_or_404(Host, pk=chosen)))
    return host
