"""A visit is called off: by either side until the lock period, by phone after that."""

import re
from datetime import timedelta

import pytest

from placements.domain import (
    calling_off,
    days,
    mail_links,
    snapshot,
    wishes,
)
from placements.domain.errors import Refused
from placements.enums import CalledOffBy, Side
from placements.models import Event
from praktik.lib.dates import at
from praktik.lib.wording import day_in_words
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.change_of_plan.steps import LAST_FREE, LOCKED, link

pytestmark = pytest.mark.django_db


def test_the_host_calls_it_off_by_link_and_the_wish_comes_first(client, visit, clock):
    clock.now = LAST_FREE
    address = link(visit)
    page = client.get(address).content.decode()
    assert "Kan I ikke tage imod Anne Kjærsgaard?" in page
    assert "Fra tirsdag den 29. december kan der kun meldes afbud pr. telefon." in page
    visit.refresh_from_db()
    assert visit.state == "confirmed"
    empty = client.post(address, {"reason": " "}).content.decode()
    assert "Skriv et par ord om hvorfor." in empty
    page = client.post(address, {"reason": "Vi får ny ovn."}).content.decode()
    assert "konsulenterne leder efter en anden plads. Tak, fordi du sagde til." in page
    visit.refresh_from_db()
    assert (visit.state, visit.ended_by, visit.end_reason) == ("cancelled", "host", "Vi får ny ovn.")
    event = Event.objects.filter(placement=visit).last()
    assert (event.by, event.to_state, event.reason) == (
        visit.host.contacts.get(),
        "cancelled",
        "Vi får ny ovn.",
    )
    assert "er aflyst" in client.post(address, {"reason": "Igen"}).content.decode()
    seen = snapshot.take(visit.wish.round, now=LAST_FREE)
    person = seen.problem.person_of[visit.wish_id]
    assert (visit.wish.state, person.missed, person.forbidden) == ("sent", 1, {visit.host_id})
    assert len(person.choices) == 2
    client.force_login(visit.employee)
    assert "kommer først, når der ledes efter en plads" in client.get("/min-side/").content.decode()


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        ("stays", "sent", "konsulenterne leder efter en anden plads til dig"),
        ("leaves", "withdrawn", "dit ønske er trukket tilbage"),
    ],
)
def test_the_participant_calls_it_off_and_says_what_becomes_of_the_wish(
    client, visit, answer, state, words
):
    address = link(visit, Side.PARTICIPANT)
    unsaid = client.post(address, {"reason": "Sygt barn"}).content.decode()
    assert "Vælg et af svarene." in unsaid and "Sygt barn</textarea>" in unsaid
    assert words in client.post(address, {"reason": "Sygt barn", "wish": answer}).content.decode()
    visit.refresh_from_db()
    visit.wish.refresh_from_db()
    assert (visit.state, visit.ended_by, visit.wish.state) == ("cancelled", "participant", state)
    # Who calls it off oneself comes neither before others nor after them.
    seen = snapshot.take(visit.wish.round, now=NOW)
    assert [(person.missed, person.forbidden) for person in seen.problem.people] == (
        [(0, frozenset())] if answer == "stays" else []
    )


def test_in_the_lock_period_the_page_says_whom_to_call_and_a_consultant_records_it(
    client, visit, clock
):
    clock.now = LOCKED
    for side in (Side.HOST, Side.PARTICIPANT):
        for page in (client.get(link(visit, side)), client.post(link(visit, side), {"reason": "x"})):
            words = page.content.decode()
            assert "der meldes afbud pr. telefon" in words
            assert "Signe Holm" in words and 'href="tel:99 00 00 01"' in words
    with pytest.raises(Refused, match="Dit besøg er tæt på"):
        wishes.withdraw(wish=visit.wish, by=visit.employee, now=LOCKED)
    client.force_login(factories.consultant())
    said = {"action": "cancel", "_selected_action": visit.pk, "confirmed": "1"}
    seen = {f"seen-{visit.pk}": visit.version, "reason": "Influenza i huset"}
    listing = "/admin/placements/placement/"
    page = client.post(listing, said | seen).content.decode()
    assert "Vælg, hvem der melder afbud." in page and "Influenza i huset</textarea>" in page
    client.post(listing, said | seen | {"caller": "leaves"})
    visit.refresh_from_db()
    visit.wish.refresh_from_db()
    assert (visit.state, visit.ended_by, visit.wish.state) == ("cancelled", "participant", "withdrawn")


def test_without_a_lock_period_it_can_be_called_off_until_the_day_itself(visit):
    visit.wish.round.lock_days = 0
    calling_off.check_can_be_called_off(visit, now=at(FIRST_DAY - timedelta(days=1), NOW.time()))
    with pytest.raises(calling_off.TooNear):
        calling_off.check_can_be_called_off(visit, now=at(FIRST_DAY, NOW.time()))


def test_the_link_is_for_one_person_on_one_side(client, visit):
    stranger = factories.employee()
    assert client.get(link(visit, Side.HOST, stranger)).status_code == 404
    assert client.get(link(visit, Side.PARTICIPANT, stranger)).status_code == 404
    other_purpose = mail_links.attendance_url(visit, visit.host.contacts.get())
    forged = other_purpose.replace("/fremmoede/", "/afbud/")
    assert client.get(forged).status_code == 404


def test_a_reason_with_a_personal_number_is_refused_and_kept(client, visit, signe):
    page = client.post(link(visit), {"reason": "Ring 010190-1234"}).content.decode()
    assert "CPR" in page and "Ring 010190-1234</textarea>" in page
    with pytest.raises(Refused, match="CPR"):
        calling_off.record(
            placement=visit, caller=CalledOffBy.HOST, reason="Cpr 010190-1234", by=signe, now=NOW
        )
    visit.refresh_from_db()
    assert visit.state == "confirmed"


@pytest.mark.parametrize("side", [Side.HOST, Side.PARTICIPANT])
def test_nobody_calls_off_a_visit_that_has_moved_since_the_page_was_opened(client, visit, clock, side):
    clock.now = NOW
    address = link(visit, side)
    answer = {"reason": "Vi har lukket den dag.", "wish": "leaves"}
    answer["seen"] = re.search(r'name="seen" value="([^"]*)"', client.get(address).text)[1]
    to = visit.round.days[4]
    days.move(placement=visit, days=[to], reason="", by=None, now=NOW)
    page = client.post(address, answer).text
    assert "Besøget er flyttet imens. Se, hvor det er nu, og tryk igen." in page
    assert "Vi har lukket den dag." in page
    assert day_in_words(to) in page
    visit.refresh_from_db()
    assert (visit.state, visit.wish.state) == ("confirmed", "sent")
    answer["seen"] = re.search(r'name="seen" value="([^"]*)"', page)[1]
    client.post(address, answer)
    visit.refresh_from_db()
    assert visit.state == "cancelled"
