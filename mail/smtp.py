"""One letter over SMTP, on Django's backend, that also knows whether the message itself had been begun."""

import smtplib
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from mail.models import OutgoingMail


class DeliveryUncertain(Exception):
    """The line broke after the message was begun: the server may or may not have taken it."""


class _Noting:
    """Mixed into smtplib's connections: notes when the message itself is begun."""

    message_begun = False

    def data(self, message):
        self.message_begun = True
        return super().data(message)


class _SMTP(_Noting, smtplib.SMTP):
    pass


class _SMTPOverTLS(_Noting, smtplib.SMTP_SSL):
    pass


class _Connection(EmailBackend):
    @property
    def connection_class(self):
        return _SMTPOverTLS if self.use_ssl else _SMTP

    def close(self) -> None:
        """A server that is rude at goodbye has still taken the letter."""
        try:
            super().close()
        except (OSError, smtplib.SMTPException):
            self.connection = None


def send(letter: OutgoingMail) -> None:
    """Send one letter and return when the server has taken it.

    Raises DeliveryUncertain, smtplib.SMTPException or OSError.
    """
    connection = _Connection()
    connection.open()
    server = connection.connection
    try:
        connection.send_messages([_message(letter)])
    except smtplib.SMTPResponseException:
        raise
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        if server.message_begun:
            raise DeliveryUncertain(str(error)) from error
        raise
    finally:
        connection.close()


def _message(letter: OutgoingMail) -> EmailMultiAlternatives:
    domain = settings.SITE_URL.hostname
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[letter.to_address],
        headers={
            "Message-ID": make_msgid(f"letter-{letter.pk}", domain=domain),
            "Auto-Submitted": "auto-generated",
            "Content-Language": letter.language,
        },
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    if letter.calendar:
        message.attach_alternative(letter.calendar, f"text/calendar; method={letter.calendar_method}")
    return message
