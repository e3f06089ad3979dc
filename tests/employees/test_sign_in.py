"""Sign-in by a code in a mail, for those who are known."""

import re

import pytest

from mail import outbox
from mail.models import OutgoingMail
from praktik.lib import clock as domain_clock
from tests import factories
from tests.mail_server import part

pytestmark = pytest.mark.django_db


def ask_for_code(client, address):
    return client.post("/log-ind/", {"email": address}, follow=True)


def code_in(mail_server, address):
    for letter_id in outbox.waiting(now=domain_clock.now()):
        outbox.deliver(letter_id, now=domain_clock.now())
    (letter,) = mail_server.to(address)
    return re.search(r"^  (\S+)$", part(letter, "text/plain"), re.MULTILINE)[1]


def test_a_known_person_gets_a_code_and_is_signed_in(client, mail_server):
    anne = factories.employee("Anne Kjærsgaard")
    page = ask_for_code(client, anne.email.upper())
    assert f"Hvis Praktik kender {anne.email}" in page.content.decode()
    page = client.post("/log-ind/kode/", {"code": code_in(mail_server, anne.email)}, follow=True)
    assert page.redirect_chain[-1][0] == "/min-side/"
    assert "Hej Anne" in page.content.decode()


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client):
    factories.employee()
    known = ask_for_code(client, factories.employee().email)
    unknown = ask_for_code(client, "nobody@havneby.example")
    assert known.redirect_chain == unknown.redirect_chain
    blank = re.compile(r'person\d+@havneby\.example|nobody@havneby\.example|value="[^"]{64}"')
    assert blank.sub("", known.content.decode()) == blank.sub("", unknown.content.decode())
    assert OutgoingMail.objects.count() == 1


def test_a_wrong_code_lets_nobody_in(client, mail_server):
    anne = factories.employee()
    ask_for_code(client, anne.email)
    page = client.post("/log-ind/kode/", {"code": "wrong"}, follow=True)
    assert not page.wsgi_request.user.is_authenticated


def test_someone_whose_access_is_closed_gets_no_code(client):
    anne = factories.employee(is_active=False)
    ask_for_code(client, anne.email)
    assert OutgoingMail.objects.count() == 0


def test_nobody_can_sign_up(client):
    assert client.get("/signup/").status_code == 404
    assert client.get("/accounts/signup/").status_code == 404


def test_the_admin_uses_the_same_sign_in(client):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/log-ind/")


def test_the_code_is_nowhere_in_the_admin(client, mail_server):
    anne = factories.employee()
    ask_for_code(client, anne.email)
    code = re.search(r"^  (\S+)$", OutgoingMail.objects.get().text, re.MULTILINE)[1]
    client.force_login(factories.employee(is_staff=True, is_superuser=True))
    letter = OutgoingMail.objects.get()
    assert letter.to_name == anne.name
    for page in ("/admin/mail/outgoingmail/", f"/admin/mail/outgoingmail/{letter.pk}/change/"):
        assert code not in client.get(page).content.decode()


def test_the_code_cannot_be_guessed_by_filtering_the_outbox(client):
    ask_for_code(client, factories.employee().email)
    client.force_login(factories.consultant())
    for name in ("text__contains", "html__contains", "key__startswith", "calendar__contains"):
        answer = client.get(f"/admin/mail/outgoingmail/?{name}=A")
        assert answer.status_code in (302, 400), name
        assert "e=1" in answer.get("Location", "e=1")


def test_the_language_is_chosen_by_the_person_not_the_browser(client):
    anne = factories.employee()
    assert 'lang="da"' in client.get("/", headers={"accept-language": "en"}).content.decode()
    client.post("/sprog/", {"language": "en", "next": "/"})
    assert 'lang="en"' in client.get("/").content.decode()
    client.force_login(anne)
    assert 'lang="da"' in client.get("/min-side/").content.decode()
    client.post("/sprog/", {"language": "en", "next": "/min-side/"})
    anne.refresh_from_db()
    assert anne.language == "en"
    assert "Hello" in client.get("/min-side/").content.decode()


def test_the_sign_in_page_is_in_the_language_of_the_letter_that_led_to_it(client):
    link = "/min-side/?sprog=en"
    page = client.get(link, follow=True)
    assert page.redirect_chain[-1][0].startswith("/log-ind/")
    assert '<html lang="en"' in page.content.decode()
    page = client.post("/log-ind/", {"email": "nobody@havneby.example"}, follow=True)
    assert '<html lang="en"' in page.content.decode()


@pytest.mark.parametrize("asked", ["da", "xx", "", "en'"])
def test_a_language_in_an_address_does_not_undo_a_choice_nor_bring_in_an_unknown_one(client, asked):
    assert '<html lang="da"' in client.get("/", {"sprog": asked}).content.decode()
    client.post("/sprog/", {"language": "en", "next": "/"})
    assert '<html lang="en"' in client.get("/", {"sprog": asked}).content.decode()


def test_a_language_in_an_address_does_not_undo_that_of_the_person(client):
    client.force_login(factories.employee())
    assert '<html lang="da"' in client.get("/min-side/?sprog=en").content.decode()


def test_the_language_chosen_before_signing_in_is_kept(client, mail_server):
    anne = factories.employee()
    client.post("/sprog/", {"language": "en", "next": "/log-ind/"})
    ask_for_code(client, anne.email)
    page = client.post("/log-ind/kode/", {"code": code_in(mail_server, anne.email)}, follow=True)
    assert 'lang="en"' in page.content.decode()
    anne.refresh_from_db()
    assert anne.language == "en"
    # It was hers: who signs in next in the same browser keeps the own language.
    client.logout()
    bo = factories.employee()
    client.force_login(bo)
    assert 'lang="da"' in client.get("/min-side/").content.decode()


def test_the_switch_of_language_stays_on_the_page_after_a_faulty_form(client):
    anne = factories.employee()
    host = factories.host(contacts=[anne])
    round = factories.round()
    client.force_login(anne)
    for address, leads_to in [
        (f"/oenske/{round.pk}/", f"/oenske/{round.pk}/"),
        (f"/vaert/{host.pk}/runde/{round.pk}/", f"/vaert/{host.pk}/rediger/"),
    ]:
        page = client.post(address, {"do": "send"})
        assert page.status_code == 200
        assert f'name="next" value="{leads_to}"' in page.content.decode()
        assert client.get(leads_to).status_code == 200


def test_the_choice_of_language_leads_nowhere_else(client):
    answer = client.post("/sprog/", {"language": "en", "next": "https://evil.example/"})
    assert answer["Location"] == "/"
