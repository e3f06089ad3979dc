"""A visit under way ends early: the days that have not begun fall away, and what has been stays."""

from datetime import timedelta

import pytest

from placements.domain import days, lifecycle, shortening, todo
from placements.domain.errors import Refused
from placements.enums import CalledOffBy, Side
from placements.models import Event, Placement, PlannedMail, Round
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW
from tests.placements.change_of_plan.steps import SECOND, THIRD, a_consultant, calendars_of, seats, told
from tests.placements.test_letters import answered, sent_by, with_calendar

pytestmark = pytest.mark.django_db

FIRST_EVENING = at(FIRST_DAY, NOW.time().replace(hour=19))
SECOND_MORNING = at(SECOND, NOW.time().replace(hour=7))
REASON = "Influenza på afdelingen."


@pytest.fixture
def long_visit():
    """A settled visit of four days to the canteen."""
    anne = factories.employee("Anne Kjærsgaard", manager=factories.employee("Ulla Frandsen"))
    host = factories.host("Rådhusets kantine", longest_visit=4)
    round = factories.round(longest_visit=4)
    wish = factories.wish(host, None, person=anne, length=4, round=round)
    return factories.placement("confirmed", host=host, wish=wish)


def end_early(visit, *, from_day=SECOND, now=FIRST_EVENING, **values):
    given = {"caller": CalledOffBy.HOST, "reason": REASON, "from_day": from_day} | values
    shortening.end_early(visit=visit, now=now, **{"by": a_consultant()} | given)


def planned(visit, *kinds) -> list[tuple]:
    rows = visit.planned_mails.filter(kind__in=kinds, state="planned").order_by("due", "side")
    return [(row.kind, row.side, row.due) for row in rows]


def test_the_days_that_fall_away_are_free_and_out_of_every_calendar(visit, mail_server, signe):
    anne, (birthe,) = visit.employee, visit.host.contacts.all()
    batches = [sent_by(mail_server, NOW), sent_by(mail_server, FIRST_EVENING)]
    end_early(visit, by=signe)
    batches.append(sent_by(mail_server, FIRST_EVENING))
    assert told(batches[2]) == [
        ("Anne Kjærsgaard", "Dit besøg hos Rådhusets kantine slutter før tid"),
        ("Birthe Kvist", "Slutter før tid: besøget fra Anne Kjærsgaard hos Rådhusets kantine"),
        ("Ulla Frandsen", "Slutter før tid: besøget fra Anne Kjærsgaard hos Rådhusets kantine"),
    ]
    assert calendars_of(batches, anne, anne.manager, birthe) == {
        "Anne Kjærsgaard": [FIRST_DAY],
        "Ulla Frandsen": [FIRST_DAY],
        "Birthe Kvist": [FIRST_DAY],
    }
    visit.refresh_from_db()
    assert (visit.state, visit.days, visit.last_day) == ("confirmed", [FIRST_DAY], FIRST_DAY)
    assert seats(visit) == [(visit.host_id, FIRST_DAY)]
    event = Event.objects.filter(placement=visit).last()
    assert (event.by, event.from_state, event.to_state, event.reason) == (
        signe,
        "confirmed",
        "confirmed",
        f"Pr. telefon: Rådhusets kantine meldte afbud til tirsdag den 5. januar. {REASON}",
    )
    assert not sent_by(mail_server, FIRST_EVENING)


def test_exactly_the_days_that_fall_away_are_cancelled_one_by_one(long_visit, mail_server):
    anne = long_visit.employee
    batches = [sent_by(mail_server, NOW), sent_by(mail_server, FIRST_EVENING)]
    end_early(long_visit, from_day=THIRD)
    batches.append(sent_by(mail_server, FIRST_EVENING))
    assert len(with_calendar(batches[2], anne)) == 2
    for order in (batches, batches[::-1]):
        assert calendars_of(order, anne) == {"Anne Kjærsgaard": [FIRST_DAY, SECOND]}


def test_what_ended_early_can_end_earlier_still_and_each_day_is_told_of_once(long_visit, mail_server):
    anne, (birthe,) = long_visit.employee, long_visit.host.contacts.all()
    fourth = THIRD + timedelta(days=1)
    batches = [sent_by(mail_server, NOW), sent_by(mail_server, FIRST_EVENING)]
    for from_day in (fourth, SECOND):
        end_early(long_visit, from_day=from_day)
        batches.append(sent_by(mail_server, FIRST_EVENING))
    assert [len(with_calendar(batch, anne)) for batch in batches[2:]] == [1, 2]
    assert "tirsdag den 5. januar og onsdag den 6. januar" in batches[3][0].as_string()
    assert calendars_of(batches, anne, birthe) == {
        "Anne Kjærsgaard": [FIRST_DAY],
        "Birthe Kvist": [FIRST_DAY],
    }


