"""What the letters of a kind say in other cases, compared whole with their approved copies.

The usual case of each kind is in test_letters.py, where it is said how copies are approved.
"""

from datetime import time, timedelta
from uuid import uuid4

import pytest

from placements.domain import (
    audiences,
    calling_off,
    days,
    digest,
    host_mail,
    lifecycle,
    mailcare,
    mailrules,
    shortening,
    wishes,
)
from placements.enums import CalledOffBy
from placements.models import GroupMail
from praktik.lib.dates import add_working_days, at
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.change_of_plan.steps import SECOND, THIRD, move
from tests.placements.test_letters import (
    AFTERWARDS,
    approved,
    name_of,
    open_links,
    planned_of,
    proposed,
    sent_by,
)

pytestmark = pytest.mark.django_db

REASON = "Ovnen er gået i stykker."


def later(day, working_days):
    return at(add_working_days(day, working_days), NOW.time())


def settle(visit, send):
    """The visit is approved and settled, and everybody has heard of it."""
    wishes.approve(wish=visit.wish, by=None, now=NOW)
    visit.wish.refresh_from_db()
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    send(NOW)


def nags(visit, send):
    """Manager, host, and then both sides do not answer the first time."""
    send(NOW)
    yield from send(later(NOW.date(), 3))
    asked = later(NOW.date(), 3)
    wishes.approve(wish=visit.wish, by=None, now=asked)
    visit.wish.refresh_from_db()
    lifecycle.ask(placement=visit, by=None, now=asked)
    send(asked)
    yield from send(later(asked.date(), 4))
    lifecycle.confirm(placement=visit, by=None, now=later(asked.date(), 4))
    send(AFTERWARDS)
    yield from send(later(visit.last_day, 4))


def library(visit):
    lis = factories.employee("Lis Bog", language=visit.employee.language)
    return factories.host("Hovedbiblioteket", contacts=[lis])


def another_host(visit, send):
    settle(visit, send)
    move(visit, library(visit), [SECOND, THIRD], reason=REASON)
    yield from send(NOW)


def another_host_same_days(visit, send):
    settle(visit, send)
    move(visit, library(visit), visit.days, reason=REASON)
    yield from send(NOW)


def another_host_and_fewer_days(visit, send):
    settle(visit, send)
    move(visit, library(visit), [THIRD], reason=REASON)
    yield from send(NOW)


def fewer_days(visit, send):
    settle(visit, send)
    days.move(placement=visit, days=[THIRD], reason=REASON, by=None, now=NOW)
    yield from send(NOW)


def by_participant(visit, send):
    settle(visit, send)
    calling_off.call_off(
        visit=visit, caller=CalledOffBy.PARTICIPANT, reason=REASON, by=visit.employee, now=NOW
    )
    yield from send(NOW)


def by_participant_for_good(visit, send):
    settle(visit, send)
    calling_off.call_off(
        visit=visit,
        caller=CalledOffBy.PARTICIPANT,
        reason=REASON,
        takes_part=False,
        by=visit.employee,
        now=NOW,
    )
    yield from send(NOW)


def by_host(visit, send):
    settle(visit, send)
    birthe = visit.host.contacts.get()
    calling_off.call_off(visit=visit, caller=CalledOffBy.HOST, reason=REASON, by=birthe, now=NOW)
    yield from send(NOW)


def by_consultant(visit, send):
    settle(visit, send)
    calling_off.record(
        placement=visit, caller=CalledOffBy.OTHER, reason=REASON, by=factories.consultant(), now=NOW
    )
    yield from send(NOW)


def ends_early_by_participant(visit, send):
    """Of two days the second falls away."""
    settle(visit, send)
    evening = at(FIRST_DAY, time(19))
    send(evening)
    shortening.end_early(
        visit=visit,
        from_day=SECOND,
        caller=CalledOffBy.PARTICIPANT,
        reason=REASON,
        by=factories.consultant(),
        now=evening,
    )
    yield from send(evening)


def withdrawn_while_asked(visit, send):
    """The host has heard of the request only."""
    wishes.approve(wish=visit.wish, by=None, now=NOW)
    visit.wish.refresh_from_db()
    lifecycle.ask(placement=visit, by=None, now=NOW)
    send(NOW)
    wishes.withdraw(wish=visit.wish, by=visit.employee, now=NOW)
    yield from send(NOW)


