"""Requests that nobody answers: they run out, once, and the wish is back in the puzzle."""

from datetime import timedelta

import pytest

from placements.domain import days, expiry, lifecycle, mail_links, todo
from placements.domain.errors import Refused
from placements.enums import PlacementState
from placements.models import Event, PlannedMail, VisitDay, Wish
from placements.tasks import sweep
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit():
    """Asked on Monday 23 November about Monday 4 January."""
    return factories.placement("asked")


def day(month: int, number: int, year: int = 2026, hour: int = 8):
    return at(NOW.date().replace(year=year, month=month, day=number), NOW.time().replace(hour=hour))


def state_of(visit):
    visit.refresh_from_db()
    return visit.state


def test_a_silent_host_frees_the_seat_five_working_days_after_the_last_reminder(visit):
    # Asked 23 November, reminded 27 November and 3 December.
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


def test_it_runs_out_once_however_often_it_is_looked_at(visit):
    assert [expiry.expire_due(now=day(12, 11)) for _twice in range(2)] == [1, 0]
    assert Event.objects.filter(placement=visit, to_state="expired").count() == 1


def test_the_minute_sweep_finds_it_after_days_without_a_worker(visit, clock):
    clock.now = day(12, 20)
    sweep()
    assert state_of(visit) == PlacementState.EXPIRED


@pytest.mark.parametrize(
    ("asked", "runs_out"),
    [
        (day(11, 23), day(12, 10)),  # the last reminder and five working days
        (day(12, 21), day(12, 28)),  # three working days before the visit
        (day(12, 29), day(1, 4, year=2027)),  # when the visit begins
    ],
)
def test_the_nearer_the_visit_the_sooner_but_never_without_a_day_to_answer(asked, runs_out):
    visit = factories.placement("asked", now=asked, wish=factories.wish())
    assert expiry.expires_at(visit, 8) == runs_out
    assert runs_out > asked


def test_an_answer_in_the_last_moment_counts(visit):
    seen = type(visit).objects.with_people().get(pk=visit.pk)
    lifecycle.accept(placement=visit, by=None, now=day(12, 10))
    with pytest.raises(Refused, match="sagt ja"):
        lifecycle.expire(placement=seen, reason="", now=day(12, 10))
    assert state_of(visit) == PlacementState.ACCEPTED
    assert VisitDay.objects.count() == 1


def test_an_offer_that_the_participant_does_not_answer_runs_out(visit, client, clock):
    other = [FIRST_DAY + timedelta(days=1)]
    days.offer(placement=visit, offers=[other], by=None, now=NOW)
    assert expiry.expire_due(now=day(12, 7, hour=7)) == 0
    assert expiry.expire_due(now=day(12, 7)) == 1
    assert state_of(visit) == PlacementState.EXPIRED
    page = client.get(mail_links.offer_url(visit, visit.employee)).content.decode()
    assert "Tilbuddet er udløbet uden svar." in page


def test_the_hosts_link_says_kindly_that_it_has_run_out(visit, client, clock):
    link = mail_links.host_answer_url(visit, visit.host.contacts.get())
    clock.now = day(12, 10)
    expiry.expire_due(now=clock.now)
    for page in (client.get(link), client.post(link, {"answer": "yes", "reason": ""})):
        assert "Forespørgslen om Anne Kjærsgaard er udløbet uden svar" in page.content.decode()
    assert state_of(visit) == PlacementState.EXPIRED


def test_the_consultants_see_it_until_the_wish_has_another_place(visit):
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
