"""A consultant's morning: to-do, call, yes, solve, confirm; on a phone; and two who want the same call."""

import re

import pytest
from playwright.sync_api import expect

from hosts.models import Call, Host
from placements.domain import solving, wishes
from placements.models import Placement, Solve
from praktik.lib import clock
from praktik.lib.dates import add_working_days
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town():
    """Anne and Bo wish for the canteen, which has no seats; visits begin some weeks from today."""
    first = add_working_days(clock.today(), 30)

    class Town:
        manager = factories.employee("Ulla Frandsen")
        canteen = factories.host("Rådhusets kantine", seats=0)
        round = factories.round(
            wishes_from=clock.today(), wishes_until=clock.today(),
            visits_from=first, visits_until=first, needs_approval=True,
        )  # fmt: skip

    for name in ("Anne", "Bo"):
        person = factories.employee(name, manager=Town.manager)
        wishes.save_wish(
            round=Town.round,
            employee=person,
            content=factories.content(Town.canteen, days=[first]),
            send=True,
            by=person,
            now=clock.now(),
        )
    return Town


def take_the_call(page, site):
    page.goto(f"{site.url}/admin/")
    page.get_by_role("link", name="praktiksteder, der skal ringes til").click()
    page.get_by_role("button", name="Ring Rådhusets kantine").click()
    expect(page.get_by_role("heading", name="Opkald: Rådhusets kantine")).to_be_visible()


def note(page):
    page.get_by_role("button", name="Notér opkaldet").click()


def test_from_the_to_do_to_confirmed_visits(page, site, background, sign_in, town, on_a_phone):
    ulla = on_a_phone(town.manager, "/min-gruppe/")
    for name in ("Anne", "Bo"):
        wish = ulla.get_by_role("region", name=f"Må {name} være med")
        wish.get_by_label("Ja, det godkender jeg").check()
        wish.get_by_role("button", name="Send svaret").click()
        expect(ulla.get_by_text(f"Du har godkendt, at {name} er med.")).to_be_visible()

    sign_in(page, factories.consultant())
    take_the_call(page, site)
    expect(page.get_by_text("2 ønsker uden plads peger på stedet.")).to_be_visible()
    expect(page.get_by_text("Hej, det er … fra Innovationsgruppen.")).to_be_visible()
    page.get_by_label("Ja, de tager gæster").check()
    page.get_by_label("Dag 1").fill(town.round.visits_from.isoformat())
    page.get_by_label("Antal 1").fill("2")
    page.get_by_label("Notat", exact=True).fill("Palle tager imod")
    note(page)
    expect(page.get_by_text("Opkaldet til Rådhusets kantine er noteret.")).to_be_visible()
    page.goto(f"{site.url}/admin/")
    expect(page.get_by_role("link", name="praktiksteder, der skal ringes til")).to_have_count(0)

    page.get_by_role("link", name="Puslespillet").click()
    page.get_by_role("button", name="Løs puslespillet").click()
    expect(page.get_by_text("Den bedste, der findes")).to_have_count(3, timeout=60_000)
    page.get_by_role("button", name="Sæt på plads Flest får en plads").click()
    expect(page.get_by_text("2 ønsker · 2 med plads · 0 uden")).to_be_visible()
    page.get_by_role("button", name="Bekræft disse 2").click()
    page.get_by_role("button", name="Bekræft", exact=True).click()
    expect(page.get_by_text("2 praktikophold er bekræftet.")).to_be_visible()
    assert set(Placement.objects.values_list("state", flat=True)) == {"confirmed"}

    page.goto(f"{site.url}/admin/")
    confirmed = page.get_by_role("link", name=re.compile(r"^2 Bekræftet$"))
    expect(page.get_by_text("Frist for ønsker:")).to_be_visible()
    confirmed.click()
    expect(page.get_by_text("2 praktikophold", exact=True).first).to_be_visible()

    # All three read it on their phones.
    anne = Placement.objects.get(wish__employee__name="Anne").employee
    guest = on_a_phone(anne, "/min-side/")
    expect(guest.get_by_role("heading", name="Du skal besøge Rådhusets kantine")).to_be_visible()
    guest.get_by_role("button", name="Få en kalenderadresse").click()
    expect(guest.get_by_text("Din kalender har fået en adresse.")).to_be_visible()
    host = on_a_phone(town.canteen.contacts.get(), f"/vaert/{town.canteen.pk}/")
    host.get_by_role("link", name="Skriv til gæsterne denne dag").click()
    expect(host.get_by_text("Til: Anne, Bo.")).to_be_visible()
    ulla.reload()
    expect(ulla.get_by_text("Plads fundet: Rådhusets kantine")).to_have_count(2)


