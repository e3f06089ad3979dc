"""Every kind of letter in HTML fits a phone's screen, also with a long address and a long link in it."""

import re

import pytest

from tests.mail_server import part
from tests.placements import test_host_letters, test_letters
from tests.placements.test_letters import visit  # noqa: F401, a fixture

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 360, "height": 740}
LONG_ADDRESS = f"{'fornavn.mellemnavn.' * 3}efternavn@sundhedsforvaltningen.havneby-kommune.example"
LONG_LINK = "https://intra.havneby.example/" + "madspild_i_det_store_koekken" * 5


def too_wide(page, letters) -> dict[str, int]:
    """Subject → width, of the letters that a phone must scroll sideways."""
    page.set_viewport_size(PHONE)
    found = {}
    for letter in letters:
        page.set_content(part(letter, "text/html"))
        if (width := page.evaluate("document.documentElement.scrollWidth")) > PHONE["width"]:
            found[letter["Subject"]] = width
    return found


@pytest.mark.parametrize("visit", ["da", "en"], indirect=True)
def test_no_letter_of_a_visit_is_wider_than_a_phone(page, visit, mail_server):  # noqa: F811
    birthe, wish = visit.host.contacts.get(), visit.wish
    for person, address in ((birthe, LONG_ADDRESS), (visit.employee, "anne." + LONG_ADDRESS)):
        person.email = address
        person.save(update_fields=["email"])
    wish.goal = f"Det her: {LONG_LINK}"
    wish.save(update_fields=["goal"])
    letters = test_letters.run_through(visit, mail_server)
    kinds = {test_letters.name_of(letter) for letter in letters}
    assert kinds == set(test_letters.NAMES)
    whole = [part(letter, "text/html") for letter in letters]
    assert any(LONG_LINK in html for html in whole)
    assert any(re.search(rf"E-mail:?</b>:? anne.{LONG_ADDRESS}", html) for html in whole)
    assert too_wide(page, letters) == {}


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_letter_to_a_host_is_wider_than_a_phone(page, mail_server, language):
    letters = test_host_letters.sent(language, mail_server)
    assert len(letters) == 4
    assert too_wide(page, letters.values()) == {}
