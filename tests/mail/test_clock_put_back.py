"""The machine's clock ran three days ahead and was put right: nothing waits for those days."""

from datetime import timedelta

import pytest

from mail import limits, outbox
from mail.models import LetterState, OutgoingMail
from mail.rendering import Letter
from tests.factories import NOW

pytestmark = pytest.mark.django_db

AHEAD = NOW + timedelta(days=3)


def letter(key: str, *, now) -> OutgoingMail:
    return outbox.post(
        key, to_address="a@b.example", language="da", letter=Letter("Emne", "Tekst", ""), now=now
    )


@pytest.mark.parametrize("limit", ["MAIL_PER_MINUTE", "MAIL_PER_DAY"])
def test_what_was_sent_ahead_does_not_use_up_the_limits(settings, mail_server, limit):
    setattr(settings, limit, 1)
    letter("ahead", now=AHEAD)
    outbox.deliver_batch(clock=lambda: AHEAD)
    assert limits.room(now=NOW, most=1, also=0) == 1
    late = letter("now", now=NOW)
    outbox.deliver_batch(clock=lambda: NOW)
    late.refresh_from_db()
    assert late.state == LetterState.SENT


def test_a_letter_refused_for_a_while_is_tried_again_at_once(mail_server):
    row = letter("ahead", now=AHEAD)
    OutgoingMail.objects.update(next_attempt_at=AHEAD + timedelta(minutes=8), attempts=4)
    assert outbox.waiting(now=NOW) == [row.pk]
    assert outbox.deliver(row.pk, now=NOW) == LetterState.SENT


def test_a_letter_whose_sender_died_ahead_is_put_to_a_person():
    letter("ahead", now=AHEAD)
    OutgoingMail.objects.update(state=LetterState.SENDING, claimed_at=AHEAD)
    assert outbox.put_unfinished_to_a_person(now=NOW) == 1
