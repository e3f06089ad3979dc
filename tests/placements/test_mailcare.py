"""Mails in the consultants' hands: own words and times, the plan of a visit and of a round, groups."""

import re
from datetime import date, time, timedelta

import pytest

from mail import outbox
from mail.models import OutgoingMail
from placements.domain import dispatch, lifecycle, mailplan
from placements.models import GroupMail, MailText, MailTiming, PlannedMail
from praktik.lib.dates import add_working_days, at
from praktik.lib.links import SIGNED
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(signe):
    """A confirmed visit of one day whose letters have arrived."""
    anne = factories.employee("Anne Kjærsgaard", manager=factories.employee("Ulla Frandsen"))
    host = factories.host("Rådhusets kantine")
    placement = factories.placement("confirmed", host=host, wish=factories.wish(host, person=anne))
    send_and_deliver()
    return placement


def send_and_deliver(now=NOW):
    dispatch.send_due(now=now)
    OutgoingMail.objects.filter(state="queued").update(state="sent", sent_at=now)


def mail(visit, kind, side="participant"):
    return visit.planned_mails.get(kind=kind, side=side, number=1)


def act(client, visit, do, row=None):
    data = {"do": do, "mail": row.pk if row else ""}
    address = f"/admin/placements/placement/{visit.pk}/mails/act/"
    return client.post(address, data, follow=True).content.decode()


# --- Own words -----------------------------------------------------------------------------------------


def text(**values):
    return {"kind": "reminder", "side": "participant", "words_da": "Kære {fornavn}"} | values


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("Kære {navn}", "Pladsholderen {navn} kendes ikke."),
        ("Kære {}", "Der er en tom pladsholder: {}."),
        ("Kære {fornavn", "En krøllet parentes { eller } står alene."),
        ("Kære {fornavn.__class__}", "Pladsholderen {fornavn.__class__} kendes ikke."),
        ("{% load x %}", "Pladsholderen {% load x %} kendes ikke."),
        ("Kære 010190-1234", "CPR"),
    ],
)
def test_words_that_will_not_do_are_refused_and_kept_on_the_page(client, signe, words, problem):
    page = client.post("/admin/placements/mailtext/add/", text(words_da=words)).content.decode()
    assert problem in page
    assert words in page
    assert MailText.objects.count() == 0


PREVIEW = "/admin/placements/mailtext/preview/"


def test_words_are_shown_in_their_letter_before_they_are_saved(client, visit):
    saved = MailText.objects.create(kind="reminder", side="participant", words_da="Som det var")
    address = f"{PREVIEW}?of={saved.pk}"
    assert f'formaction="{address}"' in (
        client.get(f"/admin/placements/mailtext/{saved.pk}/change/").content.decode()
    )
    data = text(words_da="Hej {fornavn}, så er det snart {dage}.", subject_en="Soon: {praktiksted}")
    page = client.post(address, data).content.decode()
    assert "Hej Anne, så er det snart mandag den 4. januar." in " ".join(page.split())
    assert "<strong>Soon: Rådhusets kantine</strong>" in page
    assert "Som det var" not in page
    assert not SIGNED.search(page)
    assert list(MailText.objects.values_list("words_da", flat=True)) == ["Som det var"]


def test_a_new_text_is_shown_too(client, visit):
    add = client.get("/admin/placements/mailtext/add/").content.decode()
    assert f'formaction="{PREVIEW}"' in add
    page = client.post(PREVIEW, text(words_da="Hej {fornavn}!")).content.decode()
    assert "Hej Anne!" in page
    assert not MailText.objects.exists()


def test_words_that_will_not_do_are_not_shown_but_what_is_wrong_with_them(client, visit):
    page = client.post(PREVIEW, text(words_da="Kære {navn}")).content.decode()
    assert "Pladsholderen {navn} kendes ikke." in page


def test_without_a_visit_there_is_no_letter_to_show(client, signe):
    assert "Der er endnu intet besøg" in client.post(PREVIEW, text()).content.decode()


def test_words_of_a_kind_about_wishes_know_no_host(client, signe):
    data = text(kind="wish_received", words_da="Hos {praktiksted}")
    page = client.post("/admin/placements/mailtext/add/", data).content.decode()
    assert "Pladsholderen {praktiksted} kendes ikke." in page


def test_the_goal_is_not_offered_for_a_draft_that_need_not_have_one(client, signe):
    data = text(kind="draft_unsent", words_da="Du vil lære: {mål}")
    page = client.post("/admin/placements/mailtext/add/", data).content.decode()
    assert "Pladsholderen {mål} kendes ikke." in page


