"""The call list: whom to phone first and why."""

from datetime import timedelta

import pytest

from employees.models import Organisation
from hosts.models import Host
from placements.domain import call_list, calls
from placements.domain.said import Said
from placements.models import Placement
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.call_list.steps import listed, note, page, solve

pytestmark = pytest.mark.django_db

TUESDAY = FIRST_DAY + timedelta(days=1)


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
