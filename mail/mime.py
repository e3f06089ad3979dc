"""Letters as bytes for SMTP (RFC 5322, RFC 2045 to 2047): one message of two or three alternatives.

All letters have this one shape, so it is written out here: the library's general way costs more than all
the rest of sending does, most of it for headers. Text is quoted-printable, so that any server takes it.
"""

from base64 import b64encode
from binascii import b2a_qp
from email.utils import formatdate, make_msgid, parseaddr
from functools import cache

from django.conf import settings
from django.core.mail import BadHeaderError
from django.core.mail.message import sanitize_address

from mail.models import OutgoingMail

# "=_" cannot occur in quoted-printable text.
BOUNDARY = "=_alternative_="
# Characters in an encoded word: four bytes each at most, in base64, in a line of 76.
WORD = 9


def as_bytes(letter: OutgoingMail) -> bytes:
    """The whole message of a letter. Raises BadHeaderError for a line break within a header."""
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(letter).items())
    parts = [f"\r\n--{BOUNDARY}\r\n{part}" for part in _parts(letter)]
    return "".join([head, *parts, f"\r\n--{BOUNDARY}--\r\n"]).encode("ascii")


def plain_address(written: str) -> str:
    """An address without its name, as it may stand in the envelope."""
    address = parseaddr(written)[1]
    return address if address.isascii() else sanitize_address(address, "utf-8")


def _headers(letter: OutgoingMail) -> dict[str, str]:
    headers = {
        "From": _with_name(settings.MAIL_FROM),
        "To": _one_line(plain_address(letter.to_address)),
        "Subject": _encoded(_one_line(letter.subject)),
        "Date": formatdate(),
        "Message-ID": make_msgid(f"letter-{letter.pk}", domain=settings.SITE_URL.hostname),
        "Auto-Submitted": "auto-generated",
        "Content-Language": letter.language,
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{BOUNDARY}"',
    }
    if letter.reply_to:
        headers["Reply-To"] = _one_line(plain_address(letter.reply_to))
    return headers


@cache
def _with_name(written: str) -> str:
    return _one_line(sanitize_address(written, "utf-8"))


def _one_line(value: str) -> str:
    if "\r" in value or "\n" in value:
        raise BadHeaderError(f"A header cannot hold a line break: {value!r}")
    return value


def _encoded(text: str) -> str:
    """A header's text, in encoded words where it is not plain ASCII (RFC 2047)."""
    if text.isascii():
        return text
    pieces = (text[start : start + WORD] for start in range(0, len(text), WORD))
    return "\r\n ".join(f"=?utf-8?b?{b64encode(piece.encode()).decode()}?=" for piece in pieces)


def _parts(letter: OutgoingMail) -> list[str]:
    """The alternatives, the plainest first."""
    alternatives = [
        ("text/plain", letter.text),
        ("text/html", letter.html),
        (f"text/calendar; method={letter.calendar_method}", letter.calendar),
    ]
    return [_part(kind, text) for kind, text in alternatives if text or kind == "text/plain"]


def _part(content_type: str, text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    # It breaks long lines as the first line is ended, so there must be one.
    quoted = b2a_qp(f"{lines}\r\n".encode()).decode("ascii").removesuffix("\r\n")
    return (
        f"Content-Type: {content_type}; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{quoted}"
    )
