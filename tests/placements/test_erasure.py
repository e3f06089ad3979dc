"""Personal data is erased on the day that was shown, not before."""

from datetime import timedelta

import pytest

from employees.models import Employee
from mail.models import OutgoingMail
from placements.domain import dispatch, erasure, mailcare
from placements.models import BoardStep, Event, PlannedMail, Solve, Wish
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_a_round_is_erased_with_all_that_hangs_on_it():
    wish = factories.placement("confirmed").wish
    Solve.objects.create(round=wish.round, goal="most_placed", asked_at=NOW)
    BoardStep.objects.create(round=wish.round, at=NOW, what="Anne", before={}, after={})
    dispatch.send_due(now=NOW)
    erasure.erase_due(today=wish.erase_on - timedelta(days=1))
    assert Wish.objects.count() == 1
    erasure.erase_due(today=wish.erase_on)
    kept = (Wish, Event, PlannedMail, OutgoingMail, Solve, BoardStep)
    assert [model.objects.count() for model in kept] == [0, 0, 0, 0, 0, 0]


def test_letters_are_erased_in_their_time():
    factories.placement("confirmed")
    dispatch.send_due(now=NOW)
    Wish.objects.update(round=factories.round("Næste", visits_until=NOW.date().replace(year=2027)))
    (day,) = {letter.erase_on for letter in OutgoingMail.objects.all()}
    erasure.erase_due(today=day - timedelta(days=1))
    assert OutgoingMail.objects.count() > 0
    erasure.erase_due(today=day)
    assert OutgoingMail.objects.count() == 0


def test_a_person_who_left_is_erased_when_nothing_more_is_kept_of_her():
    left = factories.employee(left_on=NOW.date())
    wished = factories.employee(left_on=NOW.date())
    factories.wish(person=wished)
    erasure.erase_due(today=left.erase_on - timedelta(days=1))
    assert Employee.objects.filter(pk__in=[left.pk, wished.pk]).count() == 2
    erasure.erase_due(today=left.erase_on)
    assert list(Employee.objects.filter(pk__in=[left.pk, wished.pk])) == [wished]


def test_all_letters_of_a_mail_that_was_sent_again_are_erased():
    wish = factories.wish()
    for _twice in range(2):
        dispatch.send_due(now=NOW)
        OutgoingMail.objects.update(state="sent", sent_at=NOW)
        mailcare.send_now(planned=PlannedMail.objects.get(kind="wish_received"), by=None, now=NOW)
    assert OutgoingMail.objects.count() == 2
    erasure.erase_due(today=wish.erase_on)
    assert OutgoingMail.objects.count() == 0
