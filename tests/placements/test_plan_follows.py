"""The mail plan follows what happens after the result was told, and while letters wait in the outbox."""

from datetime import date, time, timedelta

import pytest
from django.db import OperationalError

from employees.models import Employee
from mail.models import OutgoingMail
from placements.domain import (
    days,
    digest,
    dispatch,
    evaluations,
    lifecycle,
    mailcare,
    mailplan,
    rounds,
    wishes,
)
from placements.domain.evaluations import Answers
from placements.enums import Side
from placements.models import MailTiming, Placement, PlannedMail, Wish
from placements.tasks import sweep
from praktik.lib.dates import add_working_days, at
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.rounds.pages import save_round
from tests.placements.test_letters import sent_by

pytestmark = pytest.mark.django_db


FIRST_EVENING = at(FIRST_DAY, NOW.time().replace(hour=22))


def letters(kind: str) -> list[str]:
    """The states of the letters of this kind in the outbox, the oldest first."""
    planned = PlannedMail.objects.filter(kind=kind)
    keys = [f"planned-{row.pk}-{n}" for row in planned for n in range(row.times_written)]
    return list(
        OutgoingMail.objects.filter(key__in=keys).order_by("pk").values_list("state", flat=True)
    )


def released(wish) -> None:
    rounds.release(round=wish.round, now=NOW)
    mailplan.replan_stale(now=NOW)
    dispatch.send_due(now=NOW)


# --- A place won or lost after the result was told -------------------------------------------------------


def decline(placement):
    lifecycle.decline(placement=placement, reason="Vi har travlt.", by=None, now=NOW)


def expire(placement):
    lifecycle.expire(placement=placement, reason="", now=NOW)


def refuse_the_other_days(placement):
    other = [FIRST_DAY + timedelta(days=1)]
    days.offer(placement=placement, offers=[other], by=None, now=NOW)
    days.decline_offer(placement=placement, by=None, now=NOW)


def call_off(placement):
    lifecycle.cancel(placement=placement, reason="Sygdom.", by=None, now=NOW)


@pytest.mark.parametrize("ending", [decline, expire, refuse_the_other_days, call_off])
def test_whose_place_falls_through_after_the_release_is_told_so(ending):
    placement = factories.placement("asked")
    released(placement.wish)
    assert letters("not_placed") == []
    ending(placement)
    dispatch.send_due(now=NOW)
    assert letters("not_placed") == ["queued"]


def test_who_gets_a_place_after_all_is_not_told_that_there_was_none():
    wish = factories.wish()
    released(wish)
    assert letters("not_placed") == ["queued"]
    factories.placement("confirmed", wish=Wish.objects.select_related("round").get(pk=wish.pk))
    dispatch.send_due(now=NOW)
    assert (letters("not_placed"), letters("confirmed")[:1]) == (["recalled"], ["queued"])


# --- Letters that wait while somebody answers or leaves ---------------------------------------------------


def test_an_evaluation_that_waits_in_the_outbox_is_taken_back_with_the_answer():
    visit = factories.placement("confirmed")
    afterwards = at(FIRST_DAY + timedelta(days=1), NOW.time())
    dispatch.send_due(now=afterwards)
    assert sorted(letters("evaluation")) == ["queued", "queued"]
    evaluations.submit(
        placement=visit, side=Side.PARTICIPANT, author=visit.employee, now=afterwards,
        answers=Answers(useful=5, length="right", new_contacts=1, recommend=9),
    )  # fmt: skip
    assert sorted(letters("evaluation")) == ["queued", "recalled"]
    row = PlannedMail.objects.get(kind="evaluation", side="participant", number=1)
    assert (row.state, row.reason) == ("skipped", "answered")


# --- Late, and still in time ------------------------------------------------------------------------------


