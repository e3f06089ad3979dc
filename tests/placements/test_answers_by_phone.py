"""What hosts and participants answer on the phone, noted by a consultant in the admin."""

from datetime import timedelta

import pytest

from hosts.models import Call, CallClaim, Host
from placements.domain import call_list, calls, days, lifecycle
from placements.domain.errors import Refused
from placements.domain.said import Said
from placements.enums import PlacementState
from placements.models import Event, Placement, VisitDay
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db

SECOND = FIRST_DAY + timedelta(days=1)


@pytest.fixture
def signe():
    return factories.consultant()


@pytest.fixture
def visit(client, signe, clock):
    client.force_login(signe)
    return factories.placement("asked")


@pytest.fixture
def address(visit):
    return f"/admin/placements/placement/{visit.pk}/answer/"


def last_event(visit):
    event = Event.objects.filter(placement=visit).latest("pk")
    return (event.by, event.to_state, event.reason)


def test_the_page_says_whom_to_call_and_looking_changes_nothing(client, visit, address):
    page = client.get(address).content.decode()
    assert "Birthe Kvist, telefon 20 00 00 00" in page
    visit.refresh_from_db()
    assert visit.state == PlacementState.ASKED


def test_yes(client, visit, address, signe):
    client.post(address, {"answer": "yes"})
    assert last_event(visit) == (signe, "accepted", "Pr. telefon")


def test_no_with_reasons(client, visit, address, signe):
    answer = {"answer": "no", "reasons": ["no_time", "other"], "reason": "Ny leder."}
    client.post(address, answer)
    said = "Vi har ikke tid. Noget andet. Ny leder."
    assert last_event(visit) == (signe, "declined", f"Pr. telefon: {said}")
    visit.refresh_from_db()
    assert (visit.end_reasons, visit.end_reason) == (["no_time", "other"], "Ny leder.")
    assert not VisitDay.objects.exists()
    page = client.get(f"/admin/placements/placement/{visit.pk}/change/").content.decode()
    assert said in page


def test_other_days_and_the_participants_answer_to_them(client, visit, address, signe):
    client.post(address, {"answer": "other_days", "offers": [SECOND.isoformat()]})
    assert last_event(visit) == (signe, "offered", "Pr. telefon")
    assert "Spørg Anne Kjærsgaard, telefon 20 00 00 00." in client.get(address).content.decode()
    client.post(address, {"days": SECOND.isoformat()})
    assert last_event(visit) == (signe, "accepted", "Pr. telefon")
    assert list(VisitDay.objects.values_list("date", flat=True)) == [SECOND]


def test_none_of_the_days_suits_the_participant(client, visit, address, signe):
    days.offer(placement=visit, offers=[[SECOND]], by=None, now=NOW)
    client.post(address, {"days": "none"})
    words = "Pr. telefon: Ingen af de tilbudte dage passede deltageren."
    assert last_event(visit) == (signe, "unsuited", words)


@pytest.mark.parametrize("step", ["accept", "confirm"])
def test_while_other_days_are_offered_nobody_confirms_the_old_ones(client, visit, step):
    days.offer(placement=visit, offers=[[SECOND]], by=None, now=NOW)
    page = client.get(f"/admin/placements/placement/{visit.pk}/change/")
    assert step not in [each.name for each in page.context["steps"]]
    data = {"action": step, "_selected_action": visit.pk}
    left_out = client.post("/admin/placements/placement/", data).text
    assert "Anne Kjærsgaard → Rådhusets kantine: Andre dage tilbudt" in left_out
    shown = client.post("/admin/placements/placement/", data | {"confirmed": "1"}, follow=True)
    assert "har nu status »Andre dage tilbudt«" in shown.text
    visit.refresh_from_db()
    assert (visit.state, visit.days) == (PlacementState.OFFERED, [FIRST_DAY])


