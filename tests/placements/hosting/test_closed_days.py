"""Hosts help themselves: closed days."""

from datetime import date, timedelta

import pytest

from tests import factories
from tests.factories import FIRST_DAY

pytestmark = pytest.mark.django_db


def close(client, host, first, last="", **more):
    data = {"first": first, "last": last, "why": "Kursus"} | more
    return client.post(f"/vaert/{host.pk}/lukkedage/", data, follow=True)


def closed(host):
    return list(host.closed_days.values_list("date", "reason"))


def test_a_span_is_closed_on_its_working_days_and_a_day_is_opened_again(client, host):
    page = close(client, host, "2027-01-08", "2027-01-11").text
    assert "2 dage er lukket." in page and "Fredag den 8. januar: Kursus" in page
    assert closed(host) == [(date(2027, 1, 8), "Kursus"), (date(2027, 1, 11), "Kursus")]
    client.post(f"/vaert/{host.pk}/lukkedage/", {"do": "open-2027-01-08"})
    assert closed(host) == [(date(2027, 1, 11), "Kursus")]
    assert "1 dag er lukket." in close(client, host, "2027-01-08", "2027-01-11").text


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2027-01-11", "2027-01-08", "Den sidste dag må ikke ligge før den første."),
        ("2026-11-20", "", "De dage er gået."),
        ("2027-01-04", "2029-01-04", "Luk højst et år ad gangen."),
        ("2027-01-09", "2027-01-10", "Der er ingen arbejdsdag imellem"),
        ("", "", "Dette felt er påkrævet."),
        ("i morgen", "", "Indtast en gyldig dato."),
    ],
)
def test_days_that_cannot_be_closed(client, host, first, last, message):
    page = close(client, host, first, last).text
    assert message in page and "Kursus" in page
    assert closed(host) == []


@pytest.mark.parametrize("do", ["open-x", "remove-x", "open-2027-13-01"])
def test_odd_buttons_are_not_found(client, host, do):
    place = "kontakter" if do.startswith("remove") else "lukkedage"
    assert client.post(f"/vaert/{host.pk}/{place}/", {"do": do}).status_code == 404


def test_closing_a_day_with_a_visit_names_it_first(client, host, round):
    factories.placement("confirmed", host=host, wish=factories.wish(host, round=round))
    answer = close(client, host, "2027-01-04")
    assert "Anne Kjærsgaard, mandag den 4. januar" in answer.text and "Luk alligevel" in answer.text
    assert closed(host) == []
    known = ",".join(str(row.pk) for row in answer.context["promised"])
    close(client, host, "2027-01-04", known=known)
    assert closed(host) == [(FIRST_DAY, "Kursus")]
    assert host.visit_days.count() == 1


def test_days_that_correspond_to_last_rounds_closed_days_are_closed_with_one_click(client, host, round):
    before = factories.round(
        "Sidste år",
        **{
            name: getattr(round, name) - timedelta(days=363)
            for name in ("wishes_from", "wishes_until", "visits_from", "visits_until")
        },
    )
    # A Wednesday of the first week, and one of the second that is closed this time already.
    host.closed_days.create(date=before.visits_from + timedelta(days=1), reason="Møde")
    host.closed_days.create(date=before.visits_from + timedelta(days=8))
    host.closed_days.create(date=before.visits_from + timedelta(days=8 + 364))
    page = client.get(f"/vaert/{host.pk}/rediger/").text
    assert "onsdag den 6. januar (Møde)." in page
    data = {"do": "as-last-time", "round": round.pk}
    assert "1 dag er lukket." in client.post(f"/vaert/{host.pk}/lukkedage/", data, follow=True).text
    assert (date(2027, 1, 6), "Møde") in closed(host)
    assert "Luk også disse dage" not in client.get(f"/vaert/{host.pk}/rediger/").text