def group(visit, send):
    """A consultant writes to those who have a place, and to their hosts."""
    settle(visit, send)
    round = visit.round
    for audience in ("placed", "hosts"):
        mailcare.write_to_group(
            group_mail=GroupMail(
                round=round, audience=audience, subject="Workshop for {deltager}", once=uuid4(),
                words="Kære {fornavn}\n\nKom til <workshop> i {runde}.",
            ),
            people=audiences.recipients(round, audience),
            now=NOW,
        )  # fmt: skip
    yield from send(NOW)


def group_of_host(visit, send):
    settle(visit, send)
    words = {"subject": "Husk støvler", "words": "Kære {fornavn}\n\nTag <støvler> med."}
    people = host_mail.visitors(host_mail.visits(visit.host, FIRST_DAY))
    host_mail.write(
        host=visit.host, day=FIRST_DAY, by=visit.host.contacts.get(), once=uuid4(), now=NOW, **words,
        seen=host_mail.mark(**words, people=people),
    )  # fmt: skip
    yield from send(NOW)


def to(kind: str, *sides: str) -> set[str]:
    return {f"{kind}-{side}" for side in sides}


NOT_HOST, ALL = ("participant", "manager"), ("participant", "host", "manager")
# Which letters differ from the usual ones; "cancelled_day" says the same whoever called off.
CASES = {
    nags: {"approval-manager", "host_asked-host", "evaluation-participant", "evaluation-host"},
    another_host: to("moved", *NOT_HOST) | to("moved_day", *NOT_HOST) | to("cancelled", "host"),
    another_host_same_days: to("moved", *NOT_HOST),
    another_host_and_fewer_days: to("moved", *NOT_HOST) | to("moved_day", *NOT_HOST),
    fewer_days: to("moved", *ALL) | to("moved_day", *ALL),
    by_participant: to("cancelled", *ALL),
    by_participant_for_good: to("cancelled", *ALL),
    by_host: to("cancelled", *ALL),
    by_consultant: to("cancelled", *ALL),
    ends_early_by_participant: to("shortened", *ALL),
    withdrawn_while_asked: to("cancelled", "host"),
    group: to("group", "participant", "host"),
    group_of_host: to("group", "participant"),
}


def is_of_case(case, letter) -> bool:
    is_nag = mailrules.nag(planned_of(letter)) > 0
    return name_of(letter) in CASES[case] and is_nag == (case is nags)


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_letters_of_each_case_are_as_approved(case, language, mail_server, client, clock, request):
    found = {}
    visit = proposed(language)

    def send(now):
        letters = sent_by(mail_server, now)
        open_links(client, clock, letters, now)
        return letters

    for letter in case(visit, send):
        if is_of_case(case, letter):
            found.setdefault(name_of(letter), letter)
    assert set(found) == CASES[case]
    for name, letter in found.items():
        arrived, as_approved = approved(
            f"{language}/{case.__name__}/{name}", letter, request.config.getoption("--approve-letters")
        )
        assert arrived == as_approved
        assert letter["Content-Language"] == language


# --- The morning mail ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_morning_mail_is_as_approved(language, mail_server, client, clock, request):
    signe = factories.consultant(language=language)
    round = factories.round(needs_approval=True)
    factories.wish(person=factories.employee("Uden leder"), round=round)
    silent = factories.round("Uden svar")
    for number, state in enumerate(["asked", "declined", "accepted"]):
        wish = factories.wish(person=factories.employee(f"Person {number}"), round=silent)
        visit = factories.placement(state, host=factories.host(), wish=wish)
        if state == "declined":
            factories.wish(visit.host, person=factories.employee("Kan komme"), round=silent)
    morning = at(add_working_days(NOW.date(), 9), time(7))
    sent_by(mail_server, morning - timedelta(minutes=1))
    assert digest.send_due(now=morning) == 1
    sent_by(mail_server, morning)
    (letter,) = mail_server.to(signe.email)
    arrived, as_approved = approved(
        f"{language}/digest-consultant", letter, request.config.getoption("--approve-letters")
    )
    assert arrived == as_approved
    assert open_links(client, clock, [letter], morning) == 7
