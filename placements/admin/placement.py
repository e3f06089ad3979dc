"""Placements: lists, and the steps ask, confirm and cancel for one or many, each with a preview."""

from datetime import datetime

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from employees.department_filter import DepartmentFilter
from placements.admin.answering import AnswerPages
from placements.admin.attendance import AttendancePages
from placements.admin.base import EventInline, ReadOnlyAdmin, ReadOnlyInline, told_in_words
from placements.admin.ending_early import EndEarlyPages
from placements.admin.freed import FreedSeatPages, days_to_fill
from placements.admin.moving import MovePages
from placements.admin.planned_mail import PlannedMailInline
from placements.admin.steps import STEPS, Step
from placements.admin.todo_filter import PlacementStageFilter, PlacementTodoFilter
from placements.admin.visit_mails import VisitMailPages
from placements.domain import lifecycle, mailplan, readiness, shortening
from placements.domain.errors import Refused
from placements.enums import PlacementState
from placements.models import Evaluation, Placement
from praktik.admin_columns import erase_on
from praktik.lib import clock
from praktik.lib.wording import days_in_words

# A request must not last longer than whoever waits for it, or than the server lets it.
MOST_AT_ONCE = 200


class EvaluationInline(ReadOnlyInline):
    model = Evaluation
    fields = ["side", "author", "useful", "length", "recommend", "take_home"]
    show_change_link = True


class CameFilter(admin.SimpleListFilter):
    """Who came, who did not, and of whom it is not known."""

    title = gettext_lazy("attendance")
    parameter_name = "came"

    def lookups(self, request, model_admin):
        return [("yes", _("Came")), ("no", _("No-show")), ("unknown", _("Not known"))]

    def queryset(self, request, queryset):
        came = {"yes": True, "no": False, "unknown": None}
        if self.value() not in came:
            return queryset
        return queryset.filter(attended=came[self.value()])


