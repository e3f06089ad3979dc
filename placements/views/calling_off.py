"""The participant or a host contact calls a visit off, by a link in a mail or from their own pages."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from placements.domain import calling_off, mail_links
from placements.domain.errors import Refused
from placements.enums import CalledOffBy, Side
from placements.forms.calling_off import CallOffForm
from placements.views.links import behind_link, in_language_of, says
from praktik.lib import clock

CALLER = {Side.PARTICIPANT: CalledOffBy.PARTICIPANT, Side.HOST: CalledOffBy.HOST}


@behind_link
def call_off(request, token: str):
    """Why, and what becomes of the wish; in the lock period whom to call instead."""
    visit, side, person = mail_links.read_call_off(token)
    if side == Side.PARTICIPANT:
        # The link in her first mail is for her visit, wherever that is by now.
        visit = calling_off.as_it_stands(visit)
    with in_language_of(person, request):
        form = CallOffForm(request.POST or None, visit=visit, side=side)
        try:
            calling_off.check_can_be_called_off(visit, now=clock.now())
            if request.method == "POST" and form.is_valid():
                return _call_off(request, visit, side, person, form)
        except calling_off.TooNear as refusal:
            return _by_phone(request, visit, str(refusal))
        except Refused as refusal:
            return says(request, _("Nothing was changed"), str(refusal))
        context = {"form": form, "visit": visit, "for_host": side == Side.HOST}
        return render(request, "placements/call_off.html", context)


def _call_off(request, visit, side: Side, person, form: CallOffForm):
    calling_off.call_off(
        visit=visit,
        caller=CALLER[side],
        reason=form.cleaned_data["reason"],
        takes_part=form.takes_part,
        by=person,
        now=clock.now(),
    )
    return says(request, _("The visit is called off"), _what_follows(visit, side, form))


def _what_follows(visit, side: Side, form: CallOffForm) -> str:
    if side == Side.HOST:
        words = _(
            "%(name)s gets a mail, and the consultants look for another place. Thank you for telling."
        )
        return words % {"name": visit.employee}
    if form.takes_part:
        return _("The host gets a mail, and the consultants look for another place for you.")
    return _("The host gets a mail, and your wish is withdrawn. You are welcome another time.")


def _by_phone(request, visit, sentence: str):
    context = {"visit": visit, "sentence": sentence, "contact": visit.wish.round.contact}
    return render(request, "placements/by_phone.html", context)
