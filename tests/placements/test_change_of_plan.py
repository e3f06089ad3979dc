"""Plans change: visits move to other hosts, are called off by either side, and others get the seat."""

from datetime import timedelta

import pytest

from placements.domain import (
    calling_off,
    change_of_host,
    days,
    evaluations,
    lifecycle,
    mail_links,
    snapshot,
    wishes,
)
from placements.domain.errors import Refused
from placements.enums import CalledOffBy, PlacementState, Side
from placements.models import Event, Placement, PlannedMail, Round, VisitDay
from praktik.lib.dates import add_working_days, at
from tests import factories
from tests.calendar_client import CalendarClient
from tests.factories import FIRST_DAY, NOW
from tests.placements.test_letters import sent_by, with_calendar

pytestmark = pytest.mark.django_db

SECOND, THIRD = FIRST_DAY + timedelta(days=1), FIRST_DAY + timedelta(days=2)
LOCKED_FROM = add_working_days(FIRST_DAY, -2)
LAST_FREE = at(LOCKED_FROM - timedelta(days=1), NOW.time())
LOCKED = at(LOCKED_FROM, NOW.time())


@pytest.fixture
def library():
    return factories.host("Hovedbiblioteket", contacts=[factories.employee("Lis Bog")])


@pytest.fixture
def visit():
    """A settled visit of two days to the canteen."""
    anne = factories.employee("Anne Kjærsgaard", manager=factories.employee("Ulla Frandsen"))
    host = factories.host("Rådhusets kantine")
    round = factories.round(contact_name="Signe Holm", contact_phone="99 00 00 01")
    wish = factories.wish(host, None, person=anne, length=2, round=round)
    return factories.placement("confirmed", host=host, wish=wish)


def move(visit, host, new_days, *, is_agreed=True, now=NOW, reason="Køkkenet bygger om.", **values):
    return change_of_host.move(
        placement=visit, host=host, days=new_days, reason=reason, is_agreed=is_agreed, by=None, now=now,
        **values,
    )  # fmt: skip


def told(letters) -> list[tuple[str, str]]:
    """(recipient's name, what it is about) of letters, in order."""
    from employees.models import Employee

    names = dict(Employee.objects.values_list("email", "name"))
    return sorted((names[letter["To"]], " ".join(letter["Subject"].split())) for letter in letters)


def calendars_of(batches, *people) -> dict[str, list]:
    """What each person's calendar shows after these batches of letters."""
    shown = {}
    for person in people:
        client = CalendarClient()
        for letters in batches:
            for letter in with_calendar(letters, person):
                client.receive(letter)
        shown[person.name] = sorted(client.days.values())
    return shown


def seats(placement) -> list:
    return list(
        VisitDay.objects.filter(placement=placement).order_by("date").values_list("host", "date")
    )


# --- To another host --------------------------------------------------------------------------------


@pytest.mark.parametrize("in_order", [True, False])
def test_a_visit_moves_to_another_host_and_every_calendar_follows(
    visit, library, mail_server, in_order
):
    anne, (birthe,), (lis,) = visit.employee, visit.host.contacts.all(), library.contacts.all()
    batches = [sent_by(mail_server, NOW)]
    moved = move(visit, library, [THIRD])
    batches.append(sent_by(mail_server, NOW))
    assert told(batches[1]) == [
        ("Anne Kjærsgaard", "Dit besøg er flyttet til Hovedbiblioteket"),
        (
            "Anne Kjærsgaard",
            "Ikke længere: Anne Kjærsgaard hos Rådhusets kantine, tirsdag den 5. januar",
        ),
        ("Birthe Kvist", "Aflyst: Anne Kjærsgaard hos Rådhusets kantine, tirsdag den 5. januar"),
        ("Birthe Kvist", "Aflyst: besøget fra Anne Kjærsgaard hos Rådhusets kantine"),
        ("Lis Bog", "Det er på plads: Anne Kjærsgaard besøger Hovedbiblioteket"),
        (
            "Ulla Frandsen",
            "Flyttet: Anne Kjærsgaard besøger nu Hovedbiblioteket",
        ),
        ("Ulla Frandsen", "Ikke længere: Anne Kjærsgaard hos Rådhusets kantine, tirsdag den 5. januar"),
    ]
    shown = calendars_of(batches if in_order else batches[::-1], anne, anne.manager, birthe, lis)
    assert shown == {
        "Anne Kjærsgaard": [THIRD],
        "Ulla Frandsen": [THIRD],
        "Birthe Kvist": [],
        "Lis Bog": [THIRD],
    }
    visit.refresh_from_db()
    assert (visit.state, visit.ended_by, seats(visit)) == ("cancelled", "moved", [])
    assert (moved.state, moved.replaces, seats(moved)) == ("confirmed", visit, [(library.pk, THIRD)])
    assert not sent_by(mail_server, NOW)