def test_words_with_a_placeholder_that_would_come_out_empty_give_way_to_the_letters_own(signe):
    MailText.objects.create(
        kind="draft_unsent", side="participant", subject_da="Husk dit ønske", words_da="Om {mål}"
    )
    draft = factories.wish(send=False, goal="")
    dispatch.send_due(now=at(add_working_days(draft.round.wishes_until, -3), time(9)))
    letter = OutgoingMail.objects.get(planned_mail__kind="draft_unsent")
    assert letter.subject == "Husk dit ønske"
    assert "Du er begyndt på et ønske, men har ikke sendt det." in " ".join(letter.text.split())


@pytest.mark.parametrize(("kind", "knows_host"), [("wish_received", False), ("reminder", True)])
def test_the_placeholders_offered_are_those_of_the_kind(client, signe, kind, knows_host):
    page = client.get(f"/admin/placements/mailtext/add/?kind={kind}")
    form = page.context["adminform"].form
    for name in MailText.TEXTS:
        assert ("{praktiksted}" in form.fields[name].help_text) == knows_host
        assert ("dage" in form.fields[name].widget.attrs["data-placeholders"].split()) == knows_host


def test_own_words_replace_the_opening_and_keep_the_facts(client, visit):
    data = text(
        subject_da="Snart hos {praktiksted}",
        words_da="Hej {fornavn} & co\n\nDu skal afsted {dage}. {{ 1 }}".replace("{{ 1 }}", "<b>!</b>"),
    )
    client.post("/admin/placements/mailtext/add/", data)
    dispatch.send_due(now=at(FIRST_DAY - timedelta(days=13), NOW.time()))
    letter = mail(visit, "reminder").letter
    assert letter.subject == "Snart hos Rådhusets kantine"
    assert letter.text.startswith(
        "Hej Anne & co\n\nDu skal afsted mandag den 4. januar. <b>!</b>\n\nHvornår:"
    )
    assert "<p" in letter.html and "Hej Anne &amp; co" in letter.html and "<b>!</b>" not in letter.html


def test_the_words_of_a_round_go_before_those_of_all(visit):
    MailText.objects.create(kind="reminder", side="participant", subject_da="Alle", words_da="Alle!")
    MailText.objects.create(
        kind="reminder", side="participant", subject_da="Runden", round=visit.wish.round
    )
    dispatch.send_due(now=at(FIRST_DAY - timedelta(days=13), NOW.time()))
    letter = mail(visit, "reminder").letter
    assert (letter.subject, letter.text.split("\n")[0]) == ("Runden", "Alle!")
    assert mail(visit, "reminder", "host").letter.subject != "Runden"


@pytest.mark.parametrize("number", [1, 2])
def test_a_nag_says_that_we_have_asked_before_also_after_own_words(visit, number):
    MailText.objects.create(kind="evaluation", side="participant", words_da="Hej {fornavn}")
    for offset in (1, 4):
        send_and_deliver(at(add_working_days(FIRST_DAY, offset), time(10)))
    text = visit.planned_mails.get(kind="evaluation", side="participant", number=number).letter.text
    assert text.startswith("Hej Anne\n\n")
    assert ("Vi har spurgt før" in text) == (number > 1)


# --- Own times -----------------------------------------------------------------------------------------


def test_a_new_offset_moves_what_is_not_yet_sent(client, visit):
    data = {"kind": "reminder", "is_on": "on", "offsets": "-7", "hour": "07:30"}
    client.post("/admin/placements/mailtiming/add/", data)
    mailplan.replan_stale(now=NOW)
    assert mail(visit, "reminder").due == at(date(2026, 12, 18), time(7, 30))
    MailTiming.objects.create(
        kind="tomorrow", round=visit.wish.round, is_on=False, offsets=[-1], hour="08:00"
    )
    mailplan.ask_to_replan([visit.wish.round])
    mailplan.replan_stale(now=NOW)
    assert mail(visit, "tomorrow").state == "skipped"
    assert mail(visit, "confirmed").state == "sent"


def test_offsets_out_of_order_are_refused(client, signe):
    data = {"kind": "evaluation", "is_on": "on", "offsets": "4, 1", "hour": "09:00"}
    page = client.post("/admin/placements/mailtiming/add/", data).content.decode()
    assert "Skriv dagene i stigende orden" in page


# --- The plan of a visit -------------------------------------------------------------------------------


def test_the_plan_shows_every_mail_with_its_text_and_dead_links(client, visit):
    page = client.get(f"/admin/placements/placement/{visit.pk}/mails/").content.decode()
    assert "Kære Anne" in page
    assert "Ønske modtaget" in page and "Påmindelse" in page
    assert "testserver.example/svar/" not in page.replace("/svar/…/", "")


def test_one_mail_is_skipped_and_stays_so(client, visit):
    assert "Mailen er sprunget over." in act(client, visit, "skip", mail(visit, "guide"))
    mailplan.replan(visit, now=NOW)
    row = mail(visit, "guide")
    assert (row.state, row.reason, row.handled_by.name) == ("skipped", "by_person", "Signe Holm")
    assert "Intet er ændret" in act(client, visit, "skip", row)


