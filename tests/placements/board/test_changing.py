"""What consultants change on the board: put, pin, rule out, clear, undo."""

from datetime import timedelta

import pytest

from placements.domain import board, lifecycle, wishes
from placements.domain.errors import Refused
from placements.models import BoardStep, Event, Forbidding, Placement
from praktik.lib.wording import day_in_words
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.board.moves import act, look, places, seen, solved

pytestmark = pytest.mark.django_db


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
    page = act(client, town, "approve", wish=town.bo.pk).content.decode()
    assert "Noteret: lederen for Bo har sagt ja." in page
    said = Event.objects.filter(wish=town.bo).latest("pk")
    assert (said.by, said.reason) == (signe, "Pr. telefon: Godkendt af lederen")
    assert "Lederen har sagt nej." not in look(client, town, f"{town.bo.pk}/")


def test_what_was_noted_of_the_manager_meanwhile_is_not_overrun(client, signe, town):
    version = seen(look(client, town, f"{town.bo.pk}/"), "version")
    wishes.approve(wish=town.bo, by=None, now=NOW)
    data = {"wish": town.bo.pk, "reason": "Vi mangler folk.", "version": version}
    assert "I mellemtiden er der noteret et ja til Bo." in act(client, town, "refuse", **data).text
    wishes.refuse(wish=town.bo, reason="Ferie.", by=None, now=NOW)
    version = seen(look(client, town, f"{town.bo.pk}/"), "version")
    wishes.refuse(wish=town.bo, reason="Orlov.", by=None, now=NOW + timedelta(hours=1))
    page = act(client, town, "approve", wish=town.bo.pk, version=version).text
    assert "I mellemtiden er der noteret et nej til Bo: »Orlov.«" in page
    town.bo.refresh_from_db()
    assert town.bo.approved_at is None


def test_no_refusal_overruns_a_place_that_somebody_knows_of(client, signe, town):
    factories.placement("asked", host=town.canteen, wish=town.bo)
    page = act(client, town, "refuse", wish=town.bo.pk).content.decode()
    assert "Bo har allerede en plads, som andre har fået besked om." in page
    assert places() == {"Bo": "Rådhusets kantine"}
    assert "CPR" in act(client, town, "refuse", wish=town.ida.pk, reason="010190-1234").content.decode()


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


def test_a_wish_that_is_not_sent_cannot_be_put(signe, town):
    draft = factories.wish(round=town.round, send=False, person=factories.employee())
    with pytest.raises(Refused):
        board.put(wish=draft, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)


def test_who_cannot_go_back_stays_where_the_step_put_them(town, signe):
    day = [FIRST_DAY]
    board.put(wish=town.anne, host=town.canteen, days=day, by=signe, now=NOW)
    board.put(wish=town.anne, host=town.library, days=day, by=signe, now=NOW)
    town.canteen.is_open = False
    town.canteen.save(update_fields=["is_open"])
    left = board.undo(round=town.round, by=signe, now=NOW).left_alone
    assert len(left) == 1
    assert places() == {"Anne": "Hovedbiblioteket"}


def test_undo_does_not_claim_what_it_could_not_do(client, town, signe):
    board.put(wish=town.anne, host=town.library, days=[FIRST_DAY], by=signe, now=NOW)
    lifecycle.confirm(placement=Placement.objects.get(), by=signe, now=NOW)
    page = act(client, town, "undo").content.decode()
    assert "Intet af »Anne → Hovedbiblioteket" in page
    assert "Fortrudt:" not in page
    assert places() == {"Anne": "Hovedbiblioteket"}


def test_what_is_ruled_out_is_not_put_there_from_an_old_page(town, signe):
    board.forbid(wish=town.anne, host=town.library, by=signe, now=NOW)
    with pytest.raises(Refused, match="er udelukket for Anne"):
        board.put(wish=town.anne, host=town.library, days=[FIRST_DAY], by=signe, now=NOW)
    assert places() == {}


