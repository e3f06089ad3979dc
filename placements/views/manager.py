"""The home manager's page: approve or refuse, see the team's visits, read what came of them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from employees.models import Employee
from placements.domain import mail_links, team
from placements.domain.errors import Refused
from placements.forms.answers import ApprovalForm
from placements.models import Wish
from placements.views import approval
from placements.views.links import behind_link, in_language_of
from praktik.lib import clock


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def team_page(request):
    """The page of a manager who is signed in."""
    if not request.user.team.exists():
        raise Http404
    return _team(request, request.user)


@behind_link
def team_by_link(request, token: str):
    """The same page by a link in a mail, without signing in."""
    manager = mail_links.read_team(token)
    with in_language_of(manager, request):
        return _team(request, manager)


def _team(request, manager: Employee):
    answered = {}
    if request.method == "POST":
        wish = _chosen_wish(request, manager)
        form = _form(wish, request.POST)
        if form.is_valid() and _is_answered(request, wish, manager, form):
            return redirect(request.path)
        answered = {wish.pk: form}
    members = team.members(manager, now=clock.now())
    return render(
        request,
        "placements/team.html",
        {
            "manager": manager,
            "members": members,
            "waiting": _waiting(members, answered),
            "results": [each for each in members if each.took_place],
        },
    )


def _waiting(
    members: list[team.Member], answered: dict[int, ApprovalForm]
) -> list[tuple[team.Member, ApprovalForm]]:
    """Those who wait for an answer, each with its form; who was overtaken by another answer keeps what was typed."""
    return [
        (each, answered.get(each.wish.pk) or _form(each.wish))
        for each in members
        if each.awaits_answer or (each.wish.pk in answered and each.can_be_answered_again)
    ]


def _chosen_wish(request, manager: Employee) -> Wish:
    number = request.POST.get("wish", "")
    if not number.isdecimal():
        raise Http404
    wishes = team.of_team(manager).select_related("employee", "round")
    return get_object_or_404(wishes, pk=number)


def _form(wish: Wish, data=None) -> ApprovalForm:
    return ApprovalForm(data, prefix=f"wish{wish.pk}", wish=wish)


def _is_answered(request, wish: Wish, manager: Employee, form: ApprovalForm) -> bool:
    try:
        words = approval.answer(wish, manager, form)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, words)
    return True
