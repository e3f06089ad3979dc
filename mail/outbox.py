"""Writing letters to the outbox and delivering them: no letter lost, none sent twice unasked.

A letter is written with `post` in the transaction of its cause. A worker takes a batch of those that
wait, and for one after the other claims it (SENDING, committed), speaks SMTP outside any
transaction, then notes the outcome. When nobody can know whether the server took it, it becomes
UNSURE and a person decides.
"""

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from mail import limits
from mail.limits import HELD_FOR
from mail.models import LONGEST_SUBJECT, LetterState, OutgoingMail
from mail.rendering import Letter
from mail.smtp import DeliveryUncertain, Line
from praktik.lib.background import queue_after_commit

log = logging.getLogger(__name__)

NEEDS_A_PERSON = [LetterState.UNSURE, LetterState.FAILED, LetterState.BOUNCED]
DELIVER = "mail.tasks.deliver_letters"
BATCH = 100
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=4)


def write(
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
    """A letter that is ready for `post_all`, not yet in the outbox.

    calendar is the text of an iCalendar object, calendar_method its METHOD; after expires_at the
    letter makes no sense and is not sent.
    """
    return OutgoingMail(
        key=key,
        to_address=to_address,
        language=language,
        subject=letter.subject[:LONGEST_SUBJECT],
        text=letter.text,
        html=letter.html,
        calendar=calendar,
        calendar_method=calendar_method,
        confidential=confidential,
        expires_at=expires_at,
        created_at=now,
        next_attempt_at=now,
    )


def post_all(letters: list[OutgoingMail]) -> list[OutgoingMail]:
    """Put letters into the outbox, and have them delivered when the transaction commits.

    Raises IntegrityError when one has a key that is already there. Returns them.
    """
    if letters:
        queue_after_commit(DELIVER)
    return OutgoingMail.objects.bulk_create(letters)


def post(key: str, **words) -> OutgoingMail:
    """Put a letter into the outbox, once per key; the words are those of `write`.

    An existing letter with this key is returned unchanged.
    """
    OutgoingMail.objects.bulk_create([write(key=key, **words)], ignore_conflicts=True)
    queue_after_commit(DELIVER)
    return OutgoingMail.objects.get(key=key)


def deliver(letter_id: int, *, now: datetime) -> LetterState | None:
    """Send one letter if it waits and is due. Returns its new state, or None if it was not ours."""
    return _deliver(OutgoingMail.objects.filter(pk=letter_id), clock=lambda: now).get(letter_id)


def deliver_batch(*, clock: Callable[[], datetime]) -> bool:
    """Send up to BATCH letters that are due, one after the other; clock gives the present moment.

    Returns whether it is worth to go on with the next batch at once.
    """
    outcomes = _deliver(OutgoingMail.objects.all(), clock=clock)
    return bool(outcomes) and None not in outcomes.values()


def waiting(*, now: datetime) -> list[int]:
    """The ids of all letters that are due for delivery, oldest first."""
    due = _due(OutgoingMail.objects.all(), now)
    return list(due.order_by("next_attempt_at", "pk").values_list("pk", flat=True))


def is_stopped(*, now: datetime) -> bool:
    """Whether letters wait because the day's limit is reached: a person may let them go."""
    return limits.is_stopped(now=now)


def release(*, by: str, now: datetime) -> None:
    """Let the letters of this day go in spite of the limit; by says who decided."""
    limits.release(by=by, now=now)
    queue_after_commit(DELIVER)


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
    """A person decides that a letter that is unsure, failed or came back goes out (again). False if it may not.

    A confidential letter is never sent again: its text is gone.
    """
    released = OutgoingMail.objects.filter(
        pk=letter.pk, state__in=NEEDS_A_PERSON, confidential=False
    ).update(state=LetterState.QUEUED, next_attempt_at=now, error="")
    if released:
        queue_after_commit(DELIVER)
    return bool(released)


def _due(letters: QuerySet, now: datetime) -> QuerySet:
    return letters.filter(state=LetterState.QUEUED, next_attempt_at__lte=now)


def _deliver(letters: QuerySet, *, clock) -> dict[int, LetterState | None]:
    """Deliver a batch; id → new state, None for a letter that was left for later."""
    batch = _hold(letters, now=clock())
    outcomes = dict.fromkeys(letter.pk for letter in batch)
    with Line() as line:
        for number, letter in enumerate(batch):
            now = clock()
            if now >= letter.next_attempt_at:
                break
            if not _claim(letter, now=now):
                outcomes.pop(letter.pk)
                continue
            try:
                outcomes[letter.pk] = _send(letter, line, now=now)
            except _LINE_FAULTS as error:
                outcomes[letter.pk] = _wait(letter, str(error), now=now)
                _let_wait(batch[number + 1 :], now=now)
                break
    return outcomes


@transaction.atomic
def _hold(letters: QuerySet, *, now: datetime) -> list[OutgoingMail]:
    """Take a batch for HELD_FOR, the sign-in codes first: somebody waits for them.

    Held letters stay QUEUED, so a worker that dies has nothing to give back: they are due again.
    """
    due = _due(letters, now).order_by("next_attempt_at", "pk").select_for_update(skip_locked=True)
    batch = list(due.filter(confidential=True)[:BATCH])
    if room := limits.room(now=now, most=BATCH - len(batch), also=len(batch)):
        batch += due.filter(confidential=False)[:room]
    for letter in batch:
        letter.claimed_at, letter.next_attempt_at = now, now + HELD_FOR
    OutgoingMail.objects.filter(pk__in=[letter.pk for letter in batch]).update(
        claimed_at=now, next_attempt_at=now + HELD_FOR
    )
    return batch


def _held(letter: OutgoingMail) -> QuerySet:
    """The letter's row while this batch holds it: nobody has sent, taken or recalled it."""
    return OutgoingMail.objects.filter(
        pk=letter.pk, state=LetterState.QUEUED, claimed_at=letter.claimed_at, attempts=letter.attempts
    )


def _claim(letter: OutgoingMail, *, now: datetime) -> bool:
    if not _held(letter).update(state=LetterState.SENDING, claimed_at=now, attempts=F("attempts") + 1):
        return False
    letter.attempts += 1
    return True


def _let_wait(batch: list[OutgoingMail], *, now: datetime) -> None:
    """The server is away: the rest of the batch need not knock one by one."""
    for letter in batch:
        _held(letter).update(claimed_at=None, next_attempt_at=now + FIRST_WAIT)


# The server is away, or refuses us (wrong password, sender): no fault of the letter.
_LINE_FAULTS = (OSError, smtplib.SMTPException)


def _send(letter: OutgoingMail, line: Line, *, now: datetime) -> LetterState:
    """Speak SMTP for a claimed letter and note the outcome. Raises _LINE_FAULTS."""
    if letter.expires_at and now > letter.expires_at:
        return _finish(letter, LetterState.TOO_LATE, error=letter.error)
    try:
        line.send(letter)
    except DeliveryUncertain as error:
        return _finish(letter, LetterState.UNSURE, error=str(error))
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        return _refused(letter, code, answer, now=now)
    except smtplib.SMTPDataError as error:
        return _refused(letter, error.smtp_code, error.smtp_error, now=now)
    return _finish(letter, LetterState.SENT, sent_at=now)


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
