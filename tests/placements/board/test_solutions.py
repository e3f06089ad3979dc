"""Solutions of a round's puzzle: worked out on a snapshot, kept side by side, chosen; nothing is sent."""

from datetime import date, datetime, timedelta

import pytest

from placements.domain import (
    board,
    board_news,
    call_list,
    solving,
    wishes,
)
from placements.enums import SolveGoal, SolveState
from placements.models import PlannedMail, Solve, Wish
from placements.templatetags.board import proof_in_words
from praktik.lib.wording import day_in_words
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.board.moves import act, earlier_wish, look, places, seen, solved

pytestmark = pytest.mark.django_db


def changes_since(solve, now=NOW):
    return board_news.since(solve, seen=None, now=now).changes


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
    assert "1. ønske (Rådhusets kantine): tager ikke flere gæster i denne runde." in text
    assert "2. ønske" in text
    assert "Ingen plads" in text


def test_what_changed_since_is_told_and_left_alone(client, signe, town):
    solve = solved(town, signe)
    board.put(wish=town.bo, host=town.library, days=[FIRST_DAY], is_agreed=True, by=signe, now=NOW)
    page = act(client, town, "choose", solve=solve.pk).content.decode()
    assert "Noget er ændret, siden løsningen blev fundet" in page
    assert "<li>Bo: en plads, der er låst, spurgt om eller bekræftet</li>" in page
    assert places() == {"Bo": "Hovedbiblioteket"}
    page = act(
        client, town, "choose", solve=solve.pk, confirmed="1", version=seen(page)
    ).content.decode()
    assert "Bo er ikke rørt. Ændret siden: en plads, der er låst, spurgt om eller bekræftet." in page
    assert places()["Bo"] == "Hovedbiblioteket"


def test_a_host_that_closed_since_is_told_and_left_out(client, signe, town):
    solve = solved(town, signe)
    town.canteen.is_open = False
    town.canteen.save(update_fields=["is_open"])
    assert changes_since(solve) == ["Rådhusets kantine: om stedet tager imod gæster"]
    chosen = board.choose(solve=solve, by=signe, now=NOW)
    assert chosen.left_alone == [
        "Bo: Pladsen hos Rådhusets kantine er ikke længere mulig: tager ikke imod gæster for tiden."
    ]
    assert places() == {"Anne": "Hovedbiblioteket"}


