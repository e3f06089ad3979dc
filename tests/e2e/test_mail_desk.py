"""The consultants' pages about mails in a browser: the plan on a phone, placeholders that follow the kind."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from placements.domain import dispatch
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [320, 375])
def test_the_plan_of_a_visit_fits_a_phone(page, site, sign_in, clock, width):
    host = factories.host("Sundhedshuset ved Nordre Strandpromenade")
    anne = factories.employee("Anne-Margrethe Kjærsgaard-Christoffersen")
    anne.email = f"{'anne-margrethe.' * 4}kjaersgaard@havneby.example"
    anne.save(update_fields=["email"])
    visit = factories.placement("confirmed", host=host, wish=factories.wish(host, person=anne))
    dispatch.send_due(now=NOW)
    sign_in(page, factories.consultant())
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"{site.url}/admin/placements/placement/{visit.pk}/mails/")
    row = page.get_by_role("row").filter(has_text="Ønske modtaget")
    row.locator("summary").click()
    for seen in (
        row.get_by_role("cell").filter(has_text="Sendt"),
        row.get_by_role("button", name="Send igen"),
        row.get_by_text("Kære Anne-Margrethe"),
    ):
        box = seen.first.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.locator(".wide-table")
    assert wide.evaluate("table => table.scrollWidth - table.clientWidth") == 0
    assert Axe().run(page).response["violations"] == []


def test_placeholders_follow_the_kind(page, site, sign_in, clock):
    sign_in(page, factories.consultant())
    page.goto(f"{site.url}/admin/placements/mailtext/add/?kind=wish_received")
    days = page.get_by_role("button", name="{dage}")
    help_text = page.locator("#id_words_da_helptext")
    expect(page.get_by_role("button", name="{fornavn}")).to_have_count(4)
    expect(days).to_have_count(0)
    page.get_by_label("type:").select_option("reminder")
    expect(days).to_have_count(4)
    expect(help_text).to_contain_text("{dage}: praktikdagene")
    days.nth(1).click()
    expect(page.get_by_label("indledning på dansk")).to_have_value("{dage}")
    page.get_by_label("type:").select_option("approval")
    expect(days).to_have_count(0)
    expect(help_text).not_to_contain_text("{dage}")
