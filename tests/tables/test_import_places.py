"""Importing workplaces and hosts: what is shown, what is done, and what is refused."""

from datetime import time

import pytest

from employees.models import Department, Organisation, Workplace
from hosts.models import Host
from tests import factories
from tests.tables.files import (
    DOES,
    HOSTS,
    WORKPLACES,
    confirm,
    csv_bytes,
    rows,
    text,
    upload,
)

pytestmark = pytest.mark.django_db

PLACES = "Organisation;Forvaltning;Arbejdsplads;Adresse;Telefon"


def test_workplaces_with_what_they_belong_to(client, signe, kitchen):
    content = csv_bytes(
        PLACES,
        "havneby kommune;Social;KØKKENET;Havnegade 2;",
        "Havneby Kommune;Skole;Fjordskolen;;20 00 00 02",
        "Bakkeby Kommune;Skole;Bakkeskolen;;",
    )
    page = upload(client, WORKPLACES, content)
    assert rows(page, DOES) == [
        ["2", "Ændret", "Køkkenet", "adresse: Torvet 1, 9999 Havneby → Havnegade 2"],
        ["3", "Ny", "Fjordskolen", "arbejdsplads: Fjordskolen telefon: 20 00 00 02"],
        ["4", "Ny", "Bakkeskolen", "arbejdsplads: Bakkeskolen"],
    ]
    new = (
        "Disse er også nye: Organisation: Bakkeby Kommune "
        "Forvaltning: Skole (Havneby Kommune) Forvaltning: Skole (Bakkeby Kommune)"
    )
    assert new in text(page)
    assert (Organisation.objects.count(), Department.objects.count()) == (1, 1)
    assert "Importeret: 2 nye, 1 ændret, 0 uændrede." in text(confirm(client, page))
    names = Workplace.objects.order_by("pk").values_list(
        "department__organisation__name", "department__name", "name"
    )
    assert list(names) == [
        ("Havneby Kommune", "Social", "Køkkenet"),
        ("Havneby Kommune", "Skole", "Fjordskolen"),
        ("Bakkeby Kommune", "Skole", "Bakkeskolen"),
    ]
    assert "0 nye, 0 ændrede, 3 uændrede." in text(upload(client, WORKPLACES, content))


def test_faulty_workplaces_make_nothing(client, signe):
    content = csv_bytes(
        PLACES, f"Havneby Kommune;{'x' * 121};Skolen;;", ";Skole;Skolen;;", "A;B;Sted;;", "a; b;sted;;"
    )
    assert rows(upload(client, WORKPLACES, content), "Fejl") == [
        ["2", "forvaltning", "Navnet er for langt: højst 120 tegn."],
        ["3", "organisation", "Cellen skal udfyldes."],
        ["5", "arbejdsplads", "Samme arbejdsplads står i linje 4."],
    ]
    assert (Organisation.objects.count(), Workplace.objects.count()) == (0, 0)


HOST_HEADINGS = (
    "Arbejdsplads;Hvad man kan opleve;Arbejdsområder;Praktikværter (e-mail);Tager imod gæster;"
    "Mandag;Tirsdag;Korteste ophold i dage;Længste ophold i dage;fra;til"
)


def test_hosts_with_contacts_and_kinds_of_work(client, signe, kitchen):
    birthe, kinds = (
        factories.employee("Birthe Kvist"),
        [factories.field(name) for name in ("Køkken", "It")],
    )
    factories.workplace("Skolen")
    content = csv_bytes(
        HOST_HEADINGS,
        f"Køkkenet;Kom og lav mad;køkken, IT;{birthe.email.upper()};ja;2;1;1;3;7.30;14:00",
        "Skolen;Kom i skole;;;nej;;;;;;",
    )
    page = confirm(client, upload(client, HOSTS, content))
    assert "Importeret: 2 nye, 0 ændrede, 0 uændrede." in text(page)
    host = Host.objects.get(workplace=kitchen)
    assert (host.weekday_seats, host.longest_visit, host.starts_at) == ([2, 1, 0, 0, 0], 3, time(7, 30))
    assert (set(host.fields.all()), list(host.contacts.all())) == (set(kinds), [birthe])
    assert [row.is_open for row in Host.objects.order_by("pk")] == [True, False]
    assert "0 nye, 0 ændrede, 2 uændrede." in text(upload(client, HOSTS, content))
    page = upload(client, HOSTS, csv_bytes(HOST_HEADINGS, "Køkkenet;;It;;;;;;;;"))
    assert rows(page, DOES) == [["2", "Ændret", "Køkkenet", "arbejdsområder: It, Køkken → It"]]
    confirm(client, page)
    assert [field.name for field in host.fields.all()] == ["It"]


def test_faulty_hosts(client, signe, kitchen):
    content = csv_bytes(
        HOST_HEADINGS,
        "Findes ikke;x;;;;;;;;;",
        "Køkkenet;x;Trolddom;ingen@havneby.example;måske;mange;60;3;2;9.00;8.00",
    )
    assert rows(upload(client, HOSTS, content), "Fejl") == [
        ["2", "arbejdsplads", "Arbejdspladsen findes ikke. Importér arbejdspladserne først."],
        ["3", "arbejdsområder", "Der findes ikke noget arbejdsområde, der hedder Trolddom."],
        ["3", "praktikværter (e-mail)", "Ingen i Praktik har e-mailen ingen@havneby.example."],
        ["3", "tager imod gæster", "Skriv ja eller nej."],
        ["3", "pladser om mandagen", "Skriv et helt tal."],
        ["3", "pladser om tirsdagen", "Denne værdi skal være mindre end eller lig 50."],
    ]
    content = csv_bytes(HOST_HEADINGS, "Køkkenet;x;;;;;;3;2;9.00;8.00")
    assert rows(upload(client, HOSTS, content), "Fejl") == [
        [
            "2",
            "",
            "Det korteste ophold skal være mindst én dag og må ikke være længere end det længste.",
        ],
        ["2", "", "Dagen skal slutte, efter at den er begyndt."],
    ]
    assert Host.objects.count() == 0


def test_new_contacts_of_an_imported_host_get_the_mails(client, signe):
    visit = factories.placement("confirmed")
    birthe = factories.employee("Ny Vært")
    content = csv_bytes("Arbejdsplads;Praktikværter", f"{visit.host};{birthe.email}")
    confirm(client, upload(client, HOSTS, content))
    planned = visit.planned_mails.filter(side="host", state="planned")
    assert {mail.recipient for mail in planned} == {birthe}
