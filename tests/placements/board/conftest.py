import pytest

from tests import factories


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
