"""Who has been told of a visit: those who may have a letter of it. They alone hear of what becomes of it."""

import re
from datetime import timedelta

import pytest

from mail.models import LetterState, OutgoingMail
from placements.domain import change_of_host, days, dispatch, lifecycle, mailcare, mailplan
from placements.models import Placement, PlannedMail
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.change_of_plan.steps import SECOND, THIRD, calendars_of
from tests.placements.change_of_plan.test_move import text_to
from tests.placements.test_letters import sent_by

pytestmark = pytest.mark.django_db

FOURTH = FIRST_DAY + timedelta(days=3)
AN_HOUR_LATER = NOW + timedelta(hours=1)


@pytest.fixture
def visit():
    """A visit of one day that is confirmed; the letters to both sides wait in the outbox."""
    visit = factories.placement("confirmed", host=factories.host("Rådhusets kantine"))
    dispatch.send_due(now=NOW)
    return visit


def seen(visit) -> Placement:
    return Placement.objects.with_people().get(pk=visit.pk)


def cancel(visit):
    lifecycle.cancel(placement=seen(visit), reason="Sygdom.", by=None, now=NOW)


def confirmations(visit):
    return OutgoingMail.objects.filter(planned_mail__placement=visit, planned_mail__kind="confirmed")


def heard(visit) -> list[str]:
    """The sides that hear of a cancellation."""
    rows = PlannedMail.objects.filter(placement=visit, kind="cancelled")
    return sorted(rows.values_list("side", flat=True))


BOTH = ["host", "participant"]


@pytest.mark.parametrize(
    ("fate", "sides"),
    [("recalled", []), ("failed", []), ("too_late", []), ("unsure", BOTH), ("bounced", BOTH)],
)
def test_whose_confirmation_never_came_hears_of_no_cancellation(visit, fate, sides):
    confirmations(visit).update(state=fate)
    cancel(visit)
    assert heard(visit) == sides


def test_of_a_letter_that_was_sent_again_the_first_one_counts_too(visit, signe):
    confirmations(visit).update(state=LetterState.SENT, sent_at=NOW)
    row = visit.planned_mails.get(kind="confirmed", side="host")
    mailcare.send_now(planned=row, by=signe, now=NOW)
    dispatch.send_due(now=NOW)
    OutgoingMail.objects.filter(planned_mail=row).update(state=LetterState.FAILED)
    cancel(visit)
    assert heard(visit) == BOTH


# --- A move, and who of them had been told before it ---------------------------------------------------


@pytest.fixture
def longer_visit():
    """A visit of two days that is confirmed; the letters to both sides wait in the outbox."""
    host = factories.host("Rådhusets kantine")
    visit = factories.placement("confirmed", host=host, wish=factories.wish(host, length=2))
    dispatch.send_due(now=NOW)
    OutgoingMail.objects.exclude(planned_mail__placement=visit).delete()
    return visit


def move(visit, *to):
    days.move(placement=seen(visit), days=to, reason="", by=None, now=NOW)


def deliver(mail_server, *, kinds=("confirmed", "confirmed_day"), sides=("participant", "host")):
    """The letters of these kinds to these sides arrive; all others are refused for now."""
    wanted = PlannedMail.objects.filter(kind__in=kinds, side__in=sides)
    others = OutgoingMail.objects.exclude(planned_mail__in=wanted).filter(state=LetterState.QUEUED)
    others.update(next_attempt_at=AN_HOUR_LATER)
    return sent_by(mail_server, NOW)


ARRIVED = [
    {"sides": ["participant"]},
    {"kinds": ["confirmed"]},
    {"kinds": ["confirmed_day"]},
    {"kinds": ["confirmed"], "sides": ["host"]},
    {"kinds": ["confirmed_day"], "sides": ["host"]},
]


@pytest.mark.parametrize("new_days", [[THIRD, FOURTH], [THIRD], [FIRST_DAY]])
@pytest.mark.parametrize("arrived", ARRIVED)
def test_whatever_had_arrived_before_the_move_every_calendar_is_right(
    longer_visit, mail_server, arrived, new_days
):
    visit = longer_visit
    both = [visit.employee, visit.host.contacts.get()]
    batches = [deliver(mail_server, **arrived)]
    move(visit, *new_days)
    batches.append(sent_by(mail_server, AN_HOUR_LATER))
    assert calendars_of(batches, *both) == {person.name: new_days for person in both}
    has_arrived = {"kinds": ["confirmed"], "sides": BOTH} | arrived
    knew = sorted(has_arrived["sides"]) if "confirmed" in has_arrived["kinds"] else []
    moved = visit.planned_mails.filter(kind="moved").order_by("side")
    assert list(moved.values_list("side", "state")) == [(side, "sent") for side in knew]
    mailplan.replan(seen(visit), now=AN_HOUR_LATER)
    assert sent_by(mail_server, AN_HOUR_LATER) == []
    lifecycle.cancel(placement=seen(visit), reason="", by=None, now=AN_HOUR_LATER)
    batches.append(sent_by(mail_server, AN_HOUR_LATER))
    assert calendars_of(batches, *both) == {person.name: [] for person in both}


