"""Each person's own page says where the wish stands."""

from datetime import timedelta

import pytest

from placements.domain import lifecycle
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def anne(client):
    person = factories.employee("Anne Kjærsgaard")
    client.force_login(person)
    return person


def page(client):
    return client.get("/min-side/").content.decode()


def test_from_no_wish_to_an_evaluated_visit(client, anne, clock):
    round = factories.round()
    host = factories.host("Rådhusets kantine")
    assert "Skriv dit ønske" in page(client)
    wish = factories.wish(host, person=anne, round=round, send=False)
    assert "Dit ønske er en kladde" in page(client)
    wish = factories.wish(host, person=anne, round=round)
    assert "Konsulenterne leder efter en plads" in page(client)
    placement = factories.placement("asked", wish=wish, host=host)
    assert "Konsulenterne leder efter en plads" in page(client)
    assert "Du skal besøge" not in page(client)  # a proposal is nobody's business yet
    lifecycle.confirm(placement=placement, by=None, now=NOW)
    assert "Du skal besøge Rådhusets kantine" in page(client)
    clock.now = NOW + timedelta(days=45)
    assert "Du har besøgt Rådhusets kantine" in page(client)
    assert "Evaluér besøget" in page(client)
    assert "slettes den 15. januar 2028" in page(client)


def test_a_host_contact_finds_the_way_to_the_arrivals(client, anne):
    host = factories.host("Rådhusets kantine", contacts=[anne])
    assert f'href="/vaert/{host.pk}/"' in page(client)


def test_somebody_without_workplace_or_round_gets_a_page_too(client):
    client.force_login(factories.employee(workplace=None))
    assert "Ingen runde lige nu" in page(client)


@pytest.mark.parametrize("rounds", [1, 10])
def test_the_page_takes_the_same_queries_however_many_rounds(
    client, anne, rounds, django_assert_num_queries
):
    for number in range(rounds):
        round = factories.round(
            f"Runde {number}",
            visits_from=factories.FIRST_DAY + timedelta(days=7 * number),
            visits_until=factories.FIRST_DAY + timedelta(days=7 * number + 4),
        )
        host = factories.host()
        wish = factories.wish(host, None, person=anne, round=round)
        factories.placement("confirmed", wish=wish, host=host)
    with django_assert_num_queries(13):
        page(client)
