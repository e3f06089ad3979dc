"""A visit moves to other days or another host, and every calendar follows."""

from datetime import timedelta

import pytest

from placements.domain import (
    change_of_host,
    days,
    evaluations,
    lifecycle,
    snapshot,
)
from placements.domain.errors import Refused
from placements.enums import Side
from placements.models import Placement, PlannedMail
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.mail_server import part
from tests.placements.change_of_plan.steps import SECOND, THIRD, calendars_of, move, seats, told
from tests.placements.test_letters import sent_by

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("in_order", [True, False])
def test_a_visit_moves_to_another_host_and_every_calendar_follows(
    visit, library, mail_server, in_order
):
    anne, (birthe,), (lis,) = visit.employee, visit.host.contacts.all(), library.contacts.all()
    batches = [sent_by(mail_server, NOW)]
    moved = move(visit, library, [THIRD])
    batches.append(sent_by(mail_server, NOW))
    assert told(batches[1]) == [
        ("Anne Kjærsgaard", "Dit besøg er flyttet til Hovedbiblioteket"),
        (
            "Anne Kjærsgaard",
            "Ikke længere: Anne Kjærsgaard hos Rådhusets kantine, tirsdag den 5. januar",
        ),
        ("Birthe Kvist", "Aflyst: Anne Kjærsgaard hos Rådhusets kantine, tirsdag den 5. januar"),
        ("Birthe Kvist", "Aflyst: besøget fra Anne Kjærsgaard hos Rådhusets kantine"),
        ("Lis Bog", "Det er på plads: Anne Kjærsgaard besøger Hovedbiblioteket"),
        (
            "Ulla Frandsen",
            "Flyttet: Anne Kjærsgaard besøger nu Hovedbiblioteket",
        ),
        ("Ulla Frandsen", "Ikke længere: Anne Kjærsgaard hos Rådhusets kantine, tirsdag den 5. januar"),
    ]
    shown = calendars_of(batches if in_order else batches[::-1], anne, anne.manager, birthe, lis)
    assert shown == {
        "Anne Kjærsgaard": [THIRD],
        "Ulla Frandsen": [THIRD],
        "Birthe Kvist": [],
        "Lis Bog": [THIRD],
    }
    visit.refresh_from_db()
    assert (visit.state, visit.ended_by, seats(visit)) == ("cancelled", "moved", [])
    assert (moved.state, moved.replaces, seats(moved)) == ("confirmed", visit, [(library.pk, THIRD)])
    assert not sent_by(mail_server, NOW)


def test_moved_again_moved_back_and_cancelled_leaves_empty_calendars(visit, library, mail_server):
    anne, (birthe,), (lis,) = visit.employee, visit.host.contacts.all(), library.contacts.all()
    people = [anne, anne.manager, birthe, lis]
    batches = [sent_by(mail_server, NOW)]
    second = move(visit, library, [SECOND, THIRD])
    batches.append(sent_by(mail_server, NOW))
    days.move(placement=second, days=[FIRST_DAY, SECOND], reason="", by=None, now=NOW)
    batches.append(sent_by(mail_server, NOW))
    both = [FIRST_DAY, SECOND]
    assert list(calendars_of(batches, *people).values()) == [both, both, [], both]
    third = move(second, visit.host, [THIRD])
    batches.append(sent_by(mail_server, NOW))
    assert list(calendars_of(batches, *people).values()) == [[THIRD], [THIRD], [THIRD], []]
    lifecycle.cancel(placement=third, reason="Sygdom", by=None, now=NOW)
    batches.append(sent_by(mail_server, NOW))
    assert list(calendars_of(batches, *people).values()) == [[], [], [], []]


def text_to(person, letters) -> str:
    """The text of the first letter to this person, in one line."""
    letter = next(letter for letter in letters if letter["To"] == person.email)
    return " ".join(part(letter, "text/plain").split())


ANOTHER_HOST = "Hvis det nye praktiksted ikke passer dig"
ANOTHER_HOST_AND_DAYS = "Hvis det nye praktiksted eller de nye dage ikke passer dig"
OTHER_DAYS = "Hvis den nye dag ikke passer dig"


