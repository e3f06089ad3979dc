"""A host writes to all its visitors of a day: a preview, then one letter each, once."""

from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction

from mail import outbox
from mail.models import OutgoingMail
from placements.domain import days, dispatch, lifecycle, mailcare, rounds
from placements.models import GroupMail, Placement, PlannedMail
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.mail_server import part

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return factories.host("Rådhusets kantine", seats=50)


@pytest.fixture
def client(client, host, clock):
    client.force_login(host.contacts.get())
    return client


@pytest.fixture
def visitors(host):
    round = factories.round()
    for number, name in enumerate(("Anne Kjær", "Bo Lund", "Cille Ås")):
        wish = factories.wish(host, round=round, person=factories.employee(name))
        day = FIRST_DAY + timedelta(days=number // 2)
        factories.placement("confirmed", host=host, wish=wish, days=[day])
    PlannedMail.objects.all().delete()
    return Placement.objects.order_by("pk")


@pytest.fixture
def address(host):
    return f"/vaert/{host.pk}/skriv/{FIRST_DAY}/"


@pytest.fixture
def words(client, address, visitors):
    once = client.get(address).context["form"]["once"].value()
    return {
        "subject": "Husk støvler",
        "words": "Kære {fornavn}\n\nTag <støvler> med.",
        "once": str(once),
    }


@pytest.fixture
def shown(client, address, words):
    """What the button under the preview sends."""
    return words | {"confirmed": client.post(address, words).context["mark"]}


def test_the_preview_shows_the_letter_and_sends_nothing(client, address, words):
    page = client.post(address, words).content.decode()
    assert "Kære Anne" in page and "Send 2 mails" in page and "Anne Kjær, Bo Lund" in page
    assert not GroupMail.objects.exists()


def test_each_visitor_of_the_day_gets_a_letter_whose_answers_go_to_the_contact(
    client, address, shown, visitors, mail_server, host
):
    page = client.post(address, shown, follow=True).content.decode()
    assert "2 mails er på vej." in page
    dispatch.send_due(now=NOW)
    for letter in outbox.waiting(now=NOW):
        outbox.deliver(letter, now=NOW)
    birthe = host.contacts.get()
    found = [(mail["To"], mail["Subject"], mail["Reply-To"]) for mail in mail_server.letters]
    assert found == [(visit.employee.email, "Husk støvler", birthe.email) for visit in visitors[:2]]
    assert part(mail_server.letters[1], "text/plain") == (
        "Kære Bo\n\nTag <støvler> med.\n\nSkrevet af Birthe Kvist, Rådhusets kantine.\n\n"
        "Denne mail kommer fra Praktik, som bruges til at tilrettelægge\n"
        "lynpraktik. Svar på den for at få fat i Birthe Kvist.\n"
    )
    assert "&lt;støvler&gt;" in part(mail_server.letters[1], "text/html")
    assert "få fat i Birthe Kvist" in part(mail_server.letters[1], "text/html")


def test_it_is_recorded_on_each_ones_plan(client, address, shown, visitors):
    client.post(address, shown)
    dispatch.send_due(now=NOW)
    client.force_login(factories.consultant())
    for visit, is_written in zip(visitors, (True, True, False), strict=True):
        page = client.get(f"/admin/placements/placement/{visit.pk}/mails/").content.decode()
        assert ("Husk støvler" in page) is is_written


def test_the_button_pressed_twice_sends_once(client, address, shown):
    for _twice in range(2):
        page = client.post(address, shown, follow=True).content.decode()
        assert "2 mails er på vej." in page
        dispatch.send_due(now=NOW)
    assert OutgoingMail.objects.count() == 2


def test_words_that_were_never_shown_are_shown_first(client, address, shown):
    page = client.post(address, shown | {"words": "Noget helt andet"}).content.decode()
    assert "Intet er sendt" in page and "Noget helt andet" in page
    assert not GroupMail.objects.exists()


def test_when_somebody_falls_ill_meanwhile_the_number_shown_no_longer_counts(
    client, address, shown, visitors
):
    lifecycle.cancel(placement=visitors[0], reason="-", by=None, now=NOW)
    page = client.post(address, shown).content.decode()
    assert "Intet er sendt" in page and "Tag &lt;støvler&gt; med." in page
    assert not GroupMail.objects.exists()


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"words": ""}, "Dette felt er påkrævet."),
        ({"words": "Kære {efternavn}"}, "Pladsholderen {efternavn}"),
        ({"words": "010190-1234"}, "CPR-nummer"),
        ({"once": "x"}, "gyldig"),
    ],
)
def test_faulty_words_are_said_and_kept(client, address, shown, fault, message):
    page = client.post(address, shown | fault).content.decode()
    assert message in page and "Husk støvler" in page
    assert not GroupMail.objects.exists()