def test_a_faulty_answer_keeps_what_was_typed(client, visit, address):
    page = client.post(address, {"answer": "no", "reasons": ["other"], "reason": ""}).content.decode()
    assert "Sæt kryds ved en grund, eller skriv et par ord" in page
    page = client.post(address, {"answer": "no", "reason": "Ring 010190-1234"}).content.decode()
    assert "CPR" in page and "Ring 010190-1234" in page
    visit.refresh_from_db()
    assert visit.state == PlacementState.ASKED


def test_the_second_of_two_consultants_is_told_where_it_stands(client, visit, address):
    client.post(address, {"answer": "yes"})
    page = client.post(address, {"answer": "no", "reasons": ["no_time"]}, follow=True).content.decode()
    assert "Der er ikke noget åbent spørgsmål" in page
    visit.refresh_from_db()
    assert visit.state == PlacementState.ACCEPTED


def test_the_hosts_answer_is_a_call_in_the_log(client, visit, address, signe):
    client.post(address, {"answer": "yes"})
    call = Call.objects.get()
    assert (call.workplace, call.caller, call.outcome, call.made_at) == (
        visit.host.workplace,
        signe,
        "answered",
        NOW,
    )
    assert not CallClaim.objects.exists()
    with pytest.raises(Refused, match="Signe Holm talte med Rådhusets kantine i dag"):
        calls.claim(workplace=visit.host.workplace, by=factories.consultant("Thomas"), now=NOW)


def test_the_participants_answer_is_no_call_to_the_host(client, visit, address):
    days.offer(placement=visit, offers=[[SECOND]], by=None, now=NOW)
    client.post(address, {"days": SECOND.isoformat()})
    assert not Call.objects.exists()


@pytest.mark.parametrize("way", ["page", "list"])
def test_while_a_colleague_is_on_the_phone_nobody_else_answers_for_the_host(
    client, visit, address, way
):
    thomas = factories.consultant("Thomas Ørum")
    calls.claim(workplace=visit.host.workplace, by=thomas, now=NOW)
    if way == "page":
        shown = client.post(address, {"answer": "yes"}, follow=True)
    else:
        data = {"action": "accept", "_selected_action": visit.pk, "confirmed": "1"}
        shown = client.post("/admin/placements/placement/", data, follow=True)
    assert "Thomas Ørum har haft Rådhusets kantine i røret siden kl. 09.00." in shown.text
    visit.refresh_from_db()
    assert (visit.state, Call.objects.count(), CallClaim.objects.get().by) == ("asked", 0, thomas)


def test_answers_on_a_day_on_which_the_host_was_reached_belong_to_that_call(client, visit, signe):
    other = factories.wish(visit.host, round=visit.round, person=factories.employee("Bo"))
    other = factories.placement("asked", host=visit.host, wish=other, days=[SECOND])
    data = {"action": "accept", "_selected_action": [visit.pk, other.pk], "confirmed": "1"}
    client.post("/admin/placements/placement/", data)
    assert list(Placement.objects.values_list("state", flat=True)) == ["accepted", "accepted"]
    assert Call.objects.count() == 1


def test_a_later_day_to_call_back_stays_after_an_answer(client, visit, address, signe, clock):
    later = NOW.date() + timedelta(days=9)
    said = Said("maybe", call_back_on=later)
    workplace = visit.host.workplace
    calls.log(round=visit.round, workplace=workplace, said=said, by=signe, now=NOW)
    clock.now = NOW + timedelta(days=1)
    client.post(address, {"answer": "yes"})
    assert Call.objects.latest("made_at").call_back_on == later


def test_the_yes_of_the_list_of_placements_is_by_phone_too(client, visit, signe):
    data = {"action": "accept", "_selected_action": visit.pk, "confirmed": "1"}
    client.post("/admin/placements/placement/", data)
    assert last_event(visit) == (signe, "accepted", "Pr. telefon")