def test_moved_again_moved_back_and_cancelled_leaves_empty_calendars(visit, library, mail_server):
    anne, (birthe,), (lis,) = visit.employee, visit.host.contacts.all(), library.contacts.all()
    people = [anne, anne.manager, birthe, lis]
    batches = [sent_by(mail_server, NOW)]
    second = move(visit, library, [SECOND, THIRD])
    batches.append(sent_by(mail_server, NOW))
    days.move(placement=second, days=[FIRST_DAY, SECOND], reason="", by=None, now=NOW)
    batches.append(sent_by(mail_server, NOW))
    both = [FIRST_DAY, SECOND]
    assert list(calendars_of(batches, *people).values()) == [both, both, [], both]
    third = move(second, visit.host, [THIRD])
    batches.append(sent_by(mail_server, NOW))
    assert list(calendars_of(batches, *people).values()) == [[THIRD], [THIRD], [THIRD], []]
    lifecycle.cancel(placement=third, reason="Sygdom", by=None, now=NOW)
    batches.append(sent_by(mail_server, NOW))
    assert list(calendars_of(batches, *people).values()) == [[], [], [], []]


def test_who_answers_for_both_hosts_keeps_the_new_entry_in_whatever_order_mails_come(
    visit, library, mail_server
):
    (birthe,) = visit.host.contacts.all()
    library.contacts.set([birthe])
    batches = [sent_by(mail_server, NOW)]
    move(visit, library, [FIRST_DAY, THIRD])
    batches.append(sent_by(mail_server, NOW))
    for order in (batches, batches[::-1], [batches[0], batches[1][::-1]]):
        assert calendars_of(order, birthe) == {"Birthe Kvist": [FIRST_DAY, THIRD]}


def test_a_move_before_anybody_was_told_is_an_invitation_and_no_more(visit, library, mail_server):
    move(visit, library, [FIRST_DAY])
    subjects = [subject for _name, subject in told(sent_by(mail_server, NOW)) if "ønske" not in subject]
    assert subjects == [
        "Du har fået en plads: Hovedbiblioteket",
        "Det er på plads: Anne Kjærsgaard besøger Hovedbiblioteket",
        "Anne Kjærsgaard har fået en plads hos Hovedbiblioteket",
    ]


def test_the_new_host_is_asked_by_mail_and_the_old_visit_ends(visit, library, mail_server):
    sent_by(mail_server, NOW)
    moved = move(visit, library, [FIRST_DAY, SECOND], is_agreed=False)
    assert [(name, subject.split(":")[0]) for name, subject in told(sent_by(mail_server, NOW))] == [
        ("Anne Kjærsgaard", "Aflyst"),
        ("Anne Kjærsgaard", "Dit besøg hos Rådhusets kantine er aflyst"),
        ("Birthe Kvist", "Aflyst"),
        ("Birthe Kvist", "Aflyst"),
        ("Lis Bog", "Må Anne Kjærsgaard besøge Hovedbiblioteket?"),
        ("Ulla Frandsen", "Aflyst"),
        ("Ulla Frandsen", "Aflyst"),
    ]
    assert (moved.state, moved.replaces) == ("asked", visit)
    assert seats(moved) == [(library.pk, FIRST_DAY), (library.pk, SECOND)]
    lifecycle.decline(placement=moved, reason="Vi har travlt.", by=None, now=NOW)
    # Back in the puzzle with its choices, before others, and not at the host that said no.
    seen = snapshot.take(visit.wish.round, now=NOW)
    person = seen.problem.person_of[visit.wish_id]
    assert (person.missed, person.forbidden) == (1, frozenset({library.pk}))


def test_the_preview_is_what_is_sent_and_changes_nothing(visit, library, mail_server):
    sent_by(mail_server, NOW)
    before = list(Placement.objects.values()), list(PlannedMail.objects.order_by("pk").values())
    preview = change_of_host.preview(
        placement=visit,
        host=library,
        days=[THIRD],
        reason="Ombygning",
        is_agreed=True,
        by=None,
        now=NOW,
    )
    assert before == (
        list(Placement.objects.values()),
        list(PlannedMail.objects.order_by("pk").values()),
    )
    assert visit.state == "confirmed"
    move(visit, library, [THIRD])
    sent = {letter["To"] for letter in sent_by(mail_server, NOW)}
    assert {mail.recipient.email for mail in preview} == sent
    assert len(preview) == 7


def test_no_seat_is_lost_when_the_new_days_cannot_be_had(visit, library):
    other = factories.wish(person=factories.employee("Bo"), round=visit.wish.round)
    factories.placement(host=library, wish=other, days=[THIRD])
    with pytest.raises(Refused, match="kan ikke vælges hos Hovedbiblioteket: lukket eller optaget"):
        move(visit, library, [THIRD])
    visit.refresh_from_db()
    assert (visit.state, visit.ended_by) == ("confirmed", "")
    assert seats(visit) == [(visit.host_id, FIRST_DAY), (visit.host_id, SECOND)]
    assert Placement.objects.filter(wish=visit.wish).count() == 1


def test_of_two_who_move_at_once_the_second_reads_a_sentence(visit, library):
    stale = Placement.objects.with_people().get(pk=visit.pk)
    move(visit, library, [THIRD])
    with pytest.raises(Refused, match="har nu status »Aflyst«"):
        move(stale, factories.host("Museet"), [THIRD])
    assert Placement.objects.live().count() == 1


