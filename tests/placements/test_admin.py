"""The consultants' pages: find a place, ask, confirm many with a preview, cancel with a reason."""

from datetime import timedelta

import pytest

from placements.domain import dispatch, lifecycle
from placements.enums import PlacementState
from placements.models import Placement, PlannedMail
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db
PLACEMENTS = "/admin/placements/placement/"


@pytest.fixture
def wish(signe):
    host = factories.host("Rådhusets kantine")
    return factories.wish(host, length=1)


def find(client, wish, step="ask", host=None, days=(FIRST_DAY,)):
    host = host or wish.choices.get().host
    return client.post(
        f"/admin/placements/wish/{wish.pk}/place/",
        {"host": host.pk, "days": [day.isoformat() for day in days], "step": step},
        follow=True,
    )


def step(client, name, *placements, **data):
    """First the preview, then, with confirmed=1, the step itself."""
    return client.post(
        PLACEMENTS,
        {"action": name, "_selected_action": [placement.pk for placement in placements], **data},
        follow=True,
    )


def state_of(placement):
    return Placement.objects.get(pk=placement.pk).state


def test_only_days_with_a_free_seat_are_offered(client, wish):
    host = wish.choices.get().host
    factories.placement(
        host=host,
        wish=factories.wish(host, round=wish.round, person=factories.employee()),
        days=[FIRST_DAY],
    )
    page = client.get(f"/admin/placements/wish/{wish.pk}/place/?host={host.pk}").content.decode()
    assert 'value="2027-01-05"' in page
    assert 'value="2027-01-04"' not in page
    assert "mandag den 4. januar: lukket eller optaget" in page


@pytest.mark.parametrize(
    ("name", "state", "words"),
    [
        ("propose", PlacementState.PROPOSED, "er reserveret. Der er ikke sendt noget endnu."),
        ("ask", PlacementState.ASKED, "Rådhusets kantine er spurgt pr. mail."),
        ("confirm", PlacementState.CONFIRMED, "er bekræftet, og alle får en mail."),
    ],
)
def test_a_wish_is_placed(client, wish, name, state, words):
    page = find(client, wish, name)
    assert words in page.content.decode()
    assert Placement.objects.get().state == state


def test_a_taken_day_a_forged_day_and_no_day_are_refused(client, wish):
    host = wish.choices.get().host
    for days, words in [
        ((), "Vælg mindst én dag."),
        ((FIRST_DAY + timedelta(days=5),), "Den dag er ikke længere ledig."),
    ]:
        assert words in find(client, wish, days=days).content.decode()
    factories.placement(
        host=host, wish=factories.wish(host, round=wish.round, person=factories.employee())
    )
    assert "Den dag er ikke længere ledig." in find(client, wish).content.decode()
    assert wish.placements.count() == 0


def test_a_step_that_fails_half_way_leaves_nothing(client, wish):
    wish.choices.get().host.contacts.clear()
    page = find(client, wish, "ask")
    assert "har ingen praktikvært at skrive til" in page.content.decode()
    assert Placement.objects.count() == 0


def test_an_id_of_nothing_is_not_found(client, wish):
    assert client.get("/admin/placements/wish/999999/place/").status_code == 404
    own = f"/admin/placements/wish/{wish.pk}/place/"
    assert client.get(f"{own}?host=999999").status_code == 404
    assert client.get(f"{own}?host=x").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_host_that_has_closed_meanwhile_is_said_so_on_the_page(client, wish, method):
    host = wish.choices.get().host
    host.is_open = False
    host.save(update_fields=["is_open"])
    address = f"/admin/placements/wish/{wish.pk}/place/"
    data = {"host": host.pk, "days": FIRST_DAY.isoformat(), "step": "ask"}
    page = getattr(client, method)(address, data, follow=True)
    assert page.redirect_chain == [(address, 302)]
    assert "Rådhusets kantine tager ikke imod gæster i denne runde." in page.content.decode()


def test_many_are_confirmed_after_a_preview_of_the_mails(client, signe):
    round = factories.round()
    visits = [
        factories.placement(
            "accepted",
            host=factories.host(f"Sted {number}"),
            wish=factories.wish(round=round, person=factories.employee()),
        )
        for number in range(3)
    ]
    preview = step(client, "confirm", *visits)
    assert "6 mails sendes med det samme" in preview.content.decode()
    assert [state_of(visit) for visit in visits] == ["accepted"] * 3
    seen = {f"seen-{visit.pk}": visit.version for visit in visits}
    page = step(client, "confirm", *visits, confirmed="1", **seen)
    assert "3 praktikophold er bekræftet." in page.content.decode()
    assert [state_of(visit) for visit in visits] == ["confirmed"] * 3
    assert PlannedMail.objects.filter(kind="confirmed").count() == 6


@pytest.mark.parametrize(
    ("name", "count", "words"),
    [
        ("ask", 1, "Praktikstedet er spurgt om 1 praktikophold."),
        ("ask", 2, "Praktikstederne er spurgt om 2 praktikophold."),
        ("confirm", 1, "1 praktikophold er bekræftet."),
        ("cancel", 2, "2 praktikophold er aflyst."),
    ],
)
def test_what_was_done_is_said_in_a_sentence(client, signe, name, count, words):
    round = factories.round()
    visits = [
        factories.placement(
            host=factories.host(), wish=factories.wish(round=round, person=factories.employee())
        )
        for _each in range(count)
    ]
    given = {"caller": "host", "reason": "Sygdom"} if name == "cancel" else {}
    page = step(client, name, *visits, confirmed="1", **given).content.decode()
    assert f">{words}</li>" in page


