"""The steps that the tests of all pages take."""


def visit_page(page, site, sign_in, who, address, *presses):
    page.context.clear_cookies()
    if who:
        sign_in(page, who)
    page.goto(address if address.startswith("http") else site.url + address)
    for press in filter(None, presses):
        page.get_by_role("button", name=press, exact=True).click()
        page.wait_for_load_state()
