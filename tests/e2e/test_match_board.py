"""The puzzle in the browser: solve, pin, rule out, solve again, compare, choose, confirm all."""

import re

import pytest
from playwright.sync_api import expect

from placements.models import Placement
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def round_of_four():
    """Four wishes, of which three can be placed; visits begin some weeks from today."""
    from placements.domain import wishes
    from praktik.lib import clock
    from praktik.lib.dates import add_working_days

    first = add_working_days(clock.today(), 30)
    round = factories.round(
        wishes_from=clock.today(), wishes_until=clock.today(), visits_from=first, visits_until=first
    )
    canteen, library, school = (
        factories.host(name, seats=1)
        for name in ("Rådhusets kantine", "Hovedbiblioteket", "Havneby Skole")
    )
    for name, choices in {
        "Anne": [canteen, library],
        "Bo": [school, canteen],
        "Camilla": [library],
        "Dennis": [school, canteen],
    }.items():
        person = factories.employee(name)
        wishes.save_wish(
            round=round,
            employee=person,
            content=factories.content(*choices, days=round.days),
            send=True,
            by=person,
            now=clock.now(),
        )
    return round


def solve(page):
    page.get_by_role("button", name="Løs puslespillet").click()
    expect(page.get_by_text("Den bedste, der findes")).to_have_count(3 * solve.times, timeout=60_000)
    solve.times += 1


def row(page, name):
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def test_the_puzzle_is_solved_in_the_browser(page, site, background, sign_in, round_of_four):
    solve.times = 1
    sign_in(page, factories.consultant())
    page.goto(f"{site.url}/admin/placements/round/")
    page.get_by_role("link", name="Puslespillet").click()
    solve(page)
    page.get_by_role("button", name="Sæt på plads Flest får en plads").click()
    expect(
        page.get_by_text("3 ønsker har fået en ny plads. Der er ikke sendt noget endnu.")
    ).to_be_visible()
    expect(page.get_by_text("4 ønsker · 3 med plads · 1 uden")).to_be_visible()

    # Anne is put at the canteen and stays there; Bo is not to go there.
    row(page, "Anne").get_by_role("link", name="Skift").click()
    expect(page.get_by_role("heading", name="Ønske for ønske")).to_be_visible()
    if page.get_by_label("Praktiksted og dage").count():
        page.get_by_label("Praktiksted og dage").select_option(index=0)
        page.get_by_role("button", name="Foreslå og lås").click()
    else:
        page.get_by_role("link", name="Tilbage til puslespillet").click()
        row(page, "Anne").get_by_role("button", name="Lås").click()
    expect(row(page, "Anne").get_by_text("låst")).to_be_visible()
    row(page, "Bo").get_by_role("link", name="Skift").click()
    page.get_by_label("Foreslå aldrig").select_option(label="Rådhusets kantine")
    page.get_by_role("button", name="Udeluk", exact=True).click()
    expect(page.get_by_text("Bo bliver ikke foreslået til Rådhusets kantine.")).to_be_visible()
    pinned = Placement.objects.get(wish__employee__name="Anne")

    # Solved again: both alternatives keep Anne, and Bo is not at the canteen.
    page.get_by_role("link", name="Ønsker", exact=True).click()
    solve(page)
    page.get_by_label("Anden").select_option(index=2)
    page.get_by_role("button", name="Sammenlign").click()
    expect(page.get_by_text(re.compile("forskellige pladser|den samme plads i begge"))).to_be_visible()
    page.get_by_role("button", name="Sæt på plads Flest får deres 1. ønske").first.click()
    expect(page.get_by_text("Der er ikke sendt noget endnu.")).to_be_visible()
    assert Placement.objects.get(wish__employee__name="Anne").pk == pinned.pk
    assert not Placement.objects.filter(
        wish__employee__name="Bo", host__workplace__name="Rådhusets kantine"
    ).exists()
    assert {"modtaget" in letter["Subject"] for letter in background.letters} <= {True}

    # Undo and choose again, then confirm all, having seen how many mails go out.
    placed = Placement.objects.count()
    page.get_by_role("button", name=f"Bekræft disse {placed}").click()
    expect(page.get_by_role("heading", name="mails sendes med det samme")).to_be_visible()
    page.get_by_role("button", name="Bekræft", exact=True).click()
    expect(page.get_by_text(f"{placed} praktikophold er bekræftet.")).to_be_visible()
    assert set(Placement.objects.values_list("state", flat=True)) == {"confirmed"}


def test_the_board_works_by_keyboard_and_without_javascript(
    browser, browser_context_args, site, sign_in, round_of_four
):
    page = browser.new_context(**browser_context_args, java_script_enabled=False).new_page()
    sign_in(page, factories.consultant())
    page.goto(f"{site.url}/admin/placements/round/{round_of_four.pk}/board/")
    change = row(page, "Anne").get_by_role("link", name="Skift")
    change.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/board/*/")
    page.get_by_label("Praktiksted og dage").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Foreslå og lås").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("er foreslået til")).to_be_visible()
    row(page, "Anne").get_by_role("button", name="Tag af").focus()
    page.keyboard.press("Enter")
    expect(row(page, "Anne").get_by_text("Ingen plads")).to_be_visible()
    page.get_by_role("button", name="Løs puslespillet").press("Enter")
    expect(page.get_by_role("link", name="Opdatér")).to_be_visible()
