"""Requests that nobody answers: they run out, once, and the wish is back in the puzzle."""

from datetime import timedelta

import pytest

from mail.models import LetterState, OutgoingMail
from placements.domain import days, expiry, lifecycle, mail_links, rounds, todo
from placements.domain.errors import Refused
from placements.enums import PlacementState
from placements.models import Event, Placement, PlannedMail, VisitDay, Wish
from placements.tasks import sweep
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.test_letters import sent_by

pytestmark = pytest.mark.django_db


def day(month: int, number: int, year: int = 2026, hour: int = 8):
    return at(NOW.date().replace(year=year, month=month, day=number), NOW.time().replace(hour=hour))


REMINDERS = (day(11, 27), day(12, 3))


@pytest.fixture
def visit(mail_server):
    """Asked by mail on Monday 23 November about Monday 4 January."""
    row = factories.placement("asked")
    assert sent_by(mail_server, NOW)
    return row


@pytest.fixture
def silent(visit, mail_server):
    """Reminded on 27 November and 3 December, and not heard of."""
    for moment in REMINDERS:
        assert sent_by(mail_server, moment)
    return visit


def state_of(visit):
    visit.refresh_from_db()
    return visit.state


def test_a_silent_host_frees_the_seat_five_working_days_after_the_last_reminder(silent):
    visit = silent
    assert expiry.expire_due(now=day(12, 10, hour=7)) == 0
    assert state_of(visit) == PlacementState.ASKED
    assert expiry.expire_due(now=day(12, 10)) == 1
    assert state_of(visit) == PlacementState.EXPIRED
    assert not VisitDay.objects.exists()
    assert list(Wish.objects.unplaced()) == [visit.wish]
    event = Event.objects.filter(placement=visit).latest("pk")
    assert (event.by, event.from_state, event.to_state, event.reason) == (
        None,
        "asked",
        "expired",
        "Praktikstedet svarede ikke i tide.",
    )
    assert not PlannedMail.objects.filter(placement=visit, state="planned").exists()


def test_it_runs_out_once_however_often_it_is_looked_at(silent):
    assert [expiry.expire_due(now=day(12, 11)) for _twice in range(2)] == [1, 0]
    assert Event.objects.filter(placement=silent, to_state="expired").count() == 1


def test_an_odd_placement_does_not_keep_the_others_from_running_out(silent, caplog):
    wish = factories.wish(person=factories.employee("Bo"), round=silent.round)
    odd = factories.placement("asked", host=factories.host(), wish=wish)
    Placement.objects.filter(pk=odd.pk).update(offered=[["en onsdag"]])
    assert expiry.expire_due(now=day(12, 10)) == 1
    assert (state_of(silent), state_of(odd)) == (PlacementState.EXPIRED, PlacementState.ASKED)
    assert f"Whether placement {odd.pk} has run out could not be found." in caplog.text


def test_the_minute_sweep_finds_it_after_days_without_a_worker(silent, clock):
    clock.now = day(12, 20)
    sweep()
    assert state_of(silent) == PlacementState.EXPIRED


def test_after_an_outage_the_reminder_comes_first_and_the_time_counts_from_it(visit, mail_server):
    back_again = day(12, 14)
    assert expiry.expire_due(now=back_again) == 0
    assert len(sent_by(mail_server, back_again)) == 1
    assert expiry.expire_due(now=day(12, 21, hour=7)) == 0
    assert expiry.expire_due(now=day(12, 21)) == 1


@pytest.mark.parametrize(
    ("asked", "runs_out"),
    [
        (day(12, 21), day(12, 28)),  # three working days before the visit
        (day(12, 29), day(1, 4, year=2027)),  # when the visit begins
    ],
)
def test_the_nearer_the_visit_the_sooner_but_never_without_a_day_to_answer(
    mail_server, asked, runs_out
):
    visit = factories.placement("asked", now=asked, wish=factories.wish())
    assert sent_by(mail_server, asked)
    assert expiry.expires_at(expiry.waiting(visit.state).get()) == runs_out
    assert runs_out > asked


VISIT_BEGINS = day(1, 4, year=2027)


def pause_visit(visit):
    Placement.objects.filter(pk=visit.pk).update(mails_paused=True)


def pause_round(visit):
    rounds.pause_mails(round=visit.round, is_paused=True)


def let_the_letters_come_back(visit):
    OutgoingMail.objects.update(state=LetterState.BOUNCED)


def leave_no_trace_of_a_letter(visit):
    OutgoingMail.objects.all().delete()


@pytest.mark.parametrize(
    "fate", [pause_visit, pause_round, let_the_letters_come_back, leave_no_trace_of_a_letter]
)
def test_who_was_not_told_or_must_not_be_reminded_has_until_the_visit_begins(silent, fate):
    fate(silent)
    assert expiry.expire_due(now=VISIT_BEGINS - timedelta(minutes=1)) == 0
    assert expiry.expire_due(now=VISIT_BEGINS) == 1


def test_an_answer_in_the_last_moment_counts(silent):
    visit = silent
    seen = type(visit).objects.with_people().get(pk=visit.pk)
    lifecycle.accept(placement=visit, by=None, now=day(12, 10))
    with pytest.raises(Refused, match="sagt ja"):
        lifecycle.expire(placement=seen, reason="", now=day(12, 10))
    assert state_of(visit) == PlacementState.ACCEPTED
    assert VisitDay.objects.count() == 1


def test_an_offer_that_the_participant_does_not_answer_runs_out(visit, mail_server, client, clock):
    other = [FIRST_DAY + timedelta(days=1)]
    days.offer(placement=visit, offers=[other], by=None, now=NOW)
    assert sent_by(mail_server, NOW)
    assert expiry.expire_due(now=day(12, 7, hour=7)) == 0
    assert expiry.expire_due(now=day(12, 7)) == 1
    assert state_of(visit) == PlacementState.EXPIRED
    page = client.get(mail_links.offer_url(visit, visit.employee)).content.decode()
    assert "Tilbuddet er udløbet uden svar." in page


def test_the_hosts_link_says_kindly_that_it_has_run_out(silent, client, clock):
    visit = silent
    link = mail_links.host_answer_url(visit, visit.host.contacts.get())
    clock.now = day(12, 10)
    expiry.expire_due(now=clock.now)
    for page in (client.get(link), client.post(link, {"answer": "yes", "reason": ""})):
        assert "Forespørgslen om Anne Kjærsgaard er udløbet uden svar" in page.content.decode()
    assert state_of(visit) == PlacementState.EXPIRED


def test_the_consultants_see_it_until_the_wish_has_another_place(silent):
    visit = silent
    expiry.expire_due(now=day(12, 10))
    assert list(todo.expired_requests(day(12, 10))) == [visit]
    # A host that was silent, unlike one that said no, can be asked again.
    factories.placement("asked", host=visit.host, wish=visit.wish, now=day(12, 10))
    assert list(todo.expired_requests(day(12, 10))) == []


@pytest.mark.parametrize("count", [1, 12])
def test_looking_for_what_has_run_out_takes_two_queries_however_many(count, django_assert_num_queries):
    round, host = factories.round(), factories.host(seats=20)
    for _ in range(count):
        wish = factories.wish(host, round=round, person=factories.employee())
        factories.placement("asked", host=host, wish=wish)
    with django_assert_num_queries(2):
        expiry.expire_due(now=NOW)