def test_what_comes_after_the_last_day_counts_from_the_new_one_and_comes_once(visit, mail_server):
    sent_by(mail_server, NOW)
    sent_by(mail_server, FIRST_EVENING)
    end_early(visit)
    sent_by(mail_server, FIRST_EVENING)
    assert planned(visit, "attendance", "evaluation")[:3] == [
        ("attendance", "host", at(SECOND, NOW.time().replace(hour=8))),
        ("evaluation", "host", at(SECOND, NOW.time().replace(hour=9))),
        ("evaluation", "participant", at(SECOND, NOW.time().replace(hour=9))),
    ]
    asked = at(SECOND, NOW.time().replace(hour=10))
    assert [subject.split(":")[0].split(" ")[0] for _name, subject in told(sent_by(mail_server, asked))] == [
        "Hvordan", "Hvordan", "Kom",
    ]  # fmt: skip
    assert not sent_by(mail_server, at(SECOND, NOW.time().replace(hour=20)))
    answered(visit, Side.PARTICIPANT, visit.employee)
    assert visit.evaluations.count() == 1


def test_what_was_to_come_already_by_the_new_last_day_comes_at_once(mail_server):
    """A visit on days apart that ends early on the morning of the second."""
    host = factories.host("Rådhusets kantine")
    visit = factories.placement(
        "confirmed", host=host, wish=factories.wish(host, length=2),
        days=[FIRST_DAY, THIRD],
    )  # fmt: skip
    third_morning = at(THIRD, NOW.time().replace(hour=7))
    sent_by(mail_server, NOW)
    sent_by(mail_server, third_morning)
    end_early(visit, from_day=THIRD, now=third_morning)
    letters = sorted(subject for _name, subject in told(sent_by(mail_server, third_morning)))
    assert [subject.split(" ")[0] for subject in letters] == [
        "Dit", "Hvordan", "Hvordan", "Kom", "Slutter",
    ]  # fmt: skip
    nags = [row for row in planned(visit, "evaluation") if row[1] == "participant"]
    assert [due.date() for _kind, _side, due in nags] == [
        THIRD + timedelta(days=5),
        THIRD + timedelta(days=12),
    ]


def test_the_mail_goes_out_although_the_last_day_that_stands_is_over(visit, mail_server):
    sent_by(mail_server, NOW)
    sent_by(mail_server, FIRST_EVENING)
    end_early(visit, now=SECOND_MORNING)
    assert len(sent_by(mail_server, SECOND_MORNING)) == 3
    assert not PlannedMail.objects.filter(state="missed", kind__startswith="shortened").exists()


def test_who_was_not_told_of_the_days_hears_of_those_that_stand_alone(visit, mail_server):
    """The mail server was away since the confirmation: its letters are written anew."""
    from placements.domain import dispatch

    dispatch.send_due(now=NOW)
    end_early(visit)
    letters = told(sent_by(mail_server, FIRST_EVENING))
    assert [subject for name, subject in letters if name == "Ulla Frandsen"] == [
        "Anne Kjærsgaard har fået en plads hos Rådhusets kantine",
    ]
    assert calendars_of([mail_server.letters], visit.employee) == {"Anne Kjærsgaard": [FIRST_DAY]}


def test_the_preview_is_what_is_sent_and_changes_nothing(visit, mail_server):
    sent_by(mail_server, NOW)
    sent_by(mail_server, FIRST_EVENING)
    before = list(Placement.objects.values()), list(PlannedMail.objects.order_by("pk").values())
    given = {"from_day": SECOND, "caller": CalledOffBy.HOST, "reason": REASON, "by": a_consultant()}
    mails = shortening.preview(visit=visit, now=FIRST_EVENING, **given)
    assert before == (
        list(Placement.objects.values()), list(PlannedMail.objects.order_by("pk").values()),
    )  # fmt: skip
    end_early(visit)
    sent = [letter["To"] for letter in sent_by(mail_server, FIRST_EVENING)]
    assert sorted(mail.recipient.email for mail in mails) == sorted(sent)


def test_the_freed_seat_shows_who_could_come(client, long_visit, mail_server, clock, signe):
    sent_by(mail_server, NOW)
    clock.now = FIRST_EVENING
    bo = factories.wish(
        long_visit.host, person=factories.employee("Bo"), round=long_visit.wish.round, days=[THIRD]
    )
    end_early(long_visit)
    assert list(todo.freed_seats(FIRST_EVENING)) == [long_visit]
    client.force_login(signe)
    page = client.get(f"/admin/placements/placement/{long_visit.pk}/freed/")
    assert "sluttede før tid, efter mandag den 4. januar – Praktiksted" in page.text
    assert "ville ikke selv have dette besøg: Ring" in page.text
    assert [(row["wish"], row["days"]) for row in page.context["candidates"]] == [(bo, [THIRD])]


