"""Writing letters to the outbox and delivering them: no letter lost, none sent twice unasked.

A letter is written with `post` in the transaction of its cause. A worker takes a batch of those that
wait, and for one after the other claims it (SENDING, committed), speaks SMTP outside any
transaction, then notes the outcome. When nobody can know whether the server took it, it becomes
UNSURE and a person decides.
"""

import logging
import smtplib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from mail import claims, limits
from mail.claims import Ended
from mail.models import LONGEST_SUBJECT, LetterState, OutgoingMail
from mail.rendering import Letter
from mail.smtp import DeliveryUncertain, Line
from praktik.lib.background import queue_after_commit

log = logging.getLogger(__name__)

NEEDS_A_PERSON = [LetterState.UNSURE, LetterState.FAILED, LetterState.BOUNCED]
CAN_BE_SENT_AGAIN = [*NEEDS_A_PERSON, LetterState.TOO_LATE, LetterState.RECALLED]
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
    is_urgent: bool = False,
    to_name: str = "",
    reply_to: str = "",
    expires_at: datetime | None = None,
) -> OutgoingMail:
    """A letter that is ready for `post_all`, not yet in the outbox.

    to_name is whose address it is, so that the letter can be found by it; calendar is the text of an
    iCalendar object, calendar_method its METHOD; reply_to is who gets the answers when it is not the
    sender; is_urgent lets it go first, whatever the limits; after expires_at the letter makes no sense and is not sent.
    """
    return OutgoingMail(
        key=key,
        to_address=to_address,
        to_name=to_name,
        language=language,
        subject=letter.subject[:LONGEST_SUBJECT],
        text=letter.text,
        html=letter.html,
        calendar=calendar,
        calendar_method=calendar_method,
        confidential=confidential,
        is_urgent=is_urgent,
        reply_to=reply_to,
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


def written(keys: Iterable[str]) -> set[str]:
    """Those of these keys under which there is a letter."""
    return set(OutgoingMail.objects.filter(key__in=keys).values_list("key", flat=True))


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


def stopped(*, now: datetime) -> QuerySet:
    """The letters that wait while the day's limit holds the mail back; none otherwise."""
    waiting = OutgoingMail.objects.filter(limits.CAN_WAIT, state=LetterState.QUEUED)
    return waiting if is_stopped(now=now) else waiting.none()


def amiss() -> QuerySet:
    """Letters that did not arrive or of which nobody knows, until a person has settled them.

    Not sign-in codes: nobody can send them again, and who needs one asks for another.
    """
    return OutgoingMail.objects.filter(state__in=NEEDS_A_PERSON, is_settled=False, confidential=False)


def settle(letters: QuerySet) -> int:
    """There is nothing more to do about those of these letters that went amiss; returns how many."""
    return letters.filter(pk__in=amiss()).update(is_settled=True)


def release(*, by: str, now: datetime) -> None:
    """Let the letters of this day go in spite of the limit; by says who decided."""
    limits.release(by=by, now=now)
    queue_after_commit(DELIVER)


def put_unfinished_to_a_person(*, now: datetime) -> int:
    """Letters whose sender died on the way become UNSURE; returns how many.

    Only a person can find out whether the server took such a letter, so it is not sent again.
    """
    died_before = now - timedelta(seconds=settings.MAIL_UNSURE_AFTER_SECONDS)
    began = Q(claimed_at__lt=died_before) | Q(claimed_at__gt=now + LONGEST_WAIT)
    unfinished = OutgoingMail.objects.filter(began, state=LetterState.SENDING)
    unfinished.filter(confidential=True).update(text="", html="")
    return unfinished.update(
        state=LetterState.UNSURE, error="The sender stopped before the server answered."
    )


def recall(letter_id: int) -> bool:
    """Take back a letter that is still waiting. False when it is on its way or gone."""
    return bool(recall_all(OutgoingMail.objects.filter(pk=letter_id)))


def recall_all(letters: QuerySet) -> list[int]:
    """Take back those of these letters that are still waiting; returns their keys."""
    with transaction.atomic():
        waiting = letters.filter(state=LetterState.QUEUED).select_for_update(of=("self",))
        taken_back = list(waiting.order_by("pk").values_list("pk", flat=True))
        OutgoingMail.objects.filter(pk__in=taken_back).update(state=LetterState.RECALLED)
    return taken_back


def outdate(letters: QuerySet) -> list[int]:
    """What these letters say is no longer so: take back those that wait; returns their keys.

    One that is just being sent is taken back if the server refuses it for now.
    """
    with transaction.atomic():
        under_way = letters.filter(state__in=[LetterState.QUEUED, LetterState.SENDING])
        under_way = under_way.select_for_update(of=("self",)).order_by("pk")
        state_of = dict(under_way.values_list("pk", "state"))
        sending = [pk for pk, state in state_of.items() if state == LetterState.SENDING]
        OutgoingMail.objects.filter(pk__in=sending).update(is_outdated=True)
        return recall_all(OutgoingMail.objects.filter(pk__in=state_of.keys() - sending))


def send_again(letter: OutgoingMail, *, now: datetime) -> bool:
    """A person decides that a letter that is unsure, failed or came back goes out (again). False if it may not.

    It goes out even if it is late. A confidential letter is never sent again: its text is gone.
    """
    released = OutgoingMail.objects.filter(
        pk=letter.pk, state__in=CAN_BE_SENT_AGAIN, confidential=False
    ).update(
        state=LetterState.QUEUED,
        next_attempt_at=now,
        error="",
        expires_at=None,
        is_settled=False,
        is_outdated=False,
    )
    if released:
        queue_after_commit(DELIVER)
    return bool(released)


def _due(letters: QuerySet, now: datetime) -> QuerySet:
    """Those whose wait is over, or longer than any wait: written while the clock ran ahead."""
    is_due = Q(next_attempt_at__lte=now) | Q(next_attempt_at__gt=now + 2 * LONGEST_WAIT)
    return letters.filter(is_due, state=LetterState.QUEUED)


def _deliver(letters: QuerySet, *, clock) -> dict[int, LetterState | None]:
    """Deliver a batch; id → new state, None for a letter that was left for later."""
    now = clock()
    batch = claims.hold(_due(letters, now), now=now, most=BATCH)
    outcomes = dict.fromkeys(letter.pk for letter in batch)
    ended = None  # how the letter before ended: written down when the next one is claimed
    with Line() as line:
        for number, letter in enumerate(batch):
            now = clock()
            if now >= letter.next_attempt_at:
                break
            is_ours = claims.claim(letter, now=now, before=ended)
            ended = _attempt(letter, line, now=now) if is_ours else None
            if ended is None:
                outcomes.pop(letter.pk)
                continue
            outcomes[letter.pk] = ended.state
            if ended.server_is_away:
                claims.let_wait(batch[number + 1 :], until=now + FIRST_WAIT)
                break
        if ended:
            claims.note(ended)
    return outcomes


def _attempt(letter: OutgoingMail, line: Line, *, now: datetime) -> Ended:
    """Speak SMTP for a claimed letter."""
    if letter.expires_at and now > letter.expires_at:
        return _ended(letter, LetterState.TOO_LATE, error=letter.error)
    try:
        line.send(letter)
    except DeliveryUncertain as error:
        return _ended(letter, LetterState.UNSURE, error=str(error))
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        return _refused(letter, code, answer, now=now)
    except smtplib.SMTPDataError as error:
        return _refused(letter, error.smtp_code, error.smtp_error, now=now)
    except (OSError, smtplib.SMTPException) as error:
        # The server is away, or refuses us (wrong password, sender): no fault of the letter, and the
        # rest of the batch need not knock one by one.
        return replace(_wait(letter, str(error), now=now), server_is_away=True)
    except Exception as error:
        # A fault of this letter, such as one that cannot be built: time does not mend it, a person may.
        log.exception("Letter %s could not be sent.", letter.pk)
        return _ended(letter, LetterState.FAILED, error=f"{type(error).__name__}: {error}")
    return _ended(letter, LetterState.SENT, sent_at=now)


def _refused(letter: OutgoingMail, code: int, answer: bytes | str, *, now) -> Ended:
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    said = f"{code} {words}"
    if 400 <= code < 500:
        return _wait(letter, said, now=now)
    return _ended(letter, LetterState.FAILED, error=said)


def _wait(letter: OutgoingMail, said: str, *, now: datetime) -> Ended:
    if now - letter.created_at > GIVE_UP_AFTER:
        return _ended(letter, LetterState.FAILED, error=said)
    wait = min(FIRST_WAIT * 2 ** min(letter.attempts - 1, 10), LONGEST_WAIT)
    return _ended(letter, LetterState.QUEUED, error=said, next_attempt_at=now + wait)


def _ended(letter: OutgoingMail, state: LetterState, *, error: str = "", **changes) -> Ended:
    log.info("Letter %s: %s %s", letter.pk, state, error)
    if letter.confidential and state != LetterState.QUEUED:
        changes |= {"text": "", "html": ""}
    return Ended(letter, state, changes | {"error": error})
