"""The letters that hosts get outside a visit's plan, compared whole with their approved copies."""

import pytest

from hosts import sign_up
from hosts.models import Host
from mail import outbox
from mail.models import OutgoingMail
from placements.domain import host_days
from tests import factories
from tests.factories import NOW
from tests.mail_server import part
from tests.placements.test_letters import approved

pytestmark = pytest.mark.django_db


def run_through(language: str) -> None:
    """A workplace signs up, is not approved, asks again, is approved, and is full."""
    workplace = factories.workplace("Rådhusets kantine")
    birthe = factories.employee("Birthe Kvist", workplace=workplace, language=language)
    signe = factories.consultant()
    host = Host(workplace=workplace, description="Frokost til 280.")
    sign_up.sign_up(host=host, fields=[], by=birthe, now=NOW)
    reason = "Skriv lidt mere om, hvad man <oplever>.\nOg giv flere pladser."
    sign_up.refuse(host=host, reason=reason, by=signe, now=NOW)
    sign_up.ask_again(host=host, by=birthe, now=NOW)
    sign_up.approve(host=host, seen=host.approval, by=signe, now=NOW)
    round = factories.round()
    for name in ("Anne", "Bo"):
        factories.wish(host, round=round, person=factories.employee(name))
    host_days.ask(round=round, number=1, now=NOW)


def sent(language: str, mail_server) -> dict:
    """The letters that arrive, by the kind that their key names."""
    run_through(language)
    rows = OutgoingMail.objects.order_by("pk").exclude(key__startswith="planned-")
    assert {row.to_name for row in rows} == {"Birthe Kvist"}
    letters = {}
    for row in rows:
        outbox.deliver(row.pk, now=NOW)
        letters.setdefault(row.key.split("-")[0], mail_server.letters[-1])
    return letters


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_letter_is_as_approved(language, mail_server, request):
    letters = sent(language, mail_server)
    assert list(letters) == ["host_signed_up", "host_refused", "host_approved", "host"]
    letters["host_days"] = letters.pop("host")
    for name, letter in letters.items():
        arrived, as_approved = approved(
            f"{language}/{name}-host", letter, request.config.getoption("--approve-letters")
        )
        assert arrived == as_approved
        assert f'<html lang="{language}">' in part(letter, "text/html")
        assert "&lt;oplever&gt;" in part(letter, "text/html") or "<oplever>" not in arrived
