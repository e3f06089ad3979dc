import pytest

from praktik.lib.personal_numbers import holds_personal_number


@pytest.mark.parametrize(
    "text",
    [
        "010190-1234",
        "Mit nummer er 3112991234.",
        "010190 1234",
        "010190–1234",
        "010190 - 1234",
        "01.01.90-1234",
        "01 01 90 1234",
    ],
)
def test_a_cpr_number_is_recognised(text):
    assert holds_personal_number(text)


@pytest.mark.parametrize("text", ["Ring 20 00 00 00", "410190-1234", "1234567890123", "den 01-01-1990"])
def test_other_numbers_are_not(text):
    assert not holds_personal_number(text)
