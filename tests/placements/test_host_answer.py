"""A host contact answers by the link in a mail: no sign-in, GET shows, POST acts."""

import re
import time
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client

from placements.domain import lifecycle, mail_links
from placements.enums import PlacementState, Side
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit():
    return factories.placement("asked")


@pytest.fixture
def link(visit):
    return path_of(mail_links.host_answer_url(visit, visit.host.contacts.get()))


def path_of(url):
    return url.removeprefix("http://testserver.example")


def state_of(visit):
    visit.refresh_from_db()
    return visit.state


def test_looking_changes_nothing_and_is_never_cached(client, visit, link):
    page = client.get(link)
    for words in ("Må Anne Kjærsgaard besøge Rådhusets kantine?", "Hvordan gør I?", "4. januar"):
        assert words in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"
    assert state_of(visit) == PlacementState.ASKED


def test_yes(client, visit, link):
    page = client.post(link, {"answer": "yes", "reason": ""})
    assert "Tak for dit svar" in page.content.decode()
    assert state_of(visit) == PlacementState.ACCEPTED
    assert visit.events.latest("pk").by == visit.host.contacts.get()


def test_no_with_a_reason_frees_the_seat(client, visit, link):
    client.post(link, {"answer": "no", "reason": "Vi flytter den uge."})
    assert state_of(visit) == PlacementState.DECLINED
    assert visit.end_reason == "Vi flytter den uge."
    assert visit.visit_days.count() == 0


def test_no_with_reasons_from_the_list(client, visit, link):
    client.post(link, {"answer": "no", "reasons": ["no_staff", "full"], "reason": ""})
    assert state_of(visit) == PlacementState.DECLINED
    assert visit.end_reasons == ["no_staff", "full"]
    said = "Ingen kan tage sig af en gæst de dage. Vi har allerede gæster nok"
    assert (visit.end_in_words, visit.events.latest("pk").reason) == (said, said)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"answer": "no", "reason": ""}, "Sæt kryds ved en grund, eller skriv et par ord om hvorfor"),
        ({"answer": "no", "reason": "", "reasons": ["other"]}, "Sæt kryds ved en grund"),
        ({"answer": "no", "reason": "x", "reasons": ["moon"]}, "moon"),
        ({"reason": "x"}, "Vælg et af svarene."),
        ({"answer": "no", "reason": "010190-1234"}, "CPR-nummer"),
        ({"answer": "no", "reason": "x" * 20_000}, "Teksten er for lang"),
        ({"answer": "perhaps", "reason": ""}, "Marker en gyldig valgmulighed"),
    ],
)
def test_a_bad_answer_is_said_and_changes_nothing(client, visit, link, answers, message):
    page = client.post(link, answers).content.decode()
    assert message in page
    assert answers["reason"] in page
    assert state_of(visit) == PlacementState.ASKED


def test_a_label_that_asks_takes_no_colon_in_the_list_of_errors(client, visit, link):
    page = client.post(link, {"answer": "other_days"}).content.decode()
    assert ">Hvis andre dage: Hvilke?</a> Vælg en til tre andre muligheder.</li>" in page


def test_a_second_answer_does_no_harm(client, visit, link):
    client.post(link, {"answer": "yes", "reason": ""})
    for answer in ({"answer": "yes", "reason": ""}, {"answer": "no", "reason": "Alligevel ikke"}):
        page = client.post(link, answer)
        assert page.status_code == 200
        assert "Du behøver ikke gøre mere" in page.content.decode()
        assert "I har sagt ja til Anne Kjærsgaard" in page.content.decode()
    assert state_of(visit) == PlacementState.ACCEPTED


def test_who_regrets_the_answer_finds_whom_to_call(client, visit, link):
    round = visit.wish.round
    round.contact_name, round.contact_phone = "Signe Holm", "99 00 00 01"
    round.contact_email = "lynpraktik@havneby.example"
    round.save()
    answered = client.post(link, {"answer": "yes", "reason": ""})
    for page in (answered, client.get(link)):
        for words in ("Er der kommet noget i vejen?", "tel:99 00 00 01", "mailto:lynpraktik@havneby"):
            assert words in page.content.decode()


