"""Importing people: what is shown, what is done, and what is refused."""

import re
from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from employees.imports import EmployeeResource
from employees.models import Employee
from praktik.tables import importing
from praktik.tables.reading import read_table
from tests import factories
from tests.tables.files import (
    DOES,
    EMPLOYEES,
    confirm,
    csv_bytes,
    rows,
    saved,
    text,
    upload,
)

pytestmark = pytest.mark.django_db

HEADINGS = "Navn;E-mail;Stilling;Telefon;Arbejdsplads;Forvaltning;Organisation;Nærmeste leder (e-mail);Sprog;Fratrådt"


def values(person: Employee) -> tuple:
    return (
        person.name,
        person.job_title,
        person.phone,
        person.workplace and person.workplace.name,
        person.manager and person.manager.email,
        person.language,
        person.left_on,
    )


def test_people_are_shown_first_and_imported_when_somebody_says_so(client, signe, kitchen):
    anne = Employee.objects.create_user(
        "anne@havneby.example", "Anne", workplace=kitchen, job_title="kok"
    )
    content = csv_bytes(
        HEADINGS,
        "Anne;Anne@Havneby.example;køkkenchef;;;;;;;",
        "Bo  Mikkelsen;bo@havneby.example;kok;20 00 00 01;køkkenet;social;havneby kommune;"
        "ulla@havneby.example;engelsk;31-12-2027",
        "Ulla Frandsen;ulla@havneby.example;leder;;;;;;dansk;",
    )
    page = upload(client, EMPLOYEES, content)
    assert rows(page, DOES) == [
        ["2", "Ændret", "Anne", "stilling: kok → køkkenchef"],
        [
            "3",
            "Ny",
            "Bo Mikkelsen",
            "navn: Bo Mikkelsen e-mail: bo@havneby.example stilling: kok telefon: 20 00 00 01 "
            "arbejdsplads: Køkkenet · Social · Havneby Kommune "
            "nærmeste leder (e-mail): ulla@havneby.example sprog: Dansk → Engelsk "
            "fratrådt den: 31-12-2027",
        ],
        [
            "4",
            "Ny",
            "Ulla Frandsen",
            "navn: Ulla Frandsen e-mail: ulla@havneby.example stilling: leder",
        ],
    ]
    assert "2 nye, 1 ændret, 0 uændrede." in text(page)
    assert Employee.objects.count() == 2
    page = confirm(client, page)
    assert "Importeret: 2 nye, 1 ændret, 0 uændrede." in text(page)
    anne.refresh_from_db()
    bo, ulla = (Employee.objects.get(email=f"{name}@havneby.example") for name in ("bo", "ulla"))
    assert [values(person) for person in (anne, bo, ulla)] == [
        ("Anne", "køkkenchef", "", "Køkkenet", None, "da", None),
        ("Bo Mikkelsen", "kok", "20 00 00 01", "Køkkenet", ulla.email, "en", date(2027, 12, 31)),
        ("Ulla Frandsen", "leder", "", None, None, "da", None),
    ]
    assert [bo.is_staff, bo.is_superuser, bo.has_usable_password()] == [False, False, False]
    history = LogEntry.objects.filter(user=signe).order_by("object_repr")
    assert [(row.object_repr, row.action_flag, row.get_change_message()) for row in history] == [
        ("Anne", 2, "Importeret fra en fil."),
        ("Bo Mikkelsen", 1, "Importeret fra en fil."),
        ("Ulla Frandsen", 1, "Importeret fra en fil."),
    ]


def test_the_same_file_again_changes_nothing_and_nobody_is_deleted(client, signe, kitchen):
    content = csv_bytes(HEADINGS, "Bo;bo@havneby.example;kok;20000001;Køkkenet;;;;;")
    confirm(client, upload(client, EMPLOYEES, content))
    Employee.objects.create_user("ikke-i-filen@havneby.example", "Ikke i filen")
    page = upload(client, EMPLOYEES, content)
    assert "0 nye, 0 ændrede, 1 uændret." in text(page)
    assert "Der er intet at importere: Alt i filen står allerede i Praktik." in text(page)
    assert 'class="button default">Importér' not in page.content.decode()
    assert Employee.objects.count() == 3


