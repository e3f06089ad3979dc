"""Hosts help themselves: contacts, and whose pages they are."""

from datetime import timedelta

import pytest

from placements.models import PlannedMail
from tests import factories
from tests.factories import FIRST_DAY

pytestmark = pytest.mark.django_db


def contact(client, host, **data):
    return client.post(f"/vaert/{host.pk}/kontakter/", data, follow=True)


def test_a_new_contact_gets_the_mails_of_visits_to_come(client, host, round):
    jonas = factories.employee("Jonas Damgaard")
    visit = factories.placement("asked", host=host, wish=factories.wish(host, round=round))
    page = contact(client, host, email=f" {jonas.email.upper()} ").text
    assert "Jonas Damgaard er nu kontakt og får mails fra nu af." in page
    assert set(host.contacts.values_list("name", flat=True)) == {"Birthe Kvist", "Jonas Damgaard"}
    assert PlannedMail.objects.filter(placement=visit, recipient=jonas, kind="host_asked").exists()
    contact(client, host, do=f"remove-{jonas.pk}")
    waiting = PlannedMail.objects.filter(placement=visit, recipient=jonas, state="planned")
    assert not waiting.exists()


def test_an_address_that_nobody_here_has_gets_a_sentence(client, host):
    ministry = factories.workplace("Kontoret", of=factories.organisation("Et ministerium"))
    foreign = factories.employee(workplace=ministry)
    gone = factories.employee(is_active=False)
    for address in ("ukendt@havneby.example", foreign.email, gone.email):
        page = contact(client, host, email=address).text
        assert f"Praktik kender ingen med adressen {address} i jeres organisation." in page
        assert f'value="{address}"' in page
    assert host.contacts.count() == 1


def test_the_last_contact_stays_and_who_leaves_comes_to_the_own_page(client, host, birthe):
    page = contact(client, host, do=f"remove-{birthe.pk}").text
    assert "Et praktiksted skal have en kontakt." in page
    jonas = factories.employee("Jonas Damgaard")
    contact(client, host, email=jonas.email)
    answer = contact(client, host, do=f"remove-{birthe.pk}")
    assert answer.redirect_chain == [("/min-side/", 302)]
    assert list(host.contacts.all()) == [jonas]
    assert client.get(f"/vaert/{host.pk}/rediger/").status_code == 404


def test_another_hosts_pages_are_not_found(client, round):
    other = factories.host()
    for place in ("rediger", "tilbud"):
        assert client.get(f"/vaert/{other.pk}/{place}/").status_code == 404
    for place in (f"runde/{round.pk}", "lukkedage", "kontakter", "godkendelse", "tilbud"):
        assert client.post(f"/vaert/{other.pk}/{place}/").status_code == 404


@pytest.mark.parametrize("count", [1, 40])
def test_the_page_takes_as_many_queries_for_many_closed_days(
    client, host, round, count, django_assert_num_queries
):
    for number in range(count):
        host.closed_days.create(date=FIRST_DAY + timedelta(days=number))
    with django_assert_num_queries(11):
        client.get(f"/vaert/{host.pk}/rediger/")