def test_a_link_that_is_no_longer_needed_says_so(client, visit, link):
    lifecycle.cancel(placement=visit, reason="Sygdom", by=None, now=NOW)
    page = client.get(link).content.decode()
    assert "Besøget fra Anne Kjærsgaard hos Rådhusets kantine er aflyst." in page


def test_an_old_link_is_refused_kindly(client, link, monkeypatch):
    in_two_months = time.time() + timedelta(days=61).total_seconds()
    monkeypatch.setattr(signing.time, "time", lambda: in_two_months)
    page = client.get(link)
    assert page.status_code == 410
    assert "Linket er for gammelt" in page.content.decode()


def test_a_browser_may_answer(visit, link):
    """A browser sends an origin, and the form's token must be right."""
    client = Client(enforce_csrf_checks=True)
    page = client.get(link).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    answer = {"answer": "yes", "reason": ""}
    assert client.post(link, answer).status_code == 403
    answer["csrfmiddlewaretoken"] = token
    assert client.post(link, answer, headers={"origin": "http://testserver"}).status_code == 200
    assert state_of(visit) == PlacementState.ACCEPTED


def test_when_the_days_have_come_the_question_is_closed(client, visit, link, clock):
    clock.now = NOW + timedelta(days=45)
    for answer in (client.get(link), client.post(link, {"answer": "yes", "reason": ""})):
        assert "Dagene for besøget er kommet." in answer.content.decode()
    assert state_of(visit) == PlacementState.ASKED


def test_a_forged_link_is_refused_kindly(client, link):
    for forged in (link[:-3] + "xx/", "/svar/abc/", "/svar/a:b:c/"):
        page = client.get(forged)
        assert page.status_code == 404
        assert "Linket virker ikke" in page.content.decode()


def test_a_page_that_says_why_a_link_opens_nothing_is_in_the_language_of_who_reads_it(
    client, visit, link, monkeypatch
):
    contact = visit.host.contacts.get()
    contact.language = "en"
    contact.save()
    in_english, damaged = {"accept-language": "en-GB,en;q=0.9"}, link[:-3] + "xx/"
    in_two_months = time.time() + timedelta(days=61).total_seconds()
    with monkeypatch.context() as later:
        later.setattr(signing.time, "time", lambda: in_two_months)
        assert "This link is too old" in client.get(link).text
    assert "Linket virker ikke" in client.get(damaged).text
    assert "This link does not work" in client.get(damaged, headers=in_english).text
    visit.host.contacts.set([factories.employee("Ny Vært")])
    assert "This link does not work" in client.get(link).text
    client.force_login(factories.employee())
    assert "Linket virker ikke" in client.get(damaged, headers=in_english).text
    client.post("/sprog/", {"language": "en", "next": "/"})
    assert "This link does not work" in client.get(damaged).text


def test_a_link_of_another_kind_is_refused(client, visit):
    contact = visit.host.contacts.get()
    evaluation = path_of(mail_links.evaluation_url(visit, Side.HOST, contact))
    page = client.get(evaluation.replace("/evaluering/", "/svar/"))
    assert page.status_code == 404


def test_somebody_who_is_no_longer_a_contact_cannot_answer(client, visit, link):
    visit.host.contacts.set([factories.employee()])
    assert client.post(link, {"answer": "yes", "reason": ""}).status_code == 404
    assert state_of(visit) == PlacementState.ASKED


def test_the_page_speaks_the_contacts_language(client, visit, link):
    contact = visit.host.contacts.get()
    contact.language = "en"
    contact.save(update_fields=["language"])
    page = client.get(link).content.decode()
    assert '<html lang="en">' in page
    assert "May Anne Kjærsgaard visit Rådhusets kantine?" in page
    assert FIRST_DAY.strftime("%A") in page
