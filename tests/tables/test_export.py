"""Lists as files: what the list shows, safe and right in a Danish Excel, for those who may see it."""

import io

import openpyxl
import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from employees.models import Employee
from hosts.models import Call
from praktik.lib.dates import LAST_POSSIBLE_DAY
from praktik.tables.export_pages import ExportPages
from praktik.tables.guarding import with_guard, without_guard
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.tables.files import EMPLOYEES, HOSTS, WORKPLACES, saved, text, upload

pytestmark = pytest.mark.django_db


def fetched(client, address: str, kind: str = "csv", filters: str = "") -> bytes:
    return saved(client.get(f"{address}export/{kind}/{filters}"))


def lines(content: bytes) -> list[str]:
    assert content.startswith(b"\xef\xbb\xbf")
    return content.decode("utf-8-sig").split("\r\n")[:-1]


def cells(content: bytes):
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows())


def test_every_list_of_praktik_can_be_exported(client, signe):
    factories.placement("confirmed")
    own = {"employees", "hosts", "placements", "mail"}
    for model, page in admin.site._registry.items():
        if model._meta.app_label in own:
            assert isinstance(page, ExportPages), model
            address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            names = len(lines(fetched(client, address))[0].split(";"))
            assert names == len(cells(fetched(client, address, "xlsx"))[0])
            assert "Gem som CSV" in text(client.get(address))


def test_people_as_a_danish_excel_reads_them(client, signe):
    Employee.objects.create_user(
        "anne@havneby.example",
        "Anne Ærø",
        job_title='kok; "den bedste"',
        phone="+45 20 00 00 01",
        workplace=factories.workplace("Køkkenet", department="Social"),
        manager=signe,
        left_on=FIRST_DAY,
    )
    found = lines(fetched(client, EMPLOYEES, filters="?q=Ærø"))
    assert found == [
        "Navn;E-mail;Stilling;Telefon;Arbejdsplads;Forvaltning;Organisation;Nærmeste leder (e-mail);"
        "Sprog;Fratrådt den;Konsulent;Må logge ind",
        'Anne Ærø;anne@havneby.example;"kok; ""den bedste""";\'+45 20 00 00 01;Køkkenet;Social;'
        f"Havneby Kommune;{signe.email};Dansk;04-01-2027;Nej;Ja",
    ]
    _headings, row = cells(fetched(client, EMPLOYEES, "xlsx", "?q=Ærø"))
    assert [cell.value for cell in row][2:5] == ['kok; "den bedste"', "+45 20 00 00 01", "Køkkenet"]
    assert (row[9].value.date(), row[9].number_format) == (FIRST_DAY, "dd-mm-yyyy")


def test_headings_are_in_the_persons_language(client, signe):
    signe.language = "en"
    signe.save(update_fields=["language"])
    assert lines(fetched(client, WORKPLACES)) == ["Organisation;Department;Workplace;Address;Phone"]


def test_placements_tell_host_days_and_state_with_filters(client, signe):
    visit = factories.placement("confirmed")
    host = visit.host
    other = factories.wish(round=visit.wish.round, person=factories.employee())
    factories.placement("asked", wish=other, host=factories.host())
    anne = visit.employee
    address = "/admin/placements/placement/"
    headings, row = lines(fetched(client, address, filters="?state__exact=confirmed"))
    assert headings == (
        "Deltager;E-mail;Telefon;Arbejdsplads;Praktiksted;Første dag;Sidste dag;Praktikdage;Status;"
        "Runde;Bekræftet;Kom;Fulgt op på udeblivelsen;Afbud fra;Afbud til resten fra;"
        "Begrundelse for afslag eller aflysning"
    )
    assert row == (
        f"{anne};{anne.email};{anne.phone};{anne.workplace};{host};04-01-2027;04-01-2027;"
        "mandag den 4. januar;Bekræftet;Lynpraktik 2027;23-11-2026 09:00;;;;;–"
    )
    assert len(lines(fetched(client, address))) == 3


def test_wishes_tell_what_their_page_tells(client, signe):
    wish = factories.wish(None, factories.field(), needs="Vegetar")
    waiting = lines(fetched(client, "/admin/placements/wish/", filters="?placed=no"))
    assert waiting[0].startswith("Medarbejder;E-mail;Arbejdsplads;Forvaltning;Runde;Status;")
    assert f"{wish.employee};" in waiting[1]
    assert "1. Hvor som helst; 2. Arbejdsområde: Køkken" in waiting[1]
    assert "Vegetar" in waiting[1]
    assert "Vegetar" not in fetched(client, "/admin/placements/placement/").decode()


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "'=1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_cell_that_looks_like_a_formula_is_a_text(client, signe, formula):
    factories.workplace("Sted", address=formula)
    found = fetched(client, WORKPLACES).decode("utf-8-sig").split(";")[7]
    assert found.strip('"') == f"'{formula}"
    cell = cells(fetched(client, WORKPLACES, "xlsx"))[1][3]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert cell.value.replace("\n", "\r") == formula.replace("_x000D_", "\r")