def test_a_place_that_a_colleague_has_given_away_names_who_has_it(signe, town):
    solve = solved(town, signe)
    [placed] = [wish for wish, host, _days in solve.stays if host == town.canteen.pk]
    name = Wish.objects.get(pk=placed).employee
    kaj = factories.wish(town.canteen, round=town.round, person=factories.employee("Kaj"))
    board.put(wish=kaj, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    chosen = board.choose(solve=solve, by=signe, now=NOW)
    assert chosen.left_alone == [
        "Kaj er ikke rørt. Ændret siden: er kommet til siden.",
        f"{name}: Rådhusets kantine tager kun 1 gæst i denne runde. Der er i forvejen: Kaj.",
    ]


def test_a_seat_that_another_round_took_names_who_has_it(signe, town):
    solve = solved(town, signe)
    [days] = [days for _wish, host, days in solve.stays if host == town.library.pk]
    day = date.fromisoformat(days[0])
    there = factories.wish(
        town.library, round=factories.round("Anden runde"), person=factories.employee("Kaj")
    )
    factories.placement(host=town.library, wish=there, days=[day])
    chosen = board.choose(solve=solve, by=signe, now=NOW)
    assert chosen.left_alone == [
        f"Anne: {day_in_words(day)} kan ikke vælges hos Hovedbiblioteket: lukket eller optaget."
        " Der er i forvejen: Kaj (Anden runde)."
    ]


def test_it_says_what_has_changed_of_the_round_the_wishes_and_the_hosts(signe, town):
    solve = solved(town, signe)
    town.round.points_new_relation = 9
    town.round.visits_until -= timedelta(days=7)
    town.round.save(update_fields=["points_new_relation", "visits_until"])
    town.library.longest_visit, town.library.seats_monday = 3, 4
    town.library.save(update_fields=["longest_visit", "seats_monday"])
    town.canteen.most_visitors = 2
    town.canteen.save(update_fields=["most_visitors"])
    town.canteen.closed_days.create(date=FIRST_DAY)
    content = factories.content(town.library, days=town.round.days[:2], length=2)
    wishes.save_wish(
        round=town.round, employee=town.anne.employee, content=content, send=True,
        by=town.anne.employee, now=NOW,
    )  # fmt: skip
    wishes.withdraw(wish=town.bo, by=town.bo.employee, now=NOW)
    board.forbid(wish=town.ida, host=town.canteen, by=signe, now=NOW)
    factories.wish(town.library, round=town.round, person=factories.employee("Kaj"))
    solve = Solve.objects.get(pk=solve.pk)
    assert changes_since(solve) == [
        "Lynpraktik 2027: datoer, point",
        "Anne: mulige dage, længde, prioriteter",
        "Bo: er ikke længere med",
        "Hovedbiblioteket: pladser, længder",
        "Ida: steder, der er udelukket, har sagt nej eller har bedt om andre dage",
        "Kaj: er kommet til siden",
        "Rådhusets kantine: pladser, flest gæster",
    ]


def test_it_says_when_other_rounds_have_changed_what_is_known_of_people(signe, town):
    school = factories.host(workplace=factories.workplace("Skolen", department="Børn og Unge"))
    solve = solved(town, signe)
    earlier_wish(town.bo.employee)
    elsewhere = factories.wish(
        school, round=factories.round("Anden runde"), person=town.anne.employee, days=[FIRST_DAY]
    )
    factories.placement("confirmed", host=school, wish=elsewhere, days=[FIRST_DAY])
    solve = Solve.objects.get(pk=solve.pk)
    assert changes_since(solve) == [
        "Lynpraktik 2027: forvaltninger, der har mødt hinanden i andre runder",
        "Anne: mulige dage, tidligere ophold og runder uden plads",
        "Bo: tidligere ophold og runder uden plads",
        "Skolen: andre runders besøg",
    ]


def test_neither_a_loose_proposal_nor_a_new_day_counts_as_a_change(signe, town):
    solve = solved(town, signe)
    board.put(wish=town.bo, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    board.pin(wish=town.bo, is_pinned=False, by=signe, now=NOW)
    assert changes_since(solve, NOW + timedelta(days=1)) == []


def test_what_is_proven_is_said_goal_by_goal(town):
    def proof(goal, value, bound, gap):
        return {"goal": goal, "value": value, "bound": bound, "gap": gap}

    solve = Solve(
        round=town.round, goal=SolveGoal.MOST_FIRST_CHOICES, state=SolveState.STOPPED,
        proofs=[
            proof("first_choices", 7, 9.0, 2 / 7), proof("placed", 9, 9.0, 0),
            proof("missed", 1, 1.0, 0), proof("rank_5", 0, 0.0, 0), proof("rank_4", -1, 0.0, 1.0),
            proof("soft", 20, None, None),
        ],
    )  # fmt: skip
    assert proof_in_words(solve) == (
        "Stoppet før tid. Bevist: flest får plads, de, der gik forgæves før."
        " Ikke bevist: flest 1. ønsker (kan højst blive 2 bedre),"
        " retfærdig fordeling af ønsker (kan højst blive 1 bedre),"
        " relationer, fordeling og få ændringer."
    )
    solve.proofs = [proof("placed", 400, 404.0, 0.01)]
    solve.state = SolveState.DONE
    assert proof_in_words(solve) == "Ikke bevist: flest får plads (højst 1,00 % fra det bedste)."


def test_help_is_worked_out_when_all_alternatives_are_solved(signe, town):
    first, *others = solving.ask(round=town.round, by=signe, now=NOW)
    solving.run(first.pk, clock=lambda: NOW)
    first.refresh_from_db()
    assert (first.state, first.helps) == (SolveState.DONE, None)
    assert solving.is_helping(first, now=NOW + timedelta(hours=1))
    for other in others:
        solving.run(other.pk, clock=lambda: NOW)
    first.refresh_from_db()
    assert first.helps == {"calls": [[town.canteen.pk, 1, [], 1]], "is_complete": True}
    assert not solving.is_helping(first, now=NOW)


def test_help_can_be_stopped_and_says_so(client, signe, town):
    first, other, _third = solving.ask(round=town.round, by=signe, now=NOW)
    solving.run(first.pk, clock=lambda: NOW)
    act(client, town, "stop")
    for row in town.round.solves.at_work():
        solving.run(row.pk, clock=lambda: NOW)
    first.refresh_from_db()
    assert (first.state, first.helps) == (SolveState.DONE, {"calls": [], "is_complete": False})
    assert "Det kunne ikke regnes ud" in look(client, town, "calls/")


def test_help_that_is_being_stopped_is_waited_for(client, signe, town):
    (row,) = solving.ask(round=town.round, goals=[SolveGoal.MOST_PLACED], by=signe, now=NOW)
    solving.run(row.pk, clock=lambda: NOW)
    Solve.objects.filter(pk=row.pk).update(helps=None)  # Its worker is at it.
    assert solving.stop(round=town.round, now=NOW)
    page = look(client, town, "calls/")
    assert "Det kunne ikke regnes ud" not in page
    assert "data-reload-after" in page


def test_no_help_is_claimed_when_the_round_changed_meanwhile_or_the_worker_died(client, signe, town):
    first, other, third = solving.ask(round=town.round, by=signe, now=NOW)
    solving.run(first.pk, clock=lambda: NOW)
    board.forbid(wish=town.anne, host=town.library, by=signe, now=NOW)
    for row in (other, third):
        solving.run(row.pk, clock=lambda: NOW)
    first.refresh_from_db()
    assert first.helps == {"calls": [], "is_complete": False}
    Solve.objects.filter(pk=first.pk).update(helps=None)
    first.refresh_from_db()
    assert not solving.is_helping(first, now=NOW + timedelta(minutes=6))


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


def test_two_alternatives_are_compared_wish_by_wish(client, signe, town):
    one = solved(town, signe)
    [at_canteen] = [wish for wish, host, _days in one.stays if host == town.canteen.pk]
    who_is_there = {town.bo.pk: town.bo, town.ida.pk: town.ida}[at_canteen]
    board.forbid(wish=who_is_there, host=town.canteen, by=signe, now=NOW)
    other = solved(town, signe, SolveGoal.MOST_FIRST_CHOICES)
    page = look(client, town, "solutions/")
    assert page.index(f'value="{one.pk}" selected') < page.index(f'value="{other.pk}" selected')
    page = look(client, town, f"solutions/?a={other.pk}&b={one.pk}")
    assert page.index(f'value="{other.pk}" selected') < page.index(f'value="{one.pk}" selected')
    assert '<th scope="col">Flest får en plads, ' in page
    apart = [stay for stay in one.stays + other.stays if (stay in one.stays) != (stay in other.stays)]
    differing = {wish for wish, _host, _days in apart}
    assert {town.bo.pk, town.ida.pk} <= differing
    assert f"{len(differing)} ønsker har forskellige pladser" in page
    assert "Den bedste, der findes" in page


def test_asking_twice_solves_once(signe, town):
    assert len(solving.ask(round=town.round, by=signe, now=NOW)) == 3
    assert solving.ask(round=town.round, by=signe, now=NOW) == []


def test_what_has_no_answer_yet_is_stopped_at_once(client, signe, town):
    first, *others = solving.ask(round=town.round, by=signe, now=NOW)
    Solve.objects.filter(pk=first.pk).update(state="running", alive_at=NOW, attempts=1)
    act(client, town, "stop")
    for row in (first, *others):
        solving.run(row.pk, clock=lambda: NOW)
        row.refresh_from_db()
        assert (row.state, row.finished_at, row.has_answer) == (SolveState.STOPPED, NOW, False)
    page = look(client, town, "solutions/")
    assert page.count("Stoppet, før der var en løsning") == 3
    assert 'value="choose"' not in page
    assert 'value="solve"' in page
    assert not town.round.solves.finished().exists()


def test_a_stopped_solve_keeps_the_answer_that_it_has(signe, town):
    row, *_others = solving.ask(round=town.round, by=signe, now=NOW)
    Solve.objects.filter(pk=row.pk).update(stop_asked=True)
    solving.run(row.pk, clock=lambda: NOW)
    row.refresh_from_db()
    assert (row.state, row.has_answer) == (SolveState.STOPPED, True)
    assert len(row.stays) == row.placed > 0
    assert row in town.round.solves.finished()


def test_a_solve_that_is_stopped_while_it_is_claimed_is_not_begun(signe, town):
    row, *_others = solving.ask(round=town.round, by=signe, now=NOW)

    def pressed_between() -> datetime:
        solving.stop(round=town.round, now=NOW)
        return NOW

    moments = iter([lambda: NOW, pressed_between])
    solving.run(row.pk, clock=lambda: next(moments)())
    row.refresh_from_db()
    assert (row.state, row.attempts, row.step) == (SolveState.STOPPED, 1, "")


def test_a_worker_whose_solve_was_stopped_while_it_read_the_round_writes_nothing(signe, town):
    first, *_others = solving.ask(round=town.round, by=signe, now=NOW)

    def pressed_meanwhile() -> datetime:
        solving.stop(round=town.round, now=NOW)
        return NOW

    moments = iter([lambda: NOW, lambda: NOW, pressed_meanwhile])
    solving.run(first.pk, clock=lambda: next(moments, lambda: NOW)())
    first.refresh_from_db()
    assert (first.state, first.stays, first.figures) == (SolveState.STOPPED, [], {})


def test_an_answer_that_is_there_is_kept_and_the_page_says_that_it_is_being_stopped(
    client, signe, town
):
    row, *_others = solving.ask(round=town.round, by=signe, now=NOW)
    Solve.objects.filter(pk=row.pk).update(state="running", step="placed", alive_at=NOW, attempts=1)
    assert 'value="stop"' in look(client, town, "solutions/")
    act(client, town, "stop")
    row.refresh_from_db()
    assert (row.state, row.stop_asked) == (SolveState.RUNNING, True)
    page = look(client, town, "solutions/")
    assert "Puslespillet bliver stoppet" in page
    assert 'value="stop"' not in page


def test_what_a_dead_worker_was_to_stop_is_stopped_for_it(signe, town):
    row, *_others = solving.ask(round=town.round, by=signe, now=NOW)
    Solve.objects.filter(pk=row.pk).update(
        state="running", step="placed", placed=2, alive_at=NOW, attempts=1
    )
    solving.stop(round=town.round, now=NOW)
    solving.take_up_waiting(now=NOW + timedelta(seconds=29))
    row.refresh_from_db()
    assert row.state == SolveState.RUNNING
    solving.take_up_waiting(now=NOW + timedelta(seconds=31))
    row.refresh_from_db()
    assert (row.state, row.has_answer, row.placed) == (SolveState.STOPPED, False, 0)
    Solve.objects.filter(pk=row.pk).update(state="running", stop_asked=False)
    solving.stop(round=town.round, now=NOW + timedelta(seconds=31))
    row.refresh_from_db()
    assert row.state == SolveState.STOPPED


def test_of_two_answers_asked_for_at_the_same_instant_the_later_one_counts(client, signe, town):
    solved(town, signe)
    town.library.closed_days.create(date=FIRST_DAY)
    later = solved(town, signe)
    assert later.helps is not None
    assert call_list.newest_help(town.round) == later
    assert "Noget er ændret siden" not in look(client, town, "calls/")


def test_what_came_to_no_answer_pushes_no_solution_out(signe, town):
    kept = solved(town, signe)
    for _ in range(5):
        solving.ask(round=town.round, by=signe, now=NOW)
        solving.stop(round=town.round, now=NOW)
    assert kept in town.round.solves.all()
    assert town.round.solves.count() == 4


def test_only_the_newest_solutions_are_kept(signe, town):
    for _ in range(5):
        solving.ask(round=town.round, by=signe, now=NOW)
        town.round.solves.update(state=SolveState.DONE)
    assert town.round.solves.count() == solving.KEPT_SOLVES


def test_each_alternative_says_how_many_visits_lie_in_rings(client, signe, town):
    home = factories.host(workplace=town.ida.employee.workplace)
    cook = factories.employee("Kok", workplace=town.canteen.workplace)
    Wish.objects.filter(pk__in=[town.anne.pk, town.bo.pk]).delete()
    factories.wish(home, round=town.round, person=cook)
    solved(town, signe)
    assert '<td role="cell" data-label="Ophold i bytteringe">2</td>' in look(client, town, "solutions/")
    Solve.objects.update(figures={"by_rank": {}})
    assert '<td role="cell" data-label="Ophold i bytteringe">–</td>' in look(client, town, "solutions/")