def test_the_receipt_of_a_wish_sent_just_before_midnight_arrives_after_it(mail_server):
    round = factories.round()
    last_minute = at(round.wishes_until, NOW.time().replace(hour=23, minute=59, second=20))
    factories.wish(round=round, now=last_minute)
    (letter,) = sent_by(mail_server, last_minute + timedelta(minutes=30))
    assert "Vi har modtaget dit ønske" in letter["Subject"]


def test_an_offer_of_later_days_makes_sense_until_the_latest_of_them(mail_server):
    placement = factories.placement("asked", days=[FIRST_DAY])
    later = [FIRST_DAY + timedelta(days=7)]
    days.offer(placement=placement, offers=[later], by=None, now=NOW)
    letters = sent_by(mail_server, at(FIRST_DAY, NOW.time()))
    assert [letter["To"] for letter in letters if "andre dage" in letter["Subject"]] == [
        placement.employee.email
    ]


TUESDAY = FIRST_DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("told_at", "subject"),
    [
        (at(FIRST_DAY, time(14)), "I morgen: Anne Kjærsgaard kommer, tirsdag den 5. januar"),
        (at(TUESDAY, time(7, 30)), "I dag: Anne Kjærsgaard kommer, tirsdag den 5. januar"),
        (at(TUESDAY, time(8, 30)), None),  # the visit began at eight
    ],
)
def test_who_is_told_of_late_is_announced_at_once_in_true_words(mail_server, told_at, subject):
    wish = factories.wish(round=factories.round(hold_results=True))
    visit = factories.placement("confirmed", wish=wish, days=[TUESDAY])
    rounds.release(round=wish.round, now=told_at)
    mailplan.replan_stale(now=told_at)
    to_host = [
        " ".join(letter["Subject"].split())
        for letter in sent_by(mail_server, told_at)
        if letter["To"] == visit.host.contacts.get().email
    ]
    assert to_host[1:] == ([subject] if subject else [])


def test_who_is_confirmed_on_the_eve_is_announced_to_both_sides(mail_server, clock):
    placement = factories.placement(days=[TUESDAY])
    clock.now = at(FIRST_DAY, time(14))
    lifecycle.confirm(placement=placement, by=None, now=clock.now)
    found = [" ".join(letter["Subject"].split()) for letter in sent_by(mail_server, clock.now)]
    assert sum(subject.startswith("I morgen:") for subject in found) == 2


@pytest.mark.parametrize(
    ("first_day", "says"),
    [(date(2027, 1, 5), "I morgen:"), (date(2027, 1, 11), "Næste arbejdsdag:")],
)
def test_the_day_before_is_called_tomorrow_where_it_is(mail_server, first_day, says):
    placement = factories.placement("confirmed", days=[first_day])
    dispatch.send_due(now=NOW)
    letters = sent_by(mail_server, at(add_working_days(first_day, -1), time(8, 5)))
    found = [" ".join(letter["Subject"].split()) for letter in letters]
    assert sum(subject.startswith(says) for subject in found) == 2
    assert placement.planned_mails.filter(kind="tomorrow", state="sent").count() == 2


def test_a_wish_withdrawn_takes_its_waiting_mail_back():
    wish = factories.wish()
    released(wish)
    wishes.withdraw(wish=Wish.objects.get(pk=wish.pk), by=wish.employee, now=NOW)
    assert letters("not_placed") == ["recalled"]


@pytest.mark.parametrize(
    ("new_deadline", "sent_on"), [(date(2026, 12, 17), [30, 14]), (date(2026, 12, 2), [30])]
)
def test_a_draft_is_reminded_of_a_later_deadline_too(client, signe, new_deadline, sent_on):
    """The deadline is 3 December at first."""
    draft = factories.wish(send=False)
    dispatch.send_due(now=at(date(2026, 11, 30), NOW.time()))
    OutgoingMail.objects.update(state="sent", sent_at=NOW)
    save_round(client, draft.round, wishes_until=new_deadline)
    mailplan.replan_stale(now=at(date(2026, 12, 1), NOW.time()))
    for day in (1, 2, 11, 14, 15):
        dispatch.send_due(now=at(date(2026, 12, day), NOW.time()))
    sent = PlannedMail.objects.filter(kind="draft_unsent", state="sent").order_by("due")
    assert [row.due.day for row in sent] == sent_on