def test_a_mail_is_sent_now_and_again_each_as_a_letter_of_its_own(client, visit):
    for _time in range(2):
        assert "Mailen er på vej." in act(client, visit, "send", mail(visit, "guide"))
        send_and_deliver()
    guide = mail(visit, "guide")
    assert (guide.state, guide.times_written) == ("sent", 2)
    letters = OutgoingMail.objects.filter(key__startswith=f"planned-{guide.pk}-")
    assert [letter.state for letter in letters] == ["sent", "sent"]


def test_what_is_on_its_way_is_not_sent_again(client, visit):
    act(client, visit, "send", mail(visit, "guide"))
    dispatch.send_due(now=NOW)
    assert "stadig på vej" in act(client, visit, "send", mail(visit, "guide"))
    assert mail(visit, "guide").times_written == 1


def test_a_missed_mail_goes_out_late_when_a_consultant_wants_it(client, visit):
    late = at(FIRST_DAY + timedelta(days=40), NOW.time())
    dispatch.send_due(now=late)
    assert mail(visit, "guide").state == "missed"
    act(client, visit, "send", mail(visit, "guide"))
    dispatch.send_due(now=late)
    assert mail(visit, "guide").state == "sent"
    assert mail(visit, "guide").letter.expires_at is None


def test_what_a_visit_no_longer_calls_for_is_not_sent_by_hand_either(client, visit):
    reminder = mail(visit, "reminder")
    lifecycle.cancel(placement=visit, reason="Sygdom", by=None, now=NOW)
    act(client, visit, "send", reminder)
    dispatch.send_due(now=NOW)
    assert (mail(visit, "reminder").state, mail(visit, "reminder").reason) == (
        "skipped",
        "not_called_for",
    )


def test_paused_mails_wait_and_go_on(client, visit):
    soon = at(FIRST_DAY - timedelta(days=13), NOW.time())
    assert "Mailene venter nu." in act(client, visit, "pause")
    assert dispatch.send_due(now=soon) == 0
    act(client, visit, "resume")
    assert dispatch.send_due(now=soon) == 3  # guide, and a reminder to each side


def test_the_outbox_finds_the_letters_to_a_person_by_name(client, visit):
    page = client.get("/admin/mail/outgoingmail/?q=Ulla+Frandsen")
    found = [(letter.to_name, letter.to_address) for letter in page.context["cl"].queryset]
    assert found == [("Ulla Frandsen", visit.employee.manager.email)]
    (letter,) = page.context["cl"].queryset
    assert "Ulla" not in letter.subject and "ulla" not in letter.to_address


def test_the_list_counts_letters_and_is_called_outbox_in_the_menu(client, visit):
    page = client.get("/admin/mail/outgoingmail/").content.decode()
    assert f"{OutgoingMail.objects.count()} mails" in " ".join(page.split())
    assert ">Udbakke</a>" in " ".join(client.get("/admin/").content.decode().split())


def test_a_preview_is_made_of_real_data_and_sends_nothing(client, visit, signe):
    where = f"/admin/placements/placement/{visit.pk}/mails"
    before = OutgoingMail.objects.count()
    for row in ("host_asked", "evaluation"):
        page = client.get(f"{where}/preview/?kind={row}&side=host")
        assert page.status_code == 200
        assert "Anne Kjærsgaard" in page.content.decode()
        frame = client.get(f"{where}/letter/?kind={row}&side=host")
        assert 'style="' not in frame.content.decode()
        assert "frame-ancestors 'self'" in frame["Content-Security-Policy"]
        assert "unsafe" not in frame["Content-Security-Policy"]
    assert client.get(f"{where}/preview/?kind=guide&side=host").status_code == 404
    assert OutgoingMail.objects.count() == before


def send_test(client, visit, kind, side, language="da") -> OutgoingMail:
    data = {"kind": kind, "side": side, "language": language}
    client.post(f"/admin/placements/placement/{visit.pk}/mails/test/", data)
    return OutgoingMail.objects.latest("pk")


@pytest.mark.parametrize(
    ("language", "subject"),
    [("da", "Prøve: Snart: Anne Kjærsgaard"), ("en", "Test: Soon: Anne Kjærsgaard")],
)
def test_a_test_goes_to_oneself_in_the_language_of_the_preview(client, visit, signe, language, subject):
    words = {"subject_da": "Snart: {deltager}", "subject_en": "Soon: {deltager}"}
    MailText.objects.create(kind="guide", side="participant", **words)
    test = send_test(client, visit, "guide", "participant", language)
    assert (test.to_address, test.to_name) == (signe.email, signe.name)
    assert (test.language, test.subject) == (language, subject)


