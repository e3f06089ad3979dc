"""Where two parts of the house speak of the same thing, they say the same: each was built by itself."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from hosts.models import Approval, ClosedDay, OpenDay
from placements.domain import (
    appetite,
    arrivals,
    call_list,
    calling_off,
    calls,
    change_of_host,
    evaluations,
    lifecycle,
    mail_links,
    mailcare,
    offers,
    team,
    todo,
    wishes,
)
from placements.domain.errors import Refused
from placements.domain.overview import overview
from placements.domain.said import Contact, Said
from placements.enums import Appetite, CalledOffBy, Side
from placements.models import HostRound, Placement, PlannedMail, Round
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.test_letters import sent_by, with_calendar

pytestmark = pytest.mark.django_db

SECOND, THIRD = FIRST_DAY + timedelta(days=1), FIRST_DAY + timedelta(days=2)
AFTERWARDS = at(FIRST_DAY + timedelta(days=3), NOW.time())


@pytest.fixture
def visit():
    """A settled visit of one day to the canteen."""
    host = factories.host("Rådhusets kantine")
    return factories.placement("confirmed", host=host, wish=factories.wish(host, None))


# --- Who sees a building's visitors ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("approval", "status", "count"), [(Approval.APPROVED, 200, 1), (Approval.WAITING, 404, 0)]
)
def test_who_only_signed_up_does_not_see_the_neighbours_visitors(
    client, visit, clock, approval, status, count
):
    neighbour = factories.host("Borgerservice", contacts=[factories.employee()], approval=approval)
    client.force_login(neighbour.contacts.get())
    clock.now = at(FIRST_DAY - timedelta(days=3), NOW.time())
    assert client.get(f"/modtagelse/{neighbour.pk}/").status_code == status
    assert len(client.get("/modtagelse/").context["buildings"]) == count


# --- Moving to a host that closed meanwhile --------------------------------------------------------------


def test_a_host_that_closed_while_the_consultant_looked_is_not_silently_the_old_one(client, visit):
    closed = factories.host("Hovedbiblioteket", is_open=False)
    client.force_login(factories.consultant())
    move_to = {
        "host": closed.pk,
        "days": [THIRD.isoformat()],
        "how": "agreed",
        "reason": "Bedre match.",
    }
    address = f"/admin/placements/placement/{visit.pk}/move/"
    page = client.post(address, move_to | {"seen": visit.version, "confirmed": "1"}).content.decode()
    assert "tager ikke længere imod nogen i denne runde" in page
    assert "Bedre match." in page
    assert Placement.objects.get().days == [FIRST_DAY]


def test_what_is_refused_half_way_leaves_the_visit_on_the_page_as_it_stands(client, visit):
    short = factories.host("Hovedbiblioteket", longest_visit=1)
    client.force_login(factories.consultant())
    move_to = {"host": short.pk, "days": [SECOND.isoformat(), THIRD.isoformat()], "how": "agreed"}
    page = client.post(
        f"/admin/placements/placement/{visit.pk}/move/",
        move_to | {"reason": "Bedre match.", "seen": visit.version, "confirmed": "1"},
    )
    assert page.context["form"].non_field_errors()
    assert page.context["visit"].version == visit.version


# --- A no on the web and a no on the phone ----------------------------------------------------------------


@pytest.fixture
def called():
    """A host that two wishes name, and that has no seat for them."""

    class Called:
        round = factories.round()
        host = factories.host("Rådhusets kantine", seats=0)

        @classmethod
        def on_the_list(cls):
            rows = call_list.entries(round=cls.round, now=NOW)
            return next(row for row in rows if row.name == "Rådhusets kantine")

    factories.wish(Called.host, round=Called.round, person=factories.employee())
    return Called


def test_a_host_that_said_no_on_its_page_is_not_phoned_and_its_reason_is_shown(client, called):
    assert called.on_the_list().group == "call"
    appetite.say(
        host=called.host, round=called.round, appetite=Appetite.NEXT_YEAR,
        reason="Køkkenet bygges om.", by=None, now=NOW,
    )  # fmt: skip
    assert (called.on_the_list().group, called.on_the_list().wishes) == ("done", 1)
    client.force_login(factories.consultant())
    page = client.get(f"/admin/placements/round/{called.round.pk}/calls/").content.decode()
    assert "<strong>Spørg os igen næste år</strong>. Køkkenet bygges om." in page


@pytest.mark.parametrize(
    ("reasons", "note", "reason"),
    [
        (["busy", "staff"], "Ring til Palle næste gang", "for travlt i den periode, for få på arbejde"),
        (["busy", "other"], "Vi flytter", "for travlt i den periode, Vi flytter"),
    ],
)
def test_a_no_on_the_phone_keeps_the_host_out_of_the_round_until_it_says_yes(
    called, reasons, note, reason
):
    signe = factories.consultant()
    said = {"round": called.round, "workplace": called.host.workplace, "by": signe}
    calls.log(**said, said=Said("no", reasons=reasons, note=note), now=NOW)
    row = HostRound.objects.get()
    assert (row.host, row.appetite, row.reason, row.said_by) == (called.host, "no", reason, signe)
    assert appetite.not_this_time(called.round) == {called.host.pk}
    calls.log(**said, said=Said("yes", weekday_seats={0: 1}), now=NOW + timedelta(days=1))
    assert appetite.not_this_time(called.round) == set()


# --- Seats on single days ---------------------------------------------------------------------------------


@pytest.fixture
def day_host():
    """A host that takes nobody on an ordinary week, and two people on the first day."""
    host = factories.host("Rådhusets kantine", seats=0)
    OpenDay.objects.create(host=host, date=FIRST_DAY, seats=2)
    OpenDay.objects.create(host=host, date=SECOND, seats=1)
    return host


def test_a_host_sees_the_single_days_and_its_visitors_of_the_catalogue_too(client, day_host):
    ClosedDay.objects.create(host=day_host, date=SECOND)
    client.force_login(day_host.contacts.get())
    for address in (f"/vaert/{day_host.pk}/rediger/", f"/praktiksteder/{day_host.pk}/"):
        page = client.get(address).content.decode()
        assert "Enkelte dage er anderledes: mandag den 4. januar: 2 pladser." in page


def test_who_closes_a_single_day_is_told_whose_visit_falls_on_it(day_host):
    visit = factories.placement("confirmed", host=day_host)
    closing = {"host": day_host, "first": FIRST_DAY, "last": FIRST_DAY, "reason": "", "now": NOW}
    with pytest.raises(offers.StillPromised) as told:
        offers.close_days(**closing, known=[])
    assert [row.placement for row in told.value.visits] == [visit]


def test_a_weekdays_seats_can_go_while_the_single_day_keeps_its_own(day_host):
    factories.placement("confirmed", host=day_host)
    day_host.seats_monday = 1
    day_host.save(update_fields=["seats_monday"])
    seen = offers.mark(day_host, ["seats_monday"])
    day_host.seats_monday = 0
    offers.change(
        host=day_host, columns=["seats_monday"], fields=[], seen=seen, known=[], now=NOW
    )  # fmt: skip
    day_host.refresh_from_db()
    assert day_host.seats_monday == 0


def test_the_overview_counts_single_days_and_not_who_stays_out(day_host):
    round = factories.round()
    stays_out = factories.host("Hovedbiblioteket", seats=5)
    appetite.say(
        host=stays_out, round=round, appetite=Appetite.NO, reason="Flytter.", by=None, now=NOW
    )  # fmt: skip
    total = overview(round).total
    assert (total.hosts, total.seat_days) == (1, 3)


# --- What is held back, and what never reached anybody ----------------------------------------------------


@pytest.fixture
def held_visit():
    """Settled, in a round whose result nobody is told yet."""
    round = factories.round(hold_results=True)
    host = factories.host("Rådhusets kantine")
    return factories.placement("confirmed", host=host, wish=factories.wish(host, round=round))


def test_the_own_page_keeps_a_lost_place_to_itself_that_was_never_told_of(client, held_visit):
    calling_off.record(
        placement=held_visit, caller=CalledOffBy.HOST, reason="Vi flytter.", by=factories.consultant(), now=NOW
    )  # fmt: skip
    client.force_login(held_visit.employee)
    page = client.get("/min-side/").content.decode()
    assert "aflyst" not in page
    assert "Alle i denne runde får svar samtidig" in page


def test_a_wish_whose_visit_is_held_back_is_withdrawn_as_if_there_were_none(held_visit):
    near = at(FIRST_DAY - timedelta(days=4), NOW.time())
    assert held_visit.is_locked(near)
    wishes.withdraw(wish=held_visit.wish, by=held_visit.employee, now=near)
    held_visit.wish.refresh_from_db()
    assert held_visit.wish.state == "withdrawn"


def test_whom_no_invitation_reached_no_cancellation_enters_the_calendar(mail_server):
    """The host was asked, and its confirmation was skipped; then the visit was called off."""
    visit = factories.placement("asked")
    contact = visit.host.contacts.get()
    sent_by(mail_server, NOW)
    lifecycle.accept(placement=visit, by=None, now=NOW)
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    invitation = PlannedMail.objects.get(placement=visit, kind="confirmed", recipient=contact)
    mailcare.skip(planned=invitation, by=factories.consultant())
    sent_by(mail_server, NOW)
    lifecycle.cancel(placement=visit, reason="Sygdom.", by=None, now=NOW)
    letters = sent_by(mail_server, NOW)
    words = {letter["To"]: letter.get_body(("plain",)).get_content() for letter in letters}
    sentence = "forsvinder fra din kalender"
    assert sentence in words[visit.employee.email]
    assert sentence not in words[contact.email]
    assert with_calendar(letters, visit.employee)
    assert not with_calendar(letters, contact)


# --- What is closed ---------------------------------------------------------------------------------------


@pytest.fixture
def closed_visit(visit):
    """A visit that took place, in a round that was closed afterwards."""
    Round.objects.update(closed_at=AFTERWARDS)
    visit.round.refresh_from_db()
    return visit


def test_in_a_closed_round_hosts_and_callers_change_nothing(closed_visit):
    round, host = closed_visit.round, closed_visit.host
    act = {"by": factories.consultant(), "now": AFTERWARDS}
    steps = [
        lambda: appetite.say(host=host, round=round, appetite=Appetite.YES, reason="", **act),
        lambda: calls.log(round=round, workplace=host.workplace, said=Said("not_reached"), **act),
        lambda: evaluations.note_attendance(placement=closed_visit, came=False, **act),
    ]
    for step in steps:
        with pytest.raises(Refused, match="er lukket. Konsulenterne kan åbne runden igen"):
            step()


def test_a_closed_round_asks_nobody_for_anything(visit):
    wish = factories.wish(round=visit.round, person=factories.employee("Bo"))
    request = factories.placement("asked", host=factories.host(), wish=wish, days=[THIRD])
    lifecycle.expire(placement=request, reason="", now=NOW)
    asked_for = [
        lambda: arrivals.to_note(visit.host, now=AFTERWARDS),
        lambda: appetite.rounds_to_say(visit.host, now=NOW),
        lambda: todo.expired_requests(NOW),
    ]
    assert [len(rows()) for rows in asked_for] == [1, 1, 1]
    Round.objects.update(closed_at=AFTERWARDS)
    assert [len(rows()) for rows in asked_for] == [0, 0, 0]


@pytest.mark.parametrize(
    ("steps", "stands_at", "is_asked"),
    [
        ({"needs_approval": True}, "Venter på dit svar", True),
        ({"needs_approval": True, "closed_at": NOW}, "Der var ikke plads denne gang", False),
        ({"needs_approval": False}, "Der ledes efter en plads", False),
        ({"needs_approval": False, "released_at": NOW}, "På venteliste", False),
    ],
)
def test_the_manager_reads_what_has_become_of_a_wish_without_a_place(steps, stands_at, is_asked):
    manager = factories.employee("Ulla Frandsen")
    factories.wish(person=factories.employee("Anne Kjærsgaard", manager=manager))
    Round.objects.update(**steps)
    (member,) = team.members(manager, now=NOW)
    assert (member.stands_at, member.awaits_answer) == (stands_at, is_asked)


# --- A link that outlives a move, a contact that has left -------------------------------------------------


def test_the_link_in_the_first_mail_calls_off_the_visit_where_it_is_now(client, visit):
    anne, old_contact = visit.employee, visit.host.contacts.get()
    links = [
        mail_links.call_off_url(visit, side, person)
        for side, person in ((Side.PARTICIPANT, anne), (Side.HOST, old_contact))
    ]
    moved = change_of_host.move(
        placement=visit, host=factories.host("Hovedbiblioteket"), days=[THIRD],
        reason="Køkkenet bygges om.", is_agreed=True, by=factories.consultant(), now=NOW,
    )  # fmt: skip
    own, hosts = (client.get(link).content.decode() for link in links)
    assert "Kan du ikke komme til Hovedbiblioteket?" in own
    assert "onsdag den 6. januar" in own
    assert "er aflyst" in hosts
    client.post(links[0], {"reason": "Jeg er syg.", "wish": "stays"})
    moved.refresh_from_db()
    assert (moved.state, moved.ended_by) == ("cancelled", "participant")


def test_who_has_left_cannot_be_the_contact_that_is_written_to(called):
    left = factories.employee(is_active=False)
    said = Said("yes", weekday_seats={0: 1}, contact=Contact(name="Palle", email=left.email.upper()))
    with pytest.raises(ValidationError) as refused:
        calls.log(
            round=called.round, workplace=called.host.workplace, said=said, by=None, now=NOW
        )  # fmt: skip
    assert refused.value.message_dict == {
        "contact_email": ["Den, der har adressen, er fratrådt og får ingen mail. Skriv til en anden."]
    }
