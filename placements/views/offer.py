"""The participant takes one of the days that a host offers instead, or none, by a link in a mail."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from placements.domain import days, mail_links
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
                _("The offer has been answered. See on your own page where your wish stands."),
            )
        form = OfferForm(request.POST or None, offers=placement.offered_days)
        if request.method == "POST" and form.is_valid():
            try:
                return _answer(request, placement, participant, form.cleaned_data["days"])
            except Refused as refusal:
                form.add_error(None, str(refusal))
        context = {"form": form, "placement": placement, "host": placement.host}
        return render(request, "placements/offer.html", context)


def _answer(request, placement, participant, chosen):
    if chosen:
        days.accept_offer(placement=placement, days=chosen, by=participant, now=clock.now())
        words = _("The days are held for you. You get a mail when the consultants confirm the visit.")
    else:
        days.decline_offer(placement=placement, by=participant, now=clock.now())
        words = _("The consultants look for another place for you.")
    return says(request, _("Thank you for your answer"), words)