@pytest.mark.parametrize(
    ("new_days", "words"), [([FIRST_DAY, SECOND], ANOTHER_HOST), ([THIRD], ANOTHER_HOST_AND_DAYS)]
)
def test_participant_and_manager_read_why_it_moved_and_the_participant_whom_to_tell(
    visit, library, mail_server, new_days, words
):
    anne = visit.employee
    sent_by(mail_server, NOW)
    move(visit, library, new_days)
    letters = sent_by(mail_server, NOW)
    for person in (anne, anne.manager):
        assert "Begrundelse: Køkkenet bygger om." in text_to(person, letters)
    assert words in text_to(anne, letters)
    assert "passer dig" not in text_to(anne.manager, letters)
    assert "Se din gruppes ønsker og besøg: http" in text_to(anne.manager, letters)


def test_of_new_days_each_reads_the_reason_of_the_last_move(visit, mail_server):
    anne, (birthe,) = visit.employee, visit.host.contacts.all()
    sent_by(mail_server, NOW)
    for new_days, reason in (([SECOND], "Ferie."), ([THIRD], "Messe."), ([FIRST_DAY], "")):
        later = NOW + timedelta(hours=visit.revision)
        days.move(placement=visit, days=new_days, reason=reason, by=None, now=later)
        letters = sent_by(mail_server, later)
        for person in (anne, birthe, anne.manager):
            text = text_to(person, letters)
            assert ("Begrundelse: " in text) == bool(reason)
            assert f"Begrundelse: {reason}" in text or not reason
            assert (OTHER_DAYS in text) == (person != anne.manager)


def test_who_answers_for_both_hosts_keeps_the_new_entry_in_whatever_order_mails_come(
    visit, library, mail_server
):
    (birthe,) = visit.host.contacts.all()
    library.contacts.set([birthe])
    batches = [sent_by(mail_server, NOW)]
    move(visit, library, [FIRST_DAY, THIRD])
    batches.append(sent_by(mail_server, NOW))
    for order in (batches, batches[::-1], [batches[0], batches[1][::-1]]):
        assert calendars_of(order, birthe) == {"Birthe Kvist": [FIRST_DAY, THIRD]}


def test_a_move_before_anybody_was_told_is_an_invitation_and_no_more(visit, library, mail_server):
    move(visit, library, [FIRST_DAY])
    subjects = [subject for _name, subject in told(sent_by(mail_server, NOW)) if "ønske" not in subject]
    assert subjects == [
        "Du har fået en plads: Hovedbiblioteket",
        "Det er på plads: Anne Kjærsgaard besøger Hovedbiblioteket",
        "Anne Kjærsgaard har fået en plads hos Hovedbiblioteket",
    ]


def test_the_new_host_is_asked_by_mail_and_the_old_visit_ends(visit, library, mail_server):
    sent_by(mail_server, NOW)
    moved = move(visit, library, [FIRST_DAY, SECOND], is_agreed=False)
    assert [(name, subject.split(":")[0]) for name, subject in told(sent_by(mail_server, NOW))] == [
        ("Anne Kjærsgaard", "Aflyst"),
        ("Anne Kjærsgaard", "Dit besøg hos Rådhusets kantine er aflyst"),
        ("Birthe Kvist", "Aflyst"),
        ("Birthe Kvist", "Aflyst"),
        ("Lis Bog", "Må Anne Kjærsgaard besøge Hovedbiblioteket?"),
        ("Ulla Frandsen", "Aflyst"),
        ("Ulla Frandsen", "Aflyst"),
    ]
    assert (moved.state, moved.replaces) == ("asked", visit)
    assert seats(moved) == [(library.pk, FIRST_DAY), (library.pk, SECOND)]
    lifecycle.decline(placement=moved, reason="Vi har travlt.", by=None, now=NOW)
    # Back in the puzzle with its choices, before others, and not at the host that said no.
    seen = snapshot.take(visit.wish.round, now=NOW)
    person = seen.problem.person_of[visit.wish_id]
    assert (person.missed, person.forbidden) == (1, frozenset({library.pk}))