def test_on_the_same_day_the_whole_visit_can_still_be_cancelled_and_names_what_stood(
    visit, mail_server
):
    noon = at(FIRST_DAY, NOW.time().replace(hour=12))
    batches = [sent_by(mail_server, NOW), sent_by(mail_server, noon)]
    end_early(visit, now=noon)
    batches.append(sent_by(mail_server, noon))
    lifecycle.cancel(placement=visit, reason="Kom slet ikke.", by=None, now=noon)
    batches.append(sent_by(mail_server, noon))
    assert len(batches[3]) == 3
    assert "tirsdag" not in batches[3][0].as_string()
    assert calendars_of(batches, visit.employee) == {"Anne Kjærsgaard": []}


# --- What is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "from_day", "sentence"),
    [
        (NOW, SECOND, "er ikke begyndt: Flyt det til færre dage"),
        (at(SECOND, NOW.time().replace(hour=12)), SECOND, "Der er ikke mere at aflyse"),
        (FIRST_EVENING, FIRST_DAY, "Vælg en dag i besøget, der ikke er begyndt"),
        (FIRST_EVENING, THIRD, "Vælg en dag i besøget, der ikke er begyndt"),
    ],
)
def test_only_days_of_a_visit_under_way_that_have_not_begun_fall_away(visit, now, from_day, sentence):
    with pytest.raises(Refused, match=sentence):
        end_early(visit, now=now, from_day=from_day)
    assert seats(visit) == [(visit.host_id, FIRST_DAY), (visit.host_id, SECOND)]


@pytest.mark.parametrize(
    ("reason", "sentence"), [("", "Skriv begrundelsen"), ("Anne, 010190-1234", "CPR-nummer")]
)
def test_the_reason_must_be_there_and_fit_to_be_read(visit, reason, sentence):
    with pytest.raises(Refused, match=sentence):
        end_early(visit, reason=reason)


def test_a_cancelled_visit_and_one_of_a_closed_round_stay_as_they_are(visit):
    Round.objects.update(closed_at=NOW)
    with pytest.raises(Refused, match="lukket"):
        end_early(Placement.objects.with_people().get())
    Round.objects.update(closed_at=None)
    lifecycle.cancel(placement=visit, reason="Sygdom", by=None, now=NOW)
    with pytest.raises(Refused, match="har status »Aflyst«"):
        end_early(visit)


def test_of_two_who_end_it_the_second_reads_how_it_stands(long_visit):
    stale = Placement.objects.with_people().get(pk=long_visit.pk)
    end_early(long_visit, from_day=THIRD)
    with pytest.raises(Refused, match="ligger nu mandag den 4. januar og tirsdag den 5. januar"):
        end_early(stale, from_day=SECOND)
    assert seats(long_visit) == [(long_visit.host_id, day) for day in (FIRST_DAY, SECOND)]


# --- The page --------------------------------------------------------------------------------------------


def test_a_consultant_sees_the_mails_and_records_who_ended_it(client, visit, mail_server, clock, signe):
    sent_by(mail_server, NOW)
    sent_by(mail_server, FIRST_EVENING)
    clock.now = FIRST_EVENING
    client.force_login(signe)
    address = f"/admin/placements/placement/{visit.pk}/end-early/"
    assert address in client.get(f"/admin/placements/placement/{visit.pk}/change/").text
    assert "checked" in client.get(address).text
    said = {"seen": visit.version, "from_day": SECOND.isoformat(), "caller": "participant"}
    assert "Skriv et par ord om hvorfor" in client.post(address, said).text
    said["reason"] = REASON
    preview = client.post(address, said)
    assert "Aflys tirsdag den 5. januar?" in preview.text
    assert "Står ved magt: mandag den 4. januar." in preview.text
    assert "3 mails sendes med det samme" in preview.text
    visit.refresh_from_db()
    assert visit.visit_days.count() == 2
    after = client.post(address, said | {"confirmed": "1"}, follow=True)
    assert "Besøget slutter før tid, og de, der kendte til dagene, får en mail." in after.text
    assert address not in after.text
    visit.refresh_from_db()
    assert (visit.days, visit.shortened_by, visit.end_reason) == ([FIRST_DAY], "participant", REASON)
    again = client.post(address, said | {"confirmed": "1"}, follow=True)
    assert "ligger nu mandag den 4. januar" in again.text


def test_a_moved_visit_ends_early_and_nobody_gets_the_mail_of_the_move_again(visit, mail_server):
    sent_by(mail_server, NOW)
    days.move(placement=visit, days=[SECOND, THIRD], reason="", by=None, now=NOW)
    sent_by(mail_server, NOW)
    evening = FIRST_EVENING + timedelta(days=1)
    sent_by(mail_server, evening)
    end_early(visit, from_day=THIRD, now=evening)
    assert {subject.split(":")[0] for _name, subject in told(sent_by(mail_server, evening))} == {
        "Dit besøg hos Rådhusets kantine slutter før tid",
        "Slutter før tid",
    }
    assert calendars_of([mail_server.letters], visit.employee) == {"Anne Kjærsgaard": [SECOND]}
