"""The life of a placement: which steps are possible, and what each leaves behind."""

from datetime import date, timedelta

import pytest

from hosts.models import ClosedDay
from placements.domain import lifecycle, seats, wishes
from placements.domain.errors import Refused
from placements.enums import PlacementState
from placements.models import Event, Placement
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


def test_a_visit_from_proposal_to_confirmation_leaves_its_events():
    signe = factories.consultant()
    placement = factories.placement(by=signe)
    act = {"placement": placement, "now": NOW}
    lifecycle.ask(**act, by=signe)
    lifecycle.accept(**act, by=placement.host.contacts.get())
    lifecycle.confirm(**act, by=signe)
    assert list(placement.events.values_list("from_state", "to_state", "by__name").order_by("pk")) == [
        ("", "proposed", "Signe Holm"),
        ("proposed", "asked", "Signe Holm"),
        ("asked", "accepted", "Birthe Kvist"),
        ("accepted", "confirmed", "Signe Holm"),
    ]
    placement.refresh_from_db()
    assert (placement.state, placement.confirmed_at) == ("confirmed", NOW)
    assert list(placement.visit_days.values_list("date", "seat")) == [(FIRST_DAY, 1)]


STEPS = {
    "asked": lambda placement: lifecycle.ask(placement=placement, by=None, now=NOW),
    "accepted": lambda placement: lifecycle.accept(placement=placement, by=None, now=NOW),
    "declined": lambda placement: lifecycle.decline(placement=placement, reason="-", by=None, now=NOW),
    "confirmed": lambda placement: lifecycle.confirm(placement=placement, by=None, now=NOW),
    "cancelled": lambda placement: lifecycle.cancel(placement=placement, reason="-", by=None, now=NOW),
}
POSSIBLE = {
    "proposed": {"asked", "confirmed", "cancelled"},
    "asked": {"accepted", "declined", "confirmed", "cancelled"},
    "accepted": {"confirmed", "cancelled"},
    "confirmed": {"cancelled"},
    "declined": set(),
    "cancelled": set(),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", POSSIBLE)
def test_only_the_steps_of_the_table_are_possible(state, step):
    placement = factories.placement(state)
    events = Event.objects.count()
    if step in POSSIBLE[state]:
        STEPS[step](placement)
        placement.refresh_from_db()
        assert placement.state == step
    else:
        with pytest.raises(Refused, match="har nu status"):
            STEPS[step](placement)
        placement.refresh_from_db()
        assert (placement.state, Event.objects.count()) == (state, events)


def test_the_second_of_two_consultants_reads_a_sentence():
    placement = factories.placement("asked")
    seen_by_the_other = Placement.objects.get(pk=placement.pk)
    lifecycle.cancel(placement=placement, reason="Sygdom", by=None, now=NOW)
    with pytest.raises(Refused) as refusal:
        lifecycle.confirm(placement=seen_by_the_other, by=None, now=NOW)
    assert str(refusal.value) == (
        "Intet er ændret: opholdet for Anne Kjærsgaard hos Rådhusets kantine har nu status »Aflyst«."
    )


@pytest.mark.parametrize("state", ["declined", "cancelled"])
def test_a_no_gives_seat_and_wish_back(state):
    placement = factories.placement(state)
    assert placement.visit_days.count() == 0
    again = lifecycle.propose(
        wish=placement.wish, host=placement.host, days=placement.days, by=None, now=NOW
    )
    assert again.state == PlacementState.PROPOSED


def proposal(**values):
    host = values.pop("host", None) or factories.host("Rådhusets kantine")
    wish = values.pop("wish", None) or factories.wish(host)
    days = values.pop("days", [FIRST_DAY])
    return lifecycle.propose(wish=wish, host=host, days=days, by=None, now=values.pop("now", NOW))


def test_a_full_day_is_refused():
    host = factories.host("Rådhusets kantine", seats=1)
    round = factories.round()
    proposal(host=host, wish=factories.wish(host, round=round))
    with pytest.raises(Refused, match="den 4. januar kan ikke vælges hos .*: lukket eller optaget"):
        proposal(host=host, wish=factories.wish(host, round=round, person=factories.employee()))


@pytest.mark.parametrize(
    ("days", "message"),
    [
        ([FIRST_DAY + timedelta(days=5)], "ligger uden for runden eller er ikke en arbejdsdag"),
        ([date(2027, 5, 3)], "ligger uden for runden"),
        ([FIRST_DAY + timedelta(days=n) for n in range(3)], "varer fra 1 til 2 dage"),
        ([FIRST_DAY + timedelta(days=1)], "lukket eller optaget"),
    ],
)
def test_days_that_will_not_do_are_refused(days, message):
    host = factories.host("Rådhusets kantine")
    ClosedDay.objects.create(host=host, date=FIRST_DAY + timedelta(days=1))
    with pytest.raises(Refused, match=message):
        proposal(host=host, days=days)


def test_a_past_day_is_refused():
    with pytest.raises(Refused, match="er i dag eller ligger i fortiden"):
        proposal(now=NOW + timedelta(days=45))


def test_a_person_cannot_be_at_two_places_on_a_day():
    round = factories.round()
    other_round = factories.round("En anden runde")
    person = factories.employee()
    proposal(wish=factories.wish(person=person, round=round))
    with pytest.raises(Refused, match="personen er allerede et andet sted"):
        proposal(
            host=factories.host("Hovedbiblioteket"),
            wish=factories.wish(person=person, round=other_round),
        )


def test_a_host_takes_no_more_visitors_than_it_said():
    host = factories.host("Rådhusets kantine", seats=5, most_visitors=1)
    round = factories.round()
    proposal(host=host, wish=factories.wish(host, round=round))
    with pytest.raises(Refused, match="tager kun 1 gæst i denne runde"):
        proposal(host=host, wish=factories.wish(host, round=round, person=factories.employee()))


def test_the_own_workplace_a_draft_and_a_second_place_are_refused():
    person = factories.employee()
    own = factories.host("Egen", workplace=person.workplace)
    round = factories.round()
    wish = factories.wish(person=person, round=round)
    with pytest.raises(Refused, match="egen arbejdsplads"):
        proposal(host=own, wish=wish)
    draft = factories.wish(person=factories.employee("Bo"), round=round, send=False)
    with pytest.raises(Refused, match="Ønsket fra Bo er ikke sendt"):
        proposal(wish=draft, host=factories.host("Et sted"))
    proposal(wish=wish, host=factories.host("Et tredje sted"))
    with pytest.raises(Refused, match="har allerede en plads"):
        proposal(wish=wish, host=factories.host("Et andet sted"), days=[FIRST_DAY + timedelta(days=1)])


def test_a_host_without_a_contact_can_be_neither_asked_nor_confirmed():
    placement = factories.placement(host=factories.host("Rådhusets kantine", contacts=[]))
    for step in (lifecycle.ask, lifecycle.confirm):
        with pytest.raises(Refused, match="har ingen praktikvært at skrive til"):
            step(placement=placement, by=None, now=NOW)


@pytest.mark.parametrize("state", ["proposed", "asked", "accepted"])
def test_a_visit_whose_days_came_unconfirmed_can_only_be_cancelled(state):
    placement = factories.placement(state)
    after = NOW + timedelta(days=60)
    act = {"placement": placement, "by": None, "now": after}
    for step in (lifecycle.ask, lifecycle.accept, lifecycle.confirm):
        with pytest.raises(Refused, match="Dagene for opholdet for Anne Kjærsgaard er kommet"):
            step(**act)
    lifecycle.cancel(**act, reason="Blev ikke til noget")
    assert placement.visit_days.count() == 0


def test_a_visit_that_took_place_is_not_cancelled():
    placement = factories.placement("confirmed")
    end = at(FIRST_DAY, placement.host.ends_at)
    with pytest.raises(Refused, match="kan ikke aflyses"):
        lifecycle.cancel(placement=placement, reason="-", by=None, now=end)
    lifecycle.cancel(placement=placement, reason="-", by=None, now=end - timedelta(minutes=1))


def test_a_visit_that_has_begun_is_not_withdrawn():
    placement = factories.placement("confirmed")
    person = placement.employee
    with pytest.raises(Refused, match="Dit ophold er begyndt"):
        wishes.withdraw(wish=placement.wish, by=person, now=at(FIRST_DAY, NOW.time()))
    wishes.withdraw(wish=placement.wish, by=person, now=NOW)


def test_days_need_not_be_consecutive():
    host = factories.host("Rådhusets kantine")
    wish = factories.wish(host, length=2)
    days = [FIRST_DAY, FIRST_DAY + timedelta(days=8)]
    assert proposal(host=host, wish=wish, days=days).days == days


def test_day_options_say_what_is_free_and_why_not():
    host = factories.host("Rådhusets kantine", seats=2, seats_friday=0)
    round = factories.round(visits_until=FIRST_DAY + timedelta(days=4))
    ClosedDay.objects.create(host=host, date=FIRST_DAY + timedelta(days=1))
    proposal(host=host, wish=factories.wish(host, round=round))
    wish = factories.wish(host, round=round, person=factories.employee(), days=[FIRST_DAY])
    options = seats.day_options(wish=wish, host=host, today=NOW.date())
    assert [
        (option.day.day, option.free, option.obstacle, option.ticked_by_participant)
        for option in options
    ] == [
        (4, 1, "", True),
        (5, 0, "lukket eller optaget", False),
        (6, 2, "", False),
        (7, 2, "", False),
        (8, 0, "lukket eller optaget", False),
    ]
