"""The match board: solved on a snapshot, chosen, pinned, ruled out, undone; nothing is sent."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from placements.domain import board, lifecycle, snapshot, solving
from placements.domain.errors import Refused
from placements.enums import SolveGoal, SolveState
from placements.models import BoardStep, Event, Forbidding, Placement, PlannedMail, Solve
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(signe):
    """A round of three wishes for two hosts, of which the first takes one visitor only."""

    class Town:
        round = factories.round()
        canteen = factories.host("Rådhusets kantine", most_visitors=1)
        library = factories.host("Hovedbiblioteket", most_visitors=1)
        anne = factories.wish(canteen, library, round=round, person=factories.employee("Anne"))
        bo = factories.wish(canteen, round=round, person=factories.employee("Bo"))
        ida = factories.wish(canteen, round=round, person=factories.employee("Ida"))

    return Town


def solved(town, by, goal=SolveGoal.MOST_PLACED) -> Solve:
    row = Solve.objects.create(round=town.round, goal=goal, by=by, asked_at=NOW)
    solving.run(row.pk, clock=lambda: NOW)
    row.refresh_from_db()
    return row


def places() -> dict[str, str]:
    return {str(row.employee): str(row.host) for row in Placement.objects.live().with_people()}


def act(client, town, do, **data):
    address = f"/admin/placements/round/{town.round.pk}/board/act/"
    return client.post(address, {"do": do, **data}, follow=True)


def look(client, town, page=""):
    return client.get(f"/admin/placements/round/{town.round.pk}/board/{page}").content.decode()


def test_a_solution_is_worked_out_and_moves_nothing(signe, town):
    solve = solved(town, signe)
    assert (solve.state, solve.is_proven) == (SolveState.DONE, True)
    assert (solve.figures["placed"], solve.figures["by_rank"]) == (
        2,
        {"1": 1, "2": 1, "3": 0, "4": 0, "5": 0},
    )
    assert solve.helps == {"calls": [[town.canteen.pk, 1, [], 1]], "is_complete": True}
    assert places() == {}


def test_a_chosen_solution_is_proposed_and_nothing_is_sent(client, signe, town):
    page = act(client, town, "choose", solve=solved(town, signe).pk)
    assert "2 ønsker har fået en ny plads. Der er ikke sendt noget endnu." in page.content.decode()
    assert places() == {"Anne": "Hovedbiblioteket", "Bo": "Rådhusets kantine"}
    assert PlannedMail.objects.filter(placement__isnull=False).count() == 0
    text = page.content.decode()
    assert "1. ønske (Rådhusets kantine): ikke flere gæster." in text
    assert "2. ønske" in text
    assert "Ingen plads" in text


def test_each_reason_is_told_in_the_readers_language(client, signe, town):
    signe.language = "en"
    signe.save(update_fields=["language"])
    board.choose(solve=solved(town, signe), by=signe, now=NOW)
    assert "1st choice (Rådhusets kantine): no more visitors." in look(client, town)


def test_what_changed_since_is_told_and_left_alone(client, signe, town):
    solve = solved(town, signe)
    board.put(wish=town.bo, host=town.library, days=[FIRST_DAY], by=signe, now=NOW)
    page = act(client, town, "choose", solve=solve.pk).content.decode()
    assert "Noget er ændret, siden løsningen blev fundet" in page
    assert "<li>Bo</li>" in page
    assert places() == {"Bo": "Hovedbiblioteket"}
    page = act(client, town, "choose", solve=solve.pk, confirmed="1").content.decode()
    assert "Bo: ønsket eller pladsen er blevet ændret." in page
    assert places()["Bo"] == "Hovedbiblioteket"


def test_a_host_that_closed_since_is_told_and_left_out(client, signe, town):
    solve = solved(town, signe)
    town.canteen.is_open = False
    town.canteen.save(update_fields=["is_open"])
    assert board.changes_since(solve, now=NOW) == ["Rådhusets kantine"]
    chosen = board.choose(solve=solve, by=signe, now=NOW)
    assert chosen.left_alone == ["Bo: løsningens plads er ikke længere mulig."]
    assert places() == {"Anne": "Hovedbiblioteket"}


def test_pinned_asked_and_ruled_out_are_heeded_when_solved_again(client, signe, town):
    board.put(wish=town.ida, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    act(client, town, "forbid", wish=town.anne.pk, host=town.library.pk)
    board.choose(solve=solved(town, signe), by=signe, now=NOW)
    assert places() == {"Ida": "Rådhusets kantine"}
    act(client, town, "unpin", wish=town.ida.pk)
    act(client, town, "allow", wish=town.anne.pk, host=town.library.pk)
    lifecycle.ask(placement=Placement.objects.get(), by=signe, now=NOW)
    board.choose(solve=solved(town, signe), by=signe, now=NOW)
    assert places() == {"Ida": "Rådhusets kantine", "Anne": "Hovedbiblioteket"}


def test_ruling_a_host_out_takes_the_proposal_there_off(signe, town):
    board.put(wish=town.ida, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    board.forbid(wish=town.ida, host=town.canteen, by=signe, now=NOW)
    assert places() == {}


def test_whom_the_manager_refuses_is_kept_out_until_the_manager_says_yes(client, signe, town):
    board.put(wish=town.bo, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    page = act(client, town, "refuse", wish=town.bo.pk, reason="Vi mangler folk i den uge.")
    assert "Noteret: lederen for Bo har sagt nej." in page.content.decode()
    assert places() == {}
    board.choose(solve=solved(town, signe), by=signe, now=NOW)
    assert "Bo" not in places()
    assert "1. ønske (Rådhusets kantine): lederen har sagt nej." in look(client, town)
    page = look(client, town, f"{town.bo.pk}/")
    assert "Vi mangler folk i den uge." in page
    assert "Ingen af de ønskede steder" not in page
    with pytest.raises(Refused, match="Lederen for Bo har sagt nej."):
        board.put(wish=town.bo, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    act(client, town, "lift-refusal", wish=town.bo.pk)
    assert "Lederen har sagt nej." not in look(client, town, f"{town.bo.pk}/")


def test_no_refusal_overruns_a_place_that_somebody_knows_of(client, signe, town):
    factories.placement("asked", host=town.canteen, wish=town.bo)
    page = act(client, town, "refuse", wish=town.bo.pk).content.decode()
    assert "Bo har allerede en plads, som andre har fået besked om." in page
    assert places() == {"Bo": "Rådhusets kantine"}
    assert "CPR" in act(client, town, "refuse", wish=town.ida.pk, reason="010190-1234").content.decode()


def test_a_host_that_said_no_is_not_proposed_again(signe, town):
    asked = factories.placement("asked", host=town.canteen, wish=town.bo)
    lifecycle.decline(placement=asked, reason="Travlt", by=signe, now=NOW)
    board.choose(solve=solved(town, signe), by=signe, now=NOW)
    assert "Bo" not in places()


def test_who_missed_out_in_an_earlier_round_comes_first(signe, town):
    before = NOW - timedelta(days=200)
    earlier = factories.round(
        "Sidste år",
        wishes_from=before.date(),
        wishes_until=before.date() + timedelta(days=5),
        visits_from=before.date() + timedelta(days=10),
        visits_until=before.date() + timedelta(days=20),
    )
    factories.wish(None, round=earlier, person=town.ida.employee, now=before)
    board.choose(solve=solved(town, signe), by=signe, now=NOW)
    assert places() == {"Anne": "Hovedbiblioteket", "Ida": "Rådhusets kantine"}


def test_the_last_change_is_undone_one_after_another(client, signe, town):
    board.put(wish=town.ida, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    board.pin(wish=town.ida, is_pinned=False, by=signe, now=NOW)
    board.choose(solve=solved(town, signe), by=signe, now=NOW)
    chosen = places()
    assert chosen != {"Ida": "Rådhusets kantine"}
    assert "Fortrudt: Valgt: Flest får en plads" in act(client, town, "undo").content.decode()
    assert places() == {"Ida": "Rådhusets kantine"}
    assert Placement.objects.get().is_pinned is False
    act(client, town, "undo")
    assert Placement.objects.get().is_pinned is True
    act(client, town, "undo")
    assert places() == {}
    assert "Der er ikke noget at fortryde." in act(client, town, "undo").content.decode()


def test_what_has_moved_on_since_is_not_undone(client, signe, town):
    board.put(wish=town.anne, host=town.library, days=[FIRST_DAY], by=signe, now=NOW)
    board.put(wish=town.ida, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    lifecycle.ask(placement=Placement.objects.get(wish=town.ida), by=signe, now=NOW)
    page = act(client, town, "undo").content.decode()
    assert "Ida: ønsket eller pladsen er blevet ændret." in page
    assert "er ikke rørt" in act(client, town, "clear", wish=town.ida.pk).content.decode()
    act(client, town, "undo")
    assert places() == {"Ida": "Rådhusets kantine"}


def test_undoing_a_ruling_out_allows_the_host_again(signe, town):
    board.put(wish=town.ida, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    board.forbid(wish=town.ida, host=town.canteen, by=signe, now=NOW)
    board.undo(round=town.round, by=signe, now=NOW)
    assert places() == {"Ida": "Rådhusets kantine"}
    assert town.ida.forbiddings.count() == 0


def test_alternatives_can_be_chosen_one_after_another(client, signe, town):
    one, other = solved(town, signe), solved(town, signe, SolveGoal.MOST_FIRST_CHOICES)
    act(client, town, "choose", solve=one.pk)
    before = places()
    act(client, town, "choose", solve=other.pk)
    assert "er blevet ændret" not in look(client, town)
    act(client, town, "choose", solve=one.pk)
    assert places() == before


def test_what_a_dead_worker_left_is_begun_anew_and_given_up_after_three_times(signe, town):
    row = Solve.objects.create(
        round=town.round, goal="most_placed", asked_at=NOW, state="running", attempts=1, alive_at=NOW
    )
    solving.run(row.pk, clock=lambda: NOW + timedelta(minutes=4))
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("running", 1)
    solving.run(row.pk, clock=lambda: NOW + timedelta(minutes=6))
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("done", 2)
    Solve.objects.update(state="running", attempts=3)
    solving.run(row.pk, clock=lambda: NOW + timedelta(minutes=60))
    row.refresh_from_db()
    assert row.state == "failed"


def test_a_place_that_is_gone_is_refused_and_all_is_as_before(client, signe, town):
    board.put(wish=town.ida, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    board.put(wish=town.anne, host=town.library, days=[FIRST_DAY], by=signe, now=NOW)
    place = f"{town.canteen.pk}:{FIRST_DAY.isoformat()}"
    page = act(client, town, "put", wish=town.anne.pk, place=place).content.decode()
    assert "Rådhusets kantine tager kun imod 1 gæst" in page or "tager kun" in page
    assert places() == {"Ida": "Rådhusets kantine", "Anne": "Hovedbiblioteket"}
    for forged in ("", "x:2027-01-04", f"{town.canteen.pk}:tomorrow"):
        page = act(client, town, "put", wish=town.anne.pk, place=forged)
        assert "Vælg en plads." in page.content.decode()


def test_taking_a_proposal_back_leaves_its_history(signe, town):
    board.put(wish=town.ida, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    board.clear(wish=town.ida, by=signe, now=NOW)
    steps = Event.objects.filter(wish=town.ida).values_list("from_state", "to_state")
    assert list(steps) == [("", "sent"), ("", "proposed"), ("proposed", "sent")]


def test_only_possible_places_are_offered_and_the_others_say_why(client, signe, town):
    board.put(wish=town.ida, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    page = look(client, town, f"{town.anne.pk}/")
    assert f'value="{town.library.pk}:2027-01-04"' in page
    assert f'value="{town.canteen.pk}:' not in page
    assert "1. ønske (Rådhusets kantine): ikke flere gæster." in page


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


def test_two_alternatives_are_compared_wish_by_wish(client, signe, town):
    one = solved(town, signe)
    board.forbid(wish=town.bo, host=town.canteen, by=signe, now=NOW)
    other = solved(town, signe, SolveGoal.MOST_FIRST_CHOICES)
    page = look(client, town, f"solutions/?a={one.pk}&b={other.pk}")
    assert "2 ønsker har forskellige pladser" in page
    assert "Den bedste, der findes" in page


def test_the_call_list_says_how_many_a_yes_would_place(client, signe, town):
    assert "Løs puslespillet først" in look(client, town, "calls/")
    solved(town, signe)
    page = look(client, town, "calls/")
    assert "1 person mere" in page
    assert f"/admin/placements/round/{town.round.pk}/calls/{town.canteen.workplace_id}/" in page


def test_a_freed_seat_shows_its_best_replacement_and_one_click_proposes(client, signe, town):
    visit = factories.placement("confirmed", host=town.canteen, wish=town.bo)
    lifecycle.cancel(placement=visit, reason="Sygdom", by=signe, now=NOW)
    page = look(client, town, f"waiting/?host={town.canteen.pk}")
    assert "har gjort ledige:" in page
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


def test_asking_twice_solves_once_and_stopping_is_noted(signe, town):
    assert len(solving.ask(round=town.round, by=signe, now=NOW)) == 3
    assert solving.ask(round=town.round, by=signe, now=NOW) == []
    solving.stop(round=town.round)
    first = town.round.solves.order_by("pk").first()
    solving.run(first.pk, clock=lambda: NOW)
    first.refresh_from_db()
    assert first.state == SolveState.STOPPED
    assert first.finished_at == NOW
    solving.run(first.pk, clock=lambda: NOW + timedelta(hours=1))
    first.refresh_from_db()
    assert first.finished_at == NOW


def test_only_the_newest_solutions_are_kept(signe, town):
    for _ in range(5):
        solving.ask(round=town.round, by=signe, now=NOW)
        town.round.solves.update(state=SolveState.DONE)
    assert town.round.solves.count() == solving.KEPT_SOLVES


def test_days_elsewhere_closed_days_and_earlier_visits_are_heeded(signe, town):
    other = factories.round("Anden runde")
    busy = factories.wish(town.library, round=other, person=town.bo.employee)
    factories.placement(host=town.library, wish=busy, days=[FIRST_DAY])
    town.canteen.closed_days.create(date=FIRST_DAY + timedelta(days=1))
    seen = snapshot.take(town.round, now=NOW)
    assert 0 not in seen.problem.person_of[town.bo.pk].days
    assert seen.problem.host_of[town.canteen.pk].seats[:3] == (1, 0, 1)
    assert 1 not in seen.problem.host_of[town.canteen.pk].openable


@pytest.mark.parametrize("people", [3, 60])
def test_the_board_costs_the_same_queries_whatever_its_size(client, signe, town, people):
    for number in range(people - 3):
        host = factories.host(f"Sted {number}")
        wish = factories.wish(host, None, round=town.round, person=factories.employee())
        if number % 2:
            factories.placement(host=host, wish=wish)
    pages = {"": 32, "solutions/": 6, "seats/": 18}
    counted = {}
    for page in pages:
        look(client, town, page)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            look(client, town, page)
        counted[page] = len(queries)
    assert counted == pages


def test_a_wish_that_is_not_sent_cannot_be_put(signe, town):
    draft = factories.wish(round=town.round, send=False, person=factories.employee())
    with pytest.raises(Refused):
        board.put(wish=draft, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)


# --- What others decided stays decided -----------------------------------------------------------------


def test_who_cannot_go_back_stays_where_the_step_put_them(town, signe):
    day = [FIRST_DAY]
    board.put(wish=town.anne, host=town.canteen, days=day, by=signe, now=NOW)
    board.put(wish=town.anne, host=town.library, days=day, by=signe, now=NOW)
    town.canteen.is_open = False
    town.canteen.save(update_fields=["is_open"])
    _what, left = board.undo(round=town.round, by=signe, now=NOW)
    assert len(left) == 1
    assert places() == {"Anne": "Hovedbiblioteket"}


def test_what_is_ruled_out_is_not_put_there_from_an_old_page(town, signe):
    board.forbid(wish=town.anne, host=town.library, by=signe, now=NOW)
    with pytest.raises(Refused, match="er udelukket for Anne"):
        board.put(wish=town.anne, host=town.library, days=[FIRST_DAY], by=signe, now=NOW)
    assert places() == {}


def test_a_forbidding_is_undone_by_itself_and_by_no_other_step(town, signe):
    board.put(wish=town.anne, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    later = NOW + timedelta(minutes=1)
    board.clear(wish=town.anne, by=signe, now=later)
    board.forbid(wish=town.anne, host=town.canteen, by=signe, now=later + timedelta(minutes=1))
    assert Forbidding.objects.count() == 1
    board.undo(round=town.round, by=signe, now=NOW)
    assert Forbidding.objects.count() == 0
    board.forbid(wish=town.anne, host=town.canteen, by=signe, now=later + timedelta(minutes=2))
    BoardStep.objects.filter(what__contains="↛").update(is_undone=True)
    board.undo(round=town.round, by=signe, now=NOW)
    assert Forbidding.objects.count() == 1


def test_a_place_reserved_on_the_wishs_page_is_pinned_and_can_be_undone(client, town, signe):
    data = {"host": town.library.pk, "days": [FIRST_DAY.isoformat()], "step": "propose"}
    client.post(f"/admin/placements/wish/{town.anne.pk}/place/", data)
    assert Placement.objects.get().is_pinned
    chosen = board.choose(solve=solved(town, signe), by=signe, now=NOW)
    assert chosen.removed == []
    assert places()["Anne"] == "Hovedbiblioteket"


def test_a_yes_as_the_puzzle_asked_for_places_as_many_as_it_said(client, town, signe):
    solve = solved(town, signe)
    (host, count, _seats, visitors) = solve.helps["calls"][0]
    assert (host, visitors) == (town.canteen.pk, count)
    address = f"/admin/placements/round/{town.round.pk}/calls/{town.canteen.workplace_id}/"
    page = client.post(address, {"do": "claim"}, follow=True)
    assert "Stedet tager højst 1 i en runde" in page.content.decode()
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data |= {"initial-" + name: data[name] for name in data if form.fields[name].show_hidden_initial}
    client.post(address, data | {"do": "log", "outcome": "yes"})
    town.canteen.refresh_from_db()
    assert town.canteen.most_visitors == 1 + visitors
    assert solved(town, signe).placed == solve.placed + count