def test_the_preview_is_what_is_sent_and_changes_nothing(visit, library, mail_server):
    sent_by(mail_server, NOW)
    before = list(Placement.objects.values()), list(PlannedMail.objects.order_by("pk").values())
    preview = change_of_host.preview(
        placement=visit,
        host=library,
        days=[THIRD],
        reason="Ombygning",
        is_agreed=True,
        by=factories.consultant(),
        now=NOW,
    )
    assert before == (
        list(Placement.objects.values()),
        list(PlannedMail.objects.order_by("pk").values()),
    )
    assert visit.state == "confirmed"
    move(visit, library, [THIRD])
    sent = {letter["To"] for letter in sent_by(mail_server, NOW)}
    assert {mail.recipient.email for mail in preview} == sent
    assert len(preview) == 7


def test_no_seat_is_lost_when_the_new_days_cannot_be_had(visit, library):
    other = factories.wish(person=factories.employee("Bo"), round=visit.wish.round)
    factories.placement(host=library, wish=other, days=[THIRD])
    with pytest.raises(Refused, match="kan ikke vælges hos Hovedbiblioteket: lukket eller optaget"):
        move(visit, library, [THIRD])
    visit.refresh_from_db()
    assert (visit.state, visit.ended_by) == ("confirmed", "")
    assert seats(visit) == [(visit.host_id, FIRST_DAY), (visit.host_id, SECOND)]
    assert Placement.objects.filter(wish=visit.wish).count() == 1


def test_of_two_who_move_at_once_the_second_reads_a_sentence(visit, library):
    stale = Placement.objects.with_people().get(pk=visit.pk)
    move(visit, library, [THIRD])
    with pytest.raises(Refused, match="har nu status »Aflyst«"):
        move(stale, factories.host("Museet"), [THIRD])
    assert Placement.objects.live().count() == 1


def test_who_cancels_what_was_moved_meanwhile_reads_the_new_days(visit):
    stale = Placement.objects.with_people().get(pk=visit.pk)
    days.move(placement=visit, days=[THIRD], reason="", by=None, now=NOW)
    with pytest.raises(Refused, match="ligger nu onsdag den 6. januar"):
        lifecycle.cancel(placement=stale, reason="Sygdom", by=None, now=NOW)


def test_a_visit_that_got_shorter_twice_leaves_the_calendars(mail_server):
    host = factories.host("Rådhusets kantine", longest_visit=5)
    wish = factories.wish(host, length=3, round=factories.round(longest_visit=5))
    visit = factories.placement("confirmed", host=host, wish=wish)
    batches = [sent_by(mail_server, NOW)]
    for fewer in ([FIRST_DAY, SECOND], [SECOND]):
        days.move(placement=visit, days=fewer, reason="", by=None, now=NOW)
        batches.append(sent_by(mail_server, NOW))
    assert calendars_of(batches, visit.employee) == {"Anne Kjærsgaard": [SECOND]}


def test_a_day_that_fell_away_and_came_back_stays_although_its_mails_overtook_each_other(
    visit, mail_server
):
    batches = [sent_by(mail_server, NOW)]
    for new_days in ([THIRD], [FIRST_DAY, SECOND]):
        days.move(placement=visit, days=new_days, reason="", by=None, now=NOW)
        batches.append(sent_by(mail_server, NOW))
    invited, dropped, back = batches
    shown = calendars_of([invited, back, dropped], visit.employee)
    assert shown == {"Anne Kjærsgaard": [FIRST_DAY, SECOND]}


def test_the_evaluation_of_a_moved_visit_is_asked_for_once(visit, library, mail_server):
    sent_by(mail_server, NOW)
    moved = move(visit, library, [THIRD])
    kinds = PlannedMail.objects.filter(kind="evaluation", state="planned")
    assert set(kinds.values_list("placement", flat=True)) == {moved.pk}
    with pytest.raises(Refused, match="blev ikke til noget"):
        evaluations.check_evaluable(visit, Side.PARTICIPANT, now=NOW)
