"""The consultants' own texts and timings in the admin: what is refused, and the way back to the defaults."""

import pytest

from placements.domain import mailplan
from placements.models import MailText, MailTiming
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

TEXTS = "/admin/placements/mailtext/"
TIMINGS = "/admin/placements/mailtiming/"


def timing(**values):
    return {"kind": "reminder", "is_on": "on", "offsets": "-7", "hour": "08:00"} | values


def due(visit, kind="reminder", side="participant"):
    """When the first mail of this kind is due, after the plans have been made anew."""
    mailplan.replan_stale_rounds(now=NOW)
    return visit.planned_mails.get(kind=kind, side=side, number=1).due


def visits(*names):
    """A confirmed visit in each of some rounds of these names."""
    return [
        factories.placement(
            "confirmed",
            host=factories.host(),
            wish=factories.wish(person=factories.employee(), round=factories.round(name)),
        )
        for name in names
    ]


# --- The way back to the defaults ------------------------------------------------------------------------


def confirmed_away(client, address):
    """What the admin asks before it deletes, and then deletes."""
    assert "Er du sikker" in client.get(address).content.decode()
    return client.post(address, {"post": "yes"})


def test_a_timing_is_deleted_and_the_plan_follows_the_default_again(client, signe):
    (visit,) = visits("Runde A")
    usual = due(visit)
    client.post(f"{TIMINGS}add/", timing(offsets="-7"))
    assert due(visit) < usual
    confirmed_away(client, f"{TIMINGS}{MailTiming.objects.get().pk}/delete/")
    assert MailTiming.objects.count() == 0
    assert due(visit) == usual


def test_of_several_timings_deleted_at_once_every_round_follows(client, signe):
    first, second = visits("Runde A", "Runde B")
    usual = due(first)
    for visit in (first, second):
        client.post(f"{TIMINGS}add/", timing(round=visit.round.pk))
    assert due(first) == due(second) < usual
    rows = {
        "action": "delete_selected",
        "_selected_action": [row.pk for row in MailTiming.objects.all()],
    }
    client.post(TIMINGS, rows | {"post": "yes"})
    assert MailTiming.objects.count() == 0
    assert due(first) == due(second) == usual


def test_a_text_can_be_deleted(client, signe):
    row = MailText.objects.create(kind="reminder", side="participant", words_da="Hej")
    confirmed_away(client, f"{TEXTS}{row.pk}/delete/")
    assert MailText.objects.count() == 0
