"""What waits for somebody is in sight of that person, can be done there, and is not asked for when it cannot be."""

from datetime import timedelta

import pytest
from django.forms.models import model_to_dict

from employees.models import Organisation
from hosts.models import Call
from placements.domain import appetite, call_list, calls, days, lifecycle, offers, rounds, todo, wishes
from placements.domain.errors import Refused
from placements.domain.said import Said
from placements.enums import Appetite
from placements.models import Round, Wish
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db

AFTERWARDS = at(FIRST_DAY + timedelta(days=3), NOW.time())


def tasks(client, now=NOW) -> dict[str, int]:
    """path → count of the to-do; each count is that of the list it leads to."""
    found = {task.path: task.count for task in todo.tasks(now=now) if "/calls/" not in task.path}
    for path, count in found.items():
        assert client.get(f"/admin/{path}").context["cl"].result_count == count
    return found


# --- The consultants' to-do ------------------------------------------------------------------------------


def test_a_hosts_yes_waits_in_sight_until_it_is_confirmed_or_overtaken(client, signe, clock):
    placement = factories.placement("accepted")
    assert tasks(client) == {"placements/placement/?todo=accepted": 1}
    board = client.get(f"/admin/placements/round/{placement.wish.round_id}/board/").content.decode()
    assert "1 praktiksted har sagt ja: bekræft" in board
    clock.now = AFTERWARDS
    assert tasks(client, AFTERWARDS)["placements/placement/?todo=overtaken"] == 1
    lifecycle.cancel(placement=placement, reason="Nåede det ikke.", by=signe, now=AFTERWARDS)
    assert "placements/placement/?todo=overtaken" not in tasks(client, AFTERWARDS)


def test_confirming_what_no_host_was_asked_about_is_pointed_out(client, signe):
    placement = factories.placement()
    data = {"action": "confirm", "_selected_action": placement.pk}
    page = client.post("/admin/placements/placement/", data).content.decode()
    assert "1 praktiksted er ikke spurgt eller har ikke svaret" in page


@pytest.mark.parametrize(("came", "noted"), [("yes", True), ("no", False)])
def test_a_consultant_notes_by_phone_whether_a_visit_took_place(client, signe, clock, came, noted):
    visit = factories.placement("confirmed")
    clock.now = AFTERWARDS
    page = client.get(f"/admin/placements/placement/{visit.pk}/change/").content.decode()
    assert "Blev besøget til noget?" in page
    client.post(f"/admin/placements/placement/{visit.pk}/attendance/", {"came": came})
    visit.refresh_from_db()
    assert visit.attended is noted


def test_a_host_that_stays_out_leaves_no_freed_seat(client, signe):
    visit = factories.placement("confirmed")
    factories.wish(visit.host, person=factories.employee("Bo"), round=visit.round)
    lifecycle.cancel(placement=visit, reason="Sygdom.", by=signe, now=NOW)
    freed = "placements/placement/?todo=freed"
    assert tasks(client)[freed] == 1
    appetite.say(
        host=visit.host, round=visit.round, appetite=Appetite.NO, reason="Flytter.", by=None, now=NOW
    )  # fmt: skip
    assert freed not in tasks(client)


def test_the_wish_of_somebody_who_has_left_is_let_go():
    wish = factories.wish()
    wish.employee.is_active = False
    wish.employee.save(update_fields=["is_active"])
    assert not Wish.objects.unplaced().exists()


# --- Phoning ----------------------------------------------------------------------------------------------


@pytest.fixture
def called():
    class Called:
        round = factories.round()
        host = factories.host("Rådhusets kantine", seats=0)

        @classmethod
        def group(cls, round=None) -> str:
            rows = call_list.entries(round=round or cls.round, now=NOW)
            return next(row.group for row in rows if row.name == "Rådhusets kantine")

    factories.wish(Called.host, round=Called.round, person=factories.employee())
    return Called


def address(called) -> str:
    return f"/admin/placements/round/{called.round.pk}/calls/{called.host.workplace_id}/"


def test_who_rings_back_after_a_vain_call_can_be_noted(client, signe, called):
    calls.log(
        round=called.round, workplace=called.host.workplace, said=Said("not_reached"), by=signe, now=NOW
    )  # fmt: skip
    assert "De ringede selv tilbage" in client.get(address(called)).content.decode()
    page = client.post(address(called), {"do": "claim", "rang_back": "1"}, follow=True)
    assert page.context["form"] is not None


def test_a_host_that_said_perhaps_is_to_be_called_and_its_words_are_shown(client, signe, called):
    quiet = factories.host("Hovedbiblioteket")
    called.host = quiet
    appetite.say(
        host=quiet, round=called.round, appetite=Appetite.MAYBE, reason="Efter jul.", by=None, now=NOW
    )  # fmt: skip
    rows = call_list.entries(round=called.round, now=NOW)
    assert {row.name: row.group for row in rows}["Hovedbiblioteket"] == "call"
    for page in (address(called), f"/admin/placements/round/{called.round.pk}/calls/?show=call"):
        assert "Efter jul." in client.get(page).content.decode()


