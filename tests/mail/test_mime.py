"""A letter's bytes, read back by the standard library's parser in its strictest mood."""

import email
import email.policy

import pytest
from django.core.mail import BadHeaderError
from hypothesis import given
from hypothesis import strategies as st

from mail import mime
from mail.models import OutgoingMail

STRICT = email.policy.default.clone(raise_on_defect=True)


def letter(**values) -> OutgoingMail:
    plain = {"to_address": "anne@havneby.example", "language": "da", "subject": "Hej", "text": "Hej\n"}
    return OutgoingMail(pk=7, **plain | values)


def parsed(**values):
    raw = mime.as_bytes(letter(**values))
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 200
    assert b"\n" not in raw.replace(b"\r\n", b"")
    return email.message_from_bytes(raw, policy=STRICT)


def contents(message) -> list[tuple[str, str]]:
    return [
        (part.get_content_type(), part.get_content().replace("\r\n", "\n"))
        for part in message.iter_parts()
    ]


def test_a_letter_with_everything():
    message = parsed(
        subject="Påmindelse: du besøger Rådhusets køkken på tirsdag den 5. januar 2027 🍲",
        text="Kære Åse\n\n.\nFrom her  \n=_alternative_=\n" + "æ" * 300,
        html="<p>" + "x" * 2000 + "</p>",
        calendar="BEGIN:VCALENDAR\r\nX:\u2028å\r\nEND:VCALENDAR\r\n",
        calendar_method="REQUEST",
    )
    assert contents(message) == [
        ("text/plain", "Kære Åse\n\n.\nFrom her  \n=_alternative_=\n" + "æ" * 300),
        ("text/html", "<p>" + "x" * 2000 + "</p>"),
        ("text/calendar", "BEGIN:VCALENDAR\nX:\u2028å\nEND:VCALENDAR\n"),
    ]
    assert list(message.iter_parts())[2].get_param("method") == "REQUEST"
    assert dict(message.items()) | {"Date": "", "Message-ID": ""} == {
        "From": "Praktik <praktik@example.dk>",
        "To": "anne@havneby.example",
        "Subject": "Påmindelse: du besøger Rådhusets køkken på tirsdag den 5. januar 2027 🍲",
        "Date": "",
        "Message-ID": "",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "da",
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/alternative; boundary="=_alternative_="',
    }
    assert message["Date"].datetime
    assert message["Message-ID"].endswith(".letter-7@testserver.example>")


def test_names_and_domains_with_danish_letters(settings):
    settings.MAIL_FROM = "Lynpraktik på Ærø <praktik@ærø.example>"
    message = parsed(to_address="anne@rødgrød.example")
    assert message["From"] == "Lynpraktik på Ærø <praktik@xn--r-3fa9c.example>"
    assert message["To"] == "anne@xn--rdgrd-vuad.example"


@given(text=st.text(), subject=st.text(st.characters(exclude_categories=["C", "Z"]), max_size=200))
def test_any_text_arrives_as_it_was_written(text, subject):
    message = parsed(text=text, subject=subject)
    as_written = text.replace("\r\n", "\n").replace("\r", "\n")
    assert contents(message) == [("text/plain", as_written)]
    assert message["Subject"] == subject


@pytest.mark.parametrize("values", [{"subject": "Hej\r\nBcc: a@b.dk"}, {"subject": "Hej\nder"}])
def test_a_header_cannot_be_smuggled_in(values):
    with pytest.raises(BadHeaderError):
        mime.as_bytes(letter(**values))