@pytest.mark.parametrize("said", [*FORMULAS, "ganske almindelig", "", "'citat'", "''=1"])
def test_the_guard_is_taken_off_again(said):
    assert without_guard(with_guard(said)) == said


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("address", [EMPLOYEES, WORKPLACES, HOSTS])
def test_what_was_exported_changes_nothing_when_imported(client, signe, address, kind):
    manager = factories.employee("Ulla Frandsen", phone="+45 20 00 00 09", left_on=LAST_POSSIBLE_DAY)
    factories.employee("Bo", manager=manager, phone="20000008", language="en", job_title="=1+1")
    host = factories.host(
        "Rådhusets kantine", fields=[factories.field(), factories.field("It")], most_visitors=3
    )
    host.description = "Første linje\nAnden linje; med mere"
    host.save()
    host.contacts.set([manager, signe])
    content = fetched(client, address, kind)
    unchanged = {EMPLOYEES: "4 uændrede", WORKPLACES: "4 uændrede", HOSTS: "1 uændret"}[address]
    page = upload(client, address, content)
    assert f"0 nye, 0 ændrede, {unchanged}." in text(page)


def test_who_may_only_look_may_export_but_not_import(client):
    from django.contrib.auth.models import Permission

    looker = factories.employee("Ser kun", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_employee"))
    client.force_login(looker)
    assert len(lines(fetched(client, EMPLOYEES))) == 2
    assert client.get(f"{HOSTS}export/csv/").status_code == 403
    assert client.get(f"{EMPLOYEES}import/").status_code == 403
    assert client.post(f"{EMPLOYEES}import/x/", {"seen": ""}).status_code == 403
    assert "Importér fra fil" not in text(client.get(EMPLOYEES))
    assert client.get(f"{EMPLOYEES}export/pdf/").status_code == 404
    assert client.get(f"{EMPLOYEES}export/csv/?manager__feed_secret__startswith=x").status_code == 400


@pytest.mark.parametrize("count", [2, 40])
def test_an_export_takes_the_same_queries_however_many_rows(client, signe, count):
    round = factories.round()
    for _ in range(count):
        host = factories.host(fields=[factories.field()])
        wish = factories.wish(host, round=round, person=factories.employee())
        factories.placement("confirmed", host=host, wish=wish)
    found = {}
    for model in ("employees/employee", "hosts/host", "placements/wish", "placements/placement"):
        with CaptureQueriesContext(connection) as asked:
            fetched(client, f"/admin/{model}/")
        found[model] = len(asked)
    assert found == {
        "employees/employee": 8,
        "hosts/host": 12,
        "placements/wish": 13,
        "placements/placement": 10,
    }


def test_the_call_list_is_a_file_with_the_filters_it_is_shown_with(client, signe):
    round = factories.round()
    canteen = factories.host("Rådhusets kantine", seats=0)
    canteen.workplace.phone = "99 00 10 00"
    canteen.workplace.save(update_fields=["phone"])
    factories.wish(canteen, round=round)
    Call.objects.create(
        workplace=canteen.workplace, outcome="not_reached", made_at=NOW, caller=signe, note="=optaget"
    )
    page = client.get(f"/admin/placements/round/{round.pk}/calls/?show=call").content.decode()
    address = f"/admin/placements/round/{round.pk}/calls/"
    assert f'href="{address}export/csv/?show=call"' in page
    headings, line = lines(fetched(client, address, filters="?show=call"))
    assert headings == (
        "Liste;Arbejdsplads;Forvaltning;Telefon;Kontakter;Hvad et ja ville give;"
        "Siger om denne runde;Begrundelse;Forespørgsler uden svar;Seneste opkald;Udfald;"
        "Hvem ringede;Notat;Ring tilbage den"
    )
    assert line == (
        "Her hjælper et ja;Rådhusets kantine;Kultur og Fritid;99 00 10 00;"
        "Birthe Kvist 20 00 00 00;1 ønske uden plads peger på stedet.;;;;23-11-2026 09:00;"
        "Ikke truffet;Signe Holm;'=optaget;"
    )
    book = cells(fetched(client, address, "xlsx", "?show=call"))
    assert [cell.value for cell in book[1]][:2] == ["Her hjælper et ja", "Rådhusets kantine"]
    assert client.get(f"{address}export/pdf/").status_code == 404
