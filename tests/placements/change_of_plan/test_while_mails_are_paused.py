"""While mails are paused no preview, message or page of a visit promises one: it says what is held, and to phone."""

from datetime import timedelta

import pytest

from placements.domain import mailcare, rounds
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.change_of_plan.steps import SECOND, THIRD
from tests.placements.test_letters import sent_by

pytestmark = pytest.mark.django_db
PLACEMENTS = "/admin/placements/placement/"
FIRST_EVENING = at(FIRST_DAY, NOW.time().replace(hour=19))
HELD = "Mails om det holdes tilbage, mens mails er sat på pause: Ring til dem, der skal vide det nu."
AT_ONCE = "sendes med det samme"


@pytest.fixture(params=["visit", "round"])
def pause(request):
    """Pauses the mails of a visit: its own, or those of its round."""

    def pause(visit):
        if request.param == "visit":
            mailcare.pause(placement=visit, is_paused=True)
        else:
            rounds.pause_mails(round=visit.wish.round, is_paused=True)

    return pause


@pytest.fixture
def told(client, visit, mail_server, clock, signe):
    """The visit, of which everybody has been told; Signe is signed in."""
    sent_by(mail_server, NOW)
    client.force_login(signe)
    clock.now = NOW + timedelta(hours=1)
    return visit


def says_held(preview, count):
    assert f"{count} mails holdes tilbage, mens mails er sat på pause" in preview.text
    assert "Ring til dem, der skal vide det nu." in preview.text
    assert AT_ONCE not in preview.text


def test_the_end_of_a_visit_before_time(client, told, pause, mail_server, clock):
    sent_by(mail_server, FIRST_EVENING)
    clock.now = FIRST_EVENING
    pause(told)
    address = f"{PLACEMENTS}{told.pk}/end-early/"
    said = {"seen": told.version, "from_day": SECOND.isoformat(), "caller": "host", "reason": "Sygdom"}
    says_held(client.post(address, said), 3)
    after = client.post(address, said | {"confirmed": "1"}, follow=True).text
    assert f"Besøget slutter før tid. {HELD}" in after
    assert "får en mail" not in after
    assert sent_by(mail_server, FIRST_EVENING) == []


def test_what_is_too_late_by_now_is_not_said_to_be_held(client, told, pause, clock):
    pause(told)
    clock.now = FIRST_EVENING
    said = {"seen": told.version, "from_day": SECOND.isoformat(), "caller": "host", "reason": "Sygdom"}
    preview = client.post(f"{PLACEMENTS}{told.pk}/end-early/", said)
    says_held(preview, 3)
    assert "I morgen" not in preview.text


def test_a_move_to_other_days(client, told, pause, mail_server, clock):
    pause(told)
    address = f"{PLACEMENTS}{told.pk}/move/"
    days = [SECOND.isoformat(), THIRD.isoformat()]
    said = {"seen": told.version, "host": told.host_id, "days": days, "reason": "Kursus"}
    says_held(client.post(address, said), 6)
    after = client.post(address, said | {"confirmed": "1"}, follow=True).text
    assert f"Besøget er flyttet. {HELD}" in after
    assert "får en mail" not in after
    assert sent_by(mail_server, clock.now) == []


def test_a_move_to_another_host_tells_apart_what_goes_out_of_the_new_visit(client, told, library):
    """The pause is the old visit's: its host reads nothing, and those of the new visit do."""
    mailcare.pause(placement=told, is_paused=True)
    said = {
        "seen": told.version, "host": library.pk, "days": [FIRST_DAY.isoformat(), SECOND.isoformat()],
        "reason": "Kursus", "how": "agreed",
    }  # fmt: skip
    preview = client.post(f"{PLACEMENTS}{told.pk}/move/", said).text
    going, held = preview.split("holdes tilbage, mens mails er sat på pause")
    assert AT_ONCE in going and "Lis Bog" in going and "Birthe Kvist" not in going
    assert "Birthe Kvist" in held and "Lis Bog" not in held


@pytest.mark.parametrize(
    ("name", "done"),
    [("confirm", "1 praktikophold er bekræftet."), ("cancel", "1 praktikophold er aflyst.")],
)
def test_a_step(client, told, pause, mail_server, clock, name, done):
    if name == "confirm":
        told = factories.placement(
            "accepted",
            host=factories.host("Materielgården"),
            wish=factories.wish(round=told.wish.round, person=factories.employee("Bo")),
        )
        sent_by(mail_server, clock.now)
    pause(told)
    said = {"action": name, "_selected_action": [told.pk]}
    preview = client.post(PLACEMENTS, said)
    says_held(preview, len(preview.context["mails"]))
    assert preview.context["mails"]
    said |= {"confirmed": "1", "caller": "host", "reason": "Sygdom", f"seen-{told.pk}": told.version}
    assert f"{done} {HELD}" in client.post(PLACEMENTS, said, follow=True).text
    assert sent_by(mail_server, clock.now) == []


def test_of_many_only_those_that_are_paused_are_held(client, told, mail_server, clock):
    visits = [
        factories.placement(
            "accepted",
            host=factories.host(f"Sted {number}"),
            wish=factories.wish(round=told.wish.round, person=factories.employee(f"Gæst {number}")),
        )
        for number in range(2)
    ]
    mailcare.pause(placement=visits[0], is_paused=True)
    preview = client.post(
        PLACEMENTS, {"action": "confirm", "_selected_action": [visit.pk for visit in visits]}
    )
    going, held = preview.text.split("holdes tilbage, mens mails er sat på pause")
    assert "→ Gæst 1" in going and "→ Gæst 0" not in going
    assert "→ Gæst 0" in held and "→ Gæst 1" not in held


@pytest.mark.parametrize(
    ("step", "done"),
    [
        (
            "ask",
            "Pladsen hos Materielgården er reserveret. Der er ikke skrevet til praktikstedet endnu.",
        ),
        ("confirm", "Pladsen hos Materielgården er bekræftet."),
    ],
)
def test_a_place_that_was_found(client, told, step, done):
    rounds.pause_mails(round=told.wish.round, is_paused=True)
    host = factories.host("Materielgården")
    wish = factories.wish(host, round=told.wish.round, person=factories.employee("Bo"), length=1)
    said = {"host": host.pk, "days": [FIRST_DAY.isoformat()], "step": step}
    page = client.post(f"/admin/placements/wish/{wish.pk}/place/", said, follow=True).text
    assert f"{done} {HELD}" in page


def test_nobody_is_to_be_phoned_when_no_mail_is_held(client, told):
    proposed = factories.placement(
        host=factories.host("Materielgården"),
        wish=factories.wish(round=told.wish.round, person=factories.employee("Bo")),
    )
    rounds.pause_mails(round=told.wish.round, is_paused=True)
    said = {"action": "cancel", "_selected_action": [proposed.pk], "confirmed": "1"}
    said |= {"caller": "host", "reason": "Sygdom", f"seen-{proposed.pk}": proposed.version}
    page = client.post(PLACEMENTS, said, follow=True).text
    assert "1 praktikophold er aflyst." in page and HELD not in page


@pytest.mark.parametrize("where", ["change", "mails", "move"])
def test_the_pages_of_a_visit_say_that_its_mails_are_paused(client, told, pause, where):
    address = f"{PLACEMENTS}{told.pk}/{where}/"
    assert "sat på pause: Der sendes intet." not in client.get(address).text
    pause(told)
    assert "sat på pause: Der sendes intet." in client.get(address).text
