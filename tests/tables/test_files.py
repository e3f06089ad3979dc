"""Every kind of file that people choose: what can be read is read, anything else gets a sentence."""

import datetime
import io
import tracemalloc

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from employees.models import Employee
from tests import factories
from tests.tables.files import (
    EMPLOYEES,
    bomb,
    csv_bytes,
    laughing,
    problem,
    rows,
    text,
    upload,
    workbook,
)

pytestmark = pytest.mark.django_db
LINES = [
    "Navn;E-mail;Stilling",
    "Søren Ærø;soren@havneby.example;kok",
    '"Åse; Bo";aase@havneby.example;',
]
SHOWN = [
    ["2", "Ny", "Søren Ærø", "navn: Søren Ærø e-mail: soren@havneby.example stilling: kok"],
    ["3", "Ny", "Åse; Bo", "navn: Åse; Bo e-mail: aase@havneby.example"],
]


@pytest.fixture
def signe(client):
    person = factories.consultant()
    client.force_login(person)
    return person


READABLE = {
    "UTF-8": csv_bytes(*LINES, encoding="utf-8"),
    "UTF-8 with a BOM": csv_bytes(*LINES),
    "Windows-1252": csv_bytes(*LINES, encoding="cp1252"),
    "Latin-1, line ends of Unix": "\n".join(LINES).encode("latin-1"),
    "UTF-16 with a BOM": csv_bytes(*LINES, encoding="utf-16"),
    "UTF-16 without": csv_bytes(*LINES, encoding="utf-16-le"),
    "tabs": csv_bytes(*LINES).replace(b";", b"\t").replace(b"se\t Bo", b"se; Bo"),
    "commas": csv_bytes(*LINES).replace(b";", b",").replace(b"se, Bo", b"se; Bo"),
    "letters of a Mac": csv_bytes(*LINES).replace("Å".encode(), "A\u030a".encode()),
    "a workbook": workbook(
        ["Navn", "E-mail", "Stilling"],
        ["Søren Ærø", "soren@havneby.example", "kok"],
        ["Åse; Bo", "aase@havneby.example", None],
    ),
    "English headings": csv_bytes("Name;E-mail;Job title", *LINES[1:]),
    "headings as people write them": csv_bytes(" FULDE NAVN ;Mailadresse;stilling:", *LINES[1:]),
}


@pytest.mark.parametrize("kind", READABLE)
def test_files_of_every_usual_kind_are_read(client, signe, kind):
    page = upload(client, EMPLOYEES, READABLE[kind])
    assert rows(page, "Hvad filen vil gøre") == SHOWN


def test_excels_own_word_for_the_delimiter_is_understood(client, signe):
    page = upload(client, EMPLOYEES, csv_bytes("sep=;", *LINES))
    assert [row[0] for row in rows(page, "Hvad filen vil gøre")] == ["3", "4"]