def test_a_contact_who_comes_after_a_move_is_invited_and_not_told_of_it(visit, mail_server):
    sent_by(mail_server, NOW)
    move(visit, THIRD)
    sent_by(mail_server, NOW)
    new = factories.employee("Ny Vært")
    visit.host.contacts.add(new)
    sent_by(mail_server, NOW)
    mailplan.replan(seen(visit), now=NOW)
    sent_by(mail_server, NOW)
    assert [letter["Subject"].split(":")[0] for letter in mail_server.to(new.email)] == [
        "Det er på plads"
    ]


def before_and_now(person, letters) -> list[str]:
    """What the first letter to a person says of the days before and now."""
    return list(re.search(r"Før: (.*) Nu: (.*?), \d\d\.\d\d", text_to(person, letters)).groups())


def test_a_mail_of_a_move_names_the_days_that_its_recipient_was_last_told(visit, mail_server):
    (birthe,) = visit.host.contacts.all()
    sent_by(mail_server, NOW)
    move(visit, SECOND)
    dispatch.send_due(now=NOW)
    deliver(mail_server, kinds=["moved"], sides=["host"])
    move(visit, THIRD)
    letters = sent_by(mail_server, AN_HOUR_LATER)
    assert before_and_now(visit.employee, letters) == ["mandag den 4. januar", "onsdag den 6. januar"]
    assert before_and_now(birthe, letters) == ["tirsdag den 5. januar", "onsdag den 6. januar"]


def test_who_never_heard_of_a_move_that_was_undone_hears_nothing(visit, mail_server):
    (birthe,) = visit.host.contacts.all()
    batches = [sent_by(mail_server, NOW)]
    move(visit, SECOND)
    dispatch.send_due(now=NOW)
    batches.append(deliver(mail_server, kinds=["moved"], sides=["host"]))
    move(visit, FIRST_DAY)
    batches.append(sent_by(mail_server, AN_HOUR_LATER))
    assert [letter["To"] for letter in batches[2]] == [birthe.email]
    both = [visit.employee, birthe]
    assert calendars_of(batches, *both) == {person.name: [FIRST_DAY] for person in both}
    cancel(visit)
    batches.append(sent_by(mail_server, AN_HOUR_LATER))
    assert calendars_of(batches, *both) == {person.name: [] for person in both}


def moved_to_the_library(visit) -> Placement:
    """The visit at another host; the letters of the move wait in the outbox."""
    library = factories.host("Hovedbiblioteket", contacts=[factories.employee("Lis Bog")])
    moved = change_of_host.move(
        placement=seen(visit), host=library, days=[SECOND], reason="Ombygning.", is_agreed=True,
        by=factories.consultant(), now=NOW,
    )  # fmt: skip
    dispatch.send_due(now=NOW)
    return moved


def test_who_never_heard_of_the_host_in_between_reads_from_where_the_visit_moved(visit, mail_server):
    anne = visit.employee
    sent_by(mail_server, NOW)
    moved = moved_to_the_library(visit)
    move(moved, THIRD)
    letters = sent_by(mail_server, AN_HOUR_LATER)
    assert before_and_now(anne, letters) == [
        "Rådhusets kantine, mandag den 4. januar",
        "Hovedbiblioteket, onsdag den 6. januar",
    ]
    assert "Begrundelse: Ombygning." in text_to(anne, letters)


def test_a_later_move_does_not_repeat_the_reason_of_an_earlier_one(visit, mail_server):
    sent_by(mail_server, NOW)
    moved = moved_to_the_library(visit)
    sent_by(mail_server, NOW)
    move(moved, THIRD)
    letters = sent_by(mail_server, AN_HOUR_LATER)
    for person in (visit.employee, moved.host.contacts.get()):
        assert "onsdag den 6. januar" in text_to(person, letters)
        assert "Ombygning" not in text_to(person, letters)


def test_a_cancellation_names_the_days_that_its_recipient_was_told(longer_visit, mail_server):
    """The letters of the move still wait when the visit is cancelled."""
    dispatch.send_due(now=NOW)
    sent_by(mail_server, NOW)
    move(longer_visit, THIRD, FOURTH)
    dispatch.send_due(now=NOW)
    cancel(longer_visit)
    letters = sent_by(mail_server, AN_HOUR_LATER)
    told = text_to(longer_visit.employee, letters)
    assert "mandag den 4. januar og tirsdag den 5. januar er aflyst" in told
    subjects = [str(letter["Subject"]) for letter in letters]
    assert any(subject.endswith("tirsdag den 5. januar") for subject in subjects)
    assert not any("torsdag den 7. januar" in subject for subject in subjects)


def test_a_further_day_is_looked_at_apart_from_the_first(longer_visit, mail_server):
    """The first day's letter came, the further day's did not; then away and back again."""
    batches = [sent_by(mail_server, NOW)]
    move(longer_visit, THIRD, FOURTH)
    dispatch.send_due(now=NOW)
    batches.append(deliver(mail_server, kinds=["moved"]))
    move(longer_visit, SECOND, THIRD)
    move(longer_visit, THIRD, FOURTH)
    dispatch.send_due(now=AN_HOUR_LATER)
    batches.append(sent_by(mail_server, AN_HOUR_LATER))
    both = [longer_visit.employee, longer_visit.host.contacts.get()]
    assert calendars_of(batches, *both) == {person.name: [THIRD, FOURTH] for person in both}
