"""Lists narrowed to what needs a person: the addresses that the morning mail leads to."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from placements.domain import progress, todo
from praktik.lib import clock


class _TodoFilter(admin.SimpleListFilter):
    title = _("task")
    parameter_name = "todo"
    kinds: dict

    def lookups(self, request, model_admin):
        return [(name, label) for name, (label, _rows) in self.kinds.items()]

    def queryset(self, request, rows):
        if self.value() not in self.kinds:
            return rows
        wanted = self.kinds[self.value()][1](clock.now())
        return rows.filter(pk__in=wanted.values("pk"))


class PlacementTodoFilter(_TodoFilter):
    kinds = {
        "unanswered": (_("host has not answered"), todo.unanswered_hosts),
        "accepted": (_("host has said yes"), todo.accepted_visits),
        "overtaken": (_("days came unconfirmed"), todo.overtaken),
        "offers": (_("other days offered"), todo.waiting_offers),
        "expired": (_("ran out without an answer"), todo.expired_requests),
        "freed": (_("seat is free again"), todo.freed_seats),
        "no-shows": (_("did not come"), todo.unattended),
        "attendance": (_("did they come?"), todo.unknown_attendance),
        "evaluations": (_("evaluation is missing"), todo.missing_evaluations),
    }


class RoundTodoFilter(_TodoFilter):
    kinds = {"held": (_("result is held back"), todo.held_results)}


class PlannedMailTodoFilter(_TodoFilter):
    kinds = {"failing": (_("cannot be written"), todo.failing_mails)}


class WishTodoFilter(_TodoFilter):
    kinds = {
        "approvals": (_("manager has not answered"), todo.missing_approvals),
        "unplaced": (_("has no place"), todo.unplaced_wishes),
        "left": (_("no longer works here"), todo.wishes_of_people_who_left),
    }


class _StageFilter(admin.SimpleListFilter):
    """How far wishes have come: the lists that the numbers of the start page lead to."""

    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request, model_admin):
        return [(name, label) for name, (label, _which) in self.stages(clock.today()).items()]

    def queryset(self, request, rows):
        stages = self.stages(clock.today())
        if self.value() not in stages:
            return rows
        return rows.filter(stages[self.value()][1]).distinct()


class WishStageFilter(_StageFilter):
    stages = staticmethod(progress.wish_stages)


class PlacementStageFilter(_StageFilter):
    stages = staticmethod(progress.placement_stages)
