"""Phoning: claimed before anybody dials, noted in one go, never two calls to one host in a day."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from employees.models import Employee
from hosts.models import Call, CallClaim, Host, OpenDay
from placements.domain import calls
from placements.domain.errors import Refused
from placements.domain.said import Answer, Contact, Said
from placements.models import Event, Placement
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db

TUESDAY = FIRST_DAY + timedelta(days=1)
TOMORROW = NOW.date() + timedelta(days=1)
NO = Said("no", reasons=["busy"])


@pytest.fixture
def town():
    class Town:
        round = factories.round()
        canteen = factories.workplace("Rådhusets kantine")

    return Town


def log(town, said: Said, *, by, at=NOW) -> Call:
    return calls.log(round=town.round, workplace=town.canteen, said=said, by=by, now=at)


def problems(town, said: Said) -> dict:
    with pytest.raises(ValidationError) as raised:
        log(town, said, by=None)
    assert Call.objects.count() == 0
    return raised.value.message_dict


# --- Who has the call ---------------------------------------------------------------------------------


def test_a_colleague_on_the_phone_keeps_others_away_until_it_ages_out(town, signe, thomas):
    calls.claim(workplace=town.canteen, by=signe, now=NOW)
    sentence = "Signe Holm har haft Rådhusets kantine i røret siden kl. 09.00."
    for step in (
        lambda: calls.claim(workplace=town.canteen, by=thomas, now=NOW + timedelta(minutes=29)),
        lambda: log(town, NO, by=thomas),
    ):
        with pytest.raises(Refused, match=sentence):
            step()
    assert Call.objects.count() == 0
    calls.claim(workplace=town.canteen, by=thomas, now=NOW + timedelta(minutes=30))
    with pytest.raises(
        Refused, match="Thomas Ørum har haft Rådhusets kantine i røret siden kl. 09.30."
    ):
        log(town, NO, by=signe, at=NOW + timedelta(minutes=31))


def test_a_claim_given_back_is_free_at_once_and_nobody_gives_back_anothers(town, signe, thomas):
    calls.claim(workplace=town.canteen, by=signe, now=NOW)
    calls.release(workplace=town.canteen, by=thomas)
    assert CallClaim.objects.get().by == signe
    calls.release(workplace=town.canteen, by=signe)
    calls.claim(workplace=town.canteen, by=thomas, now=NOW)
    assert CallClaim.objects.get().by == thomas


def test_never_two_calls_in_a_day_and_the_next_day_again(town, signe, thomas):
    log(town, NO, by=signe)
    sentence = (
        "Signe Holm talte med Rådhusets kantine i dag kl. 09.00. Vi ringer aldrig to gange samme dag."
    )
    for hours in (0, 14):
        with pytest.raises(Refused, match=sentence):
            calls.claim(workplace=town.canteen, by=thomas, now=NOW + timedelta(hours=hours))
    assert CallClaim.objects.count() == 0
    calls.claim(workplace=town.canteen, by=thomas, now=NOW + timedelta(hours=15))


def test_who_asked_to_be_called_back_the_same_day_is_called(town, signe, thomas):
    log(town, Said("maybe", call_back_on=NOW.date()), by=signe)
    calls.claim(workplace=town.canteen, by=thomas, now=NOW + timedelta(hours=3))
    log(town, NO, by=thomas, at=NOW + timedelta(hours=3))
    with pytest.raises(Refused, match="Thomas Ørum talte med"):
        log(town, NO, by=signe, at=NOW + timedelta(hours=4))


def test_who_was_not_reached_is_tried_again_after_two_hours(town, signe, thomas):
    log(town, Said("not_reached"), by=signe)
    with pytest.raises(Refused, match="fik ikke fat i nogen. Prøv igen fra kl. 11.00."):
        calls.claim(workplace=town.canteen, by=thomas, now=NOW + timedelta(minutes=119))
    calls.claim(workplace=town.canteen, by=thomas, now=NOW + timedelta(hours=2))


def test_pressing_twice_notes_one_call(town, signe):
    calls.claim(workplace=town.canteen, by=signe, now=NOW)
    log(town, NO, by=signe)
    with pytest.raises(Refused, match="Signe Holm talte med"):
        log(town, NO, by=signe)
    assert (Call.objects.count(), CallClaim.objects.count()) == (1, 0)


# --- What a call changes ------------------------------------------------------------------------------


def test_a_yes_from_a_workplace_that_was_no_host_makes_it_one(town, signe):
    birthe = factories.employee("Birthe Kvist", workplace=town.canteen)
    said = Said("yes", weekday_seats={0: 2, 3: 1}, contact=Contact(person=birthe))
    call = log(town, said, by=signe)
    host = Host.objects.get()
    assert (host.workplace, host.is_open, host.weekday_seats) == (town.canteen, True, [2, 0, 0, 1, 0])
    assert list(host.contacts.all()) == [birthe]
    assert (call.caller, call.made_at, call.day) == (signe, NOW, NOW.date())
    assert call.seats == {"weekdays": [2, 0, 0, 1, 0], "dates": {}}


def test_a_yes_for_single_days_opens_just_these(town, signe):
    host = factories.host(workplace=town.canteen, seats=0, is_open=False)
    host.closed_days.create(date=TUESDAY)
    call = log(town, Said("yes", date_seats={TUESDAY: 2}), by=signe)
    host.refresh_from_db()
    assert (host.is_open, host.weekday_seats, host.closed_days.count()) == (True, [0] * 5, 0)
    assert list(OpenDay.objects.values_list("date", "seats")) == [(TUESDAY, 2)]
    assert call.seats == {"weekdays": [0] * 5, "dates": {TUESDAY.isoformat(): 2}}


def test_only_what_changed_is_written_so_that_the_hosts_own_change_stays(town, signe):
    host = factories.host(workplace=town.canteen, seats=1)
    Host.objects.filter(pk=host.pk).update(seats_friday=4)
    log(town, Said("yes", weekday_seats={0: 3}), by=signe)
    host.refresh_from_db()
    assert host.weekday_seats == [3, 1, 1, 1, 4]


def test_somebody_new_becomes_the_contact_and_a_known_address_is_not_made_twice(town, signe):
    said = Said("yes", weekday_seats={0: 1}, contact=Contact(name="Ny", email="Ny@Havneby.example"))
    log(town, said, by=signe)
    new = Employee.objects.get(email="ny@havneby.example")
    assert (new.workplace, list(new.hosts.all())) == (town.canteen, list(Host.objects.all()))
    log(town, said, by=signe, at=NOW + timedelta(days=1))
    assert Employee.objects.filter(email="ny@havneby.example").count() == 1


@pytest.mark.parametrize(
    ("said", "messages"),
    [
        (Said("no"), {"reasons": ["Vælg mindst én grund."]}),
        (Said("no", reasons=["other"]), {"reasons": ["Skriv grunden i notatet."]}),
        (Said("maybe"), {"call_back_on": ["Måske: hvilken dag skal vi ringe tilbage?"]}),
        (
            Said("not_reached", call_back_on=date(2026, 11, 22)),
            {"call_back_on": ["Dagen for at ringe tilbage ligger i fortiden."]},
        ),
        (Said("yes"), {"weekdays": ["Skriv, hvor mange gæster der kan komme, og hvilke dage."]}),
        (
            Said("yes", date_seats={date(2027, 1, 9): 1}),
            {"dates": ["lørdag den 9. januar ligger uden for runden eller er ikke en arbejdsdag."]},
        ),
        (Said("answered"), {"outcome": ["Notér mindst ét svar på en forespørgsel."]}),
        (
            Said("yes", weekday_seats={0: 1}, contact=Contact(name="Ny")),
            {"contact_email": ["Skriv både navn og mailadresse på kontakten."]},
        ),
        (
            Said("not_reached", note="cpr 010190-1234"),
            {"note": ["Det ligner et CPR-nummer. Lad det ude: Praktik må ikke gemme det."]},
        ),
    ],
)
def test_what_will_not_do_gets_a_sentence_and_nothing_is_noted(town, said, messages):
    assert problems(town, said) == messages


# --- Answers for the host -----------------------------------------------------------------------------


@pytest.fixture
def asked(town):
    """Two requests to the canteen that nobody has answered."""
    host = factories.host(workplace=town.canteen, seats=3)
    return [
        factories.placement(
            "asked",
            host=host,
            wish=factories.wish(host, round=town.round, person=factories.employee(name)),
        )
        for name in ("Anne", "Bo")
    ]


def test_one_call_answers_for_the_host_and_is_recorded_as_such(town, signe, asked):
    said = Said(
        "answered",
        answers=[
            Answer(asked[0], "yes"),
            Answer(asked[1], "no", reason="Vi flytter"),
        ],
    )
    assert log(town, said, by=signe).outcome == "answered"
    assert list(Placement.objects.order_by("pk").values_list("state", "end_reason")) == [
        ("accepted", ""),
        ("declined", "Vi flytter"),
    ]
    events = Event.objects.filter(by=signe).order_by("pk")
    assert list(events.values_list("to_state", "reason")) == [
        ("accepted", "Pr. telefon"),
        ("declined", "Pr. telefon: Vi flytter"),
    ]


def test_other_days_are_offered_for_the_host(town, signe, asked):
    said = Said("answered", answers=[Answer(asked[0], "maybe", offers=[[TUESDAY]])])
    log(town, said, by=signe)
    asked[0].refresh_from_db()
    assert (asked[0].state, asked[0].offered) == ("offered", [[TUESDAY.isoformat()]])
    assert Event.objects.get(to_state="offered").reason == "Pr. telefon"


def test_a_request_that_was_answered_meanwhile_stops_the_whole_call(town, signe, asked):
    Placement.objects.filter(pk=asked[1].pk).update(state="accepted")
    said = Said("yes", weekday_seats={0: 9}, answers=[Answer(asked[0], "yes"), Answer(asked[1], "yes")])
    with pytest.raises(Refused, match="Intet er ændret: opholdet for Bo hos Rådhusets kantine"):
        log(town, said, by=signe)
    asked[0].refresh_from_db()
    assert (Call.objects.count(), asked[0].state) == (0, "asked")
    assert Host.objects.get().seats_monday == 3


def test_an_answer_means_that_somebody_was_reached(town, asked):
    said = Said("not_reached", answers=[Answer(asked[0], "yes")])
    assert problems(town, said) == {"outcome": ["Du har noteret svar, så du må have fået fat i nogen."]}
