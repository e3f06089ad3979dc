"""The demo round: complete, safe to make twice, and never mixed with real people."""

import pytest
from django.core.management import CommandError, call_command

from employees.models import Department, Employee, Workplace
from hosts.models import Host
from mail.models import OutgoingMail
from placements.domain import call_list
from placements.models import Evaluation, HostRound, Placement, Round, Wish
from tests import factories

pytestmark = pytest.mark.django_db


def demo(**options):
    call_command("demo", verbosity=0, **options)


def test_the_town_is_complete_and_at_every_stage():
    demo()
    assert Department.objects.count() == 6
    assert Workplace.objects.count() == 30
    assert (Host.objects.open().count(), Host.objects.to_approve().count()) == (12, 1)
    assert list(HostRound.objects.values_list("appetite", flat=True)) == ["no"]
    assert Employee.objects.filter(is_staff=True).count() == 2
    assert set(Wish.objects.values_list("state", flat=True)) == {"draft", "sent"}
    assert set(Placement.objects.values_list("state", flat=True)) == {
        "proposed",
        "asked",
        "accepted",
        "declined",
        "confirmed",
    }
    assert Evaluation.objects.count() == 4
    cook = Wish.objects.get(employee__job_title="kok")
    assert str(cook.choices.first()) == "Rådhusets kantine"
    assert Employee.objects.exclude(email__endswith=".example").count() == 0


def test_the_call_list_is_alive(clock):
    demo()
    round = Round.objects.get(name="Lynpraktik, denne runde")
    entries = call_list.entries(round=round, now=clock.now)
    told = [(row.name, row.group) for row in entries if row.group not in {"rest", "call"}]
    assert told == [
        ("Havnekontoret", "back"),
        ("Kulturhuset Pakhuset", "back"),
        ("Musikskolen", "later"),
        ("Ungeindsatsen", "done"),
        ("Børnehuset Mariehønen", "done"),
        ("Jobcentret", "done"),
    ]


def test_a_second_time_changes_nothing():
    demo()
    before = (Employee.objects.count(), Wish.objects.count(), OutgoingMail.objects.count())
    demo()
    assert (Employee.objects.count(), Wish.objects.count(), OutgoingMail.objects.count()) == before


def test_it_is_not_mixed_with_other_people_unless_told_to():
    factories.employee(workplace=None)
    with pytest.raises(CommandError, match="--force"):
        demo()
    assert Employee.objects.count() == 1
    demo(force=True)
    assert Host.objects.count() == 13


def test_one_click_signs_in_as_a_demo_person_only_in_demo_mode(client, settings):
    anne = factories.employee("Anne")
    assert client.post(f"/demo/log-ind/{anne.pk}/").status_code == 404
    settings.DEMO = True
    assert client.post(f"/demo/log-ind/{anne.pk}/")["Location"] == "/min-side/"
    assert client.get("/min-side/").status_code == 200


def test_the_clock_moves_only_in_demo_mode(client, settings):
    from praktik.lib import clock

    assert client.post("/demo/ur/", {"days": "7"}).status_code == 404
    settings.DEMO = True
    client.post("/demo/ur/", {"days": "7"})
    assert clock.offset().days == 7
    client.post("/demo/ur/", {"days": "0"})
    assert clock.offset().days == 0
    settings.DEMO = False
    with pytest.raises(RuntimeError):
        clock.move(clock.offset())
