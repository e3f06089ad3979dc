"""The call list: whom to phone first and why; the page of a call; what two consultants see."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from employees.models import Organisation
from hosts.models import Call, ClosedDay, Host
from placements.domain import board_news, call_list, calls, erasure, solving
from placements.domain.said import Said
from placements.models import Event, Placement, Solve
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db

TUESDAY = FIRST_DAY + timedelta(days=1)


@pytest.fixture
def town(signe):
    """Three wishes for the canteen, which has no seats; one for the library, which has; a school."""

    class Town:
        round = factories.round()
        canteen = factories.host("Rådhusets kantine", seats=0)
        library = factories.host("Hovedbiblioteket", seats=1)
        school = factories.workplace("Engskolen", phone="99 00 10 00")

    homes = factories.workplace("Hjemmeplejen")
    for name, host in [("Anne", "canteen"), ("Bo", "canteen"), ("Ida", "canteen"), ("Liv", "library")]:
        person = factories.employee(name, workplace=homes)
        wish = factories.wish(getattr(Town, host), round=Town.round, person=person)
        setattr(Town, name.lower(), wish)
    signe.workplace = factories.workplace("Innovationsgruppen")
    signe.save(update_fields=["workplace"])
    return Town


def listed(town, now=NOW) -> list[tuple[str, str]]:
    """(name, group) of those who wishes or calls say something of, in the order of the list."""
    named = {"Rådhusets kantine", "Hovedbiblioteket", "Engskolen"}
    rows = call_list.entries(round=town.round, now=now)
    return [(row.name, row.group) for row in rows if row.name in named]


def note(workplace, outcome, *, at=NOW, **values) -> Call:
    return Call.objects.create(workplace=workplace, outcome=outcome, made_at=at, **values)


def solve(town, by, at=NOW) -> Solve:
    row = Solve.objects.create(round=town.round, goal="most_placed", by=by, asked_at=at)
    solving.run(row.pk, clock=lambda: at)
    return row


def page(client, town, tail="", **data):
    return client.get(f"/admin/placements/round/{town.round.pk}/calls/{tail}", data).content.decode()


def post(client, town, workplace, **data):
    address = f"/admin/placements/round/{town.round.pk}/calls/{workplace.pk}/"
    return client.post(address, data, follow=True).content.decode()


# --- The order ----------------------------------------------------------------------------------------


def test_before_the_puzzle_is_solved_unmet_wishes_say_whom_to_phone(client, town):
    assert listed(town) == [
        ("Rådhusets kantine", "call"),
        ("Hovedbiblioteket", "rest"),
        ("Engskolen", "rest"),
    ]
    shown = page(client, town)
    assert "Puslespillet er ikke løst endnu" in shown
    assert "3 ønsker uden plads peger på stedet." in shown
    assert "1 ønske uden plads peger på stedet." in shown


def test_the_puzzle_says_how_many_a_yes_would_place(client, signe, town):
    solve(town, signe)
    entry = call_list.entries(round=town.round, now=NOW)[0]
    assert (entry.name, entry.places, entry.wishes) == ("Rådhusets kantine", 3, 3)
    shown = page(client, town)
    assert "Tallene er puslespillets, løst 23. november 2026 kl. 09.00" in shown
    assert "Et ja giver plads til 3 personer mere (ifølge puslespillet)." in shown


def test_the_page_fetches_what_has_changed_since_and_has_a_link_without_javascript(client, signe, town):
    part = f"/admin/placements/round/{town.round.pk}/calls/changed/"
    assert part not in page(client, town)
    assert client.get(part).status_code == 404
    solve(town, signe)
    shown = page(client, town)
    assert f'data-fetched-from="{part}"' in shown
    assert "Er noget ændret siden?</a>" in shown
    assert "Intet er ændret siden da." in page(client, town, "changed/")


def test_what_has_changed_since_is_named_with_the_way_to_solve_again(client, signe, town):
    solve(town, signe)
    Host.objects.filter(pk=town.canteen.pk).update(seats_monday=1)
    shown = page(client, town, "changed/")
    assert "Noget er ændret siden: Tallene holder måske ikke længere." in shown
    assert "<li>Rådhusets kantine: pladser</li>" in shown
    assert 'name="do" value="solve"' in shown
    assert shown.count("<html") == 0


def test_call_backs_come_first_then_silent_requests_then_the_numbers(town):
    visit = factories.placement("asked", host=town.library, wish=town.liv)
    Placement.objects.filter(pk=visit.pk).update(asked_at=NOW - timedelta(days=20))
    note(town.school, "maybe", at=NOW - timedelta(days=9), call_back_on=NOW.date() - timedelta(days=1))
    assert listed(town) == [
        ("Engskolen", "back"),
        ("Hovedbiblioteket", "answer"),
        ("Rådhusets kantine", "call"),
    ]


@pytest.mark.parametrize(("called", "group"), [(19, "later"), (21, "answer")])
def test_a_silent_host_that_said_when_to_call_back_is_not_phoned_before(town, called, group):
    visit = factories.placement("asked", host=town.library, wish=town.liv)
    Placement.objects.filter(pk=visit.pk).update(asked_at=NOW - timedelta(days=20))
    values = {"call_back_on": NOW.date() + timedelta(days=3), "at": NOW - timedelta(days=called)}
    note(town.library.workplace, "maybe", **values)
    assert dict(listed(town))["Hovedbiblioteket"] == group
    assert dict(listed(town, NOW + timedelta(days=3)))["Hovedbiblioteket"] == "back"


@pytest.mark.parametrize(
    ("outcome", "values", "after", "group"),
    [
        ("no", {"reasons": ["busy"]}, 0, "done"),
        ("no", {"reasons": ["busy"]}, 1, "call"),
        ("yes", {}, 1, "done"),
        ("not_reached", {}, 0, "call"),
        ("answered", {}, 0, "done"),
        ("answered", {}, 1, "call"),
        ("maybe", {"call_back_on": NOW.date() + timedelta(days=2)}, 1, "later"),
        ("maybe", {"call_back_on": NOW.date() + timedelta(days=2)}, 2, "back"),
        ("no", {"call_back_on": NOW.date() + timedelta(days=7)}, 7, "back"),
        ("maybe", {"call_back_on": NOW.date()}, 0, "back"),
    ],
)
def test_the_last_call_says_when_to_phone_again(town, outcome, values, after, group):
    note(town.canteen.workplace, outcome, **values)
    later = NOW + timedelta(days=after)
    found = dict(listed(town, later))
    assert found["Rådhusets kantine"] == group


@pytest.mark.parametrize(("after", "group"), [(89, "done"), (90, "rest")])
def test_the_no_of_a_workplace_without_a_host_holds_for_all_rounds_a_while(town, after, group):
    note(town.school, "no", reasons=["busy"])
    assert dict(listed(town, NOW + timedelta(days=after)))["Engskolen"] == group


def test_not_reached_on_the_day_to_call_back_stays_to_be_called_back(town):
    today = NOW.date()
    note(town.canteen.workplace, "maybe", at=NOW - timedelta(days=3), call_back_on=today)
    note(town.canteen.workplace, "not_reached", at=NOW)
    assert dict(listed(town))["Rådhusets kantine"] == "back"


def test_a_yes_that_does_not_suffice_is_asked_again_only_when_the_puzzle_knew_of_it(signe, town):
    calls.log(
        round=town.round, workplace=town.canteen.workplace, by=signe, now=NOW,
        said=Said("yes", date_seats={TUESDAY: 1}),
    )  # fmt: skip
    later = NOW + timedelta(days=1)
    assert dict(listed(town, later))["Rådhusets kantine"] == "done"
    solve(town, signe, at=later)
    assert dict(listed(town, later))["Rådhusets kantine"] == "call"


def test_only_workplaces_of_the_rounds_organisations_are_listed(client, town):
    other = Organisation.objects.create(name="En anden kommune")
    elsewhere = factories.workplace("Et andet sted", of=other)
    assert "Et andet sted" not in {row.name for row in call_list.entries(round=town.round, now=NOW)}
    address = f"/admin/placements/round/{town.round.pk}/calls/{elsewhere.pk}/"
    assert client.get(address).status_code == 404


# --- The pages ----------------------------------------------------------------------------------------


def test_the_list_is_narrowed_and_searched(client, town):
    shown = page(client, town, show="today")
    assert "Rådhusets kantine" in shown
    assert "Engskolen" not in shown
    assert "Ring nu: <strong>1</strong>" in shown
    shown = page(client, town, q="ENG")
    assert "Engskolen" in shown
    assert 'href="tel:99001000"' in shown
    assert "Rådhusets kantine" not in shown
    assert "Der er ingen arbejdspladser her." in page(client, town, q="findes ikke")


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
