import pytest

from placements.matching import wide


@pytest.fixture(
    scope="module", params=[0, wide.MOST_SPLIT_STAYS], ids=["a column a day", "a column a set of days"]
)
def split_days(request):
    """Both ways in which a program can know the split days of a stay."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wide, "MOST_SPLIT_STAYS", request.param)
        yield
