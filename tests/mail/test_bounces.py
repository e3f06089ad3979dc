"""Letters that come back, read from a real IMAP server."""

import email.policy
import smtplib
import subprocess
import sys
from datetime import timedelta
from email import message_from_string
from urllib.parse import urlparse

import pytest

from employees.models import Employee
from mail import bounces, outbox
from mail.models import LetterState, OutgoingMail
from tests import factories
from tests.factories import NOW
from tests.mail_server import free_port, wait_until

pytestmark = pytest.mark.django_db

REPORT = """\
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 No such user

--b
Content-Type: {quoted}

Message-ID: <123.456.letter-{letter}@testserver.example>
Subject: Hej

--b--
"""
MAILBOX = "retur@example.dk"


@pytest.fixture
def mailbox(settings):
    """A mailbox with SMTP and IMAP of its own; call it with a message to deliver that there."""
    smtp, imap = free_port(), free_port()
    command = [
        sys.executable, "-m", "mail_devel", "--host", "127.0.0.1", "--user", MAILBOX,
        "--password", "hemmelig", "--smtp-port", str(smtp), "--imap-port", str(imap),
        "--smtps-port", "0", "--no-http",
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def deliver(content: str) -> None:
        with smtplib.SMTP("127.0.0.1", smtp) as server:
            server.sendmail("mailer@mx.example", [MAILBOX], content.encode())

    def answers() -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", smtp):
                return True
        except OSError:
            return False

    wait_until(answers)
    user = MAILBOX.replace("@", "%40")
    settings.BOUNCE_MAILBOX = urlparse(f"imap://{user}:hemmelig@127.0.0.1:{imap}/INBOX")
    yield deliver
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture
def sent():
    anne = factories.employee("Anne Kjærsgaard")
    return OutgoingMail.objects.create(
        key="x", to_address=anne.email, language="da", subject="Hej", text="Hej", state="sent",
        sent_at=NOW, created_at=NOW, next_attempt_at=NOW,
    )  # fmt: skip


def report(letter, /, **values) -> str:
    return REPORT.format(
        **{
            "to": MAILBOX,
            "recipient": letter.to_address,
            "letter": letter.pk,
            "action": "failed",
            "status": "5.1.1",
            "quoted": "text/rfc822-headers",
        }
        | values
    )


def fate(letter) -> tuple[str, str]:
    letter.refresh_from_db()
    return letter.state, letter.error


@pytest.mark.parametrize("quoted", ["text/rfc822-headers", "message/rfc822"])
def test_a_letter_that_comes_back_is_noted_with_the_servers_words(mailbox, sent, quoted):
    mailbox("Subject: Fri\n\nJeg er på ferie.")
    mailbox(report(sent, quoted=quoted))
    assert [bounces.read_mailbox() for _twice in range(2)] == [1, 0]
    assert fate(sent) == (LetterState.BOUNCED, "smtp; 550 5.1.1 No such user")


def test_a_forwarded_letter_comes_back_by_its_first_address(sent):
    """As Exchange reports one that somebody had forwarded to another mailbox."""
    forwarded = f"videre@anden.example\nOriginal-Recipient: rfc822;{sent.to_address.title()}"
    content = report(sent, recipient=forwarded)
    assert bounces.note(message_from_string(content, policy=email.policy.default))
    assert fate(sent)[0] == LetterState.BOUNCED


@pytest.mark.parametrize(
    "values",
    [
        {"action": "delayed", "status": "4.4.1"},
        {"action": "failed", "status": "4.4.7"},
        {"recipient": "en.anden@havneby.example"},  # somebody guesses numbers
        {"letter": 999999},
        {"letter": "x"},
        {"quoted": "text/plain"},
    ],
)
def test_what_is_no_failure_of_ours_changes_nothing(sent, values):
    message = message_from_string(report(sent, **values), policy=email.policy.default)
    assert not bounces.note(message)
    assert fate(sent) == (LetterState.SENT, "")


@pytest.mark.parametrize(
    "content",
    [
        "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nx\n--b--",
        "Content-Type: multipart/report\n\nnothing",
        "Content-Type: message/rfc822; charset=x-unknown\n\n",
        "",
    ],
)
def test_broken_messages_do_not_stop_the_reading(mailbox, sent, content):
    mailbox(content or "\n")
    mailbox(report(sent))
    assert bounces.read_mailbox() == 1


def test_a_mailbox_that_is_away_is_tried_again_later(settings, sent, caplog):
    settings.BOUNCE_MAILBOX = urlparse("imap://x:y@127.0.0.1:1/INBOX")
    assert bounces.read_mailbox() == 0
    assert "cannot be read" in caplog.text


@pytest.fixture
def anne(sent):
    return Employee.objects.get(email=sent.to_address)


def written(person, state: str, error: str = "", days: int = 1) -> OutgoingMail:
    """A letter of some days after NOW."""
    moment = NOW + timedelta(days=days)
    return OutgoingMail.objects.create(
        key=f"{state}{error}{days}", to_address=person.email, language="da", subject="Hej", text="Hej",
        state=state, error=error, sent_at=moment, created_at=moment, next_attempt_at=moment,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("error", "is_bounced"),
    [
        ("550 5.1.1 No such user", True),
        ("550 5.1.10 Recipient not found", True),
        ("550 5.4.1 Recipient address rejected: Access denied", True),
        ("550 no such person", True),
        ("550 5.7.1 This looks like spam", False),
        ("554 we want no mail", False),
        ("452 4.2.2 Mailbox full", False),
    ],
)
def test_an_address_that_the_server_refuses_at_once_is_as_one_that_comes_back(anne, error, is_bounced):
    written(anne, "failed", error)
    assert Employee.objects.bounced().exists() == is_bounced


def test_a_later_letter_that_was_merely_taken_proves_nothing_and_a_consultant_does(client, anne, clock):
    written(anne, "bounced")
    written(anne, "sent", days=2)
    assert list(Employee.objects.bounced()) == [anne]
    client.force_login(factories.consultant())
    clock.now = NOW + timedelta(days=3)
    data = {"action": "address_is_right", "_selected_action": [anne.pk]}
    page = client.post("/admin/employees/employee/?bounced=yes", data, follow=True).content.decode()
    assert "1 adresse er rigtig." in page
    assert not Employee.objects.bounced().exists()
    written(anne, "bounced", days=4)
    assert list(Employee.objects.bounced()) == [anne]


def test_the_person_is_shown_until_the_address_changes(client, sent, anne):
    bounces.note(message_from_string(report(sent), policy=email.policy.default))
    assert list(Employee.objects.bounced()) == [anne]
    client.force_login(factories.consultant())
    page = client.get(f"/admin/employees/employee/{anne.pk}/change/").content.decode()
    assert "Nej: En mail er kommet retur." in page
    listed = client.get("/admin/employees/employee/?bounced=yes")
    assert listed.context["cl"].result_count == 1
    Employee.objects.filter(pk=anne.pk).update(email="anne.ny@havneby.example")
    assert not Employee.objects.bounced().exists()


def test_undeliverable_letters_go_back_to_the_address_for_them(settings, mail_server, sent):
    settings.MAIL_BOUNCE_ADDRESS = MAILBOX
    OutgoingMail.objects.update(state="queued")
    assert outbox.deliver(sent.pk, now=NOW) == LetterState.SENT
    assert mail_server.envelope_senders == [MAILBOX]
    assert mail_server.letters[0]["From"] == "Praktik <praktik@example.dk>"
