"""Two consultants press save on the same page of the admin at the same moment: the second is told.

The first is held up after it has saved and before it commits. The same is run without the lock, to show
that it is what holds.
"""

from dataclasses import dataclass

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client

from placements.models import HostRound
from praktik.seen_form import SeenAdmin, SeenForm
from tests import factories
from tests.concurrency.test_mail_plan_at_once import held_up_by
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

SAVED_AND_NOT_COMMITTED = "LOCK TABLE django_admin_log IN SHARE MODE"
ADDED_MEANWHILE = "Praktikstedet har allerede sagt noget om denne runde."
CHANGED_MEANWHILE = "En anden har ændret dette imens."


@dataclass
class Page:
    """A record in the admin, and a field in which two people write."""

    record: models.Model
    column: str
    texts: tuple[str, str]

    @property
    def address(self) -> str:
        return f"/admin/{self.record._meta.label_lower.replace('.', '/')}/{self.record.pk}/change/"


def of_a_call() -> Page:
    host, signe = factories.host("Rådhusets kantine"), factories.consultant()
    call = host.workplace.calls.create(caller=signe, made_at=NOW, outcome="maybe", call_back_on=NOW)
    return Page(call, "note", ("Ring i maj.", "Ring i juni."))


def of_what_a_host_says() -> Page:
    said = HostRound.objects.create(
        host=factories.host(), round=factories.round(), appetite="no", reason="Vi flytter.", said_at=NOW
    )
    return Page(said, "reason", ("Vi bygger om.", "Ferie."))


def of_a_host() -> Page:
    return Page(factories.host("Rådhusets kantine"), "dress", ("Sko", "Støvler"))


def of_a_round() -> Page:
    return Page(factories.round(), "name", ("Foråret", "Efteråret"))


def of_a_workplace() -> Page:
    return Page(factories.workplace("Museet"), "address", ("Torvet 1", "Torvet 2"))


def of_a_person() -> Page:
    return Page(factories.employee("Bo Mikkelsen"), "job_title", ("kok", "bager"))


PAGES = [of_a_call, of_what_a_host_says, of_a_host, of_a_round, of_a_workplace, of_a_person]


def save(form: dict, page: Page, text: str, person) -> str:
    client = Client()
    client.force_login(person)
    return client.post(page.address, form | {page.column: text}, follow=True).content.decode()


def as_shown(page: Page, person) -> dict:
    """What the browser would post of the page as it stands."""
    client = Client()
    client.force_login(person)
    context = client.get(page.address).context
    forms = [context["adminform"].form]
    for each in context["inline_admin_formsets"]:
        forms += [each.formset.management_form, *each.formset.forms]
    values = {
        field.html_name: field.value() for form in forms for field in form if field.value() is not None
    }
    return {name: [] if value == [] else value for name, value in values.items() if value is not False}


def both_save(page: Page) -> tuple[list[str], str]:
    """What the two read, and what stands in the end."""
    people = [factories.consultant("Thomas Ørum"), factories.consultant("Mia Ipsen")]
    form = as_shown(page, people[0])
    with held_up_by(SAVED_AND_NOT_COMMITTED) as start:
        said = [start(save, form, page, *each) for each in zip(page.texts, people, strict=True)]
    page.record.refresh_from_db()
    return [each.result() for each in said], getattr(page.record, page.column)


@pytest.mark.parametrize("page", PAGES)
def test_the_second_who_saves_is_told_and_what_the_first_wrote_stands(page):
    page = page()
    (first, second), stands = both_save(page)
    assert CHANGED_MEANWHILE not in first
    assert CHANGED_MEANWHILE in second and page.texts[1] in second
    assert stands == page.texts[0]


@pytest.mark.parametrize("page", PAGES)
def test_without_the_lock_the_second_overruns_the_first_and_nobody_is_told(page, monkeypatch):
    page = page()
    monkeypatch.setattr(SeenAdmin, "hold", lambda self, record: None)
    monkeypatch.setattr(type(admin.site._registry[type(page.record)]), "hold", SeenAdmin.hold)
    said, stands = both_save(page)
    assert not any(CHANGED_MEANWHILE in each for each in said)
    assert stands == page.texts[1]


def test_every_page_that_looks_at_what_was_seen_holds_it():
    pages = admin.site._registry.values()
    assert {each for each in pages if issubclass(each.form, SeenForm)} == {
        each for each in pages if isinstance(each, SeenAdmin)
    }


def test_what_two_add_of_one_host_and_round_is_added_once():
    host, round = factories.host("Rådhusets kantine"), factories.round()
    people = [factories.consultant(), factories.consultant("Thomas Ørum")]
    typed = {"host": host.pk, "round": round.pk, "appetite": "no"}

    def add(person, reason):
        client = Client()
        client.force_login(person)
        answer = client.post(
            "/admin/placements/hostround/add/", typed | {"reason": reason}, follow=True
        )
        return answer.content.decode()

    with held_up_by(SAVED_AND_NOT_COMMITTED) as start:
        said = [start(add, people[0], "Vi flytter."), start(add, people[1], "Ferie.")]
    assert [ADDED_MEANWHILE in each.result() for each in said] == [False, True]
    assert HostRound.objects.get().reason == "Vi flytter."