MANY = 5000
FAULTY = {
    "%(name)s;ikke-en-adresse%(n)d;kok;;;;;;;": ("e-mail", "Indtast en gyldig e-mail-adresse."),
    ";%(mail)s;kok;;;;;;;": ("navn", "Cellen skal udfyldes."),
    "%(name)s;%(mail)s;kok;;Findes ikke;;;;;": (
        "arbejdsplads",
        "Arbejdspladsen findes ikke. Importér arbejdspladserne først.",
    ),
    "%(name)s;P0@havneby.example;kok;;;;;;;": ("e-mail", "Samme e-mail står i linje 2."),
    "%(name)s;%(mail)s;kok;;;;;ukendt@havneby.example;;": (
        "nærmeste leder (e-mail)",
        "Ingen har denne e-mail, hverken i Praktik eller i filen.",
    ),
    "%(name)s;%(mail)s;010190-1234;;;;;;;": (
        "stilling",
        "Det ligner et CPR-nummer. Lad det ude: Praktik må ikke gemme det.",
    ),
    "%(name)s;%(mail)s;kok;;;;;;;snart": (
        "fratrådt den",
        "Skriv datoen som dag-måned-år, for eksempel 31-12-2026.",
    ),
    "%(name)s;%(mail)s;kok;;;;;;klingon;": ("sprog", "Skriv et af disse: Dansk, Engelsk."),
}


def many_lines() -> tuple[list[str], list[list[str]]]:
    """5,000 people, 40 of them with a fault; and the faults, as they must be shown."""
    lines, faults = [], []
    for n in range(MANY):
        what = {"name": f"Person {n}", "mail": f"p{n}@havneby.example", "n": n}
        manager = "" if n == 1 else "p1@havneby.example"
        lines.append(f"Person {n};p{n}@havneby.example;kok;20 00 00 00;Køkkenet;;;{manager};;")
        if n % 125 == 100:
            kind = list(FAULTY)[n // 125 % len(FAULTY)]
            lines[-1] = kind % what
            faults.append([str(n + 2), *FAULTY[kind]])
    return lines, faults


def test_of_5000_people_exactly_the_40_faulty_lines_are_shown_and_nothing_is_half_done(
    client, signe, kitchen
):
    lines, faults = many_lines()
    page = upload(client, EMPLOYEES, csv_bytes(HEADINGS, *lines))
    assert len(faults) == 40
    assert rows(page, "Fejl") == faults
    assert "40 linjer har fejl. Intet er importeret." in text(page)
    assert 'name="seen"' not in page.content.decode()
    assert "Noget er ændret" in text(client.post(page.request["PATH_INFO"], {}, follow=True))
    assert (Employee.objects.count(), LogEntry.objects.count()) == (1, 0)
    file = saved(client.get(page.request["PATH_INFO"] + "faults/")).decode("utf-8-sig")
    told = file.splitlines()
    assert len(told) == 41
    assert told[0] == f"Linje;{HEADINGS};Hvad der er galt"
    assert told[1] == (
        f"{faults[0][0]};Person 100;ikke-en-adresse100;kok;;;;;;;;"
        "e-mail: Indtast en gyldig e-mail-adresse."
    )
    assert "010190" not in file
    mended = [line for line in lines if "Køkkenet" in line]
    page = confirm(client, upload(client, EMPLOYEES, csv_bytes(HEADINGS, *mended)))
    assert "Importeret: 4960 nye, 0 ændrede, 0 uændrede." in text(page)


def queries(do) -> tuple[int, object]:
    with CaptureQueriesContext(connection) as asked:
        answer = do()
    return len(asked), answer


@pytest.mark.parametrize("count", [2, 400])
def test_an_import_takes_the_same_queries_however_many_lines(kitchen, count):
    by, found = factories.consultant(), []
    line = "Person %d;p%d@havneby.example;%s;;Køkkenet;;;p1@havneby.example;;"
    for title in ("kok", "køkkenchef", "køkkenchef"):
        lines = [line % (n, n, title) for n in range(2, count + 2)]
        table = read_table(csv_bytes(HEADINGS, f"Et;p1@havneby.example;{title};;;;;;;", *lines))
        dry, outcome = queries(lambda: importing.dry_run(EmployeeResource, table, by=by))  # noqa: B023
        real, _outcome = queries(
            lambda: importing.carry_out(EmployeeResource, table, by=by, seen=outcome.mark)  # noqa: B023
        )
        found.append((dry, real))
    assert found == [(19, 18), (15, 14), (14, 13)]


def test_a_cpr_number_is_refused_in_any_column_and_not_held(client, signe):
    content = csv_bytes(
        "Navn;E-mail;Andet", "Bo;bo@havneby.example;101901234", "Ida;ida@havneby.example;x"
    )
    page = upload(client, EMPLOYEES, content)
    assert rows(page, "Fejl") == [
        ["2", "Andet", "Det ligner et CPR-nummer. Lad det ude: Praktik må ikke gemme det."]
    ]


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("010190-1234;bo@havneby.example", "navn",
         "Det ligner et CPR-nummer. Lad det ude: Praktik må ikke gemme det."),
        ("Bo;#N/A", "e-mail", "Excel viser en fejl her."),
    ],
)  # fmt: skip
def test_a_spoiled_cell_that_must_be_filled_in_is_one_fault(client, signe, line, column, reason):
    page = upload(client, EMPLOYEES, csv_bytes("Navn;E-mail", line))
    assert rows(page, "Fejl") == [["2", column, reason]]