def test_no_leads_back_to_where_one_came_from(client, signe):
    visit = factories.placement("asked")
    own = f"{PLACEMENTS}{visit.pk}/change/"
    assert f'name="back" value="{own}"' in client.get(own).content.decode()
    chosen = {"action": "cancel", "_selected_action": [visit.pk]}
    for address, back, leads_to in [
        (PLACEMENTS, own, own),
        (f"{PLACEMENTS}?came=unknown", "", f"{PLACEMENTS}?came=unknown"),
        (PLACEMENTS, "https://evil.example/", PLACEMENTS),
    ]:
        page = client.post(address, chosen | {"back": back}).content.decode()
        assert f'<a class="button" href="{leads_to}">Nej, tilbage</a>' in page
    # A form with something missing still knows.
    page = client.post(PLACEMENTS, chosen | {"back": own, "confirmed": "1"}).content.decode()
    assert f'<a class="button" href="{own}">Nej, tilbage</a>' in page


def test_filters_have_titles_that_read_well(client, signe):
    factories.placement()
    page = client.get(PLACEMENTS).content.decode()
    for title in ("Efter opgave", "Efter trin", "Efter fremmøde"):
        assert title in page


def test_what_somebody_changed_since_the_preview_is_not_overrun(client, signe):
    visit = factories.placement("asked")
    step(client, "confirm", visit)
    seen = {f"seen-{visit.pk}": visit.version}
    lifecycle.accept(placement=visit, by=None, now=NOW)
    lifecycle.cancel(placement=visit, reason="Sygdom", by=None, now=NOW)
    page = step(client, "confirm", visit, confirmed="1", **seen)
    assert "har nu status »Aflyst«" in page.content.decode()
    assert state_of(visit) == "cancelled"


def test_cancelling_asks_for_a_reason_and_keeps_what_was_typed(client, signe):
    visit = factories.placement("confirmed")
    said = {f"seen-{visit.pk}": visit.version, "caller": "host", "confirmed": "1"}
    page = step(client, "cancel", visit, reason=" ", **said)
    assert "Skriv et par ord om hvorfor." in page.content.decode()
    page = step(client, "cancel", visit, reason="Cpr 010190-1234", **said)
    assert "CPR-nummer" in page.content.decode()
    assert "Cpr 010190-1234</textarea>" in page.content.decode()
    assert state_of(visit) == "confirmed"
    step(client, "cancel", visit, reason="Værten er syg", **said)
    assert state_of(visit) == "cancelled"
    ended = Placement.objects.get()
    assert (ended.end_reason, ended.ended_by) == ("Værten er syg", "host")


def test_a_nul_in_the_reason_and_ids_that_are_none_do_no_harm(client, signe):
    visit = factories.placement("confirmed")
    step(client, "cancel", visit, confirmed="1", reason="Sy\x00g", caller="other")
    assert Placement.objects.get().end_reason == "Syg"
    answer = client.post(PLACEMENTS, {"action": "cancel", "_selected_action": ["abc", "\x00"]})
    assert answer.status_code == 404


def test_states_cannot_be_typed(client, signe):
    visit = factories.placement("asked")
    answer = client.post(f"{PLACEMENTS}{visit.pk}/change/", {"state": "confirmed"})
    assert answer.status_code == 403
    client.post(f"/admin/placements/wish/{visit.wish_id}/change/", {"state": "withdrawn"})
    visit.wish.refresh_from_db()
    assert (state_of(visit), visit.wish.state) == ("asked", "sent")


def test_a_visits_page_shows_its_mails_and_what_happened(client, signe):
    visit = factories.placement("confirmed", by=signe)
    page = client.get(f"{PLACEMENTS}{visit.pk}/change/").content.decode()
    for words in ("Påmindelse", "Planlagt", "Hvad der er sket", "Signe Holm", "lettes den"):
        assert words in page


def test_somebody_who_is_not_a_consultant_is_turned_away(client):
    wish = factories.wish(factories.host())
    client.force_login(factories.employee())
    answer = client.get(f"/admin/placements/wish/{wish.pk}/place/")
    assert answer.status_code in (302, 403)


LISTS = {
    "/admin/placements/wish/": 13,
    "/admin/placements/placement/": 12,
    "/admin/placements/plannedmail/": 10,
    "/admin/hosts/host/": 10,
    "/admin/employees/employee/": 8,
    "/admin/mail/outgoingmail/": 13,
}


@pytest.mark.parametrize("count", [2, 40])
@pytest.mark.parametrize(("address", "queries"), LISTS.items())
def test_lists_take_the_same_queries_however_many_rows(
    client, signe, address, queries, count, django_assert_num_queries
):
    round = factories.round()
    for number in range(count):
        host = factories.host(fields=[factories.field()])
        wish = factories.wish(host, None, round=round, person=factories.employee())
        if number % 2:
            factories.placement("confirmed", host=host, wish=wish)
    dispatch.send_due(now=NOW)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200
