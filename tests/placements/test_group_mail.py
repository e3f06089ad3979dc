"""A mail to a group: who gets it, in which language, and what is refused."""

from datetime import timedelta
from uuid import uuid4

import pytest

from mail.models import OutgoingMail
from placements.domain import dispatch, lifecycle
from placements.enums import Group
from placements.models import GroupMail, Round
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


def sent_to_the_server() -> None:
    dispatch.send_due(now=NOW)
    OutgoingMail.objects.filter(state="queued").update(state="sent", sent_at=NOW)


class World:
    """A round with a visit in each state, each at a host of its own, and wishes without one."""

    def __init__(self, **rules):
        self.round = factories.round(**rules)
        for name in ("proposed", "asked", "accepted", "confirmed"):
            self.placed(name)
        off = self.placed("confirmed", name="cancelled")
        sent_to_the_server()
        lifecycle.cancel(placement=off, reason="Sygdom.", by=None, now=NOW)
        self.wish("unplaced")
        self.wish("draft", send=False)

    def wish(self, name: str, **values):
        manager = factories.employee(f"{name}-manager")
        return factories.wish(
            person=factories.employee(name, manager=manager), round=self.round, **values
        )

    def placed(self, state: str, name: str = ""):
        name = name or state
        host = factories.host(f"{name}-place", contacts=[factories.employee(f"{name}-host")])
        return factories.placement(state, host=host, wish=self.wish(name))


def written(client, round, **values):
    """The preview of a mail to a group."""
    data = {"subject": "Hej", "words": "Hej", "once": str(uuid4()), **values}
    return client.post(f"/admin/placements/round/{round.pk}/mails/write/", data)


def people(client, round, audience, **values) -> set[str]:
    page = written(client, round, audience=audience, **values)
    return {person.name for person in page.context["people"]}


SENT = {"proposed", "asked", "accepted", "confirmed", "cancelled", "unplaced"}
GROUPS = {
    "everybody": SENT | {"draft", "confirmed-host"},
    "sent": SENT,
    "drafts": {"draft"},
    "awaiting": set(),
    "placed": {"confirmed"},
    "unplaced": {"cancelled", "unplaced"},
    "cancelled": {"cancelled"},
    "hosts": {"confirmed-host"},
    "asked": {"asked-host"},
    "accepted": {"accepted-host"},
    "managers": {f"{name}-manager" for name in SENT},
}


def test_who_belongs_to_each_group(client, signe):
    world = World()
    assert {group: people(client, world.round, group) for group in Group.values} == GROUPS


def test_nobody_is_found_by_a_place_that_is_held_back(client, signe):
    world = World(hold_results=True)
    found = {group: people(client, world.round, group) for group in ("placed", "cancelled", "hosts")}
    assert found == {"placed": set(), "cancelled": set(), "hosts": set()}
    assert people(client, world.round, "everybody") == SENT | {"draft"}


def test_who_waits_for_the_manager(client, signe):
    world = World()
    Round.objects.update(needs_approval=True)
    world.round.wishes.exclude(employee__name="unplaced").update(approved_at=NOW)
    assert people(client, world.round, "awaiting") == {"unplaced"}


def test_a_host_and_a_day_narrow_each_group(client, signe):
    world = World()
    host = world.round.wishes.get(employee__name="confirmed").placements.get().host
    for group in ("placed", "hosts", "managers", "everybody", "sent"):
        assert people(client, world.round, group, host=host.pk) == {
            name for name in GROUPS[group] if name.startswith("confirmed")
        }
        second = (FIRST_DAY + timedelta(days=1)).isoformat()  # nobody visits on the second day
        assert people(client, world.round, group, day=second) == set()


def test_who_reads_english_gets_the_english_text_where_there_is_one(client, signe):
    round = factories.round()
    for name, language in (("Anne", "da"), ("Bob", "en")):
        factories.wish(person=factories.employee(name, language=language), round=round)
    values = {"audience": "sent", "subject": "Husk", "words": "Kære {fornavn}", "once": str(uuid4())}
    english = {"subject_en": "Remember", "words_en": "Dear {fornavn}"}
    preview = written(client, round, **values, **english)
    assert [letter.subject for letter in preview.context["examples"]] == ["Husk", "Remember"]
    written(client, round, **values, **english, confirmed=preview.context["mark"])
    dispatch.send_due(now=NOW)
    letters = OutgoingMail.objects.filter(planned_mail__kind="group").order_by("to_name")
    assert [(each.to_name, each.subject, each.text.splitlines()[0]) for each in letters] == [
        ("Anne", "Husk", "Kære Anne"),
        ("Bob", "Remember", "Dear Bob"),
    ]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"subject_en": "Remember"}, "Skriv både emne og tekst på engelsk, eller ingen af dem."),
        ({"subject_en": "X", "words_en": "To {name}"}, "Pladsholderen {name} kendes ikke."),
        ({"audience": "drafts", "words": "Husk: {mål}"}, "Det er ikke alle i gruppen, der har et mål"),
    ],
)
def test_what_will_not_do_is_refused_and_kept_on_the_page(client, signe, values, problem):
    page = written(client, factories.round(), **{"audience": "sent", **values}).content.decode()
    assert problem in page
    assert all(text in page for text in values.values())
    assert not GroupMail.objects.exists()
