"""An import in the browser: the dry run names the faulty lines, the mended file goes in."""

import pytest
from playwright.sync_api import expect

from employees.models import Employee
from tests import factories
from tests.tables.files import csv_bytes

pytestmark = pytest.mark.django_db(transaction=True)
HEADINGS = "Navn;E-mail;Arbejdsplads"
GOOD = "Anne Kjærsgaard;anne@havneby.example;Køkkenet"


def choose(page, *lines):
    page.get_by_label("CSV-fil eller Excel-projektmappe (.xlsx)").set_input_files(
        {"name": "liste.csv", "mimeType": "text/csv", "buffer": csv_bytes(HEADINGS, *lines)}
    )
    page.get_by_role("button", name="Se, hvad der vil ske").click()


@pytest.mark.parametrize("width", [1280, 375])
def test_dry_run_faults_mended_file_import(listened, site, sign_in, width):
    page = listened
    page.set_viewport_size({"width": width, "height": 900})
    factories.workplace("Køkkenet")
    sign_in(page, factories.consultant())
    page.goto(f"{site.url}/admin/employees/employee/")
    page.get_by_role("link", name="Importér fra fil").click()
    choose(page, GOOD, "Bo;bo;Køkkenet", "Ida;ida@havneby.example;Findes ikke")
    expect(page.get_by_text("2 linjer har fejl. Intet er importeret.")).to_be_visible()
    faults = page.get_by_role("table", name="Fejl").get_by_role("row")
    expect(faults).to_have_text(
        [
            "LinjeKolonneHvad der er galt",
            "3e-mailIndtast en gyldig e-mail-adresse.",
            "4arbejdspladsArbejdspladsen findes ikke. Importér arbejdspladserne først.",
        ]
    )
    with page.expect_download() as download:
        page.get_by_role("link", name="Gem linjerne med fejl som CSV").click()
    assert "Ida;ida@havneby.example;Findes ikke" in download.value.path().read_text("utf-8-sig")
    assert Employee.objects.count() == 1
    choose(page, GOOD, "Bo;bo@havneby.example;Køkkenet", "Ida;ida@havneby.example;Køkkenet")
    expect(page.get_by_text("3 nye, 0 ændrede, 0 uændrede.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Importér").click()
    expect(page.get_by_text("Importeret: 3 nye, 0 ændrede, 0 uændrede.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Gem som CSV").click()
    assert "Anne Kjærsgaard;anne@havneby.example" in download.value.path().read_text("utf-8-sig")
    assert page.complaints == []
