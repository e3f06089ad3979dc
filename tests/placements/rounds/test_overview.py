"""A round at a glance."""

from datetime import timedelta

import pytest

from placements.domain.overview import overview
from tests import factories
from tests.factories import FIRST_DAY
from tests.placements.rounds.pages import get

pytestmark = pytest.mark.django_db


def test_the_overview_sets_what_hosts_offer_against_what_people_wish(client, signe):
    round = factories.round(visits_until=FIRST_DAY + timedelta(days=4), longest_visit=3)
    ministry = factories.organisation("Et ministerium")
    ministry.sector = "state"
    ministry.save()
    round.organisations.add(ministry)
    kantine = factories.host("Rådhusets kantine", seats=2)
    kantine.closed_days.create(date=FIRST_DAY)
    factories.host(
        workplace=factories.workplace("Kontoret", of=ministry),
        seats=3,
        most_visitors=2,
        longest_visit=3,
    )
    factories.host("Lukket", is_open=False)
    factories.placement(
        "asked", host=kantine, days=[FIRST_DAY + timedelta(days=1), FIRST_DAY + timedelta(days=2)],
        wish=factories.wish(kantine, round=round, length=2),
    )  # fmt: skip
    person = factories.employee(workplace=factories.workplace("Departementet", of=ministry))
    factories.wish(factories.field(), round=round, person=person, length=3)
    factories.wish(round=round, person=factories.employee(), send=False)
    figures = overview(round)
    lines = [vars(line) for line in (*figures.sectors, *figures.organisations, figures.total)]
    expected = {
        "local": {"hosts": 1, "seat_days": 8, "wishes": 1, "days_wished": 2, "placed": 1},
        "state": {"hosts": 1, "seat_days": 6, "wishes": 1, "days_wished": 3, "placed": 0},
        "total": {"hosts": 2, "seat_days": 14, "wishes": 2, "days_wished": 5, "placed": 1},
    }
    assert lines == [
        {"name": "Kommune", **expected["local"]},
        {"name": "Staten", **expected["state"]},
        {"name": "Et ministerium", **expected["state"]},
        {"name": "Havneby Kommune", **expected["local"]},
        {"name": "I alt", **expected["total"]},
    ]
    assert [(str(label), count) for label, count in figures.first_choices] == [
        ("Et praktiksted", 1), ("Et arbejdsområde", 1),
    ]  # fmt: skip
    page = get(client, round, "overview")
    assert "Medarbejderne læser: »" in page
    assert "<strong>2</strong> praktiksteder med <strong>14</strong> praktikdage" in page


@pytest.mark.parametrize("count", [2, 30])
def test_the_overview_takes_the_same_queries_however_many_rows(
    client, signe, round, count, django_assert_num_queries
):
    for number in range(count):
        organisation = factories.organisation(f"Kommune {number}")
        round.organisations.add(organisation)
        host = factories.host(workplace=factories.workplace(of=organisation))
        person = factories.employee(workplace=factories.workplace(of=organisation))
        factories.wish(host, round=round, person=person)
    with django_assert_num_queries(17):
        get(client, round, "overview")
