import pytest

from tests import factories


@pytest.fixture
def town(signe):
    """Three wishes for the canteen, which has no seats; one for the library, which has; a school."""

    class Town:
        round = factories.round()
        canteen = factories.host("Rådhusets kantine", seats=0)
        library = factories.host("Hovedbiblioteket", seats=1)
        school = factories.workplace("Engskolen", phone="99 00 10 00")

    homes = factories.workplace("Hjemmeplejen")
    for name, host in [("Anne", "canteen"), ("Bo", "canteen"), ("Ida", "canteen"), ("Liv", "library")]:
        person = factories.employee(name, workplace=homes)
        wish = factories.wish(getattr(Town, host), round=Town.round, person=person)
        setattr(Town, name.lower(), wish)
    signe.workplace = factories.workplace("Innovationsgruppen")
    signe.save(update_fields=["workplace"])
    return Town