# --- Confirmed directly, moved to another host: agreed by phone ----------------------------------------


def on_the_list(client, visit, signe):
    data = {"action": "confirm", "_selected_action": visit.pk, "confirmed": "1"}
    return client.post("/admin/placements/placement/", data, follow=True)


def on_the_page_of_the_wish(client, visit, signe):
    lifecycle.cancel(placement=visit, reason="Forkert dag.", by=signe, now=NOW)
    data = {"step": "confirm", "host": visit.host_id, "days": FIRST_DAY.isoformat()}
    return client.post(f"/admin/placements/wish/{visit.wish_id}/place/", data, follow=True)


def by_a_move(client, visit, signe):
    """From another host, which is the one that was asked before."""
    lifecycle.cancel(placement=visit, reason="Forkert dag.", by=signe, now=NOW)
    library = factories.host("Hovedbiblioteket")
    settled = factories.placement("confirmed", host=library, wish=visit.wish)
    data = {"host": visit.host_id, "days": FIRST_DAY.isoformat(), "how": "agreed", "reason": "Messe."}
    data |= {"seen": settled.version, "confirmed": "1"}
    return client.post(f"/admin/placements/placement/{settled.pk}/move/", data, follow=True)


WAYS = [on_the_list, on_the_page_of_the_wish, by_a_move]


def settled_at(visit) -> bool:
    """Whether the visit, or one in its place, is settled at its host."""
    return Placement.objects.filter(host=visit.host, state="confirmed").exists()


@pytest.mark.parametrize("way", WAYS)
def test_what_is_confirmed_as_agreed_by_phone_is_a_call(client, visit, signe, way):
    way(client, visit, signe)
    call = Call.objects.get()
    assert (call.workplace, call.caller, call.outcome) == (visit.host.workplace, signe, "answered")
    assert settled_at(visit) and not CallClaim.objects.exists()
    event = Event.objects.filter(to_state="confirmed").latest("pk")
    assert (event.by, event.reason) == (signe, "Pr. telefon")
    with pytest.raises(Refused, match="Signe Holm talte med Rådhusets kantine i dag"):
        calls.claim(workplace=visit.host.workplace, by=factories.consultant("Thomas"), now=NOW)


@pytest.mark.parametrize("way", WAYS)
def test_nobody_confirms_as_agreed_by_phone_while_a_colleague_has_the_call(client, visit, signe, way):
    thomas = factories.consultant("Thomas Ørum")
    calls.claim(workplace=visit.host.workplace, by=thomas, now=NOW)
    shown = way(client, visit, signe)
    assert "Thomas Ørum har haft Rådhusets kantine i røret siden kl. 09.00." in shown.text
    assert not settled_at(visit)
    assert (Call.objects.count(), CallClaim.objects.get().by) == (0, thomas)


def on_the_page_of_the_placement(client, visit, signe):
    return client.post(f"/admin/placements/placement/{visit.pk}/answer/", {"answer": "yes"})


@pytest.mark.parametrize("way", [on_the_page_of_the_placement, *WAYS])
def test_who_is_on_the_phone_keeps_the_call_and_notes_the_seats_as_well(client, visit, signe, way):
    workplace = visit.host.workplace
    calling = f"/admin/placements/round/{visit.round.pk}/calls/{workplace.pk}/"
    client.post(calling, {"do": "claim"})
    way(client, visit, signe)
    assert (CallClaim.objects.get().by, Call.objects.get().outcome) == (signe, "answered")
    client.post(calling, {"do": "log", "outcome": "yes", "monday": "2"})
    call = Call.objects.get()
    assert (call.workplace, call.caller, call.outcome) == (workplace, signe, "yes")
    assert Host.objects.get(workplace=workplace).weekday_seats[0] == 2
    assert not CallClaim.objects.exists()


