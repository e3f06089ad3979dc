"""A visitor did not come: the host is told that the consultants follow it up, and so they can."""

from datetime import timedelta

import pytest

from placements.domain import evaluations, todo
from placements.models import Event, Placement
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
AFTER = NOW + timedelta(days=49)
LIST = "/admin/placements/placement/?todo=no-shows"


@pytest.fixture
def missed(signe, clock):
    """A visit of which its host has just noted that nobody came."""
    visit = factories.placement("confirmed")
    clock.now = AFTER
    note(visit, came=False)
    return visit


def note(visit, *, came, now=AFTER):
    evaluations.note_attendance(placement=visit, came=came, by=visit.host.contacts.get(), now=now)


def follow_up(client, visit):
    return client.post(f"/admin/placements/placement/{visit.pk}/followed-up/", follow=True).text


def to_do(now=AFTER):
    return {str(task.label): (task.count, task.path) for task in todo.tasks(now=now)}


LABEL = "Deltagere, der ikke kom (spørg, hvad der skete)"


def test_a_no_show_is_a_task_until_somebody_has_followed_it_up(client, missed, signe):
    assert to_do()[LABEL] == (1, "placements/placement/?todo=no-shows")
    assert to_do(AFTER + timedelta(days=90))[LABEL][0] == 1
    assert "Anne Kjærsgaard" in client.get(LIST).text
    page = client.get(f"/admin/placements/placement/{missed.pk}/change/").text
    assert "Deltageren kom ikke. Spørg, hvad der skete" in page
    page = follow_up(client, missed)
    assert "Det er noteret, at du har fulgt op." in page
    assert "Udeblev, der er fulgt op" in page and "Spørg, hvad der skete" not in page
    assert LABEL not in to_do()
    assert "Anne Kjærsgaard" not in client.get(LIST).text
    event = Event.objects.latest("pk")
    assert (event.by, event.reason) == (signe, "Udeblev: der er fulgt op")


def test_of_two_consultants_the_second_is_told(client, missed):
    follow_up(client, missed)
    events = Event.objects.count()
    assert "Der er allerede fulgt op på, at Anne Kjærsgaard ikke kom." in follow_up(client, missed)
    assert Event.objects.count() == events


def test_a_visitor_who_came_after_all_is_nobodys_task(client, missed):
    note(missed, came=True)
    assert LABEL not in to_do()
    assert "Det er ikke længere noteret, at Anne Kjærsgaard ikke kom." in follow_up(client, missed)
    assert Placement.objects.get().followed_up_at is None


def test_what_was_followed_up_and_corrected_twice_is_a_task_again(client, missed):
    follow_up(client, missed)
    note(missed, came=True)
    note(missed, came=False)
    assert to_do()[LABEL][0] == 1


def test_a_closed_round_leaves_nothing_to_follow_up(client, missed):
    missed.round.closed_at = AFTER
    missed.round.save(update_fields=["closed_at"])
    assert LABEL not in to_do()
    page = client.get(f"/admin/placements/placement/{missed.pk}/change/").text
    assert "Spørg, hvad der skete" not in page
    follow_up(client, missed)
    assert Placement.objects.get().followed_up_at is None
