"""A nationwide round in the browser: copied from the last one, wished in from a phone, solved, told at once."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from placements.models import Placement, Round
from praktik.lib import clock
from praktik.lib.dates import a_year_later, working_days_between
from tests import factories
from tests.e2e.conftest import letter_to

pytestmark = pytest.mark.django_db(transaction=True)
ORGANISATIONS = [
    ("Havneby Kommune", "municipality", "midtjylland"),
    ("Region Sund", "region", "syddanmark"),
    ("Et ministerium", "state", "hovedstaden"),
]


def full_week():
    """The Monday of a week with five working days, some weeks from today."""
    monday = clock.today() + timedelta(days=42 - clock.today().weekday())
    while len(working_days_between(monday, monday + timedelta(days=4))) < 5:
        monday += timedelta(days=7)
    return monday


@pytest.fixture
def last_round():
    """Last year's round of three organisations, each with a host of its own."""
    monday = full_week() - timedelta(days=364)
    round = factories.round(
        "Uge på tværs", abroad_only=True, hold_results=True, shortest_visit=2, longest_visit=5,
        wishes_from=monday - timedelta(days=90), wishes_until=monday - timedelta(days=60),
        visits_from=monday, visits_until=monday + timedelta(days=4),
    )  # fmt: skip
    for name, sector, area in ORGANISATIONS:
        organisation = factories.organisation(name)
        organisation.sector, organisation.area = sector, area
        organisation.save()
        round.organisations.add(organisation)
        place = factories.workplace(f"Køkkenet, {name}", of=organisation)
        factories.host(
            workplace=place, fields=[factories.field("Køkken")], longest_visit=5, most_visitors=1
        )
    return round


def person_in(organisation, name):
    place = factories.workplace("Kontor", of=factories.organisation(organisation))
    return factories.employee(name, workplace=place, manager=factories.employee(f"{name}s leder"))


def wish(browser, browser_context_args, site, sign_in, person, labels):
    """Send a wish from a phone; the labels are those of the choices."""
    phone = {**browser_context_args, "viewport": {"width": 375, "height": 740}}
    page = browser.new_context(**phone).new_page()
    sign_in(page, person)
    page.goto(f"{site.url}/min-side/")
    page.get_by_role("link", name="Skriv dit ønske").click()
    for number, label in enumerate(labels, start=1):
        page.get_by_label(f"{number}. prioritet").select_option(label=label)
    page.get_by_label("3 dage").check(force=True)
    page.get_by_label("Hvad vil du gerne lære?").fill("Hvordan får I madspildet ned?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.get_by_role("button", name="Send ønsket").click()
    expect(page.get_by_text("Dit ønske er sendt. Du får en mail")).to_be_visible()
    return page


def test_a_nationwide_round_from_the_copy_to_the_result(
    page, browser, browser_context_args, site, background, sign_in, last_round, on_a_phone
):
    people = {
        "Anne": ("Havneby Kommune", ["Køkken"]),
        "Bo": ("Region Sund", ["Hovedstaden", "Staten"]),
        "Carl": ("Et ministerium", ["Kommune"]),
    }
    people = {person_in(where, name): labels for name, (where, labels) in people.items()}
    monday = full_week()

    # The consultant opens the round from a copy of the last one.
    sign_in(page, factories.consultant())
    page.goto(f"{site.url}/admin/placements/round/")
    page.get_by_role("link", name="Kopiér Uge på tværs til en ny runde").click()
    suggested = a_year_later(last_round.visits_from).isoformat()
    expect(page.get_by_label("Første mulige praktikdag:")).to_have_value(suggested)
    expect(page.get_by_text("3 organisationer: Et ministerium, Havneby Kommune")).to_be_visible()
    page.get_by_label("Første mulige praktikdag:").fill(monday.isoformat())
    page.get_by_label("Sidste mulige praktikdag:").fill((monday + timedelta(days=4)).isoformat())
    page.get_by_label("Ønsker modtages fra:").fill((clock.today() - timedelta(days=1)).isoformat())
    page.get_by_label("Frist for ønsker:").fill((clock.today() - timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Opret den nye runde").click()
    expect(page.get_by_text("Fristen er allerede overskredet.")).to_be_visible()
    page.get_by_label("Frist for ønsker:").fill(clock.today().isoformat())
    page.get_by_role("button", name="Opret den nye runde").click()
    expect(page.get_by_text("er klar. Se den igennem")).to_be_visible()
    round = Round.objects.exclude(pk=last_round.pk).get()
    assert set(round.organisations.all()) == set(last_round.organisations.all())

    # Employees of all three organisations wish from their phones.
    phones = {
        person: wish(browser, browser_context_args, site, sign_in, person, labels)
        for person, labels in people.items()
    }

    # The board is solved and all are confirmed; nobody is told yet.
    page.goto(f"{site.url}/admin/placements/round/{round.pk}/board/")
    page.get_by_role("button", name="Løs puslespillet").click()
    expect(page.get_by_text("Den bedste, der findes")).to_have_count(3, timeout=60_000)
    page.get_by_role("button", name="Sæt på plads Flest får en plads").click()
    expect(page.get_by_text("3 ønsker · 3 med plads · 0 uden")).to_be_visible()
    page.get_by_role("button", name="Bekræft disse 3").click()
    expect(page.get_by_text("får deltagere og værter besked, når I sender det ud")).to_be_visible()
    page.get_by_role("button", name="Bekræft", exact=True).click()
    expect(page.get_by_text("3 praktikophold er bekræftet.")).to_be_visible()
    for phone in phones.values():
        phone.reload()
        expect(phone.get_by_text("Alle i denne runde får svar samtidig.")).to_be_visible()
        expect(phone.get_by_text("Du skal besøge")).to_have_count(0)

    # The result is released: everybody hears.
    page.goto(f"{site.url}/admin/placements/round/{round.pk}/overview/")
    page.get_by_role("link", name="Send resultatet ud", exact=True).click()
    expect(page.get_by_text("3 personer får en plads. 0 personer får ingen plads.")).to_be_visible()
    page.get_by_role("button", name="Ja, send resultatet ud").click()
    expect(page.get_by_text("Resultatet er sendt ud.")).to_be_visible()
    hosts = dict(Placement.objects.values_list("wish__employee__name", "host__workplace__name"))
    assert hosts == {
        "Anne": "Køkkenet, Region Sund",
        "Bo": "Køkkenet, Et ministerium",
        "Carl": "Køkkenet, Havneby Kommune",
    }
    for person, phone in phones.items():
        assert letter_to(background, person.email, "Køkkenet", seconds=90)
        phone.reload()
        expect(phone.get_by_text(f"Du skal besøge {hosts[person.name]}")).to_be_visible()

    # So do a host and a manager, on their phones.
    visit = Placement.objects.get(wish__employee__name="Anne")
    birthe = on_a_phone(visit.host.contacts.get(), f"/vaert/{visit.host_id}/")
    birthe.get_by_role("link", name="Skriv til gæsterne denne dag").first.click()
    expect(birthe.get_by_label("Emne")).to_be_visible()
    ulla = on_a_phone(visit.employee.manager, "/min-gruppe/")
    expect(ulla.get_by_text("Plads fundet: Køkkenet, Region Sund")).to_be_visible()

    # It cannot be closed while visits are to come.
    page.get_by_role("link", name="Luk runden").click()
    expect(page.get_by_text("Besøg, der endnu ikke er overstået")).to_be_visible()
    expect(page.get_by_role("button", name="Ja, luk runden")).to_have_count(0)
