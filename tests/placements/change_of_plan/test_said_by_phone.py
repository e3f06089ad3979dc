"""What a host agrees or calls off on the phone is a call: nobody else phones it that day."""

import pytest

from hosts.models import Call, CallClaim
from placements.domain import calling_off, calls
from placements.domain.errors import Refused
from placements.enums import CalledOffBy
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.change_of_plan.steps import SECOND, THIRD

pytestmark = pytest.mark.django_db

FIRST_EVENING = at(FIRST_DAY, NOW.time().replace(hour=19))
PLACEMENTS = "/admin/placements/placement/"


def moves_to_other_days(client, visit, clock):
    days = [SECOND.isoformat(), THIRD.isoformat()]
    said = {"host": visit.host_id, "days": days, "reason": "Messe.", "seen": visit.version}
    client.post(f"{PLACEMENTS}{visit.pk}/move/", said | {"confirmed": "1"})


def is_called_off(client, visit, clock, caller="host"):
    said = {"action": "cancel", "_selected_action": visit.pk, "confirmed": "1"}
    said |= {f"seen-{visit.pk}": visit.version, "caller": caller, "reason": "Sygdom."}
    client.post(PLACEMENTS, said)


def ends_early(client, visit, clock, caller="host"):
    clock.now = FIRST_EVENING
    said = {"seen": visit.version, "from_day": SECOND.isoformat(), "caller": caller}
    said |= {"reason": "Sygdom.", "confirmed": "1"}
    client.post(f"{PLACEMENTS}{visit.pk}/end-early/", said)


WAYS = [moves_to_other_days, is_called_off, ends_early]


def stands(visit) -> tuple:
    visit.refresh_from_db()
    return visit.state, visit.days


@pytest.mark.parametrize("way", WAYS)
def test_what_the_host_says_by_phone_is_a_call(client, visit, signe, clock, way):
    before = stands(visit)
    way(client, visit, clock)
    assert stands(visit) != before
    call = Call.objects.get()
    assert (call.workplace, call.caller, call.outcome) == (visit.host.workplace, signe, "answered")
    assert not CallClaim.objects.exists()
    with pytest.raises(Refused, match="Signe Holm talte med Rådhusets kantine i dag"):
        calls.claim(
            workplace=visit.host.workplace, by=factories.consultant("Thomas"), now=clock.now
        )  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_noted_of_a_host_while_a_colleague_has_it_on_the_phone(
    client, visit, signe, clock, way
):
    thomas, before = factories.consultant("Thomas Ørum"), stands(visit)
    now = FIRST_EVENING if way is ends_early else NOW
    calls.claim(workplace=visit.host.workplace, by=thomas, now=now)
    way(client, visit, clock)
    assert stands(visit) == before
    assert (Call.objects.count(), CallClaim.objects.get().by) == (0, thomas)


@pytest.mark.parametrize(
    ("way", "caller"),
    [
        (is_called_off, "stays"),
        (is_called_off, "other"),
        (ends_early, "participant"),
        (ends_early, "other"),
    ],
)
def test_what_others_than_the_host_say_is_no_call_to_it(client, visit, signe, clock, way, caller):
    before = stands(visit)
    way(client, visit, clock, caller)
    assert stands(visit) != before
    assert not Call.objects.exists()


def test_what_the_host_calls_off_itself_is_no_call(visit):
    calls.claim(workplace=visit.host.workplace, by=factories.consultant("Thomas"), now=NOW)
    birthe = visit.host.contacts.get()
    calling_off.call_off(visit=visit, caller=CalledOffBy.HOST, reason="Syg.", by=birthe, now=NOW)
    assert stands(visit)[0] == "cancelled"
    assert not Call.objects.exists()