DAMAGED = (
    "Projektmappen kan ikke læses. Åbn den i Excel, gem den på ny som .xlsx, og vælg den igen.",
    "The workbook cannot be read. Open it in Excel, save it anew as .xlsx, and choose it again.",
)
NO_TABLE = (
    "Det er ikke en tabel. Vælg en CSV-fil eller en Excel-projektmappe (.xlsx).",
    "This is not a table. Choose a CSV file or an Excel workbook (.xlsx).",
)
WEB_PAGE = (
    "Det er en webside, ikke en tabel, uanset hvad filen hedder. "
    "Åbn den i Excel, gem den som .xlsx eller CSV, og vælg den igen.",
    "This is a web page, not a table, whatever its name says. "
    "Open it in Excel, save it as .xlsx or CSV, and choose it again.",
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
UNREADABLE = {
    "nothing": (b"", "Filen er tom.", "The file is empty."),
    "a BOM alone": (b"\xef\xbb\xbf\r\n", "Filen er tom.", "The file is empty."),
    "headings alone": (
        csv_bytes("Navn;E-mail", ";", ""),
        "Filen har ingen linjer under overskrifterne.",
        "The file holds no lines below the headings.",
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), *NO_TABLE),
    "a PDF called .csv": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", *NO_TABLE),
    "a web page called .xls": (b"\xef\xbb\xbf\r\n<html xmlns:x='urn:x'><table><tr><td>Navn", *WEB_PAGE),
    "a web page as a browser saves it": (b"<!-- saved -->\n<!DOCTYPE html>\n<p>Navn;E-mail", *WEB_PAGE),
    "bytes of no kind": (bytes(range(1, 256)) * 20, *NO_TABLE),
    "an old workbook": (
        OLE + "Workbook".encode("utf-16-le"),
        "Filen er af en gammel slags (for eksempel .xls). Gem den som .xlsx eller CSV, og vælg den igen.",
        "This is a file of an old kind (such as .xls). Save it as .xlsx or CSV, and choose it again.",
    ),
    "a workbook with a password": (
        OLE + "EncryptedPackage".encode("utf-16-le"),
        "Projektmappen er beskyttet med adgangskode. Gem den uden adgangskode, og vælg den igen.",
        "The workbook is protected by a password. Save it without, and choose it again.",
    ),
    "a workbook cut off": (workbook(["Navn", "E-mail"], ["Bo", "bo@x.example"])[:-200], *DAMAGED),
    "a bomb": (
        bomb(),
        "Projektmappen er for stor, når den pakkes ud. Gem arket alene eller som CSV.",
        "The workbook is too large inside. Save the sheet alone, or as CSV.",
    ),
    "a workbook that swells as it is read": (laughing(), *DAMAGED),
    "a document that is no workbook": (b"PK\x03\x04" + bytes(100), *DAMAGED),
    "a quotation mark too few": (
        csv_bytes("Navn;E-mail", "Bo;bo@havneby.example", '"Ida;ida@havneby.example'),
        "Linje 3 kan ikke læses: Der mangler et anførselstegn, eller der er ét for meget.",
        "Line 3 cannot be read: a quotation mark is missing or one too many.",
    ),
    "too many columns": (
        csv_bytes(";".join(f"Navn {n}" for n in range(101)), ";".join(["x"] * 101)),
        "Filen har flere end 100 kolonner.",
        "The file has more than 100 columns.",
    ),
    "too many lines": (
        csv_bytes("Navn;E-mail", *["Bo;bo@havneby.example"] * 50_001),
        "Filen har flere end 50000 linjer. Del den i flere filer.",
        "The file has more than 50000 lines. Divide it into several.",
    ),
    "a column missing": (
        csv_bytes("Navn;Stilling", "Bo;kok"),
        "Filen mangler kolonnen »e-mail«. Den har: Navn, Stilling.",
        "The file lacks the column “e-mail”. It has: Navn, Stilling.",
    ),
    "two columns missing": (
        csv_bytes("Stilling;Telefon", "kok;1"),
        "Filen mangler kolonnerne »navn« og »e-mail«. Den har: Stilling, Telefon.",
        "The file lacks the columns “name” and “e-mail”. It has: Stilling, Telefon.",
    ),
    "a column twice": (
        csv_bytes("Navn;E-mail;Mail", "Bo;bo@havneby.example;bo@havneby.example"),
        "Kolonnen »Mail« står der to gange.",
        "The column “Mail” stands twice.",
    ),
}


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read_is_said_and_the_form_stays(client, signe, kind, language):
    signe.language = language
    signe.save(update_fields=["language"])
    content, *words = UNREADABLE[kind]
    page = upload(client, EMPLOYEES, content)
    assert problem(page) == [words[language == "en"]]
    assert 'type="file"' in page.content.decode()
    assert Employee.objects.count() == 1


def test_no_file_chosen(client, signe):
    assert problem(client.post(f"{EMPLOYEES}import/", {})) == ["Vælg først en fil."]


class HundredMegabytes(io.RawIOBase):
    """The body of a form with a file of 100 MB, made while it is read."""

    HEAD = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="stor.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\nNavn;E-mail\r\n"
    )
    TAIL = b"\r\n--x--\r\n"
    SIZE = len(HEAD) + 100 * 1024 * 1024 + len(TAIL)

    def __init__(self):
        self.at = 0

    def read(self, size=-1):
        whole = self.HEAD if self.at == 0 else b""
        left = self.SIZE - self.at
        size = left if size < 0 else min(size, left)
        chunk = (whole + b"a" * max(0, size - len(whole)))[:size]
        self.at += len(chunk)
        if self.at == self.SIZE and chunk:
            chunk = chunk[: -len(self.TAIL)] + self.TAIL
        return chunk


