"""Pages on a phone, without JavaScript, by keyboard, in print and in forced colours."""

import pytest
from playwright.sync_api import expect

from tests.e2e.pages.steps import visit_page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [320, 375])
def test_no_page_is_wider_than_a_phone(page, site, sign_in, world, width):
    page.set_viewport_size({"width": width, "height": 700})
    too_wide = {}
    for name, (who, address, *press) in world.items():
        if name.startswith("admin"):
            continue  # the consultants work at a desk; Django's lists scroll sideways
        visit_page(page, site, sign_in, who, address, *press)
        found = page.evaluate("document.documentElement.scrollWidth")
        if found > width:
            too_wide[name] = found
    assert too_wide == {}


def test_without_javascript_a_wish_is_sent(browser, browser_context_args, site, sign_in, world):
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    who, address = world["wish"]
    visit_page(page, site, sign_in, who, address)
    page.get_by_label("1. prioritet").select_option(label="Hvor som helst – overrask mig")
    page.get_by_label("Hvad vil du gerne lære?").fill("Noget nyt")
    page.get_by_role("button", name="Send ønsket").click()
    assert "Dit ønske er sendt" in page.content()


def test_the_keyboard_reaches_everything_and_errors_get_the_focus(page, site, sign_in, world):
    who, address = world["wish"]
    visit_page(page, site, sign_in, who, address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Gå til indholdet"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.get_by_role("button", name="Send ønsket").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#form-errors")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert (
        page.evaluate("document.activeElement.id") in {"id_choice_1", "id_goal"} or "#id_" in page.url
    )


def test_the_arrivals_print_without_menus(page, site, sign_in, world):
    who, address = world["arrivals"]
    visit_page(page, site, sign_in, who, address)
    page.emulate_media(media="print")
    assert page.get_by_text("Anne Kjærsgaard").first.is_visible()
    for hidden in ("Find et praktiksted", "Lav en ny adresse", "English"):
        assert not page.get_by_text(hidden).first.is_visible()


def test_choices_can_be_seen_in_forced_colours(page, site, sign_in, world):
    who, address = world["wish"]
    page.emulate_media(forced_colors="active")
    visit_page(page, site, sign_in, who, address)
    dot = (
        "getComputedStyle(document.querySelector('.form-radio:checked + label'), '::before').boxShadow"
    )
    assert page.evaluate(dot) != "none"
    assert page.evaluate("getComputedStyle(document.querySelector('select')).appearance") == "auto"