@pytest.fixture
def phone(browser, browser_context_args, sign_in):
    """A page of a phone, for somebody signed in."""

    def phone(person, **options):
        context = browser.new_context(
            **browser_context_args | {"viewport": {"width": 375, "height": 700}}, **options
        )
        page = context.new_page()
        sign_in(page, person)
        return page

    return phone


def test_a_call_is_noted_on_a_phone(phone, site, town):
    page = phone(factories.consultant())
    take_the_call(page, site)
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    expect(page.get_by_text("Vælg mindst én grund.")).to_have_count(0)
    expect(page.get_by_label("for travlt i den periode")).not_to_be_visible()
    page.get_by_text("Nej, ikke denne gang").click()
    expect(page.get_by_label("Dag 1")).not_to_be_visible()
    note(page)
    expect(page.get_by_text("Vælg mindst én grund.")).to_be_visible()
    page.get_by_text("for travlt i den periode").click()
    page.get_by_text("for få på arbejde").click()
    for target in page.locator(".call-choice:visible, .call-button:visible").all():
        assert target.bounding_box()["height"] >= 44
    note(page)
    expect(page.get_by_text("Opkaldet til Rådhusets kantine er noteret.")).to_be_visible()
    assert Call.objects.get().reasons == ["busy", "staff"]


def test_a_call_is_noted_without_javascript(phone, site, town):
    page = phone(factories.consultant(), java_script_enabled=False)
    take_the_call(page, site)
    page.get_by_text("Fik ikke fat i nogen").click()
    note(page)
    expect(page.get_by_text("Opkaldet til Rådhusets kantine er noteret.")).to_be_visible()
    assert Call.objects.get().outcome == "not_reached"


def test_the_call_list_says_itself_whether_its_numbers_still_hold(phone, site, town):
    signe = factories.consultant()
    row = Solve.objects.create(round=town.round, goal="most_placed", by=signe, asked_at=clock.now())
    solving.run(row.pk, clock=clock.now)
    page, address = phone(signe), f"{site.url}/admin/placements/round/{town.round.pk}/calls/"
    page.goto(address)
    expect(page.get_by_role("status").get_by_text("Intet er ændret siden da.")).to_be_visible()

    Host.objects.update(seats_monday=1)
    page.reload()
    page.get_by_role("status").get_by_text("Noget er ændret siden").click()
    expect(page.get_by_role("listitem").get_by_text("Rådhusets kantine: pladser")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.get_by_role("button", name="Løs igen").click()
    expect(page.get_by_text("Puslespillet bliver løst")).to_be_visible()

    plain = phone(signe, java_script_enabled=False)
    plain.goto(address)
    plain.get_by_role("link", name="Er noget ændret siden?").click()
    expect(plain.get_by_text("Noget er ændret siden")).to_be_visible()


def test_two_consultants_want_the_same_call(phone, site, town):
    """Both look at the list; one gets the call. What the other types is not lost and overruns nothing."""
    signe, thomas = (factories.consultant(name) for name in ("Signe Holm", "Thomas Ørum"))
    hers, his = phone(signe), phone(thomas)
    for page in (hers, his):
        page.goto(f"{site.url}/admin/placements/round/{town.round.pk}/calls/")
    hers.get_by_role("button", name="Ring Rådhusets kantine").click()
    his.get_by_role("button", name="Ring Rådhusets kantine").click()
    expect(his.get_by_text("Signe Holm har haft Rådhusets kantine i røret")).to_be_visible()
    expect(his.get_by_role("button", name="Notér opkaldet")).to_have_count(0)

    # She gives it back, he takes it; her form is still open in another tab, and she presses all the same.
    tab = hers.context.new_page()
    tab.goto(hers.url)
    tab.get_by_label("Ja, de tager gæster").check()
    tab.get_by_label("Mandag").fill("9")
    hers.get_by_role("button", name="Giv det tilbage: jeg ringede ikke").click()
    his.goto(f"{site.url}/admin/placements/round/{town.round.pk}/calls/")
    his.get_by_role("button", name="Ring Rådhusets kantine").click()
    note(tab)
    expect(tab.get_by_text("Thomas Ørum har haft Rådhusets kantine i røret")).to_be_visible()
    expect(tab.get_by_label("Mandag")).to_have_value("9")

    his.get_by_label("Ja, de tager gæster").check()
    his.get_by_label("Tirsdag").fill("1")
    note(his)
    expect(his.get_by_text("Opkaldet til Rådhusets kantine er noteret.")).to_be_visible()
    note(tab)
    expect(tab.get_by_text("Thomas Ørum talte med Rådhusets kantine i dag")).to_be_visible()
    assert Call.objects.get().caller == thomas
    assert Host.objects.get().weekday_seats == [0, 1, 0, 0, 0]
