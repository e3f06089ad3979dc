"""Letters that come back: reports of failed delivery (RFC 3464), read from a mailbox over IMAP.

A report is matched to its letter by the Message-ID that mail/mime.py wrote, and only if the address
agrees: that to which it was sent at first, or the last to which it was forwarded. It is marked as seen
after what it says is kept, and never deleted, so reading it twice does no harm. Reports of delay change
nothing.
"""

import imaplib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import ParseResult, unquote

from django.conf import settings
from django.db.models.functions import Lower

from mail.models import LetterState, OutgoingMail

log = logging.getLogger(__name__)

SECONDS = 20
LARGEST = 2_000_000
_OUR_ID = re.compile(r"\.letter-(\d{1,18})@")
# It was sent, or nobody knew; a report of failure says more.
MAY_BOUNCE = [LetterState.SENT, LetterState.UNSURE]


def read_mailbox() -> int:
    """Note what the unseen reports in the bounce mailbox say; returns how many letters came back.

    Without BOUNCE_MAILBOX_URL, or while the server is away, nothing happens: the next sweep tries again.
    """
    address = settings.BOUNCE_MAILBOX
    if not address:
        return 0
    try:
        with _mailbox(address) as server:
            return sum(_read(server, number) for number in _unseen(server))
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("The bounce mailbox cannot be read: %s", error)
        return 0


def note(report: EmailMessage) -> bool:
    """Note that a letter came back, if this message reports it. False when it says nothing of the kind."""
    if report.get_content_type() != "multipart/report":
        return False
    failure = next(_failures(report), None)
    found = _OUR_ID.search(_returned_headers(report))
    if failure is None or found is None:
        return False
    recipients, words = failure
    letters = OutgoingMail.objects.annotate(address=Lower("to_address"))
    ours = letters.filter(pk=found[1], address__in=recipients, state__in=MAY_BOUNCE)
    return bool(ours.update(state=LetterState.BOUNCED, error=words))


def _failures(report: EmailMessage) -> Iterator[tuple[set[str], str]]:
    """(addresses, the server's words) of each recipient whom the report calls failed for ever."""
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for group in part.get_payload():
            action = str(group.get("Action", "")).strip().lower()
            status = str(group.get("Status", "")).strip()
            if action == "failed" and not status.startswith("4"):
                words = str(group.get("Diagnostic-Code", "")) or status
                yield _recipients(group), " ".join(words.split())[:1000]


def _recipients(group: EmailMessage) -> set[str]:
    """The addresses, in lower case, of one recipient: before and after the letter was forwarded."""
    written = (str(group.get(name, "")) for name in ("Original-Recipient", "Final-Recipient"))
    return {address.rpartition(";")[2].strip().strip("<>").lower() for address in written}


def _returned_headers(report: EmailMessage) -> str:
    """The headers of the letter that came back, as the report quotes them."""
    for part in report.walk():
        if part.get_content_type() == "message/rfc822":
            return str(part.get_payload(0).get("Message-ID", ""))
        if part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers"}:
            return str(part.get_payload())
    return ""


@contextmanager
def _mailbox(address: ParseResult) -> Iterator[imaplib.IMAP4]:
    connect = imaplib.IMAP4_SSL if address.scheme == "imaps" else imaplib.IMAP4
    port = address.port or (993 if address.scheme == "imaps" else 143)
    with connect(address.hostname, port, timeout=SECONDS) as server:
        server.login(unquote(address.username or ""), unquote(address.password or ""))
        server.select(unquote(address.path.strip("/")) or "INBOX")
        yield server


def _unseen(server: imaplib.IMAP4) -> list[bytes]:
    _ok, found = server.search(None, "UNSEEN", "SMALLER", str(LARGEST))
    return found[0].split()


def _read(server: imaplib.IMAP4, number: bytes) -> bool:
    """One message must not keep the others from being read, whatever it holds."""
    _ok, found = server.fetch(number, "(BODY.PEEK[])")
    content = next((part[1] for part in found if isinstance(part, tuple)), b"")
    try:
        is_bounce = note(message_from_bytes(content, policy=policy.default))
    except (ValueError, LookupError, AttributeError, TypeError, IndexError):
        log.warning("A message in the bounce mailbox cannot be understood.", exc_info=True)
        is_bounce = False
    server.store(number, "+FLAGS", "\\Seen")
    return is_bounce