def test_headings_of_the_faulty_lines_are_no_formulas(client, signe):
    page = upload(client, EMPLOYEES, csv_bytes("Navn;E-mail;=1+1", ";bo@havneby.example;x"))
    link = re.search(r'href="([^"]+)">Gem linjerne med fejl', page.content.decode())
    file = saved(client.get(link[1])).decode("utf-8-sig")
    assert file.splitlines()[0] == "Linje;Navn;E-mail;'=1+1;Hvad der er galt"


def test_a_consultant_cannot_change_a_colleague_but_an_administrator_can(client, signe):
    thomas = factories.consultant("Thomas Ørum")
    content = csv_bytes("Navn;E-mail", f"Thomas;{thomas.email}", f"Signe H;{signe.email}")
    page = upload(client, EMPLOYEES, content)
    assert rows(page, "Fejl") == [
        ["2", "e-mail", "Kun en administrator må ændre en anden konsulent eller administrator."]
    ]
    assert [row[2] for row in rows(page, DOES)] == ["Signe H"]
    client.force_login(factories.employee("It", is_staff=True, is_superuser=True))
    page = confirm(client, upload(client, EMPLOYEES, content))
    assert "Importeret: 0 nye, 2 ændrede, 0 uændrede." in text(page)
    thomas.refresh_from_db()
    assert (thomas.name, thomas.is_staff) == ("Thomas", True)


def test_rights_cannot_be_imported(client, signe):
    content = csv_bytes(
        "Navn;E-mail;is_staff;is_superuser;groups;password;Konsulent",
        "Bo;bo@havneby.example;1;1;Konsulenter;x;ja",
    )
    confirm(client, upload(client, EMPLOYEES, content))
    bo = Employee.objects.get(email="bo@havneby.example")
    assert (bo.is_staff, bo.is_superuser, bo.groups.count(), bo.has_usable_password()) == (
        False,
        False,
        0,
        False,
    )


def test_a_workplace_that_several_have_needs_its_department(client, signe, kitchen):
    factories.workplace("Køkkenet", department="Skole")
    content = csv_bytes(
        "Navn;E-mail;Arbejdsplads;Forvaltning",
        "Bo;bo@havneby.example;Køkkenet;",
        "Ida;ida@havneby.example;Køkkenet;Skole",
        "Ole;ole@havneby.example;ole@havneby.example;",
    )
    assert rows(upload(client, EMPLOYEES, content), "Fejl") == [
        [
            "2",
            "arbejdsplads",
            "Flere arbejdspladser hedder det. Udfyld også forvaltning og organisation.",
        ],
        ["4", "arbejdsplads", "Arbejdspladsen findes ikke. Importér arbejdspladserne først."],
    ]


def test_what_changed_since_the_preview_is_shown_again(client, signe):
    page = upload(client, EMPLOYEES, csv_bytes("Navn;E-mail", "Bo;bo@havneby.example"))
    Employee.objects.create_user("bo@havneby.example", "Bo Mikkelsen")
    page = confirm(client, page)
    assert "Noget er ændret, siden du så efter. Intet er importeret; se efter igen." in text(page)
    assert rows(page, DOES) == [["2", "Ændret", "Bo", "navn: Bo Mikkelsen → Bo"]]
    assert "Importeret: 0 nye, 1 ændret, 0 uændrede." in text(confirm(client, page))


def test_the_file_is_forgotten_after_the_import_after_no_and_for_others(client, signe):
    from django.core.cache import cache

    def held():
        return cache._cache.get_client().keys("*held-import-*")

    content = csv_bytes("Navn;E-mail", "Bo;bo@havneby.example")
    page = upload(client, EMPLOYEES, content)
    address = page.request["PATH_INFO"]
    assert len(held()) == 1
    client.force_login(factories.consultant("Thomas Ørum"))
    gone = "Filen er her ikke længere. Vælg den igen; intet er importeret."
    assert gone in text(client.get(address, follow=True))
    assert gone in text(client.post(address, {"forget": "1"}, follow=True))
    assert gone in text(client.get(address.replace("employee/", "workplace/", 1), follow=True))
    client.force_login(signe)
    assert "Intet er importeret, og filen er glemt." in text(
        client.post(address, {"forget": "1"}, follow=True)
    )
    assert held() == []
    assert gone in text(client.get(address, follow=True))
    confirm(client, upload(client, EMPLOYEES, content))
    assert held() == []
    assert Employee.objects.filter(email="bo@havneby.example").count() == 1


def test_a_held_file_is_gone_after_two_hours(client, signe):
    from django.core.cache import cache

    upload(client, EMPLOYEES, csv_bytes("Navn;E-mail", "Bo;bo@havneby.example"))
    redis = cache._cache.get_client()
    (key,) = redis.keys("*held-import-*")
    assert 7190 <= redis.ttl(key) <= 7200