@admin.register(Placement)
class PlacementAdmin(
    AnswerPages,
    AttendancePages,
    MovePages,
    EndEarlyPages,
    FreedSeatPages,
    VisitMailPages,
    ReadOnlyAdmin,
):
    list_display = ["participant", "host", "days_in_words", "state", "came", "round", "freed"]
    exported = [
        "participant",
        "wish__employee__email",
        "wish__employee__phone",
        "wish__employee__workplace",
        "host",
        "first_day",
        "last_day",
        "days_in_words",
        "state",
        "round",
        "confirmed_at",
        "attended",
        "followed_up_at",
        "ended_by",
        "shortened_by",
        "why_it_ended",
    ]
    list_filter = [
        PlacementTodoFilter,
        PlacementStageFilter,
        "state",
        CameFilter,
        "ended_by",
        "wish__round",
        "host__workplace__department__organisation",
        ("host__workplace__department", DepartmentFilter),
        "last_day",
    ]
    list_per_page = 50
    search_fields = ["wish__employee__name", "wish__employee__email", "host__workplace__name"]
    date_hierarchy = "visit_days__date"
    actions = ["ask", "accept", "confirm", "cancel"]
    inlines = [PlannedMailInline, EvaluationInline, EventInline]
    fields = [
        "wish",
        "host",
        "days_in_words",
        "state",
        "came",
        "ended_by",
        "shortened_by",
        "why_it_ended",
        "replaces",
        "created_at",
        "confirmed_at",
        erase_on,
    ]
    readonly_fields = ["days_in_words", "came", "why_it_ended", erase_on]
    change_form_template = "admin/placements/placement/change_form.html"

    def get_queryset(self, request):
        return super().get_queryset(request).with_people()

    def get_urls(self):
        return [
            *self.answer_urls(),
            *self.attendance_urls(),
            *self.move_urls(),
            *self.end_early_urls(),
            *self.freed_urls(),
            *self.mail_urls(),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        if not all(pk.isdecimal() for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise Http404
        return super().changelist_view(request, extra_context)

    @admin.display(description=gettext_lazy("participant"), ordering="wish__employee__name")
    def participant(self, placement):
        return placement.employee

    @admin.display(description=gettext_lazy("round"), ordering="wish__round")
    def round(self, placement):
        return placement.wish.round

    @admin.display(description=gettext_lazy("first day"), ordering="days")
    def first_day(self, placement):
        return placement.first_day

    @admin.display(description=gettext_lazy("visit days"), ordering="last_day")
    def days_in_words(self, placement):
        return days_in_words(placement.days)

    @admin.display(description=gettext_lazy("reason for the no or the cancellation"))
    def why_it_ended(self, placement):
        return placement.end_in_words or "–"

    @admin.display(description=gettext_lazy("came"), ordering="attended")
    def came(self, placement):
        if placement.followed_up_at:
            return _("No-show, followed up")
        return {True: _("Came"), False: _("No-show"), None: "–"}[placement.attended]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        placement = self.get_object(request, object_id)
        offered = _what_can_be_done(placement, clock.now()) if placement else {}
        return super().change_view(request, object_id, form_url, {**offered, **(extra_context or {})})

    @admin.action(description=gettext_lazy("Ask the hosts"), permissions=["step"])
    def ask(self, request, placements):
        return self._take(request, placements, STEPS["ask"])

    @admin.action(description=gettext_lazy("Note the host's yes (by phone)"), permissions=["step"])
    def accept(self, request, placements):
        return self._take(request, placements, STEPS["accept"])

    @admin.action(description=gettext_lazy("Confirm"), permissions=["step"])
    def confirm(self, request, placements):
        return self._take(request, placements, STEPS["confirm"])

    @admin.action(description=gettext_lazy("Cancel the visit"), permissions=["step"])
    def cancel(self, request, placements):
        return self._take(request, placements, STEPS["cancel"])

    def has_step_permission(self, request) -> bool:
        return request.user.has_perm("placements.change_placement")

    def _take(self, request, placements, step: Step):
        """First a page with the preview; from there, posted again, the step itself."""
        placements = list(placements.order_by("pk"))
        is_confirmed = "confirmed" in request.POST
        form = step.form and step.form(request.POST if is_confirmed else None)
        if is_confirmed and (form is None or form.is_valid()):
            return self._carry_out(request, placements, step, form)
        obstacles = step.obstacles(placements, now=clock.now())
        all_possible = [placement for placement in placements if placement not in obstacles]
        possible = all_possible[:MOST_AT_ONCE]
        return TemplateResponse(
            request,
            "admin/placements/placement/step.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": step.label,
                "step": step,
                "form": form,
                "placements": possible,
                "later": len(all_possible) - len(possible),
                "unasked": _count_without_a_yes(possible) if step.name == "confirm" else 0,
                "left_out": list(obstacles.values()),
                "held": [each for each in possible if each.wish.round.holds_results],
                "mails": mailplan.preview(possible, step.to_state, now=clock.now()),
                "checkbox_name": ACTION_CHECKBOX_NAME,
                "back": _where_from(request),
            },
        )

    def _carry_out(self, request, placements: list[Placement], step: Step, form) -> None:
        now, done, chosen = clock.now(), [], request.POST.getlist(ACTION_CHECKBOX_NAME)
        if gone := len(chosen) - len(placements):
            words = ngettext(
                "%d proposal has been taken back by somebody else meanwhile. Nothing was done with it.",
                "%d proposals have been taken back by somebody else meanwhile. Nothing was done with them.",
                gone,
            )
            self.message_user(request, words % gone, messages.ERROR)
        for placement in placements:
            try:
                # Act on what the consultant saw, so that somebody else's change is not overrun.
                lifecycle.check_seen(
                    placement, request.POST.get(f"seen-{placement.pk}", placement.version)
                )
                step.take(placement=placement, form=form, by=request.user, now=now)
                done.append(placement)
            except Refused as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
        if done:
            words = step.done % len(done)
            words = told_in_words(words, words, visits=done, now=now)
            self.message_user(request, words, messages.SUCCESS)


def _where_from(request) -> str:
    """The page that led to a step: what it says itself, or the list as it was filtered."""
    said = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(said, allowed_hosts={request.get_host()}):
        return said
    return request.get_full_path()


def _what_can_be_done(placement: Placement, now: datetime) -> dict:
    """What the page of a placement offers: nothing that is refused in any case, being past or closed."""
    is_open = placement.round.closed_at is None
    is_settled = placement.state == PlacementState.CONFIRMED
    is_past = placement.is_over(now)
    steps = [step for step in STEPS.values() if step.is_possible(placement)]
    why_not_cancelled = readiness.why_not_cancelled(placement, now)
    if is_past or why_not_cancelled:
        # What was never settled can still be cleared away, so that the round can be closed.
        steps = [step for step in steps if step.name == "cancel" and not why_not_cancelled]
    return {
        "steps": steps if is_open else [],
        "why_not_cancelled": why_not_cancelled if is_open and not is_past else "",
        "can_move": is_open and is_settled and not placement.has_begun(now),
        "can_end_early": is_open and bool(shortening.days_to_come(placement, now)),
        "can_be_filled": is_open and bool(days_to_fill(placement)),
        "can_note_attendance": is_open and is_settled and is_past,
        "can_follow_up": is_open and placement.is_no_show and placement.followed_up_at is None,
        "waits_for": placement.state if is_open and not is_past else "",
    }


def _count_without_a_yes(placements: list[Placement]) -> int:
    return sum(placement.state != PlacementState.ACCEPTED for placement in placements)
