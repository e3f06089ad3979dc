"""The mails of a whole round: how many, which, and what a consultant does about them."""

import re
from datetime import timedelta
from html import unescape

import pytest

from mail.models import OutgoingMail
from placements.domain import dispatch
from placements.models import PlannedMail
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

LIST = "/admin/placements/plannedmail/"


@pytest.fixture
def visit(signe):
    """A confirmed visit of which the first letters have arrived, and a draft in the same round."""
    host = factories.host("Rådhusets kantine")
    placement = factories.placement("confirmed", host=host)
    factories.wish(person=factories.employee("Dan Draft"), round=placement.wish.round, send=False)
    dispatch.send_due(now=NOW)
    OutgoingMail.objects.filter(state="queued").update(state="sent", sent_at=NOW)
    return placement


def page(client, visit) -> str:
    return client.get(f"/admin/placements/round/{visit.wish.round_id}/mails/").content.decode()


def act(client, action, *mails):
    data = {"action": action, "_selected_action": [mail.pk for mail in mails]}
    return client.post(LIST, data, follow=True).content.decode()


def mail(kind, side="participant") -> PlannedMail:
    return PlannedMail.objects.get(kind=kind, side=side, number=1)


def test_each_number_leads_to_the_list_of_what_it_counts(client, visit):
    """The other round has a visit with the same mails."""
    factories.placement(
        "confirmed",
        host=factories.host(),
        wish=factories.wish(round=factories.round("Anden"), person=factories.employee()),
    )
    found = page(client, visit)
    numbers = re.findall(rf'<a href="({re.escape(LIST)}[^"]+)">[^<]+: <strong>(\d+)</strong>', found)
    numbers += re.findall(
        rf'<a href="({re.escape(LIST)}[^"]+)">[^<]+</a></td><td>[^<]+</td><td>(\d+)</td>', found
    )
    assert len(numbers) > 8
    for address, number in numbers:
        listed = client.get(unescape(address))
        assert listed.context["cl"].result_count == int(number), address


def test_the_list_says_who_when_state_and_why_and_holds_wishes_without_a_place(client, visit):
    OutgoingMail.objects.filter(planned_mail=mail("confirmed")).update(state="failed", error="550 nej")
    listed = " ".join(client.get(LIST).content.decode().split())
    assert "550 nej" in listed and "Kunne ikke sendes" in listed
    assert "Dan Draft · Lynpraktik 2027" in listed and "Din kladde er ikke sendt" in listed
    assert f"/admin/placements/placement/{visit.pk}/mails/" in listed


def test_mails_of_visits_and_wishes_are_skipped_sent_and_sent_again_from_the_list(client, visit, signe):
    draft, guide, confirmed = mail("draft_unsent"), mail("guide"), mail("confirmed")
    answer = act(client, "skip", draft, confirmed)
    assert "1 mail er sprunget over." in answer
    assert "Intet er ændret: Mailen er ikke længere planlagt. (1)" in answer
    assert (mail("draft_unsent").state, mail("draft_unsent").handled_by) == ("skipped", signe)
    assert "3 mails er på vej." in act(client, "send", draft, guide, confirmed)
    assert dispatch.send_due(now=NOW + timedelta(minutes=1)) == 3
    assert mail("confirmed").times_written == 2


def test_who_may_only_look_is_offered_no_action(client, visit, signe):
    signe.groups.get().permissions.remove(
        *signe.groups.get().permissions.filter(codename="change_placement")
    )
    assert "Send nu" not in client.get(LIST).content.decode()
    act(client, "skip", mail("guide"))
    assert mail("guide").state == "planned"
