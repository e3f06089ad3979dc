"""The wish form and the withdrawal of a wish."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from placements.domain import mail_links, wishes
from placements.domain.errors import Refused
from placements.enums import Side, WishState
from placements.forms.wish import WishForm
from placements.models import Round, Wish
from praktik.lib import clock


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def wish_page(request, round_pk: int):
    """Write, send and change the wish of the person signed in."""
    round = get_object_or_404(Round.objects.for_employee(request.user), pk=round_pk)
    wish = (
        Wish.objects.filter(round=round, employee=request.user)
        .prefetch_related("choices", "placements")
        .first()
    )
    form = WishForm(
        request.POST or None,
        round=round,
        employee=request.user,
        wish=wish,
        **_chosen_in_catalogue(request, round, wish),
    )
    if request.method == "POST" and form.is_valid():
        saved = _save(request, form, round)
        if saved:
            return redirect("own_page")
    return render(
        request,
        "placements/wish.html",
        {
            "form": form,
            "round": round,
            "wish": wish,
            "is_sent": bool(wish and wish.state == WishState.SENT),
            "closed_because": _closed_because(round, wish),
        },
    )


@login_required
@require_POST
def withdraw_wish(request, pk: int):
    """Withdraw a wish of one's own."""
    wish = get_object_or_404(request.user.wishes, pk=pk)
    visit = wish.live_placement
    if visit and visit.is_told:
        # The page was loaded before the place was settled: the host should hear why.
        messages.warning(request, _("Your place has been settled meanwhile. Tell why you cannot come."))
        return redirect(mail_links.call_off_url(visit, Side.PARTICIPANT, request.user))
    try:
        wishes.withdraw(wish=wish, by=request.user, now=clock.now())
        is_open = wish.round.takes_wishes(clock.today())
        messages.success(
            request,
            _("Your wish is withdrawn. You can send a new one until the deadline.")
            if is_open
            else _("Your wish is withdrawn."),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("own_page")


def _save(request, form: WishForm, round: Round) -> bool:
    send = request.POST.get("action") != "draft"
    before = Wish.objects.filter(round=round, employee=request.user, state=WishState.SENT).first()
    try:
        wish = wishes.save_wish(
            round=round,
            employee=request.user,
            content=form.content,
            send=send,
            by=request.user,
            now=clock.now(),
        )
    except ValidationError as error:
        form.show_problems(error)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, _what_was_saved(wish, before))
        return True
    return False


def _what_was_saved(wish: Wish, before: Wish | None) -> str:
    if wish.state != WishState.SENT:
        return _("Your draft is saved. Remember to send it before the deadline.")
    if before is None:
        return _("Your wish is sent. You get a mail as a receipt.")
    if wish.times_sent > before.times_sent:
        return _("Your changes are saved. Your manager is asked again.")
    return _("Your changes are saved.")


def _closed_because(round: Round, wish: Wish | None) -> str:
    """Why the wish cannot be sent or changed now, as a sentence; empty when it can."""
    try:
        wishes.check_open(round=round, wish=wish, now=clock.now())
    except Refused as refusal:
        return str(refusal)
    return ""


def _chosen_in_catalogue(request, round: Round, wish: Wish | None) -> dict:
    """A host picked in the catalogue (?host=) fills the first empty choice."""
    host = request.GET.get("host", "")
    if not host.isdecimal():
        return {}
    if request.method != "POST" and not _can_be_wished_for(host, round, request.user):
        messages.warning(
            request, _("The place you chose takes no visitors in this round. Choose others.")
        )
    return {"initial": WishForm.initial_for(round, wish, first_empty=f"host-{host}")}


def _can_be_wished_for(host: str, round: Round, person) -> bool:
    return wishes.eligible_hosts(round, person).filter(pk=host).exists()
