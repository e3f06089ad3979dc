"""Letters over one SMTP connection, on Django's backend, that also knows whether a message had been begun."""

import smtplib

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from mail import mime
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


class Line:
    """A connection that is opened for the first letter and kept for the next ones."""

    def __init__(self):
        self._connection = _Connection()

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *error) -> None:
        self._connection.close()

    def send(self, letter: OutgoingMail) -> None:
        """Send one letter and return when the server has taken it.

        A server may end a kept connection when it likes: before the message is begun, a new one is
        tried at once. Raises DeliveryUncertain, smtplib.SMTPException or OSError; for a letter that
        cannot be built whatever building it raises.
        """
        message = mime.as_bytes(letter)
        if self._connection.connection:
            try:
                return self._speak(letter.to_address, message)
            except _ENDED_BY_SERVER:
                pass
        return self._speak(letter.to_address, message)

    def _speak(self, to_address: str, message: bytes) -> None:
        self._connection.open()
        server = self._connection.connection
        server.message_begun = False
        try:
            # What cannot be delivered comes back to the sender, where mail/bounces.py reads it.
            sender = mime.plain_address(settings.MAIL_BOUNCE_ADDRESS or settings.MAIL_FROM)
            server.sendmail(sender, [mime.plain_address(to_address)], message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError):
            # The server's answer to this one letter; unless it closed the line, the next may follow.
            if server.sock is None:
                self._connection.close()
            raise
        except Exception as error:
            self._connection.close()
            if server.message_begun and not isinstance(error, smtplib.SMTPResponseException):
                raise DeliveryUncertain(str(error)) from error
            raise


_ENDED_BY_SERVER = (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused, ConnectionError)
