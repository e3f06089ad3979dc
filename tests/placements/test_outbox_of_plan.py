"""Letters of the plan in the outbox: held back, taken back, settled, sent again; and what the plan says of them."""

from datetime import timedelta

import pytest

from mail import outbox
from mail.models import LetterState, OutgoingMail
from mail.rendering import Letter
from placements.domain import dispatch, lifecycle, mailcare, mailplan, rounds, todo
from placements.domain.errors import Refused
from placements.models import PlannedMail
from placements.tasks import sweep
from tests import factories
from tests.factories import NOW
from tests.placements.test_letters import sent_by

pytestmark = pytest.mark.django_db

OUTBOX = "/admin/mail/outgoingmail/"


@pytest.fixture
def visit():
    """A confirmed visit whose letters wait in the outbox."""
    wish = factories.wish()
    dispatch.send_due(now=NOW)
    OutgoingMail.objects.update(state=LetterState.SENT, sent_at=NOW)
    placement = factories.placement("confirmed", wish=wish)
    dispatch.send_due(now=NOW)
    return placement


@pytest.fixture
def failed(visit):
    """The participant's confirmation, which the server refused for ever."""
    mail = PlannedMail.objects.get(placement=visit, kind="confirmed", side="participant")
    fate = {"state": LetterState.FAILED, "error": "550 no such mailbox"}
    OutgoingMail.objects.filter(pk=mail.letter_id).update(**fate)
    mail.refresh_from_db()
    return mail


def act(client, action, *letters):
    data = {"action": action, "_selected_action": [letter.pk for letter in letters]}
    return client.post(OUTBOX, data, follow=True).content.decode()


def waiting() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.exclude(state=LetterState.SENT))


def plan(client, visit) -> str:
    return client.get(f"/admin/placements/placement/{visit.pk}/mails/").content.decode()


# --- Held back and taken back -------------------------------------------------------------------------


def pause_visit(visit, is_paused):
    mailcare.pause(placement=visit, is_paused=is_paused)


def pause_round(visit, is_paused):
    rounds.pause_mails(round=visit.round, is_paused=is_paused)


@pytest.mark.parametrize("pause", [pause_visit, pause_round])
def test_a_pause_holds_back_what_waits_in_the_outbox_too(visit, mail_server, pause):
    pause(visit, True)
    assert sent_by(mail_server, NOW) == []
    pause(visit, False)
    letters = sent_by(mail_server, NOW)
    assert sorted(letter["To"] for letter in letters) == sorted(
        [visit.employee.email, visit.host.contacts.get().email]
    )


def test_what_is_paused_is_not_said_to_be_on_its_way(visit, signe):
    mailcare.pause(placement=visit, is_paused=True)
    mail = visit.planned_mails.filter(kind="confirmed").first()
    with pytest.raises(Refused, match="sat på pause"):
        mailcare.send_now(planned=mail, by=signe, now=NOW)


def test_a_consultant_takes_back_what_waits(client, signe, visit, mail_server):
    assert "2 mails er trukket tilbage." in act(client, "take_back", *waiting())
    assert "0 mails" in act(client, "take_back", *waiting())
    mailplan.replan(visit, now=NOW)
    assert sent_by(mail_server, NOW) == []
    assert plan(client, visit).count("<strong>Trukket tilbage</strong>") == 2


def test_the_days_limit_stands_in_the_to_do(client, signe, settings, visit, mail_server):
    settings.MAIL_PER_DAY = 1
    outbox.deliver_batch(clock=lambda: NOW)
    counted = {task.path: task.count for task in todo.tasks(now=NOW)}
    shown = client.get(f"/admin/{todo.STOPPED}").context["cl"].result_count
    assert counted[todo.STOPPED] == 1 == shown


# --- What went amiss ------------------------------------------------------------------------------------


def test_a_letter_that_failed_is_settled_and_off_the_list(client, signe, visit, failed):
    (task,) = [each for each in todo.tasks(now=NOW) if "state__in" in each.path]
    assert task.count == 1 == client.get(f"/admin/{task.path}").context["cl"].result_count
    assert "1 mail er afsluttet." in act(client, "settle", failed.letter)
    assert not outbox.amiss().exists()


def test_sign_in_codes_that_failed_ask_nothing_of_the_consultants(failed):
    OutgoingMail.objects.update(confidential=True)
    assert not outbox.amiss().exists()


def test_the_plan_says_what_became_of_a_letter_and_the_servers_words(client, signe, visit, failed):
    page = plan(client, visit)
    assert "<strong>Kunne ikke sendes</strong>" in page
    assert page.count("550 no such mailbox") == 1
    page = client.get(f"/admin/placements/round/{visit.wish.round_id}/mails/").content.decode()
    assert "Kunne ikke sendes: <strong>1</strong>" in page


def test_what_made_no_sense_any_more_in_the_outbox_was_missed(visit, clock):
    OutgoingMail.objects.update(expires_at=NOW)
    clock.now = NOW + timedelta(days=1)
    for letter in outbox.waiting(now=clock.now):
        outbox.deliver(letter, now=clock.now)
    sweep()
    rows = PlannedMail.objects.filter(placement=visit, kind="confirmed").values_list("state", "reason")
    assert list(rows) == [("missed", "too_late")] * 2


# --- Sent again from the outbox ---------------------------------------------------------------------------


def test_sent_again_it_goes_to_the_corrected_address_and_is_off_the_list(
    client, signe, visit, failed, mail_server
):
    visit.employee.email = "anne.ny@havneby.example"
    visit.employee.save(update_fields=["email"])
    assert "1 mail er på vej." in act(client, "send_again", failed.letter)
    assert "anne.ny@havneby.example" in [letter["To"] for letter in sent_by(mail_server, NOW)]
    assert not outbox.amiss().exists()


def test_a_cancelled_visit_is_not_confirmed_by_mistake(client, signe, visit, failed, mail_server):
    lifecycle.cancel(placement=visit, reason="Sygdom.", by=None, now=NOW)
    sent_by(mail_server, NOW)
    assert "ikke længere" in act(client, "send_again", failed.letter)
    assert sent_by(mail_server, NOW) == []


def test_a_letter_that_came_too_late_goes_out_when_a_person_wants_it(mail_server):
    words = {"to_address": "a@b.example", "language": "da", "now": NOW, "expires_at": NOW}
    late = outbox.post("own", letter=Letter("Emne", "Tekst", ""), **words)
    later = NOW + timedelta(hours=1)
    outbox.deliver(late.pk, now=later)
    late.refresh_from_db()
    assert late.state == LetterState.TOO_LATE
    assert outbox.send_again(late, now=later)
    assert outbox.deliver(late.pk, now=later) == LetterState.SENT