def test_a_day_without_visitors_and_a_day_that_is_none(client, host, visitors):
    page = client.get(f"/vaert/{host.pk}/skriv/2027-01-14/").content.decode()
    assert "Der ventes ingen den dag." in page
    assert client.get(f"/vaert/{host.pk}/skriv/i-dag/").status_code == 404
    assert client.get(f"/vaert/{factories.host().pk}/skriv/{FIRST_DAY}/").status_code == 404


def states() -> list[tuple[str, str]]:
    """State and reason of the letters, in the order of the visits."""
    rows = PlannedMail.objects.filter(kind="group").order_by("placement_id")
    return list(rows.values_list("state", "reason"))


def test_while_mails_are_held_back_it_is_said_and_what_was_typed_stays(
    client, address, shown, visitors
):
    rounds.pause_mails(round=visitors[0].wish.round, is_paused=True)
    words = "Konsulenterne holder mails til Anne Kjær og Bo Lund tilbage lige nu"
    assert words in client.get(address).text
    page = client.post(address, shown).text
    assert page.count(words) == 1 and "Tag &lt;støvler&gt; med." in page
    assert "er på vej" not in page
    assert not GroupMail.objects.exists()
    rounds.pause_mails(round=visitors[0].wish.round, is_paused=False)
    assert "2 mails er på vej." in client.post(address, shown, follow=True).text


def test_one_whose_mails_are_held_back_is_named(client, address, shown, visitors):
    mailcare.pause(placement=visitors[1], is_paused=True)
    assert "holder mails til Bo Lund tilbage" in client.post(address, shown).text
    assert not GroupMail.objects.exists()


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (at(FIRST_DAY, time(14, 59)), ("sent", "")),
        (at(FIRST_DAY, time(15, 1)), ("missed", "too_late")),
    ],
)
def test_what_waits_until_the_day_has_ended_is_missed(
    client, address, shown, visitors, later, expected
):
    client.post(address, shown)
    rounds.pause_mails(round=visitors[0].wish.round, is_paused=True)
    dispatch.send_due(now=later)
    assert states() == [("planned", "")] * 2
    rounds.pause_mails(round=visitors[0].wish.round, is_paused=False)
    dispatch.send_due(now=later)
    assert states() == [expected] * 2


def test_what_is_written_when_the_day_has_ended_still_goes_out(client, address, shown, visitors, clock):
    clock.now = at(FIRST_DAY, time(16))
    client.post(address, shown)
    dispatch.send_due(now=clock.now)
    assert states() == [("sent", "")] * 2


def called_off(visit):
    lifecycle.cancel(placement=visit, reason="-", by=None, now=NOW)


def moved_to_the_next_day(visit):
    days.move(placement=visit, days=[FIRST_DAY + timedelta(days=1)], reason="-", by=None, now=NOW)


@pytest.mark.parametrize("is_in_outbox", [False, True])
@pytest.mark.parametrize("change", [called_off, moved_to_the_next_day])
def test_who_no_longer_comes_that_day_does_not_get_it(
    client, address, shown, visitors, change, is_in_outbox
):
    client.post(address, shown)
    if is_in_outbox:
        dispatch.send_due(now=NOW)
    change(visitors[0])
    dispatch.send_due(now=NOW)
    assert states() == [("skipped", "not_called_for"), ("sent", "")]
    waiting = OutgoingMail.objects.filter(pk__in=outbox.waiting(now=NOW), subject="Husk støvler")
    assert [letter.to_address for letter in waiting] == [visitors[1].employee.email]


def test_the_database_refuses_the_same_letters_twice(client, address, shown):
    client.post(address, shown)
    again = GroupMail.objects.get()
    again.pk = None
    with pytest.raises(IntegrityError, match="group_mail_written_once"), transaction.atomic():
        again.save(force_insert=True)