def test_no_link_of_a_preview_or_a_test_answers_for_the_recipient(client, visit):
    where = f"/admin/placements/placement/{visit.pk}/mails"
    shown = client.get(f"{where}/").context["kinds"]
    links = set()
    for kind, side in shown:
        test = send_test(client, visit, kind.value, side.value)
        query = f"?kind={kind.value}&side={side.value}"
        preview = client.get(f"{where}/preview/{query}").content.decode()
        for words in (test.text, test.html, preview):
            assert not SIGNED.search(words)
        links |= set(re.findall(r"http://testserver\.example(/\S+/eksempel/)", test.text))
    assert len(links) == 8
    for link in links:
        for page in (client.get(link), client.post(link)):
            assert page.status_code == 200
            assert "Linket er et eksempel" in page.content.decode()


def test_a_test_does_not_land_in_the_calendar_and_the_page_says_so(client, visit):
    where = f"/admin/placements/placement/{visit.pk}/mails/preview/"
    for kind, has_calendar in (("confirmed", True), ("guide", False)):
        assert send_test(client, visit, kind, "participant").calendar == ""
        page = client.get(f"{where}?kind={kind}&side=participant").content.decode()
        assert ("så besøget ikke havner i din kalender" in page) == has_calendar


def test_only_what_can_be_shown_is_offered(client, visit):
    where = f"/admin/placements/placement/{visit.pk}/mails/"
    for sides, count in (({"participant", "host", "manager"}, 42), ({"participant"}, 18)):
        shown = client.get(where).context["kinds"]
        assert ({side for _kind, side in shown}, len(shown)) == (sides, count)
        for kind, side in shown:
            query = f"?kind={kind.value}&side={side.value}"
            assert client.get(f"{where}preview/{query}").status_code == 200
        type(visit.employee).objects.filter(pk=visit.employee.pk).update(manager=None)
        visit.host.contacts.clear()


# --- The round -----------------------------------------------------------------------------------------


def test_the_dry_run_of_a_round_counts_what_goes_out_when(client, visit, django_assert_num_queries):
    address = f"/admin/placements/round/{visit.wish.round_id}/mails/"
    client.get(address)
    with django_assert_num_queries(12):
        page = client.get(address).content.decode()
    assert "Disse 12 mails bliver sendt" in page
    assert "mandag den 4. januar" not in page
    assert "onsdag den 30. december" in page


def test_a_round_is_paused_as_a_whole(client, visit):
    address = f"/admin/placements/round/{visit.wish.round_id}/mails/act/"
    assert "Mailene venter nu." in client.post(address, {"do": "pause"}, follow=True).content.decode()
    assert dispatch.send_due(now=at(FIRST_DAY - timedelta(days=13), NOW.time())) == 0


def test_a_group_mail_is_shown_with_its_count_before_it_is_sent(client, visit):
    bo = factories.wish(person=factories.employee("Bo Mikkelsen"), round=visit.wish.round).employee
    send_and_deliver()
    address = f"/admin/placements/round/{visit.wish.round_id}/mails/write/"
    data = {"audience": "sent", "subject": "Kære {fornavn}", "words": "Fælles info til {deltager}."}
    data["once"] = client.get(address).context["form"]["once"].value()
    preview = client.post(address, data)
    page = preview.content.decode()
    assert "2 personer får denne mail" in page
    assert "Fælles info til Anne Kjærsgaard." in page
    data["confirmed"] = preview.context["mark"]
    client.post(address, data | {"words": "Noget andet, som ingen har set."})
    assert GroupMail.objects.count() == 0
    for _twice in range(2):
        client.post(address, data)
        send_and_deliver()
    rows = PlannedMail.objects.filter(kind="group").select_related("recipient", "letter")
    assert {(row.recipient, row.letter.subject) for row in rows} == {
        (visit.employee, "Kære Anne"),
        (bo, "Kære Bo"),
    }
    plan = client.get(f"/admin/placements/placement/{visit.pk}/mails/").content.decode()
    assert "Fælles info til Anne Kjærsgaard." in plan
    mailplan.replan(visit.wish, now=NOW)
    assert rows.filter(state="sent").count() == 2


def test_a_recalled_letter_can_be_written_again(visit):
    mailplan.replan(visit, now=NOW)
    dispatch.send_due(now=at(FIRST_DAY - timedelta(days=13), NOW.time()))
    reminder = mail(visit, "reminder")
    assert outbox.recall(reminder.letter_id)
    PlannedMail.objects.filter(pk=reminder.pk).update(state="planned")
    dispatch.send_due(now=at(FIRST_DAY - timedelta(days=13), NOW.time()))
    assert mail(visit, "reminder").letter_id != reminder.letter_id