@pytest.mark.parametrize("minutes", [5, 45])
def test_what_was_agreed_in_a_call_that_is_never_noted_is_a_call_all_the_same(
    client, visit, signe, clock, minutes
):
    thomas, workplace = factories.consultant("Thomas"), visit.host.workplace
    calling = f"/admin/placements/round/{visit.round.pk}/calls/{workplace.pk}/"
    client.post(calling, {"do": "claim"})
    on_the_list(client, visit, signe)
    if minutes == 5:
        client.post(calling, {"do": "release"})
    clock.now = NOW + timedelta(minutes=minutes)
    with pytest.raises(Refused, match="aldrig to gange samme dag"):
        calls.claim(workplace=workplace, by=thomas, now=clock.now)
    assert Call.objects.get().caller == signe


def test_a_long_call_is_noted_with_what_was_agreed_in_it(client, visit, signe, clock):
    calling = f"/admin/placements/round/{visit.round.pk}/calls/{visit.host.workplace_id}/"
    client.post(calling, {"do": "claim"})
    clock.now = NOW + timedelta(minutes=10)
    on_the_list(client, visit, signe)
    clock.now = NOW + timedelta(minutes=45)
    client.post(calling, {"do": "log", "outcome": "yes", "monday": "2"})
    assert Call.objects.get().outcome == "yes"


def test_a_call_claimed_long_ago_is_over_and_what_is_agreed_is_one_of_its_own(client, visit, signe):
    long_ago = NOW - CallClaim.LASTS
    calls.claim(workplace=visit.host.workplace, by=signe, now=long_ago)
    on_the_list(client, visit, signe)
    assert Call.objects.get().outcome == "answered"
    assert not CallClaim.objects.exists()


@pytest.mark.parametrize("days_ago", [0, 2], ids=["due", "overdue"])
@pytest.mark.parametrize("way", [on_the_page_of_the_placement, on_the_list])
def test_who_is_to_be_called_back_today_still_is(client, visit, signe, way, days_ago):
    """Thomas is to ask for more seats: that Signe agrees one visit does not answer him."""
    thomas, workplace = factories.consultant("Thomas"), visit.host.workplace
    before = NOW - timedelta(days=5)
    said = Said("maybe", call_back_on=NOW.date() - timedelta(days=days_ago))
    calls.log(round=visit.round, workplace=workplace, said=said, by=thomas, now=before)
    way(client, visit, signe)
    on_the_list(client, visit, signe)
    call = workplace.calls.get(day=NOW.date())
    assert (call.caller, call.outcome, call.call_back_on) == (signe, "answered", NOW.date())
    assert group_of(workplace, visit.round) == "back"
    calls.claim(workplace=workplace, by=thomas, now=NOW)
    said = Said("no", reasons=["busy"])
    calls.log(round=visit.round, workplace=workplace, said=said, by=thomas, now=NOW)
    assert group_of(workplace, visit.round) == "done"


def group_of(workplace, round) -> str:
    entries = call_list.entries(round=round, now=NOW)
    return next(entry.group for entry in entries if entry.workplace == workplace.pk)


def test_what_the_host_has_said_yes_to_itself_is_confirmed_without_a_call(client, visit, signe):
    calls.claim(workplace=visit.host.workplace, by=factories.consultant("Thomas"), now=NOW)
    lifecycle.accept(placement=visit, by=visit.host.contacts.get(), now=NOW)
    on_the_list(client, visit, signe)
    assert settled_at(visit) and not Call.objects.exists()
    assert last_event(visit) == (signe, "confirmed", "")


def test_confirmed_on_a_day_on_which_the_host_was_reached_belongs_to_that_call(client, visit, signe):
    workplace = visit.host.workplace
    calls.log(
        round=visit.round,
        workplace=workplace,
        said=Said("maybe", call_back_on=SECOND),
        by=signe,
        now=NOW,
    )
    on_the_list(client, visit, signe)
    assert settled_at(visit)
    assert Call.objects.get().outcome == "maybe"
