import pytest

from tests import factories


@pytest.fixture
def round():
    return factories.round("Lynpraktik 2027")
