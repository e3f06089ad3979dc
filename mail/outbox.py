"""Writing letters to the outbox and delivering them: no letter lost, none sent twice unasked.

A letter is written with `post` in the transaction of its cause. `deliver` claims it (SENDING,
committed), speaks SMTP outside any transaction, then notes the outcome. When nobody can know
whether the server took it, it becomes UNSURE and a person decides.
"""

import logging
import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from mail.models import LONGEST_SUBJECT, LetterState, OutgoingMail
from mail.rendering import Letter
from mail.smtp import DeliveryUncertain, send
from praktik.lib.background import queue_after_commit

log = logging.getLogger(__name__)

DELIVER = "mail.tasks.deliver_letter"
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=4)


def post(
    *,
    key: str,
    to_address: str,
    language: str,
    letter: Letter,
    now: datetime,
    calendar: str = "",
    calendar_method: str = "",
    confidential: bool = False,
    expires_at: datetime | None = None,
) -> OutgoingMail:
    """Write a letter to the outbox, once per key, and have it delivered when the transaction commits.

    calendar is the text of an iCalendar object, calendar_method its METHOD; after expires_at the
    letter makes no sense and is not sent. Returns the row; an existing one with this key is
    returned unchanged.
    """
    row, created = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "to_address": to_address,
            "language": language,
            "subject": letter.subject[:LONGEST_SUBJECT],
            "text": letter.text,
            "html": letter.html,
            "calendar": calendar,
            "calendar_method": calendar_method,
            "confidential": confidential,
            "expires_at": expires_at,
            "created_at": now,
            "next_attempt_at": now,
        },
    )
    if created:
        queue_after_commit(DELIVER, row.pk)
    return row


def deliver(letter_id: int, *, now: datetime) -> LetterState | None:
    """Send one letter if it waits and is due. Returns its new state, or None if it was not ours."""
    claimed = OutgoingMail.objects.filter(
        pk=letter_id, state=LetterState.QUEUED, next_attempt_at__lte=now
    ).update(state=LetterState.SENDING, claimed_at=now, attempts=F("attempts") + 1)
    if not claimed:
        return None
    letter = OutgoingMail.objects.get(pk=letter_id)
    if letter.expires_at and now > letter.expires_at:
        return _finish(letter, LetterState.TOO_LATE, error=letter.error)
    try:
        send(letter)
    except DeliveryUncertain as error:
        return _finish(letter, LetterState.UNSURE, error=str(error))
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        return _refused(letter, code, answer, now=now)
    except smtplib.SMTPDataError as error:
        return _refused(letter, error.smtp_code, error.smtp_error, now=now)
    except (OSError, smtplib.SMTPException) as error:
        # The server is away, or refuses us (wrong password, sender): no fault of the letter.
        return _wait(letter, str(error), now=now)
    return _finish(letter, LetterState.SENT, sent_at=now)


def waiting(*, now: datetime) -> list[int]:
    """The ids of all letters that are due for delivery, oldest first."""
    due = OutgoingMail.objects.filter(state=LetterState.QUEUED, next_attempt_at__lte=now)
    return list(due.order_by("next_attempt_at", "pk").values_list("pk", flat=True))


def put_unfinished_to_a_person(*, now: datetime) -> int:
    """Letters whose sender died on the way become UNSURE; returns how many.

    Only a person can find out whether the server took such a letter, so it is not sent again.
    """
    died_before = now - timedelta(seconds=settings.MAIL_UNSURE_AFTER_SECONDS)
    unfinished = OutgoingMail.objects.filter(state=LetterState.SENDING, claimed_at__lt=died_before)
    unfinished.filter(confidential=True).update(text="", html="")
    return unfinished.update(
        state=LetterState.UNSURE, error="The sender stopped before the server answered."
    )


def recall(letter_id: int) -> bool:
    """Take back a letter that is still waiting. False when it is on its way or gone."""
    waiting = OutgoingMail.objects.filter(pk=letter_id, state=LetterState.QUEUED)
    return bool(waiting.update(state=LetterState.RECALLED))


def send_again(letter: OutgoingMail, *, now: datetime) -> bool:
    """A person decides that an unsure or failed letter goes out (again). False if it may not.

    A confidential letter is never sent again: its text is gone.
    """
    released = OutgoingMail.objects.filter(
        pk=letter.pk, state__in=[LetterState.UNSURE, LetterState.FAILED], confidential=False
    ).update(state=LetterState.QUEUED, next_attempt_at=now, error="")
    if released:
        queue_after_commit(DELIVER, letter.pk)
    return bool(released)


def _refused(letter: OutgoingMail, code: int, answer: bytes | str, *, now) -> LetterState:
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    said = f"{code} {words}"
    if 400 <= code < 500:
        return _wait(letter, said, now=now)
    return _finish(letter, LetterState.FAILED, error=said)


def _wait(letter: OutgoingMail, said: str, *, now: datetime) -> LetterState:
    if now - letter.created_at > GIVE_UP_AFTER:
        return _finish(letter, LetterState.FAILED, error=said)
    wait = min(FIRST_WAIT * 2 ** min(letter.attempts - 1, 10), LONGEST_WAIT)
    return _finish(letter, LetterState.QUEUED, error=said, next_attempt_at=now + wait)


def _finish(letter: OutgoingMail, state: LetterState, **changes) -> LetterState:
    changes.setdefault("error", "")
    if letter.confidential and state != LetterState.QUEUED:
        changes |= {"text": "", "html": ""}
    # A slow sender that comes back with an answer knows better than the sweep that gave it up.
    OutgoingMail.objects.filter(
        pk=letter.pk,
        state__in=[LetterState.SENDING, LetterState.UNSURE],
        attempts=letter.attempts,
    ).update(state=state, **changes)
    log.info("Letter %s: %s %s", letter.pk, state, changes["error"])
    return state
