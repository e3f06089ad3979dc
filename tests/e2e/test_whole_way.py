"""One visit all the way: wish, match, ask, yes, confirm, mails, reminders, arrival, evaluation."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from placements.models import Evaluation, Placement
from praktik.lib import clock
from praktik.lib.dates import add_working_days, at
from praktik.lib.wording import day_in_words
from tests import calendar_client, factories
from tests.e2e.conftest import letter_to, link_in
from tests.mail_server import part

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(site):
    """A round that is open today and whose visits begin in about five weeks."""
    today = clock.today()
    first = add_working_days(today + timedelta(days=35), 1)
    people = {
        "manager": factories.employee("Ulla Frandsen"),
        "contact": factories.employee("Birthe Kvist"),
        "consultant": factories.consultant("Signe Holm"),
    }
    people["participant"] = factories.employee(
        "Anne Kjærsgaard",
        job_title="kok",
        manager=people["manager"],
        workplace=factories.workplace("Madservice Havneby"),
    )
    factories.host("Rådhusets kantine", contacts=[people["contact"]])
    factories.host("Hovedbiblioteket")
    factories.round(
        wishes_from=today - timedelta(days=1),
        wishes_until=today + timedelta(days=7),
        visits_from=first,
        visits_until=first + timedelta(days=13),
    )
    return people, first


def stand_at(day, hour=9):
    """Move the clock of web, worker and beat to this hour of this day."""
    from datetime import time

    clock.move(at(day, time(hour)) - clock.now())


def test_a_visit_all_the_way(browser, browser_context_args, site, background, town, sign_in):
    people, first = town
    anne, birthe = people["participant"], people["contact"]
    day = day_in_words(first)

    # The participant signs in by a code in a mail, finds the canteen and sends her wish.
    page = browser.new_context(**browser_context_args, base_url=site.url).new_page()
    page.goto("/")
    page.get_by_role("link", name="Log ind, og send et ønske").click()
    page.get_by_label("E-mail").fill(anne.email)
    page.get_by_role("button", name="Send mig en kode").click()
    code = re.search(
        r"^  (\S+)$", part(letter_to(background, anne.email, "kode"), "text/plain"), re.MULTILINE
    )[1]
    page.get_by_label("Kode").fill(code)
    page.get_by_role("main").get_by_role("button", name="Log ind").click()
    expect(page.get_by_role("heading", name="Hej Anne")).to_be_visible()
    page.get_by_role("link", name="Find et praktiksted").click()
    page.get_by_label("Søg").fill("kantine")
    page.get_by_role("button", name="Søg").click()
    page.get_by_role("link", name="Rådhusets kantine").click()
    page.get_by_role("link", name="Ønsk dette sted").click()
    page.get_by_label("Hvad vil du gerne lære?").fill("Hvordan får I madspildet ned?")
    page.get_by_role("button", name="Send ønsket").click()
    expect(page.get_by_text("Dit ønske er sendt. Du får en mail")).to_be_visible()
    letter_to(background, anne.email, "Vi har modtaget dit ønske")

    # A consultant finds her a place and asks the host.
    desk = browser.new_context(**browser_context_args, base_url=site.url).new_page()
    sign_in(desk, people["consultant"])
    desk.goto("/admin/placements/wish/")
    desk.get_by_role("link", name="Find en plads Anne").click()
    desk.get_by_role("link", name="Rådhusets kantine").click()
    desk.get_by_label(f"{day}: 1 ledig plads").check()
    desk.get_by_role("button", name="Reservér pladsen, og spørg praktikstedet").click()
    expect(desk.get_by_text("Rådhusets kantine er spurgt pr. mail.")).to_be_visible()

    # The host says yes from the mail, without signing in.
    asked = letter_to(background, birthe.email, "Må Anne Kjærsgaard besøge")
    host = browser.new_context(**browser_context_args).new_page()
    host.goto(link_in(asked, "svar"))
    expect(host.get_by_text("Hvordan får I madspildet ned?")).to_be_visible()
    host.get_by_label("Ja, velkommen").check()
    host.get_by_role("button", name="Send svaret").click()
    expect(host.get_by_role("heading", name="Tak for dit svar")).to_be_visible()

    # The consultant confirms, having seen whom it mails.
    desk.goto("/admin/placements/placement/")
    desk.get_by_label("Vælg dette objekt").check()
    desk.locator("select[name=action]").select_option("confirm")
    desk.get_by_role("button", name="Udfør").click()
    expect(desk.get_by_role("heading", name="3 mails sendes med det samme")).to_be_visible()
    desk.get_by_role("button", name="Bekræft").click()
    expect(desk.get_by_text("1 praktikophold er bekræftet.")).to_be_visible()
    for person, words in [
        (anne, "Du har fået en plads"),
        (birthe, "Det er på plads"),
        (people["manager"], "har fået en plads"),
    ]:
        letter = letter_to(background, person.email, words)
        calendar = calendar_client.read(part(letter, "text/calendar"))
        assert [(calendar.method, event.dtstart.date()) for event in calendar.events] == [
            ("REQUEST", first)
        ]

    # The days go by: guide, reminders, the day before.
    for working_days, letters in [
        (10, [(anne, "Få mest ud af dit besøg")]),
        (5, [(anne, "Påmindelse: du besøger"), (birthe, "Påmindelse: Anne")]),
        (1, [(anne, "Næste arbejdsdag"), (birthe, "Næste arbejdsdag")]),
    ]:
        stand_at(add_working_days(first, -working_days))
        for person, words in letters:
            letter_to(background, person.email, words)

    # On the day the host sees who arrives.
    stand_at(first, hour=7)
    sign_in(host, birthe)
    host.goto(f"{site.url}/min-side/")
    host.get_by_role("link", name="Hvem kommer hvornår hos Rådhusets kantine").click()
    expect(host.get_by_role("heading", name=re.compile(day.capitalize()))).to_be_visible()
    expect(host.get_by_text("Anne Kjærsgaard")).to_be_visible()

    # The day after, the host says with one click that she came, and both sides evaluate from the mail,
    # without signing in.
    stand_at(add_working_days(first, 1), hour=10)
    host.goto(link_in(letter_to(background, birthe.email, "Kom Anne"), "fremmoede"))
    host.get_by_role("button", name="Ja").click()
    expect(host.get_by_text("Det er noteret, at Anne Kjærsgaard kom.")).to_be_visible()
    for person, words in [(anne, "Hvordan var dit besøg"), (birthe, "Hvordan var besøget fra Anne")]:
        letter = letter_to(background, person.email, words)
        guest = browser.new_context(**browser_context_args).new_page()
        guest.goto(link_in(letter, "evaluering"))
        guest.get_by_label("5 – meget nyttigt").check()
        guest.get_by_label("Passende").check()
        guest.get_by_label(re.compile("Hvor mange")).fill("3")
        guest.get_by_role("group", name="Vil du anbefale").get_by_label("10", exact=True).check()
        guest.get_by_label(re.compile("Hvad tager du med hjem|Hvad fik I ud af besøget")).fill(
            "Et mindre køleskab"
        )
        guest.get_by_role("button", name="Send evalueringen").click()
        expect(guest.get_by_role("heading", name="Tak for din evaluering")).to_be_visible()
    assert sorted(Evaluation.objects.values_list("side", "useful")) == [("host", 5), ("participant", 5)]

    # The consultant reads what they said, and the visit's page shows every mail that was needed as sent, once.
    desk.goto("/admin/placements/evaluation/")
    expect(desk.get_by_text("Et mindre køleskab")).to_have_count(2)
    visit = Placement.objects.get()
    for person in (birthe, people["manager"]):
        letter_to(background, person.email, "Tak for besøget")
    fates = visit.planned_mails.exclude(state="sent").values_list("state", "reason")
    assert set(fates) == {("skipped", "answered")}  # the reminders that nobody needed
    assert len(background.letters) == 1 + 1 + visit.planned_mails.filter(state="sent").count()
