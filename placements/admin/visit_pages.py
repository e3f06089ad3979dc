"""What the pages share that take a step with one visit."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect

from placements.domain import lifecycle
from placements.domain.errors import Refused
from placements.models import Placement
from praktik.lib import clock


def for_a_visit(check: Callable):
    """Make a view of an admin, page(self, request, visit), that leads back to the visit with the sentence
    when `check(visit, now=…)` refuses it, or when the visit is no longer what the consultant saw.
    """

    def of_page(page):
        @wraps(page)
        def view(self, request, pk: int):
            visit = get_object_or_404(Placement.objects.with_people(), pk=pk)
            if not self.has_step_permission(request):
                raise PermissionDenied
            try:
                if request.method == "POST":
                    lifecycle.check_seen(visit, request.POST.get("seen", ""))
                check(visit, now=clock.now())
            except Refused as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
                return redirect("admin:placements_placement_change", pk)
            return page(self, request, visit)

        return view

    return of_page