def test_100_megabytes_are_refused_without_being_kept(client, signe):
    tracemalloc.start()
    page = client.generic(
        "POST",
        f"{EMPLOYEES}import/",
        **{
            "wsgi.input": HundredMegabytes(),
            "CONTENT_LENGTH": str(HundredMegabytes.SIZE),
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
        },
    )
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert problem(page) == ["Filen er for stor: højst 10 MB."]
    assert peak < 20 * 1024 * 1024


def test_numbers_and_dates_of_excel_are_read_as_people_mean_them(client, signe):

    content = workbook(
        ["Navn", "E-mail", "Telefon", "Fratrådt"],
        ["Bo", "bo@havneby.example", 20123456, datetime.datetime(2026, 12, 31)],
        ["Ida", "ida@havneby.example", 4520123456, "31.12.2026"],
        ["Ole", "ole@havneby.example", "+45 20 12 34 56", 46387],
        ["Else", "else@havneby.example", 20123456.0, None],
    )
    assert [
        row[3].partition("telefon: ")[2]
        for row in rows(upload(client, EMPLOYEES, content), "Hvad filen vil gøre")
    ] == [
        "20 12 34 56 fratrådt den: 31-12-2026",
        "+45 20 12 34 56 fratrådt den: 31-12-2026",
        "+45 20 12 34 56 fratrådt den: 31-12-2026",
        "20 12 34 56",
    ]


def test_what_excel_spoiled_is_a_fault(client, signe):
    content = csv_bytes(
        "Navn;E-mail;Telefon;Stilling",
        "Bo;bo@havneby.example;4,52E+09;#N/A",
        "Ida;ida@havneby.example;1;2;3",
    )
    assert rows(upload(client, EMPLOYEES, content), "Fejl") == [
        ["2", "stilling", "Excel viser en fejl her."],
        ["2", "telefon", "Excel har forkortet nummeret. Gør kolonnen til tekst, og skriv det igen."],
        ["3", "", "Linjen har flere celler, end der er kolonner."],
    ]


def test_cells_merged_with_the_one_above_are_told_with_their_lines(client, signe):
    factories.workplace("Rådhusets kantine")
    people = [[f"Person {n}", f"p{n}@havneby.example", "Rådhusets kantine"] for n in range(6)]
    book = openpyxl.Workbook()
    for row in (["Navn", "E-mail", "Arbejdsplads"], *people):
        book.active.append(row)
    for cells in ("C2:C4", "C6:C7", "E1:F1", "A400:A900"):
        book.active.merge_cells(cells)
    file = io.BytesIO()
    book.save(file)
    page = upload(client, EMPLOYEES, file.getvalue())
    assert problem(page) == [
        "I linjerne 3, 4, 7 er en celle flettet med den ovenfor. Excel gemmer kun værdien i den øverste "
        "linje, så her læses den som tom: Ophæv fletningen, og udfyld hver linje."
    ]
    assert "merged" not in text(upload(client, EMPLOYEES, workbook(["Navn", "E-mail"], people[0][:2])))


def test_lines_far_down_in_a_workbook_are_not_lost(client, signe):
    book = openpyxl.Workbook()
    book.active.append(["Navn", "E-mail"])
    book.active.cell(300_000, 1, "Bo")
    book.active.cell(300_000, 2, "bo@havneby.example")
    file = io.BytesIO()
    book.save(file)
    page = upload(client, EMPLOYEES, file.getvalue())
    assert [row[0] for row in rows(page, "Hvad filen vil gøre")] == ["300000"]


def test_columns_that_are_not_read_are_named(client, signe):
    content = csv_bytes("Navn;E-mail;Løn;Konsulent", "Bo;bo@havneby.example;1;ja")
    assert "Disse kolonner læses ikke: Løn, Konsulent." in text(upload(client, EMPLOYEES, content))


def test_a_file_without_a_name_of_its_own_kind_is_told_by_its_content(client, signe):
    content = workbook(["Navn", "E-mail"], ["Bo", "bo@havneby.example"])
    form = {"file": SimpleUploadedFile("liste.csv", content)}
    page = client.post(f"{EMPLOYEES}import/", form, follow=True)
    assert [row[2] for row in rows(page, "Hvad filen vil gøre")] == ["Bo"]
