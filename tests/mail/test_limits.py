"""Never more letters than a minute and a day allow; what is over waits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from mail import outbox
from mail.models import DailyRelease, OutgoingMail
from mail.rendering import Letter
from placements.domain import alarm, digest
from praktik.lib.dates import at
from tests import factories
from tests.factories import NOW

TOMORROW = NOW + timedelta(days=1)


def post(count: int, *, confidential=False) -> None:
    for number in range(count):
        outbox.post(
            key=f"{confidential}-{number}",
            to_address="anne@havneby.example",
            language="da",
            letter=Letter("Hej", "Hej", ""),
            now=NOW,
            confidential=confidential,
        )


def deliver(now: datetime) -> int:
    """Deliver as long as it gets us on; how many letters have been sent by then."""
    while outbox.deliver_batch(clock=lambda: now):
        pass
    return OutgoingMail.objects.filter(state="sent").count()


@pytest.mark.django_db
def test_so_many_a_minute(mail_server, settings):
    settings.MAIL_PER_MINUTE = 3
    post(8)
    moments = [NOW + timedelta(seconds=seconds) for seconds in (0, 60, 70, 139, 140)]
    assert [deliver(moment) for moment in moments] == [3, 3, 6, 6, 8]


@pytest.mark.django_db
def test_so_many_a_day_and_sign_in_codes_all_the_same(mail_server, settings):
    settings.MAIL_PER_DAY = 3
    post(5)
    assert deliver(NOW) == 3
    assert outbox.is_stopped(now=NOW)
    post(2, confidential=True)
    assert deliver(NOW) == 5
    assert deliver(TOMORROW) == 7
    assert not outbox.is_stopped(now=TOMORROW)


@pytest.mark.django_db
def test_a_consultant_sees_the_stop_and_releases_the_day(mail_server, settings, clock, client):
    settings.MAIL_PER_DAY = 3
    post(5)
    deliver(NOW)
    client.force_login(factories.consultant("Signe Holm"))
    outbox_page, front = reverse("admin:mail_outgoingmail_changelist"), reverse("admin:index")
    release = reverse("admin:mail_outgoingmail_release")
    for page in (outbox_page, front):
        assert "Mails venter" in client.get(page).content.decode()
    assert f'action="{release}"' in client.get(outbox_page).content.decode()
    client.post(release)
    assert DailyRelease.objects.values_list("date", "released_by").get() == (NOW.date(), "Signe Holm")
    assert "Mails venter" not in client.get(front).content.decode()
    assert deliver(NOW) == 5


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_stay_below_the_limit(mail_server, settings):
    settings.MAIL_PER_DAY = 7
    settings.MAIL_PER_MINUTE = 20
    post(40)

    def work(_):
        try:
            deliver(NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert len(mail_server.letters) == 7


@pytest.mark.django_db
def test_each_consultant_hears_once_a_day_that_the_limit_is_reached(mail_server, settings):
    settings.MAIL_PER_DAY = 3
    signe, thomas = factories.consultant("Signe Holm"), factories.consultant("Thomas", language="en")
    post(3)
    deliver(NOW)
    assert alarm.send_due(now=NOW) == 0  # nothing waits
    post(5)
    assert [alarm.send_due(now=NOW + timedelta(minutes=n)) for n in (2, 3)] == [2, 0]
    deliver(NOW + timedelta(minutes=4))
    told = {letter["To"]: " ".join(letter["Subject"].split()) for letter in mail_server.letters[3:]}
    assert set(told) == {signe.email, thomas.email}
    assert told[thomas.email] == "Praktik sends no more mail today: the limit of 3 is reached"
    letter = OutgoingMail.objects.get(to_address=signe.email)
    assert "2 mails venter til midnat" in " ".join(letter.text.split())


@pytest.mark.django_db
def test_the_morning_mail_goes_out_in_spite_of_the_limit(mail_server, settings):
    settings.MAIL_PER_DAY = 2
    signe = factories.consultant("Signe Holm")
    seven = at(NOW.date(), time(7))
    post(3)
    OutgoingMail.objects.update(created_at=seven, next_attempt_at=seven)
    deliver(seven)
    assert digest.send_due(now=seven) == 1
    deliver(seven)
    assert mail_server.letters[-1]["To"] == signe.email
