"""From the outbox to a real SMTP server: no letter lost, none sent twice unasked."""

from datetime import timedelta

import pytest

from mail import outbox
from mail.limits import HELD_FOR
from mail.models import LetterState, OutgoingMail
from mail.rendering import Letter
from tests.factories import NOW
from tests.mail_server import part

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=2)


def post(key="letter-1", **values):
    return outbox.post(
        key=key,
        to_address="anne@havneby.example",
        language="da",
        letter=Letter("Hej Åse", "Kære Åse\n", "<p>Kære Åse</p>"),
        now=NOW,
        **values,
    )


def state_of(letter):
    letter.refresh_from_db()
    return letter.state


def test_a_letter_arrives_with_text_html_and_calendar(mail_server):
    letter = post(calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", calendar_method="REQUEST")
    assert outbox.deliver(letter.pk, now=NOW) == LetterState.SENT
    (arrived,) = mail_server.letters
    assert arrived["To"] == "anne@havneby.example"
    assert arrived["From"] == "Praktik <praktik@example.dk>"
    assert arrived["Subject"] == "Hej Åse"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert part(arrived, "text/plain") == "Kære Åse\n"
    assert part(arrived, "text/html") == "<p>Kære Åse</p>"
    calendar = next(p for p in arrived.walk() if p.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "REQUEST"
    assert state_of(letter) == LetterState.SENT


def test_the_same_key_is_posted_once():
    assert post().pk == post().pk
    assert OutgoingMail.objects.count() == 1


def test_a_letter_is_delivered_once_however_often_it_is_asked_for(mail_server):
    letter = post()
    outcomes = [outbox.deliver(letter.pk, now=NOW) for _ in range(3)]
    assert outcomes == [LetterState.SENT, None, None]
    assert len(mail_server.letters) == 1


def test_a_temporary_refusal_waits_longer_each_time_and_then_arrives(mail_server):
    letter = post()
    mail_server.answer = "451 try later"
    waits, now = [], NOW
    for _ in range(3):
        assert outbox.deliver(letter.pk, now=now) == LetterState.QUEUED
        letter.refresh_from_db()
        assert letter.error == "451 try later"
        waits.append(letter.next_attempt_at - now)
        assert outbox.deliver(letter.pk, now=now) is None  # not before its time
        now = letter.next_attempt_at
    assert waits == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    mail_server.answer = ""
    assert outbox.deliver(letter.pk, now=now) == LetterState.SENT
    assert len(mail_server.letters) == 1


def test_a_permanent_refusal_is_kept_with_the_servers_words(mail_server):
    letter = post()
    mail_server.answer = "550 no such person"
    assert outbox.deliver(letter.pk, now=NOW) == LetterState.FAILED
    letter.refresh_from_db()
    assert letter.error == "550 no such person"


def test_a_line_that_breaks_inside_the_message_is_put_to_a_person(mail_server):
    letter = post()
    mail_server.break_off = True
    assert outbox.deliver(letter.pk, now=NOW) == LetterState.UNSURE
    mail_server.break_off = False
    assert outbox.waiting(now=NOW + timedelta(days=1)) == []  # never again by itself
    assert outbox.send_again(letter, now=LATER)
    assert outbox.deliver(letter.pk, now=LATER) == LetterState.SENT


def test_a_server_that_is_away_for_a_day_loses_nothing(mail_server):
    letter = post()
    mail_server.stop()
    now = NOW
    while now < NOW + timedelta(days=1):
        assert outbox.deliver(letter.pk, now=now) == LetterState.QUEUED
        letter.refresh_from_db()
        now = letter.next_attempt_at
    mail_server.start()
    assert outbox.deliver(letter.pk, now=now) == LetterState.SENT
    assert len(mail_server.letters) == 1


def test_after_four_days_the_letter_is_given_up(mail_server):
    letter = post()
    mail_server.stop()
    assert outbox.deliver(letter.pk, now=NOW + timedelta(days=5)) == LetterState.FAILED


def test_a_letter_whose_sender_died_is_put_to_a_person(settings, mail_server):
    letter = post()
    OutgoingMail.objects.filter(pk=letter.pk).update(
        state=LetterState.SENDING, claimed_at=NOW, attempts=1
    )
    moment_before = NOW + timedelta(seconds=settings.MAIL_UNSURE_AFTER_SECONDS)
    assert outbox.put_unfinished_to_a_person(now=moment_before) == 0
    assert outbox.put_unfinished_to_a_person(now=moment_before + timedelta(seconds=1)) == 1
    assert state_of(letter) == LetterState.UNSURE
    assert outbox.deliver(letter.pk, now=LATER) is None
    assert mail_server.letters == []


def test_a_sent_letter_cannot_be_sent_again(mail_server):
    letter = post()
    outbox.deliver(letter.pk, now=NOW)
    assert not outbox.send_again(letter, now=LATER)


def test_the_text_of_a_confidential_letter_is_erased_once_it_is_sent(mail_server):
    letter = post(confidential=True)
    outbox.deliver(letter.pk, now=NOW)
    letter.refresh_from_db()
    assert (letter.text, letter.html) == ("", "")
    assert part(mail_server.letters[0], "text/plain") == "Kære Åse\n"


def test_a_confidential_letter_is_never_sent_again(mail_server):
    letter = post(confidential=True)
    mail_server.answer = "550 no such person"
    outbox.deliver(letter.pk, now=NOW)
    assert not outbox.send_again(letter, now=LATER)


def test_a_letter_that_makes_no_sense_any_more_is_not_sent(mail_server):
    letter = post(expires_at=NOW + timedelta(minutes=15))
    mail_server.stop()
    outbox.deliver(letter.pk, now=NOW)
    mail_server.start()
    assert outbox.deliver(letter.pk, now=NOW + timedelta(minutes=16)) == LetterState.TOO_LATE
    assert mail_server.letters == []


def test_a_letter_is_recalled_only_while_it_waits(mail_server):
    waiting, gone = post("waiting"), post("gone")
    outbox.deliver(gone.pk, now=NOW)
    assert (outbox.recall(waiting.pk), outbox.recall(gone.pk)) == (True, False)
    assert outbox.deliver(waiting.pk, now=LATER) is None


@pytest.fixture
def _broker_away(monkeypatch):
    """A broker that nobody answers at; connections made before are put aside, and come back afterwards."""
    from praktik.celery import app

    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


@pytest.mark.usefixtures("_broker_away")
def test_posting_survives_a_broker_that_is_away(caplog, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        letter = post()
    assert "The broker is away" in caplog.text
    assert outbox.waiting(now=NOW) == [letter.pk]


def test_a_batch_goes_over_one_connection_sign_in_codes_first(mail_server):
    post("first"), post("second"), post("code", confidential=True)
    assert outbox.deliver_batch(clock=lambda: NOW)
    assert list(OutgoingMail.objects.values_list("state", flat=True)) == ["sent"] * 3
    code = OutgoingMail.objects.get(key="code")
    assert f"letter-{code.pk}@" in mail_server.letters[0]["Message-ID"]
    assert mail_server.connections == 1
    assert not outbox.deliver_batch(clock=lambda: NOW)


def test_a_line_that_breaks_harms_only_the_letter_on_its_way(mail_server):
    post("first"), post("second"), post("third")
    mail_server.break_off_at = 2
    outbox.deliver_batch(clock=lambda: NOW)
    states = OutgoingMail.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["sent", "unsure", "sent"]
    assert (len(mail_server.letters), mail_server.connections) == (2, 2)


def test_the_rest_of_a_batch_waits_while_the_server_is_away(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    post("first"), post("second")
    assert not outbox.deliver_batch(clock=lambda: NOW)
    assert list(OutgoingMail.objects.values_list("state", "attempts").order_by("pk")) == [
        ("queued", 1),
        ("queued", 0),
    ]
    assert outbox.waiting(now=NOW + timedelta(seconds=59)) == []
    assert len(outbox.waiting(now=NOW + timedelta(minutes=1))) == 2


def test_a_letter_that_cannot_be_built_is_put_to_a_person_and_the_others_go_out(mail_server):
    letters = [post(f"letter-{n}") for n in range(3)]
    OutgoingMail.objects.filter(pk=letters[1].pk).update(subject="Hej\nÅse")
    assert outbox.deliver_batch(clock=lambda: NOW)
    assert [state_of(letter) for letter in letters] == ["sent", "failed", "sent"]
    assert letters[1].error == ("BadHeaderError: A header cannot hold a line break: 'Hej\\nÅse'")
    assert list(outbox.amiss()) == [letters[1]]
    assert len(mail_server.letters) == 2


def test_a_letter_recalled_while_it_is_held_is_not_sent(mail_server):
    first, second = post("first"), post("second")
    moments = iter([NOW, NOW, NOW])

    def clock():
        if len(mail_server.letters) == 1:
            outbox.recall(second.pk)
        return next(moments)

    outbox.deliver_batch(clock=clock)
    assert (state_of(first), state_of(second)) == (LetterState.SENT, LetterState.RECALLED)


def test_what_a_slow_batch_has_not_begun_in_time_is_left_to_others(mail_server):
    first, second = post("first"), post("second")
    moments = iter([NOW, NOW, NOW + HELD_FOR])
    outbox.deliver_batch(clock=lambda: next(moments))
    assert (state_of(first), state_of(second)) == (LetterState.SENT, LetterState.QUEUED)
    assert outbox.waiting(now=NOW + HELD_FOR) == [second.pk]
