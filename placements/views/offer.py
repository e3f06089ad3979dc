"""The participant takes one of the days that a host offers instead, or none, by a link in a mail."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from placements.domain import mail_links
from placements.domain.errors import Refused
from placements.enums import PlacementState
from placements.forms.answers import OfferForm
from placements.views.links import behind_link, in_language_of, says
from praktik.lib import clock


@behind_link
def offer(request, token: str):
    """One of the days offered, or none of them."""
    placement, participant = mail_links.read_offer(token)
    with in_language_of(participant, request):
        if placement.state != PlacementState.OFFERED:
            return says(
                request,
                _("Nothing more is needed"),
                _what_became_of(placement),
            )
        form = OfferForm(request.POST or None, offers=placement.offered_days)
        if request.method == "POST" and form.is_valid():
            try:
                form.carry_out(placement=placement, by=participant, now=clock.now())
                return says(request, _("Thank you for your answer"), _what_comes_now(placement))
            except Refused as refusal:
                form.add_error(None, str(refusal))
        context = {"form": form, "placement": placement, "host": placement.host}
        return render(request, "placements/offer.html", context)


def _what_became_of(placement) -> str:
    if placement.state == PlacementState.EXPIRED:
        return _(
            "The offer has run out without an answer. The consultants look for another place for you."
        )
    return _("The offer has been answered. See on your own page where your wish stands.")


def _what_comes_now(placement) -> str:
    if placement.state == PlacementState.ACCEPTED:
        return _("The days are held for you. You get a mail when the consultants confirm the visit.")
    return _("The consultants look for another place for you.")
