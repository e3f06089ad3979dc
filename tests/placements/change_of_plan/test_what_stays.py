"""What is past or cancelled stays as it is; who did not come is noted with one click."""

from datetime import timedelta

import pytest

from placements.domain import (
    lifecycle,
    mail_links,
)
from placements.enums import Side
from placements.models import Event, Placement, Round
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.change_of_plan.steps import SECOND, THIRD, link

pytestmark = pytest.mark.django_db


def routes(visit):
    """Every way to change a visit: (name, what to do with a client)."""
    contact, anne = visit.host.contacts.get(), visit.employee
    step = {"_selected_action": visit.pk, "confirmed": "1", "reason": "x", "caller": "other"}
    step |= {f"seen-{visit.pk}": visit.version}
    listing, change = "/admin/placements/placement/", f"/admin/placements/placement/{visit.pk}/move/"
    answers = {
        "host_answer": (mail_links.host_answer_url(visit, contact), {"answer": "yes"}),
        "offer": (mail_links.offer_url(visit, anne), {"days": "none"}),
        "call off, host": (link(visit), {"reason": "x"}),
        "call off, participant": (link(visit, Side.PARTICIPANT), {"reason": "x", "wish": "leaves"}),
        "move": (change, {"days": [THIRD.isoformat()], "seen": visit.version, "confirmed": "1"}),
        "clear": (
            f"/admin/placements/round/{visit.wish.round_id}/board/act/",
            {"do": "clear", "wish": visit.wish_id},
        ),
    }
    for name in ("ask", "accept", "confirm", "cancel"):
        answers[name] = (listing, step | {"action": name})
    return answers


ROUTES = ["host_answer", "offer", "call off, host", "call off, participant", "move", "clear"]
ROUTES += ["ask", "accept", "confirm", "cancel"]
SENTENCES = {
    "host_answer": ("er på plads", "er aflyst"),
    "offer": ("Tilbuddet er besvaret",) * 2,
    "call off, host": ("kan ikke aflyses", "er aflyst"),
    "call off, participant": ("kan ikke aflyses", "er aflyst"),
    "move": ("er begyndt og kan ikke flyttes", "Kun et bekræftet besøg kan flyttes"),
    "clear": ("er ikke rørt", None),
    "ask": ("Dagene for opholdet", "har nu status »Aflyst«"),
    "accept": ("Dagene for opholdet", "har nu status »Aflyst«"),
    "confirm": ("Dagene for opholdet", "har nu status »Aflyst«"),
    "cancel": ("kan ikke aflyses", "har nu status »Aflyst«"),
}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("fate", ["past", "cancelled"])
def test_past_and_cancelled_visits_cannot_be_changed(client, visit, clock, route, fate):
    if fate == "past":
        clock.now = at(SECOND + timedelta(days=3), NOW.time())
    else:
        lifecycle.cancel(placement=visit, reason="Sygdom", by=None, now=NOW)
    before = Placement.objects.values().get(pk=visit.pk)
    client.force_login(factories.consultant())
    address, answer = routes(visit)[route]
    page = client.post(address, answer, follow=True).content.decode()
    sentence = SENTENCES[route][fate == "cancelled"]
    assert sentence is None or sentence in page
    assert Placement.objects.values().get(pk=visit.pk) == before


@pytest.mark.parametrize(
    ("state", "is_past", "is_closed", "offers"),
    [
        ("confirmed", False, False, ["Aflys", "Flyt til andre dage eller et andet praktiksted"]),
        ("confirmed", True, False, []),
        ("asked", True, False, ["Aflys"]),
        ("cancelled", False, False, ["Hvem kunne komme"]),
        ("cancelled", True, False, []),
        ("confirmed", False, True, []),
    ],
)
def test_the_page_of_a_placement_offers_nothing_that_is_refused_in_any_case(
    client, clock, state, is_past, is_closed, offers
):
    placement = factories.placement(state)
    if is_past:
        clock.now = at(FIRST_DAY + timedelta(days=3), NOW.time())
    Round.objects.update(closed_at=NOW if is_closed else None)
    client.force_login(factories.consultant())
    page = client.get(f"/admin/placements/placement/{placement.pk}/change/")
    shown = [str(step.label) for step in page.context["steps"]]
    links = (
        "Flyt til andre dage eller et andet praktiksted",
        "Hvem kunne komme",
        "svarede pr. telefon",
    )
    assert shown + [link for link in links if link in page.content.decode()] == offers


@pytest.mark.parametrize("came", ["yes", "no"])
def test_attendance_of_a_cancelled_visit_is_refused_with_a_sentence(client, visit, clock, came):
    lifecycle.cancel(placement=visit, reason="Sygdom", by=None, now=NOW)
    clock.now = at(SECOND + timedelta(days=3), NOW.time())
    address = mail_links.attendance_url(visit, visit.host.contacts.get())
    assert "ikke bekræftet eller er aflyst" in client.post(address, {"came": came}).content.decode()
    visit.refresh_from_db()
    assert visit.attended is None


def test_a_no_show_is_one_click_and_the_consultants_see_it(client, visit, clock):
    clock.now = at(SECOND + timedelta(days=3), NOW.time())
    address = mail_links.attendance_url(visit, visit.host.contacts.get())
    assert "Nej, der kom ingen" in client.get(address).content.decode()
    client.post(address, {"came": "no"})
    events = Event.objects.filter(placement=visit, by=visit.host.contacts.get())
    assert [each.reason for each in events] == ["Udeblev: Gæsten kom ikke"]
    client.force_login(factories.consultant())
    listed = client.get("/admin/placements/placement/?came=no").content.decode()
    assert "Anne Kjærsgaard" in listed and "Udeblev" in listed
    assert (
        "Anne Kjærsgaard →" not in client.get("/admin/placements/placement/?came=yes").content.decode()
    )
    client.force_login(visit.employee)
    page = client.get("/min-side/").content.decode()
    assert "Det er noteret, at du ikke kom." in page and "Evaluér besøget" not in page


def test_a_visit_under_way_keeps_the_day_that_has_been(client, visit, clock):
    clock.now = at(SECOND, NOW.time().replace(hour=7))
    client.force_login(factories.consultant())
    words = "Besøget er i gang, og den dag, der er gået, bliver stående."
    page = client.get(f"/admin/placements/placement/{visit.pk}/change/")
    assert words in page.text and page.context["steps"] == []
    said = {"action": "cancel", "_selected_action": visit.pk}
    preview = client.post("/admin/placements/placement/", said)
    assert preview.context["placements"] == [] and words in preview.text
    said |= {
        "confirmed": "1",
        "reason": "Influenza",
        "caller": "other",
        f"seen-{visit.pk}": visit.version,
    }
    assert words in client.post("/admin/placements/placement/", said, follow=True).text
    visit.refresh_from_db()
    assert (visit.state, visit.visit_days.count()) == ("confirmed", 2)


def test_on_the_morning_of_its_first_day_a_visit_can_be_cancelled(visit, clock):
    lifecycle.cancel(placement=visit, reason="Sygdom", by=None, now=at(FIRST_DAY, NOW.time()))
    assert visit.state == "cancelled"
