"""A real SMTP server for tests, in a thread of its own."""

import asyncio
import email
import email.policy
import socket
import threading
import time
from email.message import EmailMessage

from aiosmtpd.controller import Controller


class MailServer:
    """Takes letters, unless `answer` (such as "451 later") or `break_off` says otherwise."""

    def __init__(self, port: int = 0):
        self.port = port or free_port()
        self.letters: list[EmailMessage] = []
        self.envelope_senders: list[str] = []
        self.answer = ""
        self.break_off = False
        self.break_off_at = 0  # the number of the message, from 1, at which the line breaks
        self.connections = 0
        self.messages = 0
        self.take_before_waiting = False
        self.wait_in_data = threading.Event()
        self.wait_in_data.set()
        self.wait_in_data_at = 0  # the only message to wait in, from 1; 0: in each
        self.wait_at_greeting = threading.Event()
        self.wait_at_greeting.set()
        self.data_begun = threading.Event()
        self.lines_broken = 0
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        self.wait_in_data.set()
        self.wait_at_greeting.set()
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_EHLO(self, server, session, envelope, hostname, responses) -> list[str]:
        self.connections += 1
        while not self.wait_at_greeting.is_set():
            await asyncio.sleep(0.05)
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server, session, envelope) -> str:
        self.messages += 1
        number = self.messages
        if self.take_before_waiting:
            self._take(envelope)
        self.data_begun.set()
        try:
            while self.wait_in_data_at in (0, number) and not self.wait_in_data.is_set():
                await asyncio.sleep(0.05)
        except asyncio.CancelledError:
            self.lines_broken += 1  # whoever was sending is gone
            raise
        if self.break_off or number == self.break_off_at:
            server.transport.abort()
            return "451 broken off"
        if self.answer:
            return self.answer
        if not self.take_before_waiting and not server.transport.is_closing():
            self._take(envelope)
        return "250 taken"

    def _take(self, envelope) -> None:
        self.envelope_senders.append(envelope.mail_from)
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))

    def to(self, address: str) -> list[EmailMessage]:
        """The letters taken for this address, in order."""
        return [letter for letter in self.letters if letter["To"] == address]

    def subjects(self) -> list[str]:
        """(recipient, subject) of all letters taken, sorted."""
        return sorted((letter["To"], letter["Subject"]) for letter in self.letters)

    def wait_for(self, count: int, seconds: float = 30) -> None:
        """Raises TimeoutError unless this many letters have been taken in time."""
        wait_until(lambda: len(self.letters) >= count, seconds)


def wait_until(condition, seconds: float = 30) -> None:
    """Raises TimeoutError unless the condition comes true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"Still not true after {seconds} s")
        time.sleep(0.05)


def part(letter: EmailMessage, content_type: str) -> str:
    """The text of the first part of this type, with plain line ends."""
    found = next(part for part in letter.walk() if part.get_content_type() == content_type)
    return found.get_content().replace("\r\n", "\n")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
