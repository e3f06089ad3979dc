"""What the board says of each choice that somebody did not get: true, and which rule it was."""

from datetime import time, timedelta

import pytest

from hosts.models import Approval
from placements.domain import board, board_words, lifecycle, snapshot
from placements.enums import Appetite
from placements.models import HostRound, Wish
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.board.moves import look, solved

pytestmark = pytest.mark.django_db


def said_of(wish: Wish) -> list[str]:
    seen = snapshot.take(wish.round, now=NOW)
    return board_words.closed(seen, seen.wishes[wish.pk])


def days(*offsets: int):
    return [FIRST_DAY + timedelta(days=n) for n in offsets]


def wish_for(host, round, *, can, length=1):
    person = factories.employee("Eva")
    return factories.wish(host, round=round, person=person, length=length, days=days(*can))


def test_each_reason_is_told_in_the_readers_language(client, signe, town):
    signe.language = "en"
    signe.save(update_fields=["language"])
    board.choose(solve=solved(town, signe), by=signe, now=NOW)
    assert "1st choice (Rådhusets kantine): takes no more visitors in this round." in look(client, town)


def test_ruled_out_is_not_said_of_a_host_that_said_no_or_called_off(signe, town):
    board.forbid(wish=town.anne, host=town.library, by=signe, now=NOW)
    asked = factories.placement("asked", host=town.canteen, wish=town.bo)
    lifecycle.decline(placement=asked, reason="Travlt", by=signe, now=NOW)
    assert said_of(town.anne)[1] == "2. ønske (Hovedbiblioteket): udelukket af en konsulent."
    assert said_of(town.bo) == ["1. ønske (Rådhusets kantine): har sagt nej til dette ophold."]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"approval": Approval.WAITING}, "venter på, at I godkender det som praktiksted"),
        ({"approval": Approval.REFUSED}, "ikke godkendt som praktiksted"),
        ({"is_open": False}, "tager ikke imod gæster for tiden"),
    ],
)
def test_a_host_that_takes_nobody_is_not_called_closed_on_days(town, changes, words):
    for name, value in changes.items():
        setattr(town.canteen, name, value)
    town.canteen.save(update_fields=changes.keys())
    assert said_of(town.bo) == [f"1. ønske (Rådhusets kantine): {words}."]


def test_a_no_to_the_round_is_called_that(town):
    HostRound.objects.create(
        host=town.canteen, round=town.round, appetite=Appetite.NO, reason="Travlt", said_at=NOW
    )
    assert said_of(town.bo) == ["1. ønske (Rådhusets kantine): har sagt nej til denne runde."]


def test_full_and_closed_are_told_apart_day_by_day(town):
    host = factories.host("Havneby Skole")
    host.closed_days.create(date=days(1)[0])
    taken = factories.wish(host, round=town.round, person=factories.employee("Kaj"))
    factories.placement(host=host, wish=taken, days=days(0))
    for can, length, words in [
        ((0,), 1, "fuldt på alle personens dage"),
        ((1,), 1, "lukket på alle personens dage"),
        ((0, 1), 1, "fuldt eller lukket på alle personens dage"),
        ((1, 2), 2, "de dage, der er åbne for personen, rummer ikke et helt ophold"),
        ((0, 2, 3), 2, None),
        ((0, 1, 2), 2, "de dage, der er åbne for personen, rummer ikke et helt ophold"),
        ((2, 4), 2, "personens dage rummer ikke et besøg af den længde"),
    ]:
        wish = wish_for(host, town.round, can=can, length=length)
        expected = words or "ledigt nu"
        assert said_of(wish) == [f"1. ønske (Havneby Skole): {expected}."]
        Wish.objects.filter(pk=wish.pk).delete()


def test_single_free_days_are_not_called_full(town):
    host = factories.host("Havneby Skole")
    taken = factories.wish(host, round=town.round, person=factories.employee("Kaj"))
    factories.placement(host=host, wish=taken, days=days(1))
    wish = wish_for(host, town.round, can=(0, 1, 2), length=2)
    assert said_of(wish) == [
        "1. ønske (Havneby Skole): de dage, der har en ledig plads, rummer ikke et helt ophold."
    ]


def test_seats_that_another_round_has_are_not_called_closed(town):
    host = factories.host("Havneby Skole")
    other = factories.wish(host, round=factories.round("Anden runde"), person=factories.employee("Kaj"))
    factories.placement(host=host, wish=other, days=days(0))
    wish = wish_for(host, town.round, can=(0,))
    assert said_of(wish) == [
        "1. ønske (Havneby Skole): fuldt eller lukket på alle personens dage"
        " (andre runders besøg talt med)."
    ]


PAST = "uden i dag og overståede dage rummer personens dage ikke et besøg af den længde"
ELSEWHERE = "de dage, personen har tilbage ud over et andet ophold, rummer ikke et besøg af den længde"
ASIDE = "(bortset fra i dag og overståede dage, bortset fra dage med et andet ophold)"


@pytest.mark.parametrize(
    ("today", "can", "length", "words"),
    [
        (0, (0, 1), 2, PAST),
        (0, (0,), 1, PAST),
        (0, (0, 2), 2, "personens dage rummer ikke et besøg af den længde"),
        (None, (3, 4), 2, ELSEWHERE),
        (0, (0, 3, 4), 1, f"lukket på alle personens dage {ASIDE}"),
    ],
)
def test_days_past_or_at_another_visit_are_called_that(town, today, can, length, words):
    host = factories.host("Havneby Skole")
    host.closed_days.create(date=days(4)[0])
    wish = wish_for(host, town.round, can=can, length=length)
    other = factories.wish(None, round=factories.round("Anden runde"), person=wish.employee)
    factories.placement(host=town.library, wish=other, days=days(3))
    now = NOW if today is None else at(days(today)[0], time(8))
    seen = snapshot.take(wish.round, now=now)
    said = board_words.closed(seen, seen.wishes[wish.pk])
    assert said == [f"1. ønske (Havneby Skole): {words}."]


def test_the_page_of_a_wish_names_the_days_that_are_gone(client, signe, town, clock):
    wish = wish_for(town.library, town.round, can=(0, 1, 2))
    other = factories.wish(None, round=factories.round("Anden runde"), person=wish.employee)
    factories.placement(host=factories.host(), wish=other, days=days(1))
    Wish.objects.filter(pk=wish.pk).update(possible_days=[*wish.possible_days, *days(28)])
    clock.now = at(days(0)[0], time(8))
    page = look(client, town, f"{wish.pk}/")
    for sentence in (
        "I dag eller overstået: 4. januar.",
        "På et andet ophold: 5. januar.",
        "Ikke længere en del af runden: 1. februar.",
    ):
        assert f"<li>{sentence}</li>" in page


def test_a_wish_without_choices_says_so(town):
    wish = wish_for(town.library, town.round, can=(0,))
    wish.choices.all().delete()
    assert said_of(wish) == [
        "Ønsket har ingen prioriteter. Der kan ikke foreslås en plads, før der er mindst én."
    ]
