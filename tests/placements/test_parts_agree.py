"""Where two parts of the house speak of the same thing, they say the same: each was built by itself."""

from datetime import timedelta

import pytest

from hosts.models import Approval
from placements.domain import appetite, call_list, calls
from placements.domain.calls import Said
from placements.enums import Appetite
from placements.models import HostRound, Placement
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db

SECOND, THIRD = FIRST_DAY + timedelta(days=1), FIRST_DAY + timedelta(days=2)


@pytest.fixture
def visit():
    """A settled visit of one day to the canteen."""
    host = factories.host("Rådhusets kantine")
    return factories.placement("confirmed", host=host, wish=factories.wish(host, None))


# --- Who sees a building's visitors ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("approval", "status", "count"), [(Approval.APPROVED, 200, 1), (Approval.WAITING, 404, 0)]
)
def test_who_only_signed_up_does_not_see_the_neighbours_visitors(
    client, visit, clock, approval, status, count
):
    neighbour = factories.host("Borgerservice", contacts=[factories.employee()], approval=approval)
    client.force_login(neighbour.contacts.get())
    clock.now = at(FIRST_DAY - timedelta(days=3), NOW.time())
    assert client.get(f"/modtagelse/{neighbour.pk}/").status_code == status
    assert len(client.get("/modtagelse/").context["buildings"]) == count


# --- Moving to a host that closed meanwhile --------------------------------------------------------------


def test_a_host_that_closed_while_the_consultant_looked_is_not_silently_the_old_one(client, visit):
    closed = factories.host("Hovedbiblioteket", is_open=False)
    client.force_login(factories.consultant())
    move_to = {
        "host": closed.pk,
        "days": [THIRD.isoformat()],
        "how": "agreed",
        "reason": "Bedre match.",
    }
    address = f"/admin/placements/placement/{visit.pk}/move/"
    page = client.post(address, move_to | {"seen": visit.version, "confirmed": "1"}).content.decode()
    assert "tager ikke længere imod nogen i denne runde" in page
    assert "Bedre match." in page
    assert Placement.objects.get().days == [FIRST_DAY]


def test_what_is_refused_half_way_leaves_the_visit_on_the_page_as_it_stands(client, visit):
    short = factories.host("Hovedbiblioteket", longest_visit=1)
    client.force_login(factories.consultant())
    move_to = {"host": short.pk, "days": [SECOND.isoformat(), THIRD.isoformat()], "how": "agreed"}
    page = client.post(
        f"/admin/placements/placement/{visit.pk}/move/",
        move_to | {"reason": "Bedre match.", "seen": visit.version, "confirmed": "1"},
    )
    assert page.context["form"].non_field_errors()
    assert page.context["visit"].version == visit.version


# --- A no on the web and a no on the phone ----------------------------------------------------------------


@pytest.fixture
def called():
    """A host that two wishes name, and that has no seat for them."""

    class Called:
        round = factories.round()
        host = factories.host("Rådhusets kantine", seats=0)

        @classmethod
        def on_the_list(cls):
            rows = call_list.entries(round=cls.round, now=NOW)
            return next(row for row in rows if row.name == "Rådhusets kantine")

    factories.wish(Called.host, round=Called.round, person=factories.employee())
    return Called


def test_a_host_that_said_no_on_its_page_is_not_phoned_and_its_reason_is_shown(client, called):
    assert called.on_the_list().group == "call"
    appetite.say(
        host=called.host, round=called.round, appetite=Appetite.NEXT_YEAR,
        reason="Køkkenet bygges om.", by=None, now=NOW,
    )  # fmt: skip
    assert (called.on_the_list().group, called.on_the_list().wishes) == ("done", 1)
    client.force_login(factories.consultant())
    page = client.get(f"/admin/placements/round/{called.round.pk}/calls/").content.decode()
    assert "Deltager ikke denne gang. Køkkenet bygges om." in page


@pytest.mark.parametrize(
    ("reasons", "note", "reason"),
    [
        (["busy", "staff"], "Ring til Palle næste gang", "for travlt lige dér, for få på arbejde"),
        (["busy", "other"], "Vi flytter", "for travlt lige dér, Vi flytter"),
    ],
)
def test_a_no_on_the_phone_keeps_the_host_out_of_the_round_until_it_says_yes(
    called, reasons, note, reason
):
    signe = factories.consultant()
    said = {"round": called.round, "workplace": called.host.workplace, "by": signe}
    calls.log(**said, said=Said("no", reasons=reasons, note=note), now=NOW)
    row = HostRound.objects.get()
    assert (row.host, row.appetite, row.reason, row.said_by) == (called.host, "no", reason, signe)
    assert appetite.not_this_time(called.round) == {called.host.pk}
    calls.log(**said, said=Said("yes", weekday_seats={0: 1}), now=NOW + timedelta(days=1))
    assert appetite.not_this_time(called.round) == set()