def test_who_cancels_what_was_moved_meanwhile_reads_the_new_days(visit):
    stale = Placement.objects.with_people().get(pk=visit.pk)
    days.move(placement=visit, days=[THIRD], reason="", by=None, now=NOW)
    with pytest.raises(Refused, match="ligger nu onsdag den 6. januar"):
        lifecycle.cancel(placement=stale, reason="Sygdom", by=None, now=NOW)


def test_a_visit_that_got_shorter_twice_leaves_the_calendars(mail_server):
    host = factories.host("Rådhusets kantine", longest_visit=5)
    wish = factories.wish(host, length=3, round=factories.round(longest_visit=5))
    visit = factories.placement("confirmed", host=host, wish=wish)
    batches = [sent_by(mail_server, NOW)]
    for fewer in ([FIRST_DAY, SECOND], [SECOND]):
        days.move(placement=visit, days=fewer, reason="", by=None, now=NOW)
        batches.append(sent_by(mail_server, NOW))
    assert calendars_of(batches, visit.employee) == {"Anne Kjærsgaard": [SECOND]}


# --- Called off ----------------------------------------------------------------------------------------


def link(visit, side=Side.HOST, person=None):
    person = person or (visit.host.contacts.get() if side == Side.HOST else visit.employee)
    return mail_links.call_off_url(visit, side, person)


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


def test_a_reason_with_a_personal_number_is_refused_and_kept(client, visit):
    page = client.post(link(visit), {"reason": "Ring 010190-1234"}).content.decode()
    assert "CPR" in page and "Ring 010190-1234</textarea>" in page
    with pytest.raises(Refused, match="CPR"):
        calling_off.record(
            placement=visit, caller=CalledOffBy.HOST, reason="Cpr 010190-1234", by=None, now=NOW
        )
    visit.refresh_from_db()
    assert visit.state == "confirmed"


# --- What is past or cancelled stays as it is -----------------------------------------------------------


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
    assert "Praktikstedet har noteret, at du ikke kom." in page and "Evaluér besøget" not in page


# --- The freed seat -------------------------------------------------------------------------------------


def test_a_freed_seat_shows_its_best_candidates_and_one_click_proposes(client, visit, library):
    host, round = visit.host, visit.wish.round
    factories.wish(library, host, person=factories.employee("Bo"), round=round)
    factories.wish(host, person=factories.employee("Cille"), round=round, days=[THIRD])
    dearest = factories.wish(host, person=factories.employee("Dan"), round=round)
    lifecycle.cancel(
        placement=visit, reason="Sygt barn", by=None, now=NOW, caller=CalledOffBy.PARTICIPANT
    )
    client.force_login(factories.consultant())
    todo = client.get("/admin/placements/placement/?todo=freed").content.decode()
    address = f"/admin/placements/placement/{visit.pk}/freed/"
    assert address in todo
    answer = client.get(address)
    listed = [
        (str(row["wish"].employee), row["rank"], row["days"], row["takes_freed"])
        for row in answer.context["candidates"]
    ]
    assert listed == [
        ("Dan", "1. ønske", [FIRST_DAY], True),
        ("Bo", "2. ønske", [FIRST_DAY], True),
        ("Cille", "1. ønske", [THIRD], False),
    ]
    page = answer.content.decode()
    assert "Ledig igen: mandag den 4. januar og tirsdag den 5. januar." in page
    place = answer.context["candidates"][0]["place"]
    act = {"do": "put", "wish": dearest.pk, "place": place, "next": address}
    after = client.post(f"/admin/placements/round/{round.pk}/board/act/", act, follow=True)
    assert "Dan er foreslået til Rådhusets kantine" in after.content.decode()
    assert dearest.placements.get().state == PlacementState.PROPOSED


def test_who_lost_a_place_is_the_first_candidate_elsewhere(client, visit, library):
    round = visit.wish.round
    factories.wish(library, person=factories.employee("Bo"), round=round)
    lifecycle.cancel(placement=visit, reason="-", by=None, now=NOW, caller=CalledOffBy.HOST)
    client.force_login(factories.consultant())
    page = client.get(f"/admin/placements/round/{round.pk}/board/waiting/?host={library.pk}")
    rows = [
        (str(row["wish"].employee), row["missed"], row["is_lost"]) for row in page.context["candidates"]
    ]
    assert rows == [("Anne Kjærsgaard", 0, True), ("Bo", 0, False)]
    assert "har mistet en bekræftet plads" in page.content.decode()
    freed = client.get(f"/admin/placements/placement/{visit.pk}/freed/").content.decode()
    assert "ville ikke selv have dette besøg: Ring" in freed


def test_the_evaluation_of_a_moved_visit_is_asked_for_once(visit, library, mail_server):
    sent_by(mail_server, NOW)
    moved = move(visit, library, [THIRD])
    kinds = PlannedMail.objects.filter(kind="evaluation", state="planned")
    assert set(kinds.values_list("placement", flat=True)) == {moved.pk}
    with pytest.raises(Refused, match="blev ikke til noget"):
        evaluations.check_evaluable(visit, Side.PARTICIPANT, now=NOW)
