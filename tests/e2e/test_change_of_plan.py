"""Plans change, in the browser: called off by link and by phone, rescue, a no-show, the manager's answer,
and two consultants at once."""

from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from placements.domain import mail_links
from placements.enums import Side
from placements.models import Placement, Wish
from praktik.lib import clock
from praktik.lib.dates import add_working_days, at
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 375, "height": 700}


@pytest.fixture
def stand_at(monkeypatch):
    """Sets the clock; it begins at NOW."""

    def stand_at(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    stand_at(NOW)
    return stand_at


@pytest.fixture
def visit(site, stand_at):
    """Anne's settled visit to the canteen; Bo waits for a place there."""
    manager = factories.employee("Ulla Frandsen")
    anne = factories.employee("Anne Kjærsgaard", manager=manager)
    host = factories.host("Rådhusets kantine", contacts=[factories.employee("Birthe Kvist")])
    round = factories.round(contact_name="Signe Holm", contact_phone="99 00 00 01")
    wish = factories.wish(host, None, person=anne, round=round)
    factories.wish(host, person=factories.employee("Bo Mikkelsen"), round=round, days=[FIRST_DAY])
    return factories.placement("confirmed", host=host, wish=wish)


@pytest.fixture
def opened(browser, browser_context_args, site, sign_in):
    """Opens a browser of its own, signed in as somebody or as nobody."""

    def opened(person=None, *, viewport=None):
        values = browser_context_args | ({"viewport": viewport} if viewport else {})
        page = browser.new_context(**values, base_url=site.url).new_page()
        if person:
            sign_in(page, person)
        return page

    return opened


def fits(page) -> bool:
    """Whether nothing sticks out of the screen."""
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_a_host_calls_off_by_link_and_both_wish_and_seat_are_rescued(visit, opened, on_a_phone):
    host = opened(viewport=PHONE)
    host.goto(mail_links.call_off_url(visit, Side.HOST, visit.host.contacts.get()))
    assert fits(host)
    host.get_by_label("Hvorfor?").fill("Køkkenet bygges om.")
    host.get_by_role("button", name="Meld afbud").click()
    expect(host.get_by_role("heading", name="Der er meldt afbud")).to_be_visible()
    anne = opened(visit.employee, viewport=PHONE)
    anne.goto("/min-side/")
    expect(anne.get_by_text("Dit ønske gælder stadig og kommer først")).to_be_visible()
    assert fits(anne)
    ulla = on_a_phone(visit.employee.manager, "/min-gruppe/")
    expect(ulla.get_by_text("Der ledes efter en plads")).to_be_visible()
    # The consultant finds Anne another place, since her wish comes first.
    library = factories.host("Hovedbiblioteket")
    desk = opened(factories.consultant())
    desk.goto(f"/admin/placements/round/{visit.wish.round_id}/board/waiting/?host={library.pk}")
    row = desk.get_by_role("row", name="Anne Kjærsgaard")
    expect(row).to_contain_text("har mistet en bekræftet plads")
    row.get_by_role("button", name="Foreslå").click()
    expect(desk.get_by_text("Anne Kjærsgaard er foreslået til Hovedbiblioteket.")).to_be_visible()


def test_two_days_before_it_is_by_phone_and_the_seat_goes_to_the_next(
    visit, opened, stand_at, on_a_phone
):
    stand_at(at(add_working_days(FIRST_DAY, -2), time(9)))
    anne = opened(viewport=PHONE)
    anne.goto(mail_links.call_off_url(visit, Side.PARTICIPANT, visit.employee))
    expect(anne.get_by_role("heading", name="Ring til konsulenterne")).to_be_visible()
    expect(anne.get_by_role("link", name="99 00 00 01")).to_be_visible()
    assert fits(anne)
    # Signe records it, and gives the seat to Bo.
    desk = opened(factories.consultant())
    desk.goto(f"/admin/placements/placement/{visit.pk}/change/")
    desk.get_by_role("button", name="Aflys").click()
    desk.get_by_label("Deltageren, som ikke længere er med").check()
    desk.get_by_label("Hvorfor?").fill("Sygt barn")
    desk.get_by_role("button", name="Aflys").click()
    expect(desk.get_by_text("1 praktikophold er aflyst.")).to_be_visible()
    desk.goto("/admin/placements/placement/?todo=freed")
    desk.get_by_role("link", name="Hvem kunne komme?").click()
    expect(desk.get_by_text("Ledig igen: mandag den 4. januar.")).to_be_visible()
    desk.get_by_role("button", name="Foreslå Bo Mikkelsen").click()
    expect(desk.get_by_text("Bo Mikkelsen er foreslået til Rådhusets kantine.")).to_be_visible()
    states = dict(Placement.objects.values_list("wish__employee__name", "state"))
    assert states == {"Anne Kjærsgaard": "cancelled", "Bo Mikkelsen": "proposed"}
    assert Wish.objects.get(employee=visit.employee).state == "withdrawn"
    host = on_a_phone(visit.host.contacts.get(), f"/vaert/{visit.host_id}/")
    expect(host.get_by_text("Der ventes ingen lige nu.")).to_be_visible()
    ulla = on_a_phone(visit.employee.manager, "/min-gruppe/")
    expect(ulla.get_by_text("Trukket tilbage")).to_be_visible()


def test_a_no_show_is_one_click_on_the_phone(visit, opened, stand_at, on_a_phone):
    stand_at(at(FIRST_DAY + timedelta(days=1), time(9)))
    host = opened(viewport=PHONE)
    host.goto(mail_links.attendance_url(visit, visit.host.contacts.get()))
    assert fits(host)
    host.get_by_role("button", name="Nej, der kom ingen").click()
    expect(host.get_by_text("Konsulenterne følger op.")).to_be_visible()
    anne = on_a_phone(visit.employee, "/min-side/")
    expect(anne.get_by_text("Det er noteret, at du ikke kom.")).to_be_visible()
    ulla = on_a_phone(visit.employee.manager, "/min-gruppe/")
    expect(ulla.get_by_text("Besøget blev ikke til noget")).to_be_visible()
    desk = opened(factories.consultant())
    desk.goto("/admin/placements/placement/?came=no")
    expect(desk.get_by_role("row", name="Anne Kjærsgaard")).to_contain_text("Udeblev")


def test_a_manager_answers_on_the_phone_without_signing_in(site, stand_at, opened):
    ulla = factories.employee("Ulla Frandsen")
    round = factories.round(needs_approval=True)
    for name in ("Anne Kjærsgaard", "Bo Mikkelsen"):
        factories.wish(person=factories.employee(name, manager=ulla), round=round)
    page = opened(viewport=PHONE)
    page.goto(mail_links.team_url(ulla))
    assert fits(page)
    anne = page.get_by_role("region", name="Må Anne Kjærsgaard være med")
    anne.get_by_label("Ja, det godkender jeg").check()
    anne.get_by_role("button", name="Send svaret").click()
    expect(page.get_by_text("Du har godkendt, at Anne Kjærsgaard er med.")).to_be_visible()
    bo = page.get_by_role("region", name="Må Bo Mikkelsen være med")
    bo.get_by_label("Nej, ikke denne gang").check()
    bo.get_by_role("button", name="Send svaret").click()
    expect(page.get_by_text("Skriv et par ord om hvorfor").first).to_be_visible()
    bo.get_by_label("Hvis nej: hvorfor ikke?").fill("Vi har ferie.")
    bo.get_by_role("button", name="Send svaret").click()
    expect(page.get_by_text("Du har sagt nej til Bo Mikkelsen denne gang.")).to_be_visible()
    expect(page.get_by_role("heading", name="Venter på dit svar")).not_to_be_visible()


def test_two_consultants_at_once_on_the_same_wish(visit, opened):
    wish = Wish.objects.get(employee__name="Bo Mikkelsen")
    library = factories.host("Hovedbiblioteket", seats=2)
    desks = [opened(factories.consultant(name)) for name in ("Signe Holm", "Thomas Ørum")]
    for desk in desks:
        desk.goto(f"/admin/placements/wish/{wish.pk}/place/?host={library.pk}")
        desk.get_by_label("mandag den 4. januar").check()
    for desk in desks:
        desk.get_by_role("button", name="Reservér kun pladsen").click()
    expect(desks[0].get_by_text("Pladsen hos Hovedbiblioteket er reserveret.")).to_be_visible()
    expect(desks[1].get_by_text("Bo Mikkelsen har allerede en plads.")).to_be_visible()
    assert wish.placements.count() == 1


def test_two_consultants_at_once_on_the_same_visit(visit, opened):
    library = factories.host("Hovedbiblioteket")
    mover, canceller, late = (opened(factories.consultant(name)) for name in ("Signe", "Thomas", "Ida"))
    for desk in (mover, late):
        desk.goto(f"/admin/placements/placement/{visit.pk}/move/?host={library.pk}")
        desk.get_by_label("tirsdag den 5. januar").check()
        desk.get_by_label("Ja, i telefonen").check()
        desk.get_by_label("Begrundelse").fill("Køkkenet bygges om.")
        desk.get_by_role("button", name="Videre").click()
        expect(desk.get_by_role("heading", name="Flyt til Hovedbiblioteket, tirsdag")).to_be_visible()
    canceller.goto(f"/admin/placements/placement/{visit.pk}/change/")
    canceller.get_by_role("button", name="Aflys").click()
    canceller.get_by_label("Praktikstedet: Ønsket kommer først").check()
    canceller.get_by_label("Hvorfor?").fill("Køkkenet bygges om.")
    mover.get_by_role("button", name="Flyt", exact=True).click()
    expect(mover.get_by_text("Opholdet er flyttet")).to_be_visible()
    canceller.get_by_role("button", name="Aflys").click()
    late.get_by_role("button", name="Flyt", exact=True).click()
    for desk in (canceller, late):
        expect(desk.get_by_text("har nu status »Aflyst«")).to_be_visible()
    live = Placement.objects.live().get()
    assert (live.host, live.days, live.state) == (library, [FIRST_DAY + timedelta(days=1)], "confirmed")
