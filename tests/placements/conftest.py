import pytest


@pytest.fixture(autouse=True)
def _stand_still(clock):
    """All tests of the placements room happen at factories.NOW unless they move the clock."""
