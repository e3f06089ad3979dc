"""Who has been told of a visit: those who may have a letter of it. They alone hear of what becomes of it."""

import pytest

from mail.models import LetterState, OutgoingMail
from placements.domain import dispatch, lifecycle, mailcare
from placements.models import Placement, PlannedMail
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


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
