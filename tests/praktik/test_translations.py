"""The Danish catalogue holds every text of the code and the templates, and nothing else."""

import io
import re

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOMS = ["employees", "hosts", "mail", "placements", "praktik", "templates"]
CATALOGUE = settings.BASE_DIR / "locale/da/LC_MESSAGES/django.po"
KEYWORDS = dict.fromkeys(
    (
        "_",
        "gettext",
        "gettext_lazy",
        "ngettext",
        "ngettext_lazy",
        "gettext_noop",
        "pgettext",
        "npgettext",
    )
)


def texts_in_use() -> set[str]:
    """All message ids that the code and the templates ask for."""
    found = set()
    for room in ROOMS:
        for path in (settings.BASE_DIR / room).rglob("*"):
            if path.suffix == ".py" and "migrations" not in path.parts:
                source = path.read_text()
            elif path.suffix in {".html", ".txt"}:
                source = templatize(path.read_text(), origin=str(path))
            else:
                continue
            for _line, _function, message, _comments in extract_python(
                io.BytesIO(source.encode()), KEYWORDS, [], {"encoding": "utf-8"}
            ):
                found.add(message[0] if isinstance(message, tuple) else message)
    return found - {""}


@pytest.fixture(scope="module")
def catalogue():
    with CATALOGUE.open("rb") as source:
        return read_po(source)


def test_every_text_is_in_the_catalogue_and_no_other(catalogue):
    known = {message.id[0] if message.pluralizable else message.id for message in catalogue} - {""}
    in_use = texts_in_use()
    assert sorted(in_use - known) == []
    assert sorted(known - in_use) == []


def test_every_text_has_danish_words_with_the_same_placeholders(catalogue):
    faults = [
        (message.id, "no Danish words")
        for message in catalogue
        if message.id and not all(message.string if message.pluralizable else [message.string])
    ]
    faults += [(message.id, str(error)) for message in catalogue for error in message.check(catalogue)]
    assert faults == []
    assert not any(message.fuzzy for message in catalogue if message.id)


def test_a_mail_is_called_by_one_word(catalogue):
    assert [
        message.id for message in catalogue if message.id and re.search("(?i)brev", str(message.string))
    ] == []
