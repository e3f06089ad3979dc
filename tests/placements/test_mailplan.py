"""The mail plan of a visit: what is planned for whom and when, and what changes do to it."""

from datetime import timedelta

import pytest
from django.db import connection

from mail.models import OutgoingMail
from placements.domain import dispatch, lifecycle, mailplan
from placements.enums import MailKind, PlacementState
from placements.models import Placement, PlannedMail
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


def plan(placement, state="planned"):
    """(kind, side, due as local date and hour, day) of the mails in this state, in order."""
    rows = placement.planned_mails.filter(state=state).order_by("due", "kind", "side", "nth_day")
    return [
        (row.kind, row.side, f"{row.due.astimezone(NOW.tzinfo):%d/%m %H}", row.nth_day) for row in rows
    ]


def send_and_deliver():
    dispatch.send_due(now=NOW)
    OutgoingMail.objects.update(state="sent", sent_at=NOW)


@pytest.fixture
def visit():
    """A two-day visit of somebody who has a manager, to a host with one contact."""
    host = factories.host("Rådhusets kantine")
    person = factories.employee("Anne Kjærsgaard", manager=factories.employee("Ulla Frandsen"))
    wish = factories.wish(host, person=person, length=2)
    return factories.placement(host=host, wish=wish)


def test_a_proposal_plans_nothing(visit):
    assert plan(visit) == []


def test_asking_plans_a_mail_to_each_contact_that_can_be_reached(visit):
    visit.host.contacts.add(factories.employee(), factories.employee(is_active=False))
    lifecycle.ask(placement=visit, by=None, now=NOW)
    asked = ["23/11 09", "27/11 08", "03/12 08"]
    assert plan(visit) == [("host_asked", "host", due, None) for due in asked for _contact in (1, 2)]


def test_the_plan_of_a_confirmed_visit(visit):
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    assert plan(visit) == [
        ("confirmed", "host", "23/11 09", None),
        ("confirmed", "manager", "23/11 09", None),
        ("confirmed", "participant", "23/11 09", None),
        ("confirmed_day", "host", "23/11 09", 2),
        ("confirmed_day", "manager", "23/11 09", 2),
        ("confirmed_day", "participant", "23/11 09", 2),
        ("guide", "participant", "15/12 08", None),
        ("reminder", "host", "22/12 08", None),
        ("reminder", "participant", "22/12 08", None),
        ("tomorrow", "host", "30/12 08", None),
        ("tomorrow", "participant", "30/12 08", None),
        ("attendance", "host", "06/01 08", None),
        ("evaluation", "host", "06/01 09", None),
        ("evaluation", "participant", "06/01 09", None),
        ("evaluation", "host", "11/01 09", None),
        ("evaluation", "participant", "11/01 09", None),
        ("evaluation", "host", "18/01 09", None),
        ("evaluation", "participant", "18/01 09", None),
    ]


def test_a_late_confirmation_sends_the_guide_at_once_and_skips_what_has_passed(visit):
    lifecycle.confirm(placement=visit, by=None, now=at(FIRST_DAY - timedelta(days=7), NOW.time()))
    kinds = [row[0] for row in plan(visit) if row[0] not in ("confirmed", "confirmed_day")]
    assert kinds == ["guide", "tomorrow", "tomorrow", "attendance", *["evaluation"] * 6]


def test_planning_again_changes_nothing(visit):
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    before = plan(visit)
    mailplan.replan(visit, now=NOW + timedelta(days=1))
    assert plan(visit) == before


def test_cancelling_skips_what_is_planned_and_tells_everybody(visit):
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    send_and_deliver()
    lifecycle.cancel(placement=visit, reason="Sygdom", by=None, now=NOW + timedelta(days=1))
    assert [row[:2] for row in plan(visit)] == [
        ("cancelled", "host"),
        ("cancelled", "manager"),
        ("cancelled", "participant"),
        ("cancelled_day", "host"),
        ("cancelled_day", "manager"),
        ("cancelled_day", "participant"),
    ]
    assert len(plan(visit, "skipped")) == 12
    assert len(plan(visit, "sent")) == 6


def test_of_a_cancellation_only_those_hear_who_had_heard_of_the_visit(visit):
    lifecycle.ask(placement=visit, by=None, now=NOW)
    send_and_deliver()
    lifecycle.cancel(placement=visit, reason="-", by=None, now=NOW)
    assert [row[:2] for row in plan(visit)] == [("cancelled", "host")]


def test_a_cancellation_before_anything_was_sent_tells_nobody(visit):
    lifecycle.ask(placement=visit, by=None, now=NOW)
    lifecycle.cancel(placement=visit, reason="-", by=None, now=NOW)
    assert plan(visit) == []


def test_letters_that_still_wait_in_the_outbox_are_recalled(visit):
    """The mail server was away: nobody need hear first of a visit and then that it is off."""
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    dispatch.send_due(now=NOW)
    lifecycle.cancel(placement=visit, reason="Sygdom", by=None, now=NOW)
    assert plan(visit) == []
    letters = OutgoingMail.objects.filter(planned_mail__placement=visit)
    assert set(letters.values_list("state", flat=True)) == {"recalled"}


def test_the_manager_who_was_told_hears_of_the_cancellation(visit):
    told = visit.employee.manager
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    send_and_deliver()
    visit.employee.manager = factories.employee("Ny leder")
    visit.employee.save(update_fields=["manager"])
    lifecycle.cancel(placement=visit, reason="Sygdom", by=None, now=NOW)
    cancelled = visit.planned_mails.filter(kind="cancelled", side="manager")
    assert [row.recipient for row in cancelled] == [told]


