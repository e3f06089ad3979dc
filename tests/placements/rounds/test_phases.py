"""The phases of a round follow from its dates, and say what is next."""

from datetime import timedelta

import pytest

from placements.enums import RoundPhase
from tests import factories
from tests.factories import NOW
from tests.placements.rounds.pages import own_page

pytestmark = pytest.mark.django_db


def test_the_phases_follow_the_dates(round):
    stands = [
        round.phase(day)
        for day in (
            round.wishes_from - timedelta(days=1), round.wishes_from, round.wishes_until,
            round.wishes_until + timedelta(days=1), round.visits_from, round.visits_until,
            round.visits_until + timedelta(days=1),
        )
    ]  # fmt: skip
    phase = RoundPhase
    assert stands == [
        phase.PLANNED, phase.WISHES, phase.WISHES, phase.PUZZLE, phase.VISITS, phase.VISITS,
        phase.FOLLOW_UP,
    ]  # fmt: skip
    round.closed_at = NOW
    assert round.phase(round.wishes_from) == phase.CLOSED


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (-30, "Der tages imod ønsker fra fredag den 13. november til torsdag den 3. december."),
        (0, "Du kan sende ønsker til og med torsdag den 3. december."),
        (15, "Der bliver fundet pladser til besøgene fra mandag den 4. januar."),
        (45, "Besøgene fortsætter til fredag den 15. januar."),
        (90, "Ingen runde lige nu"),
    ],
)
def test_employees_read_what_is_next(client, clock, round, day, words):
    clock.now = NOW + timedelta(days=day)
    assert words in own_page(client, factories.employee())


def test_an_employee_can_take_part_in_two_rounds_at_once(client, round):
    anne = factories.employee("Anne")
    nationwide = factories.round("Uge 37")
    nationwide.organisations.add(factories.organisation("Et ministerium"))
    abroad = factories.host(
        workplace=factories.workplace("Kontoret", of=factories.organisation("Et ministerium"))
    )
    page = own_page(client, anne)
    assert page.count("Skriv dit ønske") == 2
    # A host picked in the catalogue leads to the one round in which it can be wished for.
    answer = client.get(f"/min-side/?host={abroad.pk}")
    assert answer["Location"] == f"/oenske/{nationwide.pk}/?host={abroad.pk}"
    factories.wish(abroad, person=anne, round=nationwide)
    factories.wish(factories.host(), person=anne, round=round)
    assert own_page(client, anne).count("Dit ønske er sendt") == 2