def test_what_a_host_said_of_an_earlier_round_is_shown_with_the_next(client, signe, called):
    later = factories.round(
        "Lynpraktik 2028", visits_from=FIRST_DAY + timedelta(days=364),
        visits_until=FIRST_DAY + timedelta(days=375),
    )  # fmt: skip
    appetite.say(
        host=called.host, round=called.round, appetite=Appetite.NEXT_YEAR, reason="Vi bygger om.",
        by=None, now=NOW,
    )  # fmt: skip
    assert (called.group(), called.group(later)) == ("done", "rest")
    page = client.get(f"/admin/placements/round/{later.pk}/calls/").content.decode()
    assert "Vi bygger om." in page


def test_a_hosts_no_to_one_round_is_none_to_another(signe, called):
    other = factories.round("Tværs")
    factories.wish(called.host, round=other, person=factories.employee())
    calls.log(
        round=called.round, workplace=called.host.workplace, by=signe, now=NOW - timedelta(days=1),
        said=Said("no", reasons=["busy"]),
    )  # fmt: skip
    assert (called.group(), called.group(other)) == ("done", "call")


def test_a_no_on_the_phone_asks_what_becomes_of_open_requests(client, signe, called):
    host = factories.host("Hovedbiblioteket")
    wish = factories.wish(host, round=called.round, person=factories.employee("Bo"))
    visit = factories.placement("asked", host=host, wish=wish)
    called.host = host
    client.post(address(called), {"do": "claim"})
    data = {"do": "log", "outcome": "no", "reasons": ["busy"], "request": visit.pk}
    page = client.post(address(called), data).content.decode()
    assert "Forespørgslen venter stadig på svar" in page
    assert Call.objects.count() == 0


# --- Hosts, participants, managers -------------------------------------------------------------------------


def test_host_and_participant_find_what_waits_for_them_without_the_mail(client):
    visit = factories.placement("asked")
    client.force_login(visit.host.contacts.get())
    assert "1 forespørgsel venter på jeres svar" in client.get("/min-side/").content.decode()
    arrivals = client.get(f"/vaert/{visit.host_id}/")
    ((placement, link),) = arrivals.context["requests"]
    assert (placement, client.get(link).status_code) == (visit, 200)
    later = [FIRST_DAY + timedelta(days=1)]
    days.offer(placement=visit, offers=[later], by=None, now=NOW)
    client.force_login(visit.employee)
    page = client.get("/min-side/")
    (row,) = page.context["rows"]
    assert "Se de andre dage, og svar" in page.content.decode()
    assert client.get(row.offer_url).status_code == 200


def test_after_the_deadline_the_wish_is_read_not_edited(client, clock):
    wish = factories.wish()
    client.force_login(wish.employee)
    clock.now = NOW + timedelta(days=11)
    page = client.get(f"/oenske/{wish.round_id}/").content.decode()
    assert "Hvordan gør I?" in page
    assert "<textarea" not in page


def test_a_visit_settled_meanwhile_is_called_off_with_a_reason_not_withdrawn(client):
    visit = factories.placement("confirmed")
    client.force_login(visit.employee)
    answer = client.post(f"/oenske/{visit.wish_id}/traek-tilbage/", follow=True)
    assert "Kan du ikke komme til Rådhusets kantine?" in answer.content.decode()
    visit.refresh_from_db()
    assert visit.state == "confirmed"


def test_needs_are_told_until_the_visit_and_no_longer(client, clock):
    visit = factories.placement("confirmed", wish=factories.wish(needs="Vegetar"))
    client.force_login(visit.host.contacts.get())
    assert "Vegetar" in client.get(f"/vaert/{visit.host_id}/?show=all").content.decode()
    clock.now = AFTERWARDS
    assert "Vegetar" not in client.get(f"/vaert/{visit.host_id}/?show=all").content.decode()


def test_who_is_no_longer_a_contact_no_longer_reads_the_hosts_calendar(client):
    people = [factories.employee(), factories.employee()]
    host = factories.host(contacts=people)
    feed = f"/kalender/{host.feed_secret}.ics"
    assert client.get(feed).status_code == 200
    offers.remove_contact(host=host, person=people[0])
    assert client.get(feed).status_code == 404


def test_the_manager_is_asked_again_when_the_wish_becomes_another(client):
    anne = factories.employee("Anne", manager=factories.employee("Ulla"))
    round = factories.round(needs_approval=True)
    canteen, library = factories.host("Kantinen"), factories.host("Biblioteket")
    wish = factories.wish(canteen, round=round, person=anne)
    wishes.approve(wish=wish, by=anne.manager, now=NOW)
    factories.wish(canteen, round=round, person=anne, needs="Vegetar")
    wish.refresh_from_db()
    assert wish.approved_at == NOW
    factories.wish(library, round=round, person=anne)
    wish.refresh_from_db()
    assert (wish.approved_at, wish.awaits_approval, wish.times_sent) == (None, True, 2)


