"""A round is copied to a new one: rules, points, guide and mails are taken over, people are not."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from placements.domain import (
    rounds,
    snapshot,
)
from placements.forms.round import DATES
from placements.models import MailText, MailTiming, Round
from praktik.lib.dates import a_year_later
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.rounds.pages import ROUND, post

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 9, 7), date(2027, 9, 13)),  # Monday of week 37
        (date(2027, 1, 4), date(2028, 1, 3)),  # Monday of week 1
        (date(2020, 12, 31), date(2021, 12, 30)),  # Thursday of week 53, which 2021 has not
    ],
)
def test_a_year_later_is_the_same_day_of_the_same_week(day, later):
    assert a_year_later(day) == later


def test_the_form_of_a_copy_has_the_same_weeks_a_year_on(client, signe, round):
    page = client.get(f"{ROUND}/{round.pk}/copy/")
    initial = page.context["form"].initial
    assert initial == {
        "name": "Lynpraktik 2028",
        "wishes_from": date(2027, 11, 19),
        "wishes_until": date(2027, 12, 9),
        "visits_from": date(2028, 1, 3),
        "visits_until": date(2028, 1, 14),
    }
    assert 'value="2028-01-03"' in page.content.decode()


def test_a_copy_of_an_old_round_lies_in_the_first_year_to_come(client, signe):
    old = factories.round(
        "Uge 37",
        wishes_from=date(2015, 5, 1), wishes_until=date(2015, 6, 12),
        visits_from=date(2015, 9, 7), visits_until=date(2015, 9, 11),
    )  # fmt: skip
    initial = client.get(f"{ROUND}/{old.pk}/copy/").context["form"].initial
    assert initial["name"] == "Uge 37 2027"
    assert initial["visits_from"].isocalendar() == (2027, 37, 1)
    assert initial["visits_until"].isocalendar() == (2027, 37, 5)


def test_all_is_taken_over_but_what_belongs_to_the_one_round(client, signe, round):
    round.organisations.add(factories.organisation("Et ministerium"))
    factories.wish(factories.host(), round=round)
    Round.objects.filter(pk=round.pk).update(
        longest_visit=5, points_ring=7, needs_approval=True, abroad_only=True, hold_results=True,
        released_at=NOW, closed_at=NOW, mails_paused=True, plan_is_stale=True,
    )  # fmt: skip
    MailText.objects.create(round=round, kind="guide", side="participant", subject_da="Vores guide")
    MailTiming.objects.create(round=round, kind="reminder", offsets=[-7])
    dates = {name: str(day) for name, day in _dates(round).items()}
    page = post(client, round, "copy", name="Lynpraktik 2028", **dates)
    assert "Lynpraktik 2028 er klar." in page
    new = Round.objects.get(name="Lynpraktik 2028")
    old = Round.objects.get(pk=round.pk)
    own = {"id", "name", *DATES}
    differing = {
        field.name
        for field in Round._meta.concrete_fields
        if getattr(new, field.name) != getattr(old, field.name)
    }
    assert differing - own == {"released_at", "closed_at", "mails_paused", "plan_is_stale"}
    assert set(new.organisations.all()) == set(old.organisations.all())
    assert [(row.kind, row.subject_da) for row in new.mail_texts.all()] == [("guide", "Vores guide")]
    assert [(row.kind, row.offsets) for row in new.mail_timings.all()] == [("reminder", [-7])]
    assert old.mail_texts.count() == old.mail_timings.count() == 1
    assert not new.wishes.exists()
    assert list(new.events.values_list("step", "note", "by__name")) == [
        ("copied", "Lynpraktik 2027", "Signe Holm")
    ]


def _dates(round) -> dict:
    return {name: a_year_later(getattr(round, name)) for name in DATES}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": "Lynpraktik 2027"}, "eksisterer allerede"),
        ({"visits_from": "2027-11-20"}, "Datoerne skal følge efter hinanden"),
        (
            {"wishes_from": "2020-01-01", "wishes_until": "2020-02-01"},
            "Fristen er allerede overskredet.",
        ),
        ({"visits_from": "2028-01-08", "visits_until": "2028-01-09"}, "ingen arbejdsdage"),
        ({"visits_until": "3. januar"}, "gyldig dato"),
        ({"visits_until": "2031-01-01"}, "inden for højst et år"),
        ({"name": ""}, "påkrævet"),
    ],
)
def test_a_bad_copy_is_refused_and_keeps_what_was_typed(client, signe, round, changed, words):
    typed = {"name": "Ny runde", **{name: str(day) for name, day in _dates(round).items()}, **changed}
    page = post(client, round, "copy", **typed)
    assert words in page
    assert f'value="{typed["name"]}"' in page or not typed["name"]
    assert Round.objects.count() == 1


def test_the_list_leads_to_a_copy_of_the_last_round(client, signe, round):
    factories.round("Før", visits_from=FIRST_DAY - timedelta(days=7))
    page = client.get(f"{ROUND}/").content.decode()
    assert "Kopiér Lynpraktik 2027 til en ny runde" in page
    assert f'href="{ROUND}/{round.pk}/copy/"' in page


def test_who_missed_out_in_the_round_that_was_copied_comes_first_in_the_copy(signe, round):
    anne, bo = factories.employee("Anne"), factories.employee("Bo")
    host = factories.host(seats=1)
    factories.wish(host, person=anne, round=round)
    factories.placement("confirmed", host=host, wish=factories.wish(host, person=bo, round=round))
    new = rounds.copy(source=round, new=Round(name="Næste", **_dates(round)), by=signe, now=NOW)
    later = NOW + timedelta(days=365)
    for person in (anne, bo):
        factories.wish(host, person=person, round=new, now=later)
    people = snapshot.take(new, now=later).problem.people
    assert sorted(person.missed for person in people) == [0, 1]


def test_a_copy_without_dates_is_refused(signe, round):
    with pytest.raises(ValidationError):
        rounds.copy(source=round, new=Round(name="Ny"), by=signe, now=NOW)
