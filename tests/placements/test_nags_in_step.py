"""A timing that is changed while its mails go out: nobody gets a nag too many."""

from datetime import time

import pytest

from mail.models import OutgoingMail
from placements.domain import dispatch, mailcare, mailplan
from praktik.lib.dates import add_working_days, at
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


def working_day(offset):
    """At ten o'clock so many working days after the visit."""
    return at(add_working_days(FIRST_DAY, offset), time(10))


def sent_on(visit) -> list[int]:
    """On which working days after the visit the participant was asked to evaluate it."""
    rows = visit.planned_mails.filter(kind="evaluation", side="participant", state="sent")
    days = {at(add_working_days(FIRST_DAY, n), time(0)).date(): n for n in range(1, 30)}
    return [
        days[day]
        for day in rows.order_by("letter__created_at").values_list(
            "letter__created_at__date", flat=True
        )
    ]


@pytest.mark.parametrize(
    ("changed_after", "new", "expected"),
    [
        (0, [1, 3, 4, 9], [1, 3, 4, 9]),
        (2, [1, 3, 4, 9], [1, 3, 4, 9]),
        (5, [1, 3, 4, 9], [1, 4, 9]),
        (10, [1, 3, 4, 9], [1, 4, 9]),
        (10, [1, 4, 9, 14], [1, 4, 9, 14]),
        (5, [1, 4, 7, 9], [1, 4, 7, 9]),
        (5, [1, 9], [1, 4]),
        (2, [1, 9], [1, 9]),
        (5, [2, 6, 9], [1, 4, 9]),
        (10, [1, 4, 12], [1, 4, 9]),
    ],
)
def test_after_a_change_nobody_is_nagged_for_what_went_before(
    client, signe, changed_after, new, expected
):
    """Days of evaluation mails; the timing is changed on a day; what was sent by day 30."""
    visit = factories.placement("confirmed")
    dispatch.send_due(now=NOW)
    for day in range(1, 30):
        if day == changed_after + 1:
            offsets = ", ".join(map(str, new))
            data = {"kind": "evaluation", "is_on": "on", "offsets": offsets, "hour": "09:00"}
            assert client.post("/admin/placements/mailtiming/add/", data).status_code == 302
            mailplan.replan_stale(now=working_day(changed_after or 1))
        dispatch.send_due(now=working_day(day))
    assert sent_on(visit) == expected


def test_a_mail_that_a_person_sends_again_is_not_dropped_by_a_new_plan(signe):
    visit = factories.placement("confirmed")
    for day in (0, 1, 4, 9):
        dispatch.send_due(now=working_day(day) if day else NOW)
    OutgoingMail.objects.update(state="sent", sent_at=working_day(9))
    first = visit.planned_mails.get(kind="evaluation", side="participant", number=1)
    mailcare.send_now(planned=first, by=signe, now=working_day(10))
    mailplan.ask_to_replan([visit.round])
    mailplan.replan_stale(now=working_day(10))
    dispatch.send_due(now=working_day(10))
    first.refresh_from_db()
    assert (first.state, first.times_written) == ("sent", 2)
