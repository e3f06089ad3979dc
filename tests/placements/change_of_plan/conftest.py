import pytest

from tests import factories


@pytest.fixture
def library():
    return factories.host("Hovedbiblioteket", contacts=[factories.employee("Lis Bog")])


@pytest.fixture
def visit():
    """A settled visit of two days to the canteen."""
    anne = factories.employee("Anne Kjærsgaard", manager=factories.employee("Ulla Frandsen"))
    host = factories.host("Rådhusets kantine")
    round = factories.round(contact_name="Signe Holm", contact_phone="99 00 00 01")
    wish = factories.wish(host, None, person=anne, length=2, round=round)
    return factories.placement("confirmed", host=host, wish=wish)
