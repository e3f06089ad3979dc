"""Every page in every state: axe finds nothing, and nothing is against the policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from praktik.lib import clock
from praktik.lib.dates import at
from tests import factories
from tests.e2e.pages.steps import visit_page
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_page_is_accessible_and_clean_under_the_csp(listened, site, sign_in, world):
    faults = {}
    for name, (who, address, *press) in world.items():
        listened.complaints.clear()
        visit_page(listened, site, sign_in, who, address, *press)
        expected = {"a link that does not work", "not found"}
        complaints = [] if name in expected else list(listened.complaints)
        complaints += [
            (violation["id"], violation["nodes"][0]["html"])
            for violation in Axe().run(listened).response["violations"]
        ]
        if complaints:
            faults[name] = complaints
    assert faults == {}


def test_the_evaluation_is_accessible_with_and_without_errors(
    listened, site, sign_in, world, monkeypatch
):
    _who, address = world["evaluation too early"]
    monkeypatch.setattr(clock, "now", lambda: NOW.replace(year=2027, month=2))
    for press in (None, "Send evalueringen"):
        visit_page(listened, site, sign_in, None, address, press)
        assert Axe().run(listened).response["violations"] == []
    assert listened.complaints == []


def test_many_managers_yes_is_accessible(listened, site, sign_in, world):
    signe, _address = world["admin, wish to approve"]
    visit_page(listened, site, sign_in, signe, "/admin/placements/wish/")
    listened.locator("#action-toggle").check()
    listened.select_option("select[name=action]", "approve")
    listened.locator("button[name=index]").click()
    expect(listened.get_by_role("button", name="Notér ledernes ja (pr. telefon)")).to_be_visible()
    assert Axe().run(listened).response["violations"] == []
    assert listened.complaints == []


def test_ending_a_visit_early_is_accessible_with_and_without_errors(
    listened, site, sign_in, monkeypatch
):
    host, round = factories.host("Museet"), factories.round("Under vejs")
    visit = factories.placement(
        "confirmed", host=host, wish=factories.wish(host, round=round, length=2)
    )
    monkeypatch.setattr(clock, "now", lambda: at(FIRST_DAY, NOW.time()))
    address = f"/admin/placements/placement/{visit.pk}/end-early/"
    visit_page(listened, site, sign_in, factories.consultant(), address)
    assert Axe().run(listened).response["violations"] == []
    listened.get_by_role("button", name="Videre").click()
    expect(listened.get_by_text("Skriv et par ord om hvorfor.")).to_be_visible()
    assert Axe().run(listened).response["violations"] == []
    listened.get_by_label("Praktikstedet").check()
    listened.get_by_label("Hvorfor?").fill("Kurset er aflyst.")
    listened.get_by_role("button", name="Videre").click()
    expect(listened.get_by_text("Aflys tirsdag den 5. januar?")).to_be_visible()
    assert Axe().run(listened).response["violations"] == []
    assert listened.complaints == []
