"""Two consultants at one board: nobody reverses unseen what the other has just done."""

from datetime import timedelta

import pytest

from placements.domain import board, lifecycle, wishes
from placements.enums import CalledOffBy
from placements.models import BoardStep, Placement
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.board.moves import act, look, places, seen, solved

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.mark.parametrize("do", ["clear", "pin", "put", "forbid"])
def test_an_old_page_changes_nothing_that_has_moved_since(client, town, signe, thomas, do):
    board.put(wish=town.anne, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    page = look(client, town, f"{town.anne.pk}/")
    board.put(wish=town.anne, host=town.library, days=[FIRST_DAY], by=thomas, now=LATER)
    place = f"{town.canteen.pk}:{FIRST_DAY}"
    answer = act(
        client, town, do, wish=town.anne.pk, host=town.library.pk, place=place, seen=seen(page, "seen")
    )
    assert (
        "Intet er ændret: Anne er nu ved Hovedbiblioteket mandag den 4. januar (foreslået, låst)."
        in answer.content.decode()
    )
    assert places() == {"Anne": "Hovedbiblioteket"}


def test_an_old_page_does_not_bring_back_what_a_colleague_took_off(client, town, signe, thomas):
    board.put(wish=town.anne, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    old = seen(look(client, town), "seen")
    board.clear(wish=town.anne, by=thomas, now=LATER)
    answer = act(client, town, "pin", wish=town.anne.pk, seen=old).content.decode()
    assert "Intet er ændret: Anne er taget af puslespillet." in answer


def test_undo_undoes_what_its_button_says_or_nothing(client, town, signe, thomas):
    board.put(wish=town.anne, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    old = seen(look(client, town))
    board.put(wish=town.anne, host=town.library, days=[FIRST_DAY], by=thomas, now=LATER)
    answer = act(client, town, "undo", version=old).content.decode()
    assert "Intet er ændret: puslespillet er lige blevet ændret." in answer
    assert "Thomas Ørum: Anne → Hovedbiblioteket." in answer
    assert places() == {"Anne": "Hovedbiblioteket"}
    act(client, town, "undo", version=seen(look(client, town)))
    assert places() == {"Anne": "Rådhusets kantine"}
    answer = act(client, town, "undo", version=BoardStep.objects.latest("pk").pk).content.decode()
    assert "fortrudt: Anne → Hovedbiblioteket." in answer
    assert places() == {"Anne": "Rådhusets kantine"}


def test_a_solution_does_not_reverse_unseen_what_was_done_by_hand(client, town, signe, thomas):
    board.choose(solve=solved(town, signe), by=signe, now=NOW)
    solve = solved(town, signe)
    version = seen(look(client, town, "solutions/"))
    board.clear(wish=town.anne, by=thomas, now=LATER)
    assert "Anne" not in places()
    page = act(client, town, "choose", solve=solve.pk, version=version).content.decode()
    assert "Puslespillet er blevet ændret i mellemtiden" in page
    assert page.count("Thomas Ørum: Anne taget af.") == 1
    assert "Noget er ændret, siden løsningen blev fundet" not in page
    assert "Anne" not in places()
    act(client, town, "choose", solve=solve.pk, confirmed="1", version=seen(page))
    assert "Anne" in places()


def test_of_what_stays_whichever_solution_is_chosen_nothing_is_said(client, town, signe, thomas):
    """Alternatives can be chosen in turn; what is pinned, or fits the solution, is not reversed."""
    first, second = solved(town, signe), solved(town, signe, goal="most_first_choices")
    board.choose(solve=first, by=signe, now=LATER)
    version = seen(look(client, town, "solutions/"))
    answer = act(client, town, "choose", solve=second.pk, version=version).content.decode()
    assert "i mellemtiden" not in answer
    assert len(places()) == second.placed


def test_what_comes_while_one_reads_what_has_changed_is_told_too(client, town, signe, thomas):
    board.choose(solve=solved(town, signe), by=signe, now=NOW)
    solve = solved(town, signe)
    board.clear(wish=town.anne, by=thomas, now=LATER)
    page = act(client, town, "choose", solve=solve.pk).content.decode()
    board.put(wish=town.anne, host=town.library, days=[FIRST_DAY], by=thomas, now=LATER)
    board.pin(wish=town.anne, is_pinned=False, by=thomas, now=LATER)
    answer = act(client, town, "choose", solve=solve.pk, confirmed="1", version=seen(page))
    assert "Thomas Ørum: Anne → Hovedbiblioteket." in answer.content.decode()


def test_who_confirms_a_proposal_that_a_colleague_has_taken_back_is_told(client, town, signe, thomas):
    board.put(wish=town.anne, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    board.put(wish=town.bo, host=town.library, days=[FIRST_DAY], is_agreed=True, by=signe, now=NOW)
    chosen = list(Placement.objects.values_list("pk", flat=True))
    board.clear(wish=town.anne, by=thomas, now=LATER)
    data = {"action": "confirm", "confirmed": "1", "_selected_action": chosen}
    page = client.post("/admin/placements/placement/", data, follow=True).content.decode()
    assert "1 forslag er imens taget tilbage af en anden. Der er ikke gjort noget ved det." in page
    assert "1 praktikophold er bekræftet." in page


def test_a_managers_no_does_not_take_unseen_what_a_colleague_has_just_put(client, town, signe, thomas):
    page = look(client, town, f"{town.bo.pk}/")
    board.put(wish=town.bo, host=town.canteen, days=[FIRST_DAY], by=thomas, now=LATER)
    data = {"wish": town.bo.pk, "seen": seen(page, "seen"), "version": seen(page), "reason": "Travlt"}
    answer = act(client, town, "refuse", **data).content.decode()
    assert "Intet er ændret: Bo er nu ved Rådhusets kantine" in answer
    assert places() == {"Bo": "Rådhusets kantine"}


@pytest.mark.parametrize("by_host", ["declines", "calls off"])
def test_nobody_is_put_again_where_the_host_has_said_no(client, town, signe, by_host):
    """Neither from an old page nor by undo."""
    board.put(wish=town.bo, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    board.clear(wish=town.bo, by=signe, now=NOW)
    place = f"{town.canteen.pk}:{FIRST_DAY}"
    state = "declined" if by_host == "declines" else "confirmed"
    visit = factories.placement(state, host=town.canteen, wish=town.bo, days=[FIRST_DAY])
    if by_host == "calls off":
        caller = CalledOffBy.HOST
        lifecycle.cancel(placement=visit, reason="Syg.", by=signe, now=LATER, caller=caller)
    answer = act(client, town, "put", wish=town.bo.pk, place=place, seen="").content.decode()
    assert "Rådhusets kantine har sagt nej til Bo eller aflyst besøget." in answer
    left = board.undo(round=town.round, by=signe, now=LATER).left_alone
    assert left == ["Bo: ønsket eller pladsen er blevet ændret."]
    assert places() == {}
    board.put(wish=town.bo, host=town.canteen, days=[FIRST_DAY], is_agreed=True, by=signe, now=LATER)
    assert places() == {"Bo": "Rådhusets kantine"}


def test_undo_does_not_bring_back_a_place_of_a_wish_that_was_changed_since(town, signe):
    board.put(wish=town.anne, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    board.clear(wish=town.anne, by=signe, now=NOW)
    content = factories.content(town.library, days=[FIRST_DAY + timedelta(days=7)])
    person = town.anne.employee
    wishes.save_wish(
        round=town.round, employee=person, content=content, send=True, by=person, now=LATER
    )
    left = board.undo(round=town.round, by=signe, now=LATER).left_alone
    assert left == ["Anne: ønsket eller pladsen er blevet ændret."]
    assert places() == {}