def test_a_forbidding_is_undone_by_itself_and_by_no_other_step(town, signe):
    board.put(wish=town.anne, host=town.canteen, days=[FIRST_DAY], by=signe, now=NOW)
    board.clear(wish=town.anne, by=signe, now=NOW)
    board.forbid(wish=town.anne, host=town.canteen, by=signe, now=NOW)
    assert Forbidding.objects.count() == 1
    board.undo(round=town.round, by=signe, now=NOW)
    assert Forbidding.objects.count() == 0
    board.forbid(wish=town.anne, host=town.canteen, by=signe, now=NOW)
    BoardStep.objects.filter(what__contains="↛").update(is_undone=True)
    board.undo(round=town.round, by=signe, now=NOW)
    assert Forbidding.objects.count() == 1


def test_a_forbidding_is_undone_also_when_the_wish_has_got_a_place_since(town, signe):
    board.forbid(wish=town.anne, host=town.canteen, by=signe, now=NOW)
    factories.placement("asked", host=town.library, wish=town.anne)
    left = board.undo(round=town.round, by=signe, now=NOW).left_alone
    assert (left, Forbidding.objects.count()) == ([], 0)


def test_allowing_again_is_a_step_that_can_be_undone(client, town, signe):
    board.forbid(wish=town.anne, host=town.library, by=signe, now=NOW)
    page = act(client, town, "allow", wish=town.anne.pk, host=town.library.pk).content.decode()
    assert "Anne kan igen foreslås til Hovedbiblioteket." in page
    assert "Hovedbiblioteket igen tilladt for Anne" in look(client, town)
    assert Forbidding.objects.count() == 0
    board.undo(round=town.round, by=signe, now=NOW)
    assert Forbidding.objects.count() == 1
    board.undo(round=town.round, by=signe, now=NOW)
    assert Forbidding.objects.count() == 0


def test_the_page_of_a_wish_says_that_undo_leaves_the_managers_answer(client, town, signe):
    page = look(client, town, f"{town.anne.pk}/")
    assert "Lederens svar er ikke en ændring af puslespillet: »Fortryd« tager det ikke tilbage." in page


def test_a_place_reserved_on_the_wishs_page_is_pinned_and_can_be_undone(client, town, signe):
    data = {"host": town.library.pk, "days": [FIRST_DAY.isoformat()], "step": "propose"}
    client.post(f"/admin/placements/wish/{town.anne.pk}/place/", data)
    assert Placement.objects.get().is_pinned
    chosen = board.choose(solve=solved(town, signe), by=signe, now=NOW)
    assert chosen.removed == []
    assert places()["Anne"] == "Hovedbiblioteket"


def test_a_place_must_be_what_the_wish_asks_for(client, town, signe):
    days, host = town.round.days, factories.host("Museet", shortest_visit=1, longest_visit=5)
    content = factories.content(host, length=2, days=days[:6])
    wish = wishes.save_wish(
        round=town.round, employee=factories.employee("Karen"), content=content, send=True,
        by=signe, now=NOW,
    )  # fmt: skip
    said = {
        "Karen ønsker 2 dage.": (host, days[:3]),
        f"Karen kan ikke {day_in_words(days[6])}.": (host, [days[5], days[6]]),
        "Dagene skal ligge efter hinanden": (host, [days[0], days[2]]),
        "Hovedbiblioteket er ikke blandt prioriteterne i ønsket fra Karen.": (town.library, days[:2]),
    }
    for words, (where, on) in said.items():
        place = f"{where.pk}:{','.join(map(str, on))}"
        assert words in act(client, town, "put", wish=wish.pk, place=place).content.decode()
    assert places() == {}
    board.put(wish=wish, host=town.library, days=days[:1], is_agreed=True, by=signe, now=NOW)
    assert places() == {"Karen": "Hovedbiblioteket"}
