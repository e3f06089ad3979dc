"""Lists that are pages of their own, as files: what the page shows, for those who may see it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from placements.domain import lifecycle
from placements.models import Solve
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.tables.files import saved
from tests.tables.test_export import cells, lines

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stand_still(clock):
    """All happens at factories.NOW unless the clock is moved."""


@pytest.fixture
def signe(client):
    person = factories.consultant(workplace=None)
    client.force_login(person)
    return person


@pytest.fixture
def canteen():
    return factories.host("Rådhusets kantine")


@pytest.fixture
def round():
    return factories.round()


def of_round(round, name, kind="csv", filters=""):
    return f"/admin/placements/round/{round.pk}/{name}/export/{kind}/{filters}"


def table(client, address) -> list[list[str]]:
    return [line.split(";") for line in lines(saved(client.get(address)))]


def as_dict(client, address) -> dict[str, str]:
    headings, row = table(client, address)
    return dict(zip(headings, row, strict=True))


def test_the_match_board_with_its_filters(client, signe, canteen, round):
    placed = factories.wish(canteen, round=round, needs="Vegetar")
    factories.placement(host=canteen, wish=placed)
    factories.wish(canteen, round=round, person=factories.employee("=Bo"))
    address = of_round(round, "board", filters="?show=proposed")
    page = client.get(f"/admin/placements/round/{round.pk}/board/?show=proposed").text
    assert f'href="{address}"' in page
    row = as_dict(client, address)
    assert row.pop("Kan") and row.pop("E-mail") and row.pop("Arbejdsplads")
    assert row == {
        "Deltager": "Anne Kjærsgaard",
        "Forvaltning": "Kultur og Fritid",
        "Ønskede dage": "1",
        "Ønsker": "1. Rådhusets kantine",
        "Plads": "1. ønske",
        "Praktiksted": "Rådhusets kantine",
        "Praktikdage": "mandag den 4. januar",
        "Status": "Foreslået",
        "Hvad er i vejen": "",
        "Hvorfor": "",
    }
    everybody = saved(client.get(of_round(round, "board"))).decode()
    assert "Vegetar" not in everybody and "'=Bo" in everybody
    name = cells(saved(client.get(of_round(round, "board", "xlsx", "?show=unplaced"))))[1][0]
    assert (name.value, name.data_type, name.quotePrefix) == ("=Bo", "s", True)


def test_seats_left_by_day(client, signe, canteen, round):
    factories.placement(host=canteen, wish=factories.wish(canteen, round=round))
    address = of_round(round, "seats")
    assert f'href="{address}"' in client.get(f"/admin/placements/round/{round.pk}/board/seats/").text
    headings, row = table(client, address)
    assert headings[:5] == [
        "Praktiksted",
        "Forvaltning",
        "Hvad er i vejen",
        "Kan tage flere",
        "man 4/1 2027",
    ]
    assert row[:6] == ["Rådhusets kantine", "Kultur og Fritid", "", "", "0", "1"]


def test_whom_to_phone(client, signe, canteen, round):
    canteen.workplace.phone = "99 00 10 00"
    canteen.workplace.save(update_fields=["phone"])
    address = of_round(round, "whom-to-phone")
    assert len(table(client, address)) == 1
    page = f"/admin/placements/round/{round.pk}/board/calls/"
    assert address not in client.get(page).text
    Solve.objects.create(
        round=round, by=signe, asked_at=NOW, finished_at=NOW, state="done", goal="most_placed", stays=[],
        figures={"placed": 0, "people": 2},
        helps={"calls": [[canteen.pk, 2, [["2027-01-04", 1]], 0]], "is_complete": True},
    )  # fmt: skip
    assert address in client.get(page).text
    row = as_dict(client, address)
    assert (row["Praktiksted"], row["Ville give plads til"], row["Telefon"]) == (
        "Rådhusets kantine", "2", "99 00 10 00",
    )  # fmt: skip


def test_the_waiting_list_of_a_host_and_the_candidates_of_a_freed_seat(client, signe, canteen, round):
    gone = factories.placement("confirmed", host=canteen, wish=factories.wish(canteen, round=round))
    lifecycle.cancel(placement=gone, reason="Syg", by=None, now=NOW)
    factories.wish(canteen, round=round, person=factories.employee("Bo"), needs="Vegetar")
    waiting = of_round(round, "waiting", filters=f"?host={canteen.pk}")
    freed = f"/admin/placements/placement/{gone.pk}/freed/export/csv/"
    board = f"/admin/placements/round/{round.pk}/board/waiting/?host={canteen.pk}"
    assert f'href="{waiting}"' in client.get(board).text
    assert f'href="{freed}"' in client.get(f"/admin/placements/placement/{gone.pk}/freed/").text
    names = [row[0] for row in table(client, waiting)]
    assert names == ["Deltager", "Anne Kjærsgaard", "Bo"]
    row = as_dict(client, freed)
    assert (row["Deltager"], row["Plads"], row["På de frigivne dage"]) == ("Bo", "1. ønske", "Ja")
    assert row["Første mulige dage"] == "mandag den 4. januar"
    assert "Vegetar" not in str(row)
    assert client.get(of_round(round, "waiting")).status_code == 404


def test_the_planned_mails_of_a_round(client, signe, canteen, round):
    factories.placement("confirmed", host=canteen, wish=factories.wish(canteen, round=round))
    address = of_round(round, "mails")
    assert f'href="{address}"' in client.get(f"/admin/placements/round/{round.pk}/mails/").text
    headings, first, *_rest = table(client, address)
    assert headings == ["Dag", "Mail", "Til", "Antal"]
    assert first == ["23-11-2026", "Bekræftet", "Praktiksted", "1"]


def test_full_hosts(client, signe, canteen, round):
    factories.host("Biblioteket")
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday"):
        setattr(canteen, f"seats_{day}", 0)
    canteen.save()
    factories.wish(canteen, round=round)
    address = of_round(round, "full-hosts")
    assert f'href="{address}"' in client.get(f"/admin/placements/round/{round.pk}/host-days/").text
    row = as_dict(client, address)
    assert (row["Praktiksted"], row["Personer, der venter"]) == ("Rådhusets kantine", "1")


def test_a_list_or_kind_that_is_not_there_is_not_found(client, signe, round):
    for address in (of_round(round, "rings"), of_round(round, "board", "pdf")):
        assert client.get(address).status_code == 404


@pytest.fixture
def visit(canteen, round):
    """Anne comes on Monday and Tuesday, and needs something."""
    wish = factories.wish(canteen, round=round, length=2, needs="Vegetar")
    return factories.placement("confirmed", host=canteen, wish=wish)


def test_arrivals_with_what_the_host_must_know(client, visit, clock):
    client.force_login(visit.host.contacts.get())
    address = f"/vaert/{visit.host.pk}/fil/csv/"
    assert f'href="{address}"' in client.get(f"/vaert/{visit.host.pk}/").text
    headings, monday, tuesday = table(client, address)
    row = dict(zip(headings, monday, strict=True))
    assert (row["Dag"], row["Gæst"], row["Hensyn"]) == (
        "04-01-2027",
        "Anne Kjærsgaard",
        "Vegetar",
    )
    assert tuesday[0] == "05-01-2027"
    clock.now = NOW + timedelta(days=43)
    assert table(client, f"{address}?show=today")[1:] == [tuesday]
    clock.now = NOW + timedelta(days=60)
    assert len(table(client, address)) == 1
    past = client.get(f"{address}?show=all")
    assert "Vegetar" not in saved(past).decode()


def test_the_list_for_a_reception_without_needs_and_goals(client, visit, signe, clock):
    clock.now = NOW + timedelta(days=42)
    address = f"/modtagelse/{visit.host.pk}/fil/csv/?day=today"
    assert f'href="{address}"' in client.get(f"/modtagelse/{visit.host.pk}/?day=today").text
    headings, row = table(client, address)
    assert headings == [
        "Dag", "Fra", "Gæst", "Arbejdsplads", "Kommer til", "Telefon", "Spørg efter", "Mødested",
    ]  # fmt: skip
    assert row[:3] == ["04-01-2027", "08:00", "Anne Kjærsgaard"]
    assert row[4:] == ["Rådhusets kantine", "", "Birthe Kvist", "Receptionen"]


def test_placements_are_narrowed_to_a_day_whichever_of_theirs_it_is(client, signe, visit):
    for day, count in [
        (FIRST_DAY, 1),
        (FIRST_DAY + timedelta(days=1), 1),
        (FIRST_DAY + timedelta(days=2), 0),
    ]:
        filters = (
            f"?visit_days__date__year=2027&visit_days__date__month=1&visit_days__date__day={day.day}"
        )
        page = client.get(f"/admin/placements/placement/{filters}")
        assert page.context["cl"].result_count == count
        assert len(table(client, f"/admin/placements/placement/export/csv/{filters}")) == 1 + count


@pytest.mark.parametrize("count", [2, 20])
def test_the_files_take_the_same_queries_however_many_rows(client, signe, round, count):
    for _each in range(count):
        host = factories.host()
        factories.placement("confirmed", host=host, wish=factories.wish(
            host, round=round, person=factories.employee()
        ))  # fmt: skip
        factories.wish(host, round=round, person=factories.employee())
        factories.wish(factories.host(seats=0), round=round, person=factories.employee())
    found = {}
    for name in ("board", "seats", "waiting", "full-hosts", "mails"):
        with CaptureQueriesContext(connection) as asked:
            saved(
                client.get(
                    of_round(round, name, filters=f"?host={host.pk}" if name == "waiting" else "")
                )
            )
        found[name] = len(asked)
    assert found == {"board": 25, "seats": 17, "waiting": 26, "full-hosts": 14, "mails": 6}
