"""The page of a call, what it changes, and what two consultants see."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hosts.models import Call, ClosedDay, Host
from placements.domain import board_news, call_list, calls, erasure
from placements.domain.said import Said
from placements.models import Event, Placement, Solve
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.call_list.steps import note, page, post, solve

pytestmark = pytest.mark.django_db

TUESDAY = FIRST_DAY + timedelta(days=1)


def test_a_yes_is_noted_and_the_board_sees_the_seats(client, signe, town):
    solve(town, signe)
    workplace = town.canteen.workplace
    shown = post(client, town, workplace, do="claim")
    assert "Hej, det er … fra Innovationsgruppen." in shown
    assert "Anne, Hjemmeplejen: Hvordan gør I?" in shown
    data = {"outcome": "yes", "date_1": TUESDAY.isoformat(), "seats_1": "2", "note": "Gerne tidligt"}
    shown = post(client, town, workplace, do="log", **data)
    assert "Opkaldet til Rådhusets kantine er noteret." in shown
    assert board_news.since(Solve.objects.get(), seen=None, now=NOW).changes == [
        "Rådhusets kantine: pladser"
    ]
    shown = page(client, town, f"{workplace.pk}/")
    assert "tirsdag den 5. januar: 2 pladser" in shown
    assert "Gerne tidligt" in shown
    assert "Signe Holm talte med Rådhusets kantine i dag kl. 09.00." in shown


def call(client, town, workplace, **written):
    """Claim a call and note it with the form as it is shown, and what is written into it."""
    address = f"/admin/placements/round/{town.round.pk}/calls/{workplace.pk}/"
    page = client.post(address, {"do": "claim"}, follow=True)
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data |= {"initial-" + name: data[name] for name in data if form.fields[name].show_hidden_initial}
    client.post(address, data | {"do": "log"} | written)
    return page


def test_a_yes_opens_only_what_was_promised_and_not_what_the_puzzle_asks_for(client, signe, town):
    solve(town, signe)
    days = town.round.days
    town.canteen.closed_days.bulk_create(ClosedDay(host=town.canteen, date=day) for day in days)
    page = call(client, town, town.canteen.workplace, outcome="yes", monday="1")
    (first, seats), *_rest = page.context["wanted"]
    assert f'value="{first.isoformat()}"' in page.text
    assert "Kun dage med et tal bliver åbnet. Med det, puslespillet beder om" in page.text
    town.canteen.refresh_from_db()
    assert town.canteen.weekday_seats == [1, 0, 0, 0, 0]
    assert (town.canteen.open_days.count(), town.canteen.closed_days.count()) == (0, len(days))


def test_wanted_days_that_have_come_are_not_asked_for_and_hinder_no_other_outcome(
    client, signe, town, clock
):
    solved = solve(town, signe)
    solved.refresh_from_db()
    (_host, _count, seats, *_rest) = solved.helps["calls"][0]
    first = date.fromisoformat(seats[0][0])
    clock.now += first - clock.now.date()
    old = {"date_1": first.isoformat(), "seats_1": "2"}
    page = call(client, town, town.canteen.workplace, outcome="not_reached", **old)
    assert first not in [day for day, _seats in page.context["wanted"]]
    assert list(Call.objects.values_list("outcome", flat=True)) == ["not_reached"]


def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(client, town):
    workplace = town.canteen.workplace
    post(client, town, workplace, do="claim")
    shown = post(client, town, workplace, do="log", outcome="yes", note="Ring til Palle", monday="x")
    assert "Opkaldet er ikke noteret endnu." in shown
    assert "Ring til Palle" in shown
    shown = post(client, town, workplace, do="log", outcome="yes", seats_1="2")
    assert "Hvilken dag gælder pladserne?" in shown
    shown = post(client, town, workplace, do="log", note="x" * 2001)
    assert "Vælg, hvad opkaldet endte med." in shown
    assert Call.objects.count() == 0


def test_the_second_consultant_reads_who_is_on_the_phone_and_loses_nothing(client, signe, town):
    thomas = factories.consultant("Thomas Ørum")
    workplace = town.canteen.workplace
    calls.claim(workplace=workplace, by=thomas, now=NOW)
    assert "Thomas Ørum har haft dem i røret siden kl. 09.00." in page(client, town)
    sentence = "Thomas Ørum har haft Rådhusets kantine i røret siden kl. 09.00."
    assert sentence in post(client, town, workplace, do="claim")
    shown = post(client, town, workplace, do="log", outcome="no", reasons=["busy"], note="Nej tak")
    assert sentence in shown
    assert "Nej tak" in shown
    assert Call.objects.count() == 0
    calls.release(workplace=workplace, by=thomas)
    post(client, town, workplace, do="log", outcome="no", reasons=["busy"], note="Nej tak")
    assert Call.objects.get().caller == signe


def test_giving_back_leads_to_the_list(client, town):
    post(client, town, town.school, do="claim")
    assert "Fortsæt opkaldet" in page(client, town)
    shown = post(client, town, town.school, do="release")
    assert "Fortsæt opkaldet" not in shown
    assert "Opkaldet til Engskolen er givet tilbage: kollegerne kan tage det." in shown


def test_an_act_that_is_none_is_not_found(client, town):
    address = f"/admin/placements/round/{town.round.pk}/calls/{town.school.pk}/"
    assert client.post(address, {"do": "nonsense"}).status_code == 404


def test_a_silent_request_is_answered_on_the_page(client, signe, town, clock):
    visit = factories.placement("asked", host=town.library, wish=town.liv, days=[FIRST_DAY])
    clock.now = NOW + timedelta(days=15)
    workplace = town.library.workplace
    shown = page(client, town, show="today")
    assert "Liv, mandag den 4. januar: spurgt 23.11.2026, intet svar." in shown
    assert "Må Liv komme mandag den 4. januar?" in post(client, town, workplace, do="claim")
    data = {"request": visit.pk, f"answer_{visit.pk}": "no", "outcome": "answered"}
    shown = post(client, town, workplace, do="log", **data)
    assert "Skriv et par ord om hvorfor" in shown
    data = {"request": visit.pk, f"answer_{visit.pk}": "maybe", "outcome": "answered"}
    assert "Vælg en til tre andre muligheder." in post(client, town, workplace, do="log", **data)
    data[f"offers_{visit.pk}"] = [TUESDAY.isoformat()]
    post(client, town, workplace, do="log", **data)
    visit.refresh_from_db()
    assert (visit.state, visit.offered) == ("offered", [[TUESDAY.isoformat()]])
    event = Event.objects.get(to_state="offered")
    assert (event.by, event.reason) == (signe, "Pr. telefon")


def test_a_request_that_moved_on_while_they_spoke_is_said_so(client, town):
    visit = factories.placement("asked", host=town.library, wish=town.liv)
    workplace = town.library.workplace
    post(client, town, workplace, do="claim")
    Placement.objects.filter(pk=visit.pk).update(state="accepted")
    data = {"request": visit.pk, f"answer_{visit.pk}": "yes", "outcome": "answered"}
    shown = post(client, town, workplace, do="log", **data)
    assert "Intet er ændret: opholdet for Liv hos Hovedbiblioteket" in shown
    assert "Må Liv komme" in shown
    assert Call.objects.count() == 0


def test_a_slip_of_the_finger_is_corrected_in_the_log_but_not_past_the_rules(client, town):
    first = note(town.school, "not_reached", at=NOW)
    note(town.school, "yes", at=NOW + timedelta(hours=3))
    address = f"/admin/hosts/call/{first.pk}/change/"
    shown = client.post(address, {"outcome": "no", "reasons": ["busy"], "note": ""}).content.decode()
    assert "Nogen har allerede talt med arbejdspladsen den dag." in shown
    client.post(address, {"outcome": "not_reached", "note": "Ingen hjemme"})
    first.refresh_from_db()
    assert (first.outcome, first.note) == ("not_reached", "Ingen hjemme")
    assert "23. november 2027" in client.get(address).content.decode()


# --- The database, the size, the end ------------------------------------------------------------------


def test_the_database_itself_refuses_a_second_answer_on_a_day():
    place = factories.workplace()
    note(place, "not_reached")
    note(place, "not_reached", at=NOW + timedelta(hours=2))
    note(place, "maybe", call_back_on=NOW.date())
    note(place, "no", at=NOW + timedelta(hours=4))
    note(place, "no", at=NOW + timedelta(hours=15))
    with pytest.raises(IntegrityError, match="reached_once_a_day"), transaction.atomic():
        note(place, "yes", at=NOW + timedelta(hours=5))
    with pytest.raises(IntegrityError, match="called_back_on_the_day_or_later"):
        note(place, "maybe", call_back_on=NOW.date() - timedelta(days=1))


@pytest.mark.parametrize("count", [2, 120])
def test_the_list_and_a_call_cost_the_same_queries_whatever_their_number(client, signe, town, count):
    for number in range(count):
        host = factories.host(f"Sted {number}", seats=0)
        factories.wish(host, round=town.round, person=factories.employee())
        note(host.workplace, "maybe", call_back_on=NOW.date() + timedelta(days=number))
        factories.workplace(f"Arbejdsplads {number}")
    solve(town, signe)
    counted = {}
    for tail in ("", f"{town.canteen.workplace_id}/"):
        page(client, town, tail)
        with CaptureQueriesContext(connection) as queries:
            page(client, town, tail)
        counted[tail and "one"] = len(queries)
    assert counted == {"": 21, "one": 23}


def test_the_list_is_paged(client, town):
    for number in range(60):
        factories.workplace(f"Sted {number:02}")
    shown = page(client, town)
    assert shown.count('<li class="call-card">') == 50
    assert (
        page(client, town, page=2).count('<li class="call-card">')
        == len(call_list.entries(round=town.round, now=NOW)) - 50
    )


def test_calls_are_erased_on_the_day_that_is_shown(signe):
    call = note(factories.workplace(), "no", caller=signe, note="Palle er syg")
    assert (call.erase_on - NOW.date()).days == 365
    calls.claim(workplace=factories.workplace(), by=signe, now=NOW)
    erasure.erase_due(today=call.erase_on - timedelta(days=1))
    assert Call.objects.count() == 1
    erasure.erase_due(today=call.erase_on)
    assert Call.objects.count() == 0


def test_a_host_made_by_a_call_is_open_and_in_the_catalogue(client, signe, town):
    calls.log(
        round=town.round,
        workplace=town.school,
        by=signe,
        now=NOW,
        said=Said("yes", weekday_seats={1: 1}),
    )
    host = Host.objects.get(workplace=town.school)
    assert "Engskolen" in client.get("/praktiksteder/").content.decode()
    assert client.get(f"/praktiksteder/{host.pk}/").status_code == 200
