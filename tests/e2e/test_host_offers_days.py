"""Hosts and participants on a phone and at a desk: other days offered and taken; a workplace becomes a host."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from placements.models import Choice, Placement
from praktik.lib import clock
from praktik.lib.dates import add_working_days
from praktik.lib.wording import day_in_words
from tests import factories
from tests.e2e.conftest import letter_to, link_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[375, 1280])
def window(browser, browser_context_args, site, request):
    """Opens a window of this width for one more person."""

    def window():
        size = {"width": request.param, "height": 800}
        context = browser.new_context(**browser_context_args | {"viewport": size}, base_url=site.url)
        return context.new_page()

    return window


@pytest.fixture
def round(site):
    """A round whose visits begin in about five weeks."""
    today = clock.today()
    first = add_working_days(today + timedelta(days=35), 1)
    return factories.round(
        wishes_from=today - timedelta(days=1),
        wishes_until=today + timedelta(days=7),
        visits_from=first,
        visits_until=first + timedelta(days=13),
    )


def fits(page):
    """Nothing is wider than the window."""
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_host_offers_other_days_the_participant_takes_one_the_consultant_confirms(
    window, background, round, sign_in
):
    ulla, birthe = factories.employee("Ulla Frandsen"), factories.employee("Birthe Kvist")
    anne, signe = factories.employee("Anne Kjærsgaard", manager=ulla), factories.consultant()
    host = factories.host("Rådhusets kantine", contacts=[birthe])
    wish = factories.wish(host, person=anne, round=round, now=clock.now())
    visit = factories.placement("asked", host=host, wish=wish, now=clock.now())
    asked, other = visit.first_day, round.days[2]

    page = window()
    page.goto(link_in(letter_to(background, birthe.email, "Må Anne"), "svar"))
    page.get_by_label("Hellere på andre dage").check()
    page.get_by_role("group", name="Hvis andre dage").get_by_label(day_in_words(other)).check()
    fits(page)
    page.get_by_role("button", name="Send svaret").click()
    expect(page.get_by_text("Du har tilbudt Anne Kjærsgaard andre dage.")).to_be_visible()

    # Meanwhile the old day is held for her.
    assert list(visit.visit_days.values_list("date", flat=True)) == [asked]
    page = window()
    page.goto(link_in(letter_to(background, anne.email, "tilbyder dig andre dage"), "andre-dage"))
    page.get_by_label(day_in_words(other)).check()
    fits(page)
    page.get_by_role("button", name="Send svaret").click()
    expect(page.get_by_text("Dagene holdes til dig.")).to_be_visible()

    desk = window()
    sign_in(desk, signe)
    desk.goto(f"/admin/placements/placement/{visit.pk}/change/")
    desk.get_by_role("button", name="Bekræft").click()
    desk.get_by_role("button", name="Bekræft").click()
    expect(desk.get_by_text("1 praktikophold er bekræftet.")).to_be_visible()
    letter_to(background, anne.email, "Du har fået en plads")
    visit = Placement.objects.get()
    assert (visit.state, visit.days) == ("confirmed", [other])

    # The host and her manager see her on the new day, and she sees whom to call.
    page = window()
    sign_in(page, ulla)
    page.goto("/min-gruppe/")
    expect(page.get_by_text(f"Plads fundet: Rådhusets kantine, {day_in_words(other)}")).to_be_visible()
    fits(page)
    page = window()
    sign_in(page, birthe)
    page.goto(f"/vaert/{host.pk}/")
    expect(page.get_by_role("heading", name=day_in_words(other).capitalize())).to_be_visible()
    fits(page)
    page = window()
    sign_in(page, anne)
    page.goto("/min-side/")
    expect(page.get_by_role("link", name=birthe.email)).to_be_visible()
    fits(page)


def test_a_workplace_signs_up_is_approved_and_can_be_wished_for(window, site, round, sign_in):
    birthe = factories.employee("Birthe Kvist", workplace=factories.workplace("Rådhusets kantine"))
    anne, signe = factories.employee("Anne Kjærsgaard"), factories.consultant()
    page = window()
    sign_in(page, birthe)
    page.goto("/praktiksteder/")
    page.get_by_role("link", name="Meld jeres arbejdsplads til").click()
    page.get_by_label("Hvad man kan opleve").fill("Frokost til 280 mennesker hver dag.")
    page.get_by_label("Pladser om onsdagen").fill("2")
    fits(page)
    page.get_by_role("button", name="Tilmeld").click()
    expect(page.get_by_text("Tak! Rådhusets kantine er tilmeldt.")).to_be_visible()
    fits(page)

    guest = window()
    sign_in(guest, anne)
    guest.goto(f"/oenske/{round.pk}/")
    first_choice = guest.get_by_label("1. prioritet")
    expect(first_choice.get_by_text("Rådhusets kantine")).to_have_count(0)

    desk = window()
    sign_in(desk, signe)
    desk.goto("/admin/")
    desk.get_by_role("link", name="Praktiksteder, der har meldt sig").click()
    desk.get_by_role("link", name="Rådhusets kantine").click()
    desk.get_by_role("link", name="Praktikstedet har selv meldt sig").click()
    expect(desk.get_by_text("Frokost til 280 mennesker hver dag.")).to_be_visible()
    desk.get_by_role("button", name="Godkend", exact=True).click()
    expect(desk.get_by_text("Rådhusets kantine: Godkendt.")).to_be_visible()

    guest.reload()
    first_choice.select_option(label="Rådhusets kantine")
    guest.get_by_label("Hvad vil du gerne lære?").fill("Hvordan får I madspildet ned?")
    guest.get_by_role("button", name="Send ønsket").click()
    expect(guest.get_by_text("Dit ønske er sendt.").first).to_be_visible()
    assert str(Choice.objects.get()) == "Rådhusets kantine"


def test_the_list_of_a_reception_fits_on_one_sheet(page, site, round, sign_in, monkeypatch):
    """Twenty visitors of one building on one A4 page."""
    birthe = factories.employee("Birthe Kvist")
    host = factories.host("Rådhusets kantine", contacts=[birthe], seats=20)
    for number in range(20):
        wish = factories.wish(
            host, round=round, person=factories.employee(f"Gæst {number}"), now=clock.now()
        )
        factories.placement("confirmed", host=host, wish=wish, days=round.days[:1], now=clock.now())
    the_day_before = clock.now() + (round.days[0] - clock.today()) - timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: the_day_before)
    sign_in(page, birthe)
    page.goto(f"{site.url}/modtagelse/{host.pk}/")
    expect(page.get_by_role("row")).to_have_count(21)
    assert Axe().run(page).response["violations"] == []
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1


@pytest.mark.parametrize("width", [320, 1280])
def test_a_no_show_is_one_click_on_the_arrivals_page(page, site, round, sign_in, monkeypatch, width):
    birthe, now = factories.employee("Birthe Kvist"), clock.now()
    host = factories.host("Rådhusets kantine", contacts=[birthe], seats=2)
    for name in ("Anne Kjærsgaard", "Bo Mikkelsen"):
        wish = factories.wish(host, round=round, person=factories.employee(name), now=now)
        factories.placement("confirmed", host=host, wish=wish, days=round.days[:1], now=now)
    the_day_after = now + (round.days[0] - clock.today()) + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: the_day_after)
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, birthe)
    page.goto(f"{site.url}/vaert/{host.pk}/?show=all")
    fits(page)
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Bo Mikkelsen kom ikke").first.click()
    expect(page.get_by_text("Det er noteret, at Bo Mikkelsen ikke kom.")).to_be_visible()
    # It is noted in the list of all, which is shown again, and waits no longer above it.
    expect(page.get_by_role("link", name="Alle", exact=True)).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("button", name="Bo Mikkelsen kom ikke")).to_have_count(1)
    assert set(Placement.objects.values_list("attended", flat=True)) == {None, False}


@pytest.mark.parametrize(("visitors", "sheets"), [(6, 1), (20, 3)])
def test_printed_arrivals_fill_their_sheets(page, site, round, sign_in, monkeypatch, visitors, sheets):
    """A day of many visitors begins below its heading, and goes on on the next sheet between two of them."""
    birthe = factories.employee("Birthe Kvist")
    host = factories.host("Rådhusets kantine", contacts=[birthe], seats=20)
    for number in range(visitors):
        person = factories.employee(f"Gæst {number}")
        wish = factories.wish(host, round=round, person=person, needs="Vegetar", now=clock.now())
        factories.placement("confirmed", host=host, wish=wish, days=round.days[:1], now=clock.now())
    sign_in(page, birthe)
    page.goto(f"{site.url}/vaert/{host.pk}/")
    expect(page.get_by_text("Gæst 0", exact=True)).to_be_visible()
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") == sheets