# --- A clock that ran ahead, a step that fails -------------------------------------------------------------


def test_what_was_missed_by_a_clock_that_ran_ahead_is_sent_when_it_is_due(clock):
    visit = factories.placement("confirmed")
    dispatch.send_due(now=FIRST_EVENING)
    missed = PlannedMail.objects.filter(placement=visit, state="missed")
    assert missed.filter(kind="tomorrow").count() == 2
    clock.now = NOW
    sweep()
    assert not missed.exists()


def test_a_letter_that_cannot_be_written_and_a_step_that_fails_hold_up_nothing(
    clock, monkeypatch, caplog
):
    visit = factories.placement("confirmed")
    name = Employee.get_short_name

    def breaks_for_the_host(person):
        if person != visit.employee:
            raise AttributeError("no such name")
        return name(person)

    def breaks(*, now):
        raise AttributeError("no such thing")

    monkeypatch.setattr(Employee, "get_short_name", breaks_for_the_host)
    monkeypatch.setattr(digest, "send_due", breaks)
    sweep()
    assert letters("confirmed") == ["queued"]
    assert "could not be written" in caplog.text
    assert "the sweep goes on" in caplog.text


def test_an_odd_visit_does_not_keep_the_plans_of_the_round_as_they_were(caplog):
    host, round = factories.host(seats=2), factories.round()
    odd, visit = (
        factories.placement(
            "confirmed", host=host, wish=factories.wish(host, round=round, person=factories.employee())
        )
        for _twice in range(2)
    )
    Placement.objects.filter(pk=odd.pk).update(confirmed_at=None)
    MailTiming.objects.create(kind="guide", is_on=False, offsets=[-10])
    mailplan.ask_to_replan([round])
    mailplan.replan_stale(now=NOW)
    assert visit.planned_mails.get(kind="guide").state == "skipped"
    assert odd.planned_mails.get(kind="guide").state == "planned"
    assert f"The mails of Placement {odd.pk} could not be planned." in caplog.text
    round.refresh_from_db()
    assert not round.plan_is_stale


# --- A visit is moved while letters wait, or a person has one sent by hand ----------------------------


def test_a_confirmation_that_still_waits_is_written_anew_with_the_new_days():
    visit = factories.placement("confirmed")
    dispatch.send_due(now=NOW)
    OutgoingMail.objects.filter(planned_mail__side="host").update(state="sent", sent_at=NOW)
    days.move(placement=visit, days=[FIRST_DAY + timedelta(days=3)], reason="Travlt", by=None, now=NOW)
    dispatch.send_due(now=NOW)
    assert sorted(letters("confirmed")) == ["queued", "recalled", "sent"]
    told = OutgoingMail.objects.filter(state="queued", planned_mail__placement=visit)
    told = told.order_by("planned_mail__side")
    assert [(row.planned_mail.kind, row.planned_mail.side) for row in told] == [
        ("moved", "host"),
        ("confirmed", "participant"),
    ]
    participant = told.get(planned_mail__side="participant")
    assert "torsdag den 7. januar" in participant.text
    assert "4. januar" not in participant.text


def test_who_was_invited_to_the_new_days_is_not_told_of_a_move_later():
    visit = factories.placement("confirmed")
    dispatch.send_due(now=NOW)
    OutgoingMail.objects.filter(planned_mail__side="host").update(state="sent", sent_at=NOW)
    later = NOW + timedelta(minutes=1)
    new_days = [FIRST_DAY + timedelta(days=3)]
    days.move(placement=visit, days=new_days, reason="Travlt", by=None, now=later)
    dispatch.send_due(now=later + timedelta(minutes=1))
    OutgoingMail.objects.filter(state="queued").update(state="sent", sent_at=later)
    mailplan.replan(visit, now=later + timedelta(minutes=2))
    moved = visit.planned_mails.filter(kind="moved").values_list("side", flat=True)
    assert list(moved) == ["host"]


