"""The home manager approves a wish, or not, by a link in a mail."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from placements.domain import mail_links, team
from placements.domain.errors import Refused
from placements.enums import WishState
from placements.forms.answers import ApprovalForm
from placements.views.links import behind_link, in_language_of, says
from praktik.lib import clock


@behind_link
def approval(request, token: str):
    """Yes, or no with a reason; it can be changed as long as nobody has been told of a place."""
    wish, manager = mail_links.read_approval(token)
    with in_language_of(manager, request):
        if wish.state != WishState.SENT:
            return says(
                request,
                _("Nothing more is needed"),
                _("%(name)s has withdrawn the wish.") % {"name": wish.employee},
            )
        form = ApprovalForm(request.POST or None, wish=wish)
        if request.method == "POST" and form.is_valid():
            try:
                return says(request, _("Thank you for your answer"), answer(wish, manager, form))
            except Refused as refusal:
                form.add_error(None, str(refusal))
        is_own = team.is_own_answer(wish, manager)
        context = {"form": form, "wish": wish, "is_own_answer": is_own}
        return render(request, "placements/approval.html", context)


def answer(wish, manager, form: ApprovalForm) -> str:
    """Carry out the manager's answer; returns the sentence that thanks. Raises Refused."""
    form.carry_out(wish=wish, by=manager, now=clock.now())
    if form.is_yes:
        words = _("You have approved that %(name)s takes part.")
    else:
        words = _("You have said no to %(name)s this time. Tell it yourself, too: that is kinder.")
    return words % {"name": wish.employee}