def test_a_manager_is_not_thanked_for_refusing_what_is_withdrawn():
    wish = factories.wish()
    wishes.withdraw(wish=wish, by=wish.employee, now=NOW)
    with pytest.raises(Refused, match="er ikke sendt"):
        wishes.refuse(wish=wish, reason="Nej", by=None, now=NOW)


def test_another_address_can_be_typed_instead_of_waiting_for_a_code(client):
    client.post("/log-ind/", {"email": "forkert@havneby.example"})
    page = client.get("/log-ind/kode/").content.decode()
    assert "Brug en anden adresse" in page
    answer = client.post("/log-ud/", {"next": "/log-ind/"}, follow=True)
    assert answer.request["PATH_INFO"] == "/log-ind/"
    assert answer.status_code == 200


# --- Rounds -------------------------------------------------------------------------------------------------


def test_a_closed_round_is_neither_released_nor_edited(client, signe):
    round = factories.round()
    Round.objects.update(closed_at=NOW)
    with pytest.raises(Refused, match="er lukket"):
        rounds.release(round=round, now=NOW)
    page = client.get(f"/admin/placements/round/{round.pk}/change/").content.decode()
    assert 'name="name"' not in page


def posted(round, **changes) -> dict:
    """What the form of a round posts."""
    shown = model_to_dict(round).items()
    values = {name: value for name, value in shown if value is not None and value is not False}
    values["organisations"] = [each.pk for each in round.organisations.all()]
    return values | changes


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"visits_from": FIRST_DAY + timedelta(days=1)},
            "Disse besøg ville falde uden for datoerne: Anne",
        ),
        ({"needs_approval": "on"}, "Der er allerede fundet pladser i runden"),
    ],
)
def test_a_round_is_not_moved_away_from_under_its_visits(client, signe, changes, words):
    visit = factories.placement("confirmed")
    address = f"/admin/placements/round/{visit.round.pk}/change/"
    assert words in client.post(address, posted(visit.round, **changes)).content.decode()


def test_who_saves_an_old_page_is_told_and_loses_nothing(client, signe):
    round = factories.round()
    address = f"/admin/placements/round/{round.pk}/change/"
    shown = client.get(address).context["adminform"].form
    mine = posted(round, name="Mit navn", seen=shown.initial["seen"])
    Round.objects.update(guide_da="En andens ord")
    page = client.post(address, mine)
    assert "En anden har ændret dette imens" in page.content.decode()
    assert "Mit navn" in page.content.decode()
    round.refresh_from_db()
    assert (round.name, round.guide_da) == ("Lynpraktik 2027", "En andens ord")
    again = mine | {"seen": page.context["adminform"].form["seen"].value()}
    client.post(address, again)
    round.refresh_from_db()
    assert round.name == "Mit navn"


def test_who_has_a_visit_finds_it_though_the_organisation_left_the_round(client):
    visit = factories.placement("confirmed")
    visit.round.organisations.set([Organisation.objects.create(name="En anden kommune")])
    client.force_login(visit.employee)
    assert "Du skal besøge Rådhusets kantine" in client.get("/min-side/").content.decode()


def as_opened(client, address) -> dict:
    """What the page of a record posts when nothing is changed."""
    context = client.get(address).context
    form = context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    for inline in context["inline_admin_formsets"]:
        prefix = inline.formset.prefix
        values |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return {name: value for name, value in values.items() if value not in (None, False)}


def save_old_page(client, address, old: dict, **changes) -> str:
    return client.post(address, old | changes).content.decode()


@pytest.mark.parametrize("kind", ["host", "round"])
def test_an_old_page_drops_no_contact_and_no_organisation_that_came_meanwhile(client, signe, kind):
    if kind == "host":
        row, other = factories.host("Rådhusets kantine"), factories.employee("Ny Kontakt")
        address, held = f"/admin/hosts/host/{row.pk}/change/", row.contacts
    else:
        row, other = factories.round(), factories.organisation("Region Nord")
        address, held = f"/admin/placements/round/{row.pk}/change/", row.organisations
    old = as_opened(client, address)
    held.add(other)
    assert "En anden har ændret dette imens" in save_old_page(client, address, old)
    assert other in held.all()


@pytest.mark.parametrize("kind", ["employee", "workplace"])
def test_an_old_page_of_a_person_or_a_workplace_writes_nothing_back(client, signe, kind):
    person = factories.employee("Anne")
    row = person if kind == "employee" else person.workplace
    address = f"/admin/employees/{kind}/{row.pk}/change/"
    old = as_opened(client, address)
    type(row).objects.filter(pk=row.pk).update(phone="99 99 99 99")
    page = save_old_page(client, address, old, name="Mit navn")
    assert "En anden har ændret dette imens" in page
    assert "Mit navn" in page
    row.refresh_from_db()
    assert (row.phone, row.name == "Mit navn") == ("99 99 99 99", False)
