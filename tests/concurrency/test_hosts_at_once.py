"""A host and a consultant, and two contacts of a host, at the same moment: neither overruns the other.

The first is held in the middle of its transaction while the second tries, on a connection of its own.
The same is run without the lock, to show that it is what holds.
"""

from concurrent.futures import ThreadPoolExecutor, TimeoutError

import pytest
from django.db import connections, transaction

from hosts.models import Host
from placements.domain import lifecycle, offers
from placements.domain.errors import Refused
from placements.models import Placement
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool


@pytest.fixture
def host():
    contacts = [factories.employee("Birthe Kvist"), factories.employee("Jonas Damgaard")]
    return factories.host("Rådhusets kantine", contacts=contacts)


@pytest.fixture
def no_lock(monkeypatch):
    monkeypatch.setattr(Host.objects, "select_for_update", lambda **_: Host.objects.all())


def said(step, **values) -> str:
    """'done', or the sentence of the refusal; on a connection that is closed afterwards."""
    try:
        step(**values)
        return "done"
    except Refused as refusal:
        return str(refusal)
    finally:
        connections.close_all()


def take_back_monday(host):
    stored = Host.objects.get(pk=host.pk)
    seen = offers.mark(stored, ["seats_monday"])
    stored.seats_monday = 0
    offers.change(host=stored, columns=["seats_monday"], fields=[], seen=seen, known=[], now=NOW)


def ask(visit) -> str:
    return said(
        lifecycle.ask, placement=Placement.objects.with_people().get(pk=visit.pk), by=None, now=NOW
    )


def remove(host, name) -> str:
    person = host.contacts.get(name=name)
    return said(offers.remove_contact, host=Host.objects.get(pk=host.pk), person=person)


@pytest.fixture
def visit(host):
    return factories.placement(host=host, wish=factories.wish(host), days=[FIRST_DAY])


def test_a_host_is_not_asked_for_a_seat_that_it_is_just_taking_back(host, visit, pool):
    with transaction.atomic():
        take_back_monday(host)
        asking = pool.submit(ask, visit)
    assert asking.result(timeout=30).startswith("Rådhusets kantine har ikke længere en plads")


def test_without_the_lock_it_is_asked_all_the_same(host, visit, pool, no_lock):
    with transaction.atomic():
        take_back_monday(host)
        assert pool.submit(ask, visit).result(timeout=30) == "done"


def test_two_contacts_do_not_remove_each_other(host, pool):
    with transaction.atomic():
        offers.remove_contact(host=host, person=host.contacts.get(name="Jonas Damgaard"))
        other = pool.submit(remove, host, "Birthe Kvist")
    assert other.result(timeout=30) == "Et praktiksted skal have en kontakt. Tilføj en anden først."
    assert host.contacts.get().name == "Birthe Kvist"


def test_without_the_lock_nobody_is_left(host, pool, no_lock):
    with transaction.atomic():
        offers.remove_contact(host=host, person=host.contacts.get(name="Jonas Damgaard"))
        other = pool.submit(remove, host, "Birthe Kvist")
        # It has looked already, and waits only to write the calendar's new address.
        with pytest.raises(TimeoutError):
            other.result(timeout=2)
    assert other.result(timeout=30) == "done"
    assert host.contacts.count() == 0
