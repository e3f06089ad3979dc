"""A round is closed after a look at what hangs on it, and can be opened again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from mail.models import OutgoingMail
from placements.domain import (
    board,
    days,
    dispatch,
    evaluations,
    lifecycle,
    mail_links,
    mailplan,
    rounds,
    solving,
    todo,
    wishes,
)
from placements.domain.errors import Refused
from placements.domain.evaluations import Answers
from placements.enums import Side
from placements.models import Event, Placement, Round, RoundEvent
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.rounds.pages import get, mails, own_page, post

pytestmark = pytest.mark.django_db
# The day after the last possible visit day; one more nag is to come.
OVER = NOW + timedelta(days=54)


@pytest.fixture
def finished(clock):
    """A round that is over: Anne was there, Bo was not placed and has been told so."""
    round = factories.round("Lynpraktik 2027", needs_approval=False)
    host = factories.host("Rådhusets kantine", seats=1)
    visit = factories.placement(
        "confirmed", host=host, wish=factories.wish(host, round=round, length=2)
    )
    factories.wish(host, person=factories.employee("Bo"), round=round)
    rounds.release(round=round, now=NOW)
    mailplan.replan_stale(now=NOW)
    round.refresh_from_db()
    for day in range(54):
        dispatch.send_due(now=NOW + timedelta(days=day))
    OutgoingMail.objects.update(state="sent", sent_at=NOW)
    clock.now = OVER
    return visit


def test_what_hangs_is_counted_with_links_and_must_be_settled(client, signe, round):
    host = factories.host("Rådhusets kantine", seats=3)
    for name, state in (("Anne", "confirmed"), ("Bo", "asked"), ("Carl", None)):
        wish = factories.wish(host, person=factories.employee(name), round=round)
        if state:
            factories.placement(state, host=host, wish=wish)
    found = [(each.count, each.must_be_settled) for each in rounds.hanging(round, now=NOW)]
    assert found == [(1, True), (1, True), (1, True)]
    page = get(client, round, "close")
    assert "Ja, luk runden" not in page
    for each in rounds.hanging(round, now=NOW):
        assert client.get(f"/admin/{each.path}").status_code == 200
    with pytest.raises(Refused, match="Noget skal først bringes på plads"):
        rounds.close(round=round, by=signe, now=NOW)
    assert "Tallene har ændret sig" in post(client, round, "close", confirmed="0")
    assert "kan ikke lukkes endnu" in post(client, round, "close", confirmed="1-1-1")
    round.refresh_from_db()
    assert round.closed_at is None


def test_only_those_whom_a_release_would_tell_hinder_the_close(client, signe, round):
    """Anne heard of her place and of its end: a release tells Bo alone."""
    host = factories.host("Rådhusets kantine", seats=3)
    anne, bo = (
        factories.wish(host, person=factories.employee(name), round=round) for name in ("Anne", "Bo")
    )
    lifecycle.cancel(
        placement=factories.placement("confirmed", host=host, wish=anne), reason="Syg", by=None, now=NOW
    )
    assert rounds.result(round).unplaced == 1
    assert [(each.count, each.must_be_settled) for each in rounds.hanging(round, now=NOW)] == [
        (1, True)
    ]
    wishes.withdraw(wish=bo, by=None, now=NOW)
    assert rounds.hanging(round, now=NOW) == []
    rounds.close(round=round, by=signe, now=NOW)


def test_a_round_is_closed_after_a_look_at_what_ends(client, signe, finished):
    round = finished.wish.round
    page = get(client, round, "close")
    assert "Ønsker på ventelisten: den slutter</a>: <strong>1</strong>" in page
    assert "ingen bliver rykket mere</a>: <strong>1</strong>" in page
    assert "Lynpraktik 2027 er lukket." in post(client, round, "close", confirmed="1-1")
    post(client, round, "close", confirmed="1-1")
    assert list(round.events.values_list("step", "by__name", "at")) == [
        ("released", None, NOW),
        ("closed", "Signe Holm", OVER),
    ]
    assert "Åbn runden igen" in get(client, round, "overview")


def closed(round, by=None):
    rounds.close(round=round, by=by, now=OVER)
    round.refresh_from_db()


def test_in_a_closed_round_nothing_can_be_changed(signe, finished):
    round, act = finished.wish.round, {"by": signe, "now": NOW}
    bo = round.wishes.get(employee__name="Bo")
    proposal = factories.placement(wish=bo, host=factories.host("Biblioteket"))
    Round.objects.filter(pk=round.pk).update(closed_at=NOW)
    round.refresh_from_db()
    for wish in (bo, proposal.wish, finished.wish):
        wish.round = round
    steps = [
        lambda: wishes.save_wish(
            round=round, employee=signe, content=factories.content(None), send=False, **act
        ),
        lambda: wishes.withdraw(wish=bo, **act),
        lambda: wishes.approve(wish=bo, **act),
        lambda: wishes.refuse(wish=bo, reason="Nej", **act),
        lambda: lifecycle.ask(placement=proposal, **act),
        lambda: lifecycle.confirm(placement=proposal, **act),
        lambda: lifecycle.cancel(placement=finished, reason="", **act),
        lambda: lifecycle.propose(wish=bo, host=finished.host, days=[FIRST_DAY], **act),
        lambda: days.move(placement=finished, days=[FIRST_DAY + timedelta(days=1)], reason="", **act),
        lambda: board.clear(wish=bo, **act),
        lambda: board.put(wish=bo, host=finished.host, days=[FIRST_DAY], **act),
        lambda: solving.ask(round=round, **act),
    ]
    before = Event.objects.count()
    for step in steps:
        with pytest.raises(Refused, match="er lukket. Konsulenterne kan åbne runden igen"):
            step()
    assert Event.objects.count() == before


def test_a_step_on_what_was_read_before_the_close_is_refused_too(signe, finished):
    """The round was open when the page was read, and is closed when the button is pressed."""
    bo = finished.wish.round.wishes.get(employee__name="Bo")
    proposal = factories.placement(wish=bo, host=factories.host("Biblioteket"))
    stale = Placement.objects.with_people().get(pk=proposal.pk)
    Round.objects.update(closed_at=NOW)
    with pytest.raises(Refused, match="er lukket"):
        lifecycle.confirm(placement=stale, by=signe, now=NOW)
    assert Placement.objects.get(pk=proposal.pk).state == "proposed"


def test_after_the_close_nobody_is_nagged_and_what_both_sides_say_is_still_taken(client, finished):
    round = finished.wish.round
    assert mails(round) == [("evaluation", "host"), ("evaluation", "participant")]
    closed(round)
    mailplan.replan_stale(now=OVER)
    assert mails(round) == []
    bo = round.wishes.get(employee__name="Bo").employee
    assert f"{round}: der var ikke plads til dig." in own_page(client, bo)
    assert "Træk dit ønske tilbage" not in own_page(client, bo)
    client.logout()
    for side, author in (
        (Side.PARTICIPANT, finished.employee),
        (Side.HOST, finished.host.contacts.get()),
    ):
        assert client.get(mail_links.evaluation_url(finished, side, author)).status_code == 200
        said = Answers(useful=5, length="right", new_contacts=1, recommend=9)
        evaluations.submit(placement=finished, side=side, author=author, answers=said, now=OVER)
    assert mails(round) == [("thanks", "host")]


def test_a_closed_round_is_off_the_list_of_what_to_do(finished):
    later = OVER + timedelta(days=10)
    dispatch.send_due(now=later)
    before = {task.path: task.count for task in todo.tasks(now=later)}
    assert before == {
        "placements/placement/?todo=attendance": 1,
        "placements/placement/?todo=evaluations": 1,
    }
    closed(finished.wish.round)
    assert todo.tasks(now=later) == []


def test_an_opened_round_goes_on_where_it_was(client, signe, finished):
    round = finished.wish.round
    before = mails(round)
    closed(round, by=signe)
    mailplan.replan_stale(now=OVER)
    assert "er åben igen" in post(client, round, "reopen")
    post(client, round, "reopen")
    mailplan.replan_stale(now=OVER)
    assert mails(round) == before
    assert [event.step for event in round.events.all()] == ["released", "closed", "reopened"]


def test_mails_on_their_way_when_a_round_closes_are_not_nags_any_more(finished):
    """A mail that is due and not yet sent asks for nothing when the round has been closed meanwhile."""
    before = OutgoingMail.objects.count()
    Round.objects.update(closed_at=OVER)
    dispatch.send_due(now=OVER + timedelta(days=3))
    assert OutgoingMail.objects.count() == before
    assert ("evaluation", "participant") in mails(finished.wish.round, "skipped")


def test_a_step_of_a_round_is_one_that_is_known(round):
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundEvent.objects.create(round=round, step="tabt", at=NOW)