def test_a_stale_view_of_a_visit_does_not_undo_its_cancellation(visit):
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    send_and_deliver()
    stale = Placement.objects.with_people().get(pk=visit.pk)
    lifecycle.cancel(placement=visit, reason="Sygdom", by=None, now=NOW)
    before = plan(visit)
    mailplan.replan(stale, now=NOW)
    assert plan(visit) == before != []


def test_a_contact_who_comes_back_gets_the_mails_again(visit):
    (contact,) = visit.host.contacts.all()
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    before = plan(visit)
    visit.host.contacts.remove(contact)
    assert len(plan(visit)) < len(before)
    visit.host.contacts.add(contact)
    assert plan(visit) == before


def test_one_mail_that_cannot_be_written_does_not_hold_up_the_others(visit, caplog):
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE mail_outgoingmail ADD CHECK (subject NOT LIKE 'Det er på plads%')")
    assert dispatch.send_due(now=NOW) == 6
    assert plan(visit)[0][:2] == ("confirmed", "host")
    assert "could not be written" in caplog.text


def test_the_longest_names_fit_into_a_subject(visit):
    visit.employee.name = "N" * 120
    visit.employee.save(update_fields=["name"])
    visit.host.workplace.name = "W" * 120
    visit.host.workplace.save(update_fields=["name"])
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    dispatch.send_due(now=NOW)
    assert not visit.planned_mails.filter(state="planned", due__lte=NOW).exists()


def test_new_contacts_take_over_what_is_still_to_be_sent(visit):
    (old,) = visit.host.contacts.all()
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    dispatch.send_due(now=NOW)
    new = factories.employee("Ny Vært")
    visit.host.contacts.set([new])
    planned = visit.planned_mails.filter(state="planned", side="host")
    assert {row.recipient for row in planned} == {new}
    assert set(planned.values_list("kind", flat=True)) >= {"confirmed", "reminder", "evaluation"}
    skipped = visit.planned_mails.filter(state="skipped")
    # The confirmation was written and still waited in the outbox: it is taken back.
    assert set(skipped.values_list("recipient", "kind", "reason")) >= {
        (old.pk, "confirmed", "not_in_charge"),
        (old.pk, "reminder", "not_called_for"),
    }


def test_the_preview_names_the_mails_that_would_go_at_once(visit):
    mails = mailplan.preview([visit], PlacementState.CONFIRMED, now=NOW)
    assert sorted((mail.kind, mail.recipient.name) for mail in mails) == [
        ("confirmed", "Anne Kjærsgaard"),
        ("confirmed", "Birthe Kvist"),
        ("confirmed", "Ulla Frandsen"),
        ("confirmed_day", "Anne Kjærsgaard"),
        ("confirmed_day", "Birthe Kvist"),
        ("confirmed_day", "Ulla Frandsen"),
    ]
    assert PlannedMail.objects.filter(kind=MailKind.CONFIRMED).count() == 0


# --- Sending what is due ---------------------------------------------------------------------------


def test_what_is_due_is_sent_once(visit):
    """The receipt for the wish, and the confirmation of two days to three people."""
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    assert [dispatch.send_due(now=NOW) for _ in range(3)] == [7, 0, 0]


def confirmed(count: int) -> None:
    """So many confirmed visits, each with own people, of which nothing has been sent."""
    round = factories.round()
    for number in range(count):
        person = factories.employee(manager=factories.employee())
        host = factories.host(f"Sted {number}")
        wish = factories.wish(host, person=person, round=round)
        factories.placement("confirmed", wish=wish, host=host)


@pytest.mark.parametrize("count", [1, 10])
def test_many_mails_are_read_and_written_by_as_many_queries_as_few(count, django_assert_num_queries):
    """Of two kinds: the receipts of the wishes, and the confirmations to three people each."""
    confirmed(count)
    with django_assert_num_queries(21):
        assert dispatch.send_due(now=NOW) == 4 * count


def test_after_three_days_away_the_plan_catches_up_in_order(visit):
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    dispatch.send_due(now=NOW)
    dispatch.send_due(now=at(FIRST_DAY, NOW.time()) - timedelta(days=8))  # 27 December
    assert [row[0] for row in plan(visit, "sent")[6:]] == ["guide", "reminder", "reminder"]


def test_what_no_longer_makes_sense_is_missed_with_the_reason(visit):
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    dispatch.send_due(now=NOW)
    dispatch.send_due(now=NOW + timedelta(days=60))
    missed = visit.planned_mails.filter(state="missed")
    assert {(row.kind, row.reason) for row in missed} == {
        ("guide", "too_late"),
        ("reminder", "too_late"),
        ("tomorrow", "too_late"),
    }
    assert [row[0] for row in plan(visit, "sent")[6:]] == ["attendance", "evaluation", "evaluation"]
    skipped = visit.planned_mails.filter(state="skipped").values_list("kind", "number", "reason")
    assert sorted(set(skipped)) == [
        ("evaluation", 2, "just_asked"),
        ("evaluation", 3, "just_asked"),
    ]


def test_somebody_who_has_left_gets_no_mail(visit):
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    visit.employee.is_active = False
    visit.employee.save(update_fields=["is_active"])
    dispatch.send_due(now=NOW)
    skipped = visit.planned_mails.filter(state="skipped")
    assert {(row.recipient, row.reason) for row in skipped} == {(visit.employee, "not_in_charge")}
