"""A visit changes while its mails are being planned or written: everybody ends with one true picture.

Real threads; each is stopped at the point of the race by a lock that another database session holds.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, connections

from employees.models import Employee
from mail import outbox
from mail.models import OutgoingMail
from placements import tasks
from placements.domain import days, dispatch, lifecycle, mailcare, mailplan, rounds
from placements.models import Placement
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.faults.test_kills import another_session
from tests.mail_server import part, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

IN_A_MINUTE = NOW + timedelta(minutes=1)
LATER = FIRST_DAY + timedelta(days=3)
LETTERS_CANNOT_BE_WRITTEN = "LOCK TABLE mail_outgoingmail IN SHARE MODE"


def sessions_that_wait() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return cursor.fetchone()[0]


@contextmanager
def held_up_by(lock: str):
    """Within the block what needs this lock (SQL) waits: start(step, …) returns when it does, or is done.

    At the end of the block all go on; the futures then have their results.
    """
    with another_session() as cursor, ThreadPoolExecutor(max_workers=3) as pool:
        cursor.execute(lock)
        started: list[Future] = []

        def start(step: Callable, *args, **values) -> Future:
            started.append(pool.submit(_in_its_own_session, step, *args, **values))
            wait_until(lambda: sessions_that_wait() == sum(not each.done() for each in started))
            return started[-1]

        try:
            yield start
        finally:
            cursor.connection.rollback()
        for future in started:
            future.result(timeout=30)


def _in_its_own_session(step: Callable, *args, **values):
    try:
        return step(*args, **values)
    finally:
        connections.close_all()


def move(visit, to=LATER):
    days.move(placement=visit, days=[to], reason="", by=None, now=NOW)


def cancel(visit):
    lifecycle.cancel(placement=visit, reason="Sygdom.", by=None, now=NOW)


def seen(visit) -> Placement:
    return Placement.objects.with_people().get(pk=visit.pk)


def lock_of(visit) -> str:
    return f"SELECT 1 FROM placements_placement WHERE id = {visit.pk} FOR UPDATE"


def send_and_deliver():
    dispatch.send_due(now=NOW)
    OutgoingMail.objects.filter(state="queued").update(state="sent", sent_at=NOW)


def letters(visit) -> list[tuple[str, str, str]]:
    """(kind, side, fate) of all letters that were written for a visit."""
    found = []
    for row in visit.planned_mails.order_by("kind", "side"):
        keys = [f"planned-{row.pk}-{n}" for n in range(row.times_written)]
        written = OutgoingMail.objects.filter(key__in=keys).order_by("pk")
        found += [(row.kind, row.side, state) for state in written.values_list("state", flat=True)]
    return found


@pytest.fixture
def visit():
    """A visit of one day that is confirmed, of which nothing is written yet."""
    return factories.placement("confirmed")


@pytest.fixture
def two_visits():
    """Two visits to one host, of which everybody has been told; that on the first day comes first in a round."""
    host, round = factories.host(seats=2), factories.round()
    visits = [
        factories.placement(
            "confirmed", host=host, days=[FIRST_DAY + timedelta(days=number)],
            wish=factories.wish(host, round=round, person=factories.employee()),
        )
        for number in range(2)
    ]  # fmt: skip
    send_and_deliver()
    return visits


# --- Plans made anew for many visits ------------------------------------------------------------------


def replan_the_round(visit):
    mailplan.ask_to_replan([visit.round])
    mailplan.replan_stale(now=NOW)


def add_a_contact(visit):
    visit.host.contacts.add(factories.employee("Ny Vært"))


@pytest.mark.parametrize("replan", [replan_the_round, add_a_contact])
def test_a_visit_that_is_moved_meanwhile_keeps_the_plan_of_its_new_days(two_visits, replan):
    first, second = two_visits
    with held_up_by(lock_of(first)) as start:
        start(replan, first)
        move(second)
    rows = second.planned_mails.exclude(recipient__name="Ny Vært")
    moved = rows.filter(kind="moved").values_list("side", "state")
    assert sorted(moved) == [("host", "planned"), ("participant", "planned")]
    due = {row.kind: f"{row.due.astimezone(NOW.tzinfo):%d/%m}" for row in rows.filter(number=1)}
    assert (due["reminder"], due["tomorrow"], due["attendance"]) == ("29/12", "06/01", "08/01")


# --- While a letter is being written ------------------------------------------------------------------


def test_a_visit_cancelled_while_its_confirmation_is_written_is_never_heard_of(visit):
    with held_up_by(LETTERS_CANNOT_BE_WRITTEN) as start:
        start(dispatch.send_due, now=NOW)
        start(cancel, seen(visit))
    send_and_deliver()
    assert letters(visit) == [
        ("confirmed", "host", "recalled"),
        ("confirmed", "participant", "recalled"),
    ]


def test_who_is_told_of_a_visit_at_the_moment_of_its_move_hears_of_its_new_days_alone(visit):
    with held_up_by(LETTERS_CANNOT_BE_WRITTEN) as start:
        start(dispatch.send_due, now=NOW)
        start(move, seen(visit))
    visit.refresh_from_db()
    assert visit.days == [LATER]
    send_and_deliver()
    assert letters(visit) == [
        ("confirmed", "host", "recalled"),
        ("confirmed", "host", "sent"),
        ("confirmed", "participant", "recalled"),
        ("confirmed", "participant", "sent"),
    ]


def pause_the_visit(visit):
    mailcare.pause(placement=visit, is_paused=True)


def pause_the_round(visit):
    rounds.pause_mails(round=visit.round, is_paused=True)


@pytest.mark.parametrize("pause", [pause_the_visit, pause_the_round])
def test_a_pause_reaches_what_is_just_being_written(visit, pause):
    with held_up_by(LETTERS_CANNOT_BE_WRITTEN) as start:
        start(dispatch.send_due, now=NOW)
        start(pause, seen(visit))
    assert letters(visit) == [
        ("confirmed", "host", "recalled"),
        ("confirmed", "participant", "recalled"),
    ]
    assert set(visit.planned_mails.values_list("state", flat=True)) == {"planned"}


# --- While a letter is being sent ---------------------------------------------------------------------


@contextmanager
def just_being_sent(mail_server, *, fate: str):
    """Within the block the server has the first letter in hand; at its end it answers, "" takes the letter."""
    mail_server.wait_in_data.clear()
    with ThreadPoolExecutor(max_workers=1) as pool:
        delivery = pool.submit(_in_its_own_session, outbox.deliver_batch, clock=lambda: NOW)
        try:
            assert mail_server.data_begun.wait(30)
            yield
        finally:
            mail_server.answer = fate
            mail_server.wait_in_data.set()
        delivery.result(timeout=30)
    mail_server.answer = ""


def sweep_and_deliver():
    """What the next minute brings."""
    mailplan.plan_again_what_was_refused(now=IN_A_MINUTE)
    mailplan.replan_stale(now=IN_A_MINUTE)
    dispatch.send_due(now=IN_A_MINUTE)
    while outbox.deliver_batch(clock=lambda: IN_A_MINUTE):
        pass


def subjects(mail_server) -> list[tuple[str, str]]:
    """(recipient's name, first words of the subject) of what arrived, in order, without the receipt of the wish."""
    names = dict(Employee.objects.values_list("email", "name"))
    seen = [(names[letter["To"]], letter["Subject"].split(":")[0]) for letter in mail_server.letters]
    return [each for each in seen if each[1] != "Dit ønske er modtaget"]


INVITED = [("Anne Kjærsgaard", "Du har fået en plads"), ("Birthe Kvist", "Det er på plads")]


@pytest.fixture
def just_confirmed(visit):
    """The visit, its confirmations waiting in the outbox, that to the participant first."""
    dispatch.send_due(now=NOW)
    OutgoingMail.objects.filter(planned_mail__kind="wish_received").delete()
    first = OutgoingMail.objects.get(planned_mail__kind="confirmed", planned_mail__side="participant")
    OutgoingMail.objects.filter(pk=first.pk).update(next_attempt_at=NOW - timedelta(hours=1))
    return visit


def test_a_letter_refused_for_now_while_its_visit_moved_is_written_anew(just_confirmed, mail_server):
    with just_being_sent(mail_server, fate="451 later"):
        move(seen(just_confirmed))
        dispatch.send_due(now=NOW)
    sweep_and_deliver()
    assert sorted(subjects(mail_server)) == INVITED
    for letter in mail_server.letters:
        assert "torsdag den 7. januar" in part(letter, "text/plain")
        assert "DTSTART;TZID=Europe/Copenhagen:20270107T" in part(letter, "text/calendar")


def test_a_letter_taken_while_its_visit_moved_is_followed_by_the_move(just_confirmed, mail_server):
    with just_being_sent(mail_server, fate=""):
        move(seen(just_confirmed))
        dispatch.send_due(now=NOW)
    sweep_and_deliver()
    assert sorted(subjects(mail_server)) == [
        ("Anne Kjærsgaard", "Dit besøg hos Rådhusets kantine har fået nye dage"),
        *INVITED,
    ]


def test_a_letter_refused_for_now_while_its_visit_was_cancelled_never_goes_out(
    just_confirmed, mail_server
):
    with just_being_sent(mail_server, fate="451 later"):
        cancel(seen(just_confirmed))
        dispatch.send_due(now=NOW)
    sweep_and_deliver()
    assert subjects(mail_server) == []
    row = just_confirmed.planned_mails.get(kind="confirmed", side="participant")
    assert (row.state, row.reason) == ("skipped", "not_called_for")


def test_a_letter_refused_for_now_while_its_mails_were_paused_waits(just_confirmed, mail_server):
    with just_being_sent(mail_server, fate="451 later"):
        pause_the_round(just_confirmed)
    sweep_and_deliver()
    assert subjects(mail_server) == []
    rounds.pause_mails(round=just_confirmed.round, is_paused=False)
    sweep_and_deliver()
    assert sorted(subjects(mail_server)) == INVITED


def test_who_notes_a_letter_that_is_being_outdated_holds_no_other_meanwhile(
    just_confirmed, mail_server
):
    """Both look at several letters: who held the next one while waiting for this could wait for ever."""
    first, second = OutgoingMail.objects.order_by("next_attempt_at").values_list("pk", flat=True)
    lock = "SELECT 1 FROM mail_outgoingmail WHERE id = %s FOR UPDATE NOWAIT"
    with just_being_sent(mail_server, fate=""), another_session() as cursor:
        cursor.execute(lock, [first])
        mail_server.wait_in_data.set()
        wait_until(lambda: sessions_that_wait() == 1)
        cursor.execute(lock, [second])
        cursor.connection.rollback()


def test_each_step_of_a_sweep_has_the_transaction_that_it_needs(just_confirmed, caplog):
    """A step that fails is told in the log alone. (Most tests run inside a transaction of their own.)"""
    tasks.sweep()
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_letter_that_came_too_late_is_missed_and_what_is_held_waits(just_confirmed):
    OutgoingMail.objects.filter(planned_mail__kind="confirmed").update(state="too_late")
    held = just_confirmed.planned_mails.get(kind="confirmed", side="host")
    with another_session() as cursor:
        cursor.execute(f"SELECT 1 FROM placements_plannedmail WHERE id = {held.pk} FOR UPDATE")
        mailplan.note_letters_too_late(now=NOW)
        cursor.connection.rollback()
    states = just_confirmed.planned_mails.filter(kind="confirmed").order_by("side")
    assert list(states.values_list("side", "state")) == [("host", "sent"), ("participant", "missed")]
