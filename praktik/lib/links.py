"""Signed links in mails: one salt per purpose, so that a link opens nothing but what it was made for."""

import re
import secrets
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing

# What a token of `make_token` looks like inside a text.
SIGNED = re.compile(r"[\w.-]+:[\w-]+:[\w-]{20,}")
# What stands in its place where a letter is only shown or tried out.
EXAMPLE = "eksempel"
# The parameter that says in which language a letter was that leads to a page.
LANGUAGE = "sprog"


class BadLink(Exception):
    """The link was forged, damaged or made for another purpose.

    `payload` is what it carries, where it is genuine all the same.
    """

    def __init__(self, payload: dict | None = None):
        super().__init__()
        self.payload = payload or {}


class ExpiredLink(BadLink):
    """The link was genuine, but is too old."""


class ExampleLink(BadLink):
    """The link stands in a letter that was only shown or tried out, and opens nothing."""


def make_token(purpose: str, **payload) -> str:
    """A signed, url-safe text that carries payload (JSON values) for this purpose."""
    return signing.dumps(payload, salt=f"praktik.{purpose}", compress=True)


def read_token(purpose: str, token: str, *, max_age: timedelta) -> dict:
    """The payload of a token made for this purpose. Raises ExpiredLink, ExampleLink or BadLink."""
    if token == EXAMPLE:
        raise ExampleLink
    salt = f"praktik.{purpose}"
    try:
        return signing.loads(token, salt=salt, max_age=max_age)
    except signing.SignatureExpired as error:
        raise ExpiredLink(signing.loads(token, salt=salt)) from error
    except signing.BadSignature as error:
        raise BadLink from error


def as_example(text: str) -> str:
    """The text with links that open nothing: the real ones are for their recipient alone."""
    return SIGNED.sub(EXAMPLE, text)


def new_secret() -> str:
    """An unguessable part of an address that works without signing in, such as a calendar feed's."""
    return secrets.token_urlsafe(24)


def absolute(path: str, *, language: str = "") -> str:
    """A path of this site as a full address, for mails and calendars.

    language: that of the letter, for a page that asks a stranger to sign in first.
    """
    address = settings.SITE_URL.geturl().rstrip("/") + path
    is_usual = not language or language == settings.LANGUAGE_CODE
    return address if is_usual else f"{address}?{urlencode({LANGUAGE: language})}"