def test_what_a_person_has_sent_now_is_not_planned_for_later_meanwhile(signe):
    visit = factories.placement("confirmed")
    dispatch.send_due(now=NOW)
    reminder = visit.planned_mails.get(kind="reminder", side="participant")
    mailcare.send_now(planned=reminder, by=signe, now=NOW)
    mailplan.replan(visit, now=NOW)
    assert letters("reminder") == []
    dispatch.send_due(now=NOW)
    assert letters("reminder") == ["queued"]
    OutgoingMail.objects.update(state="sent", sent_at=NOW)
    days.move(placement=visit, days=[FIRST_DAY + timedelta(days=3)], reason="Travlt", by=None, now=NOW)
    reminder.refresh_from_db()
    assert (reminder.state, reminder.is_insisted, reminder.due > NOW) == ("planned", False, True)
    dispatch.send_due(now=at(FIRST_DAY + timedelta(days=25), NOW.time()))
    reminder.refresh_from_db()
    assert (reminder.state, reminder.reason) == ("missed", "too_late")


def test_what_a_person_has_sent_now_is_as_any_other_after_a_move(signe):
    visit = factories.placement("confirmed")
    dispatch.send_due(now=NOW)
    OutgoingMail.objects.update(state="sent", sent_at=NOW)
    again = visit.planned_mails.get(kind="confirmed", side="participant")
    mailcare.send_now(planned=again, by=signe, now=NOW)
    dispatch.send_due(now=NOW)
    days.move(placement=visit, days=[FIRST_DAY + timedelta(days=3)], reason="Travlt", by=None, now=NOW)
    again.refresh_from_db()
    assert (again.state, again.is_insisted) == ("planned", False)


def test_what_a_person_has_sent_now_and_the_plan_dropped_comes_back_as_any_other(signe):
    visit = factories.placement("confirmed")
    after = [at(add_working_days(FIRST_DAY, day), time(10)) for day in range(12)]
    (birthe,) = visit.host.contacts.all()
    dispatch.send_due(now=NOW)
    dispatch.send_due(now=after[4])
    OutgoingMail.objects.update(state="sent", sent_at=after[4])
    last = visit.planned_mails.get(kind="evaluation", side="host", number=3)
    mailcare.send_now(planned=last, by=signe, now=after[5])
    visit.host.contacts.remove(birthe)
    last.refresh_from_db()
    assert (last.state, last.is_insisted) == ("skipped", False)
    visit.host.contacts.add(birthe)
    last.refresh_from_db()
    assert (last.state, last.due) == ("planned", after[9].replace(hour=9))


def test_what_a_person_has_sent_now_goes_out_though_it_is_answered(signe):
    visit = factories.placement("confirmed")
    afterwards = at(FIRST_DAY + timedelta(days=1), NOW.time())
    Placement.objects.filter(pk=visit.pk).update(attended=True)
    visit.refresh_from_db()
    mailplan.replan(visit, now=afterwards)
    question = visit.planned_mails.get(kind="attendance")
    assert (question.state, question.reason) == ("skipped", "answered")
    mailcare.send_now(planned=question, by=signe, now=afterwards)
    mailplan.replan(visit, now=afterwards)
    dispatch.send_due(now=afterwards)
    assert letters("attendance") == ["queued"]


def test_a_plan_that_could_not_be_made_is_tried_again(monkeypatch):
    def breaks(wish):
        raise OperationalError("deadlock detected")

    factories.wish()
    Wish.objects.update(plan_is_stale=True)
    monkeypatch.setattr(Wish, "awaits_approval", property(breaks))
    mailplan.replan_stale(now=NOW)
    assert Wish.objects.get().plan_is_stale
    monkeypatch.undo()
    mailplan.replan_stale(now=NOW)
    assert not Wish.objects.get().plan_is_stale
