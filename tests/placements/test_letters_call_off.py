"""What letters say about calling off: here while that is possible, by phone in the lock period."""

from datetime import timedelta

import pytest

from placements.domain import letters, mailcare
from placements.enums import MailKind, Side
from placements.models import Round
from praktik.lib.dates import add_working_days, at
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.mail_server import part
from tests.placements.test_letters import sent_by

pytestmark = pytest.mark.django_db

DAY_BEFORE = at(add_working_days(FIRST_DAY, -1), NOW.time())
BY_PHONE = {
    "participant": "Kan du ikke komme? Besøget er tæt på: Ring til konsulenterne.\n\nRing til: Signe Holm 99 00 00 01",
    "host": "Kan I ikke tage imod besøget? Det er tæt på: Ring til konsulenterne.\n\nRing til: Signe Holm 99 00 00 01",
}


def settled(now=NOW, **round):
    contact = {"contact_name": "Signe Holm", "contact_phone": "99 00 00 01"}
    host = factories.host("Rådhusets kantine")
    wish = factories.wish(host, round=factories.round(**contact | round))
    return factories.placement("confirmed", host=host, wish=wish, now=now)


def texts(mail_server, visit, now) -> dict[str, str]:
    """All that each side reads in the letters that go out at this moment."""
    sides = {visit.employee.email: "participant", visit.host.contacts.get().email: "host"}
    told = dict.fromkeys(BY_PHONE, "")
    for letter in sent_by(mail_server, now):
        told[sides[letter["To"]]] += part(letter, "text/plain")
    return told


def test_the_day_before_a_visit_is_called_off_by_phone_and_the_letter_says_to_whom(mail_server):
    visit = settled()
    sent_by(mail_server, at(FIRST_DAY - timedelta(days=20), NOW.time()))
    for side, text in texts(mail_server, visit, DAY_BEFORE).items():
        assert BY_PHONE[side] in text
        assert "/afbud/" not in text


def test_without_a_number_the_letter_is_answered(mail_server):
    visit = settled(contact_phone="")
    sent_by(mail_server, at(FIRST_DAY - timedelta(days=20), NOW.time()))
    for text in texts(mail_server, visit, DAY_BEFORE).values():
        assert "Svar på denne mail med det samme, så melder konsulenterne afbud." in " ".join(
            text.split()
        )
        assert "/afbud/" not in text


def test_where_the_web_is_open_to_the_last_the_link_stays(mail_server):
    visit = settled(lock_days=0)
    sent_by(mail_server, at(FIRST_DAY - timedelta(days=20), NOW.time()))
    told = texts(mail_server, visit, DAY_BEFORE)
    assert all("/afbud/" in text and "Ring til" not in text for text in told.values())


def test_of_a_visit_settled_in_the_lock_period_the_confirmation_says_by_phone(mail_server):
    visit = settled(now=DAY_BEFORE)
    told = texts(mail_server, visit, DAY_BEFORE)
    assert {side: BY_PHONE[side] in text for side, text in told.items()} == dict.fromkeys(
        BY_PHONE, True
    )


@pytest.mark.parametrize(
    ("kind", "is_by_phone"),
    [(MailKind.CONFIRMED, False), (MailKind.REMINDER, False), (MailKind.TOMORROW, True)],
)
def test_a_preview_says_what_will_be_said_on_the_day(kind, is_by_phone):
    visit = settled()
    planned = mailcare.example(visit, kind, Side.PARTICIPANT, now=NOW)
    text = letters.compose(planned, language="da").text
    assert (BY_PHONE["participant"] in text) == is_by_phone
    assert ("/afbud/" in text) != is_by_phone


def test_where_the_reminder_falls_in_a_long_lock_period_it_says_by_phone(mail_server):
    visit = settled()
    Round.objects.update(lock_days=7)
    text = texts(mail_server, visit, at(add_working_days(FIRST_DAY, -5), NOW.time()))["participant"]
    assert BY_PHONE["participant"] in text
