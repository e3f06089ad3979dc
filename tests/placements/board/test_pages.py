"""What the pages of the board show: wishes, seats, calls, waiting list and rings."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from employees.models import Employee, Workplace
from hosts.models import Host
from placements.domain import board, lifecycle
from placements.models import Choice, HostRound, Placement, Solve, Wish
from placements.templatetags.board import seats_in_words
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.board.moves import act, look, places, solved

pytestmark = pytest.mark.django_db


def test_only_possible_places_are_offered_and_the_others_say_why(client, signe, town):
    board.put(wish=town.ida, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    page = look(client, town, f"{town.anne.pk}/")
    assert f'value="{town.library.pk}:2027-01-04"' in page
    assert f'value="{town.canteen.pk}:' not in page
    assert "1. ønske (Rådhusets kantine): tager ikke flere gæster i denne runde." in page


def test_the_filters_find_what_they_say(client, signe, town):
    board.put(wish=town.ida, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    shown = {
        show: {name for name in ("Anne", "Bo", "Ida") if f">{name}<br>" in look(client, town, show)}
        for show in (
            "?show=unplaced",
            "?show=pinned",
            "?show=changed",
            "?show=proposed",
            "?show=settled",
            f"?host={town.canteen.pk}",
            f"?department={town.anne.employee.workplace.department_id}",
            "?q=bo",
        )
    }
    assert list(shown.values()) == [
        {"Anne", "Bo"},
        {"Ida"},
        {"Ida"},
        {"Ida"},
        set(),
        {"Ida"},
        {"Anne", "Bo", "Ida"},
        {"Bo"},
    ]


def test_the_call_list_says_how_many_a_yes_would_place(client, signe, town):
    assert "Løs puslespillet først" in look(client, town, "calls/")
    solved(town, signe)
    page = look(client, town, "calls/")
    assert "1 person mere" in page
    assert f"/admin/placements/round/{town.round.pk}/calls/{town.canteen.workplace_id}/" in page


def test_who_has_left_is_not_to_be_phoned(client, signe, town):
    solved(town, signe)
    assert "Birthe Kvist" in look(client, town, "calls/")
    contact = town.canteen.contacts.get()
    contact.is_active = False
    contact.save(update_fields=["is_active"])
    assert "Birthe Kvist" not in look(client, town, "calls/")


@pytest.mark.parametrize(
    "call, words",
    [
        ({"seats": [], "places": 1, "visitors": 2}, "2 gæster mere på de dage, det har i forvejen"),
        (
            {"seats": [["2027-01-04", 2]], "places": 2, "visitors": 2},
            "mandag den 4. januar: 2 pladser; 2 gæster mere i runden",
        ),
        ({"seats": [["2027-01-04", 1]], "places": 1, "visitors": 0}, "mandag den 4. januar: 1 plads"),
    ],
)
def test_all_that_a_host_must_give_is_named(call, words):
    assert seats_in_words(call) == words


def test_no_call_is_said_to_help_when_there_is_none(client, signe, town):
    Wish.objects.exclude(pk=town.anne.pk).delete()
    solved(town, signe)
    page = look(client, town, "calls/")
    assert "1 af 1 har en plads i løsningen." in page
    assert "Alle har en plads: der er ingen at ringe til." in page
    assert "ville hjælpe mest" not in page
    Solve.objects.update(
        proofs=[{"goal": "placed", "value": 1, "bound": None, "gap": None}],
        figures={"placed": 0, "people": 1},
        helps={"calls": [], "is_complete": False},
    )
    assert "Det er ikke bevist, at løsningen giver flest en plads." in look(client, town, "calls/")


def test_a_wish_without_any_possible_place_points_to_the_reasons(client, signe, town):
    board.forbid(wish=town.bo, host=town.canteen, by=signe, now=NOW)
    page = look(client, town, f"{town.bo.pk}/")
    assert "Ingen af de ønskede steder er mulige nu. Herunder står, hvorfor." in page
    assert "har en ledig plads på personens dage" not in page


def test_a_solve_that_failed_is_not_called_a_letter(client, signe, town):
    solved(town, signe)
    Solve.objects.update(state="failed")
    page = look(client, town, "solutions/")
    assert "Kunne ikke løses" in page
    assert "Kunne ikke sendes" not in page


def test_the_call_numbers_say_when_they_were_worked_out_and_what_has_changed_since(client, signe, town):
    solved(town, signe)
    page = look(client, town, "calls/")
    assert "Beregnet ud fra puslespillet, som det blev løst 23. november 2026" in page
    assert "Noget er ændret siden" not in page
    Host.objects.filter(pk=town.canteen.pk).update(most_visitors=2)
    page = look(client, town, "calls/")
    assert "Noget er ændret siden" in page
    assert "<li>Rådhusets kantine: flest gæster</li>" in page


def test_no_host_is_to_be_phoned_that_has_no_part_in_the_round(client, signe, town):
    elsewhere = factories.organisation("Nabokøbing Kommune")
    host = factories.host(workplace=factories.workplace("Nabo", of=elsewhere), most_visitors=5)
    town.round.organisations.add(elsewhere)
    first = factories.wish(host, round=town.round, person=factories.employee("Kaj"))
    factories.placement("confirmed", host=host, wish=first, days=[FIRST_DAY])
    factories.wish(host, round=town.round, person=factories.employee("Lis"), days=[FIRST_DAY])
    solve = solved(town, signe)
    assert {call[0] for call in solve.helps["calls"]} == {town.canteen.pk, host.pk}
    solve.delete()
    town.round.organisations.remove(elsewhere)
    assert {call[0] for call in solved(town, signe).helps["calls"]} == {town.canteen.pk}


def test_a_freed_seat_shows_its_best_replacement_and_one_click_proposes(client, signe, town):
    visit = factories.placement("confirmed", host=town.canteen, wish=town.bo)
    lifecycle.cancel(placement=visit, reason="Sygdom", by=signe, now=NOW)
    page = look(client, town, f"waiting/?host={town.canteen.pk}")
    assert "Ledigt igen efter et nej" in page
    assert page.index("Anne") < page.index("Ida")
    place = f"{town.canteen.pk}:{FIRST_DAY.isoformat()}"
    act(client, town, "put", wish=town.ida.pk, place=place)
    assert places() == {"Ida": "Rådhusets kantine"}


def test_seats_and_rings_are_shown(client, signe, town):
    board.put(wish=town.ida, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    assert '<td class="heat heat-0">0/1</td>' in look(client, town, "seats/")
    assert "Der er ingen ringe" in look(client, town, "rings/")
    home = factories.host(workplace=town.ida.employee.workplace)
    host_side = factories.employee("Kok", workplace=town.canteen.workplace)
    back = factories.wish(home, round=town.round, person=host_side)
    board.put(wish=back, host=home, days=[FIRST_DAY], by=signe, now=NOW)
    assert "Ring med 2" in look(client, town, "rings/")


def many_wishes(town, count: int) -> None:
    """So many more wishes, each for a host of its own and for anywhere; every other one has a place."""
    home = town.anne.employee.workplace
    workplaces = Workplace.objects.bulk_create(
        Workplace(name=f"Sted {n}", department=home.department) for n in range(count)
    )
    hosts = Host.objects.bulk_create(
        Host(workplace=each, seats_monday=1, description="Kom og se") for each in workplaces
    )
    people = Employee.objects.bulk_create(
        Employee(email=f"p{n}@havneby.example", name=f"Person {n}", workplace=home)
        for n in range(count)
    )
    rows = Wish.objects.bulk_create(
        Wish(round=town.round, employee=each, state="sent", possible_days=town.round.days,
             goal="Hvordan gør I?", sent_at=NOW, saved_at=NOW)
        for each in people
    )  # fmt: skip
    Choice.objects.bulk_create(
        choice
        for wish, host in zip(rows, hosts, strict=True)
        for choice in (
            Choice(wish=wish, rank=1, kind="host", host=host), Choice(wish=wish, rank=2, kind="anywhere"),
        )
    )  # fmt: skip
    pairs = list(zip(rows, hosts, strict=True))[::2]
    Placement.objects.bulk_create(
        Placement(wish=wish, host=host, days=[FIRST_DAY], last_day=FIRST_DAY, created_at=NOW)
        for wish, host in pairs
    )


@pytest.mark.parametrize("people", [5, 60, 2_000])
def test_the_board_costs_the_same_queries_whatever_its_size(client, signe, town, people):
    many_wishes(town, people - 3)
    pages = {"": 40, "solutions/": 7, "seats/": 18, "calls/": 6, "waiting/": 26, f"{town.anne.pk}/": 26}
    counted = {}
    for page in pages:
        look(client, town, page)
        with CaptureQueriesContext(connection) as queries:
            look(client, town, page)
        counted[page] = len(queries)
    assert counted == pages


def test_the_present_place_is_selected_and_other_days_say_why(client, signe, town):
    second = FIRST_DAY + timedelta(days=1)
    town.library.closed_days.create(date=FIRST_DAY)
    board.put(wish=town.anne, host=town.library, days=[second], by=signe, now=NOW)
    page = look(client, town, f"{town.anne.pk}/")
    assert f'<option value="{town.library.pk}:{second.isoformat()}" selected>' in page
    assert "Hovedbiblioteket – lukket: 4. januar." in page
    assert "Vælg en plads" not in page
    town.library.shortest_visit = 2
    town.library.save(update_fields=["shortest_visit"])
    assert '<option value="">Vælg en plads</option>' in look(client, town, f"{town.anne.pk}/")


def test_of_very_many_hosts_the_days_of_one_can_be_asked_for(client, signe, town):
    for number in range(12):
        factories.host(f"Sted {number}")
    wish = factories.wish(None, round=town.round, person=factories.employee("Eva"))
    value = f'value="{town.library.pk}:'
    page = look(client, town, f"{wish.pk}/")
    assert page.count(value) == 1
    page = look(client, town, f"{wish.pk}/?host={town.library.pk}")
    assert page.count(value) == len(town.round.days)
    board.put(wish=wish, host=town.library, days=[town.round.days[3]], by=signe, now=NOW)
    assert look(client, town, f"{wish.pk}/").count(value) == 2


def test_the_days_that_somebody_can_are_told_in_short(client, signe, town):
    days = town.round.days
    factories.wish(None, round=town.round, person=factories.employee("Eva"), days=[*days[:3], days[5]])
    page = look(client, town)
    assert "kan 4. januar til 6. januar og 11. januar" in page
    assert "kan alle rundens dage (4. januar til " in page


def test_no_seat_is_shown_as_free_where_the_host_takes_nobody_more(client, signe, town):
    board.put(wish=town.ida, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    town.library.most_visitors = None
    town.library.save(update_fields=["most_visitors"])
    page = look(client, town, "seats/")
    assert page.count("0/1") == len(town.round.days)


def test_seats_say_when_other_rounds_or_the_hosts_no_take_them(client, signe, town):
    other = factories.wish(
        town.library, round=factories.round("Anden"), person=factories.employee("Kaj")
    )
    factories.placement(host=town.library, wish=other, days=[FIRST_DAY])
    HostRound.objects.create(host=town.canteen, round=town.round, appetite="no")
    school = factories.host("Skolen", most_visitors=3)
    school.closed_days.create(date=FIRST_DAY)
    rows = re.split(r"<tr><th scope=.row.>", look(client, town, "seats/"))[1:]
    shown = {
        strip_tags(row.partition("<")[0]): [
            strip_tags(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)[:3]
        ]
        for row in rows
    }
    assert shown == {
        "Hovedbiblioteket": ["1 af 1", "01 i andre runder", "1/1"],
        "Rådhusets kantine": ["–", "nej", "nej"],
        "Skolen": ["3 af 3", "–", "1/1"],
    }
    assert '<span class="tag">har sagt nej til denne runde</span>' in rows[1]


def test_all_proposals_are_confirmed_so_many_at_a_time(client, signe, town, monkeypatch):
    monkeypatch.setattr("placements.admin.placement.MOST_AT_ONCE", 2)
    monkeypatch.setattr("placements.admin.board.WISHES_A_PAGE", 1)
    for person in ("Kaj", "Lis"):
        host = factories.host(f"Hos {person}")
        wish = factories.wish(host, round=town.round, person=factories.employee(person))
        factories.placement(host=host, wish=wish)
    factories.placement(host=town.canteen, wish=town.bo)
    assert "Bekræft alle 3" in look(client, town)
    address = (
        f"/admin/placements/placement/?state__exact=proposed&wish__round__id__exact={town.round.pk}"
    )
    for left, more in ((1, "Der kommer 1 mere bagefter"), (0, "")):
        page = client.post(
            address, {"action": "confirm", "select_across": "1", "_selected_action": "0"}
        )
        assert more in page.content.decode()
        shown = [row.pk for row in page.context["placements"]]
        data = {"action": "confirm", "confirmed": "1", "_selected_action": shown}
        client.post(address, data)
        assert Placement.objects.filter(state="proposed").count() == left


def posted(form, **written) -> dict:
    """What a browser posts of the form as it is shown, with what is written into it."""
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data |= {"initial-" + name: data[name] for name in data if form.fields[name].show_hidden_initial}
    return data | written


def test_a_yes_as_the_puzzle_asked_for_places_as_many_as_it_said(client, town, signe):
    solve = solved(town, signe)
    (host, count, _seats, visitors) = solve.helps["calls"][0]
    assert (host, visitors) == (town.canteen.pk, count)
    address = f"/admin/placements/round/{town.round.pk}/calls/{town.canteen.workplace_id}/"
    page = client.post(address, {"do": "claim"}, follow=True)
    assert "Stedet tager højst 1 i en runde" in page.content.decode()
    wanted = {
        f"seats_{row}": seats for row, (_day, seats) in enumerate(page.context["wanted"], start=1)
    }
    promised = {"do": "log", "outcome": "yes", "most_visitors": 1 + visitors, **wanted}
    client.post(address, posted(page.context["form"], **promised))
    town.canteen.refresh_from_db()
    assert town.canteen.most_visitors == 1 + visitors
    assert solved(town, signe).placed == solve.placed + count


def test_no_host_is_left_out_because_another_has_many_possible_days(client, town, signe):
    """Of five hosts with split days, 45 pairs of days each, the first four would fill the list."""
    hosts = [factories.host(f"Sted {number}", allows_split=True) for number in range(5)]
    wish = factories.wish(*hosts, round=town.round, person=factories.employee("Eva"), length=2)
    Wish.objects.filter(pk=wish.pk).update(may_split=True)
    page = look(client, town, f"{wish.pk}/")
    assert [page.count(f'value="{host.pk}:') for host in hosts] == [1, 1, 1, 1, 1]
    assert "Vis stedets dage" in page
    page = look(client, town, f"{wish.pk}/?host={hosts[4].pk}")
    assert page.count(f'value="{hosts[4].pk}:') == 45


def test_what_the_host_itself_changed_while_they_spoke_is_not_written_back(client, town, signe):
    address = f"/admin/placements/round/{town.round.pk}/calls/{town.canteen.workplace_id}/"
    form = client.post(address, {"do": "claim"}, follow=True).context["form"]
    type(town.canteen).objects.filter(pk=town.canteen.pk).update(most_visitors=7)
    client.post(address, posted(form, do="log", outcome="yes"))
    town.canteen.refresh_from_db()
    assert town.canteen.most_visitors == 7
