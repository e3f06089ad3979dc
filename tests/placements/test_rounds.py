"""Rounds: copied to a new one, their phases by date, results told all at once, closed and opened again."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from mail.models import OutgoingMail
from placements.domain import (
    board,
    days,
    dispatch,
    evaluations,
    lifecycle,
    mail_links,
    mailplan,
    rounds,
    snapshot,
    solving,
    todo,
    wishes,
)
from placements.domain.errors import Refused
from placements.domain.evaluations import Answers
from placements.domain.overview import overview
from placements.enums import RoundPhase, Side
from placements.forms.round import DATES
from placements.models import Event, MailText, MailTiming, Placement, PlannedMail, Round, RoundEvent
from praktik.lib.dates import a_year_later
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db
ROUND = "/admin/placements/round"
# The day after the last possible visit day; one more nag is to come.
OVER = NOW + timedelta(days=54)


@pytest.fixture
def signe(client):
    person = factories.consultant()
    client.force_login(person)
    return person


@pytest.fixture
def round():
    return factories.round("Lynpraktik 2027")


def post(client, round, page, **data):
    return client.post(f"{ROUND}/{round.pk}/{page}/", data, follow=True).content.decode()


def get(client, round, page):
    return client.get(f"{ROUND}/{round.pk}/{page}/").content.decode()


def own_page(client, person):
    client.force_login(person)
    return client.get("/min-side/").content.decode()


def mails(round, state="planned"):
    rows = PlannedMail.objects.filter(wish__round=round, state=state).order_by("due", "kind", "side")
    return [(row.kind, row.side) for row in rows]


# --- Copy --------------------------------------------------------------------------------------------


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


# --- Phases ------------------------------------------------------------------------------------------


def test_the_phases_follow_the_dates(round):
    stands = [
        round.phase(day)
        for day in (
            round.wishes_from - timedelta(days=1), round.wishes_from, round.wishes_until,
            round.wishes_until + timedelta(days=1), round.visits_from, round.visits_until,
            round.visits_until + timedelta(days=1),
        )
    ]  # fmt: skip
    phase = RoundPhase
    assert stands == [
        phase.PLANNED, phase.WISHES, phase.WISHES, phase.PUZZLE, phase.VISITS, phase.VISITS,
        phase.FOLLOW_UP,
    ]  # fmt: skip
    round.closed_at = NOW
    assert round.phase(round.wishes_from) == phase.CLOSED


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (-30, "Der tages imod ønsker fra fredag den 13. november til torsdag den 3. december."),
        (0, "Du kan sende ønsker indtil torsdag den 3. december."),
        (15, "Der bliver fundet pladser til besøgene fra mandag den 4. januar."),
        (45, "Besøgene fortsætter til fredag den 15. januar."),
        (90, "Ingen runde lige nu"),
    ],
)
def test_employees_read_what_is_next(client, clock, round, day, words):
    clock.now = NOW + timedelta(days=day)
    assert words in own_page(client, factories.employee())


def test_an_employee_can_take_part_in_two_rounds_at_once(client, round):
    anne = factories.employee("Anne")
    nationwide = factories.round("Uge 37")
    nationwide.organisations.add(factories.organisation("Et ministerium"))
    abroad = factories.host(
        workplace=factories.workplace("Kontoret", of=factories.organisation("Et ministerium"))
    )
    page = own_page(client, anne)
    assert page.count("Skriv dit ønske") == 2
    # A host picked in the catalogue leads to the one round in which it can be wished for.
    answer = client.get(f"/min-side/?host={abroad.pk}")
    assert answer["Location"] == f"/oenske/{nationwide.pk}/?host={abroad.pk}"
    factories.wish(abroad, person=anne, round=nationwide)
    factories.wish(factories.host(), person=anne, round=round)
    assert own_page(client, anne).count("Dit ønske er sendt") == 2


# --- The result, all at once -------------------------------------------------------------------------


@pytest.fixture
def held():
    """A round that holds its result back, with one who is placed and one who is not."""
    round = factories.round(hold_results=True)
    host = factories.host("Rådhusets kantine", seats=1, contacts=[factories.employee("Birthe")])
    anne = factories.employee("Anne", manager=factories.employee("Ulla"))
    visit = factories.placement(
        "confirmed", host=host, wish=factories.wish(host, person=anne, round=round)
    )
    factories.wish(host, person=factories.employee("Bo"), round=round)
    dispatch.send_due(now=NOW)
    return visit


def test_nobody_hears_of_a_held_place_before_the_release(client, held):
    round, birthe = held.wish.round, held.host.contacts.get()
    assert mails(round) == []
    page = own_page(client, held.employee)
    assert "Rådhusets kantine" not in page.replace("<li>Rådhusets kantine</li>", "")
    assert "Alle i denne runde får svar samtidig." in page
    client.force_login(birthe)
    assert "Anne" not in client.get(f"/vaert/{held.host.pk}/").content.decode()
    assert b"VEVENT" not in client.get(f"/kalender/{held.host.feed_secret}.ics").content
    answer = client.get(mail_links.host_answer_url(held, birthe)).content.decode()
    assert "I har sagt ja til Anne" in answer


def test_at_the_release_everybody_hears_at_once(client, held):
    round = held.wish.round
    rounds.release(round=round, now=NOW + timedelta(days=1))
    mailplan.replan_stale_rounds(now=NOW + timedelta(days=1))
    due = PlannedMail.objects.filter(
        wish__round=round, state="planned", due__lte=NOW + timedelta(days=1)
    ).order_by("kind", "side")
    assert [(row.kind, row.side, row.due) for row in due] == [
        ("confirmed", "host", NOW + timedelta(days=1)),
        ("confirmed", "manager", NOW + timedelta(days=1)),
        ("confirmed", "participant", NOW + timedelta(days=1)),
        ("not_placed", "participant", NOW + timedelta(days=1)),
    ]
    assert "Du skal besøge Rådhusets kantine" in own_page(client, held.employee)


def test_a_result_that_is_held_when_visits_are_near_needs_a_person(held):
    label = "Rounds with visits soon whose result is still held back"
    with override("en"):
        found = [
            [task.label for task in todo.tasks(now=NOW + timedelta(days=days))].count(label)
            for days in (27, 28, 53, 54)
        ]
    assert found == [0, 1, 1, 0]


def test_a_late_release_sends_the_guide_at_once_and_no_reminder_that_has_passed(held):
    late = NOW + timedelta(days=37)  # 30 December, the visit is on 4 January
    rounds.release(round=held.wish.round, now=late)
    mailplan.replan_stale_rounds(now=late)
    plan = held.planned_mails.filter(state="planned", kind__in=["guide", "reminder", "tomorrow"])
    assert sorted((row.kind, row.due <= late) for row in plan) == [("guide", True)]


def test_a_place_that_ends_before_the_release_was_never_told_of(held):
    lifecycle.cancel(placement=held, reason="Værten er syg", by=None, now=NOW)
    rounds.release(round=held.wish.round, now=NOW)
    mailplan.replan_stale_rounds(now=NOW)
    assert mails(held.wish.round) == [("not_placed", "participant")] * 2


def test_a_place_confirmed_after_the_release_is_told_of_at_once(held):
    rounds.release(round=held.wish.round, now=NOW)
    bo = held.wish.round.wishes.get(employee__name="Bo")
    later = lifecycle.propose(
        wish=bo, host=held.host, days=[FIRST_DAY + timedelta(days=1)], by=None, now=NOW
    )
    lifecycle.confirm(placement=later, by=None, now=NOW)
    assert later.planned_mails.filter(kind="confirmed", state="planned").count() == 2


def test_the_release_shows_the_numbers_and_asks_once_more(client, signe, held):
    round = held.wish.round
    page = get(client, round, "release")
    assert "<strong>1</strong> får en plads, <strong>1</strong> gør ikke" in page
    assert "Der tages stadig imod ønsker til og med torsdag den 3. december." in page
    factories.wish(held.host, person=factories.employee("Carl"), round=round)
    assert "Tallene har ændret sig." in post(client, round, "release", confirmed="1-1")
    round.refresh_from_db()
    assert round.released_at is None
    assert "Resultatet er sendt ud." in post(client, round, "release", confirmed="1-2")
    post(client, round, "release", confirmed="1-2")
    assert list(round.events.values_list("step", "by__name")) == [("released", "Signe Holm")]


def test_confirming_in_such_a_round_says_that_nobody_is_told_yet(client, signe, held):
    bo = held.wish.round.wishes.get(employee__name="Bo")
    answer = client.post(
        f"/admin/placements/wish/{bo.pk}/place/",
        {"host": held.host.pk, "days": [str(FIRST_DAY + timedelta(days=1))], "step": "confirm"},
        follow=True,
    )
    assert "får besked, når I sender resultatet ud" in answer.content.decode()


def test_it_is_too_late_to_hold_back_what_has_been_told(client, signe, round):
    factories.placement("confirmed", wish=factories.wish(factories.host(), round=round), host=None)
    data = {field.name: getattr(round, field.name) for field in Round._meta.concrete_fields}
    data = {name: value for name, value in data.items() if value not in (None, False)}
    data |= {"hold_results": "on", "organisations": [factories.organisation().pk]}
    page = client.post(f"{ROUND}/{round.pk}/change/", data).content.decode()
    assert "Der er allerede givet besked om bekræftede besøg i runden." in page


# --- Close -------------------------------------------------------------------------------------------


@pytest.fixture
def finished(clock):
    """A round that is over: Anne was there, Bo was not placed and has been told so."""
    round = factories.round("Lynpraktik 2027", needs_approval=False)
    host = factories.host("Rådhusets kantine", seats=1)
    visit = factories.placement(
        "confirmed", host=host, wish=factories.wish(host, round=round, length=2)
    )
    factories.wish(host, person=factories.employee("Bo"), round=round)
    rounds.release(round=round, now=NOW)
    mailplan.replan_stale_rounds(now=NOW)
    round.refresh_from_db()
    for day in range(54):
        dispatch.send_due(now=NOW + timedelta(days=day))
    OutgoingMail.objects.update(state="sent", sent_at=NOW)
    clock.now = OVER
    return visit


def test_what_hangs_is_counted_with_links_and_must_be_settled(client, signe, round):
    host = factories.host("Rådhusets kantine", seats=3)
    for name, state in (("Anne", "confirmed"), ("Bo", "asked"), ("Carl", None)):
        wish = factories.wish(host, person=factories.employee(name), round=round)
        if state:
            factories.placement(state, host=host, wish=wish)
    found = [(each.count, each.must_be_settled) for each in rounds.hanging(round, now=NOW)]
    assert found == [(1, True), (1, True), (1, True)]
    page = get(client, round, "close")
    assert "Ja, luk runden" not in page
    for each in rounds.hanging(round, now=NOW):
        assert client.get(f"/admin/{each.path}").status_code == 200
    with pytest.raises(Refused, match="Noget skal først bringes på plads"):
        rounds.close(round=round, by=signe, now=NOW)
    assert "Tallene har ændret sig" in post(client, round, "close", confirmed="0")
    assert "kan ikke lukkes endnu" in post(client, round, "close", confirmed="1-1-1")
    round.refresh_from_db()
    assert round.closed_at is None


def test_a_round_is_closed_after_a_look_at_what_ends(client, signe, finished):
    round = finished.wish.round
    page = get(client, round, "close")
    assert "Ønsker på ventelisten: den slutter</a>: <strong>1</strong>" in page
    assert "ingen bliver rykket mere</a>: <strong>1</strong>" in page
    assert "Lynpraktik 2027 er lukket." in post(client, round, "close", confirmed="1-1")
    post(client, round, "close", confirmed="1-1")
    assert list(round.events.values_list("step", "by__name", "at")) == [
        ("released", None, NOW),
        ("closed", "Signe Holm", OVER),
    ]
    assert "Åbn runden igen" in get(client, round, "overview")


def closed(round, by=None):
    rounds.close(round=round, by=by, now=OVER)
    round.refresh_from_db()


def test_in_a_closed_round_nothing_can_be_changed(signe, finished):
    round, act = finished.wish.round, {"by": signe, "now": NOW}
    bo = round.wishes.get(employee__name="Bo")
    proposal = factories.placement(wish=bo, host=factories.host("Biblioteket"))
    Round.objects.filter(pk=round.pk).update(closed_at=NOW)
    round.refresh_from_db()
    for wish in (bo, proposal.wish, finished.wish):
        wish.round = round
    steps = [
        lambda: wishes.save_wish(
            round=round, employee=signe, content=factories.content(None), send=False, **act
        ),
        lambda: wishes.withdraw(wish=bo, **act),
        lambda: wishes.approve(wish=bo, **act),
        lambda: wishes.refuse(wish=bo, reason="Nej", **act),
        lambda: lifecycle.ask(placement=proposal, **act),
        lambda: lifecycle.confirm(placement=proposal, **act),
        lambda: lifecycle.cancel(placement=finished, reason="", **act),
        lambda: lifecycle.propose(wish=bo, host=finished.host, days=[FIRST_DAY], **act),
        lambda: days.move(placement=finished, days=[FIRST_DAY + timedelta(days=1)], reason="", **act),
        lambda: board.clear(wish=bo, **act),
        lambda: board.put(wish=bo, host=finished.host, days=[FIRST_DAY], **act),
        lambda: solving.ask(round=round, **act),
    ]
    before = Event.objects.count()
    for step in steps:
        with pytest.raises(Refused, match="er lukket. Konsulenterne kan åbne runden igen"):
            step()
    assert Event.objects.count() == before


def test_a_step_on_what_was_read_before_the_close_is_refused_too(signe, finished):
    """The round was open when the page was read, and is closed when the button is pressed."""
    bo = finished.wish.round.wishes.get(employee__name="Bo")
    proposal = factories.placement(wish=bo, host=factories.host("Biblioteket"))
    stale = Placement.objects.with_people().get(pk=proposal.pk)
    Round.objects.update(closed_at=NOW)
    with pytest.raises(Refused, match="er lukket"):
        lifecycle.confirm(placement=stale, by=signe, now=NOW)
    assert Placement.objects.get(pk=proposal.pk).state == "proposed"


def test_after_the_close_nobody_is_nagged_and_what_both_sides_say_is_still_taken(client, finished):
    round = finished.wish.round
    assert mails(round) == [("evaluation", "host"), ("evaluation", "participant")]
    closed(round)
    mailplan.replan_stale_rounds(now=OVER)
    assert mails(round) == []
    bo = round.wishes.get(employee__name="Bo").employee
    assert f"{round}: der var ikke plads til dig." in own_page(client, bo)
    assert "Træk dit ønske tilbage" not in own_page(client, bo)
    client.logout()
    for side, author in (
        (Side.PARTICIPANT, finished.employee),
        (Side.HOST, finished.host.contacts.get()),
    ):
        assert client.get(mail_links.evaluation_url(finished, side, author)).status_code == 200
        said = Answers(useful=5, length="right", new_contacts=1, recommend=9)
        evaluations.submit(placement=finished, side=side, author=author, answers=said, now=OVER)
    assert mails(round) == [("thanks", "host")]


def test_a_closed_round_is_off_the_list_of_what_to_do(finished):
    later = OVER + timedelta(days=10)
    before = {task.path: task.count for task in todo.tasks(now=later)}
    assert before == {
        "placements/placement/?todo=attendance": 1,
        "placements/placement/?todo=evaluations": 1,
    }
    closed(finished.wish.round)
    assert todo.tasks(now=later) == []


def test_an_opened_round_goes_on_where_it_was(client, signe, finished):
    round = finished.wish.round
    before = mails(round)
    closed(round, by=signe)
    mailplan.replan_stale_rounds(now=OVER)
    assert "er åben igen" in post(client, round, "reopen")
    post(client, round, "reopen")
    mailplan.replan_stale_rounds(now=OVER)
    assert mails(round) == before
    assert [event.step for event in round.events.all()] == ["released", "closed", "reopened"]


def test_mails_on_their_way_when_a_round_closes_are_not_nags_any_more(finished):
    """A mail that is due and not yet sent asks for nothing when the round has been closed meanwhile."""
    before = OutgoingMail.objects.count()
    Round.objects.update(closed_at=OVER)
    dispatch.send_due(now=OVER + timedelta(days=3))
    assert OutgoingMail.objects.count() == before
    assert ("evaluation", "participant") in mails(finished.wish.round, "skipped")


def test_a_step_of_a_round_is_one_that_is_known(round):
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundEvent.objects.create(round=round, step="tabt", at=NOW)


def test_a_copy_without_dates_is_refused(signe, round):
    with pytest.raises(ValidationError):
        rounds.copy(source=round, new=Round(name="Ny"), by=signe, now=NOW)


# --- At a glance -------------------------------------------------------------------------------------


def test_the_overview_sets_what_hosts_offer_against_what_people_wish(client, signe):
    round = factories.round(visits_until=FIRST_DAY + timedelta(days=4), longest_visit=3)
    ministry = factories.organisation("Et ministerium")
    ministry.sector = "state"
    ministry.save()
    round.organisations.add(ministry)
    kantine = factories.host("Rådhusets kantine", seats=2)
    kantine.closed_days.create(date=FIRST_DAY)
    factories.host(
        workplace=factories.workplace("Kontoret", of=ministry),
        seats=3,
        most_visitors=2,
        longest_visit=3,
    )
    factories.host("Lukket", is_open=False)
    factories.placement(
        "asked", host=kantine, days=[FIRST_DAY + timedelta(days=1), FIRST_DAY + timedelta(days=2)],
        wish=factories.wish(kantine, round=round, length=2),
    )  # fmt: skip
    person = factories.employee(workplace=factories.workplace("Departementet", of=ministry))
    factories.wish(factories.field(), round=round, person=person, length=3)
    factories.wish(round=round, person=factories.employee(), send=False)
    figures = overview(round)
    lines = [vars(line) for line in (*figures.sectors, *figures.organisations, figures.total)]
    expected = {
        "local": {"hosts": 1, "seat_days": 8, "wishes": 1, "days_wished": 2, "placed": 1},
        "state": {"hosts": 1, "seat_days": 6, "wishes": 1, "days_wished": 3, "placed": 0},
        "total": {"hosts": 2, "seat_days": 14, "wishes": 2, "days_wished": 5, "placed": 1},
    }
    assert lines == [
        {"name": "Kommune", **expected["local"]},
        {"name": "Staten", **expected["state"]},
        {"name": "Et ministerium", **expected["state"]},
        {"name": "Havneby Kommune", **expected["local"]},
        {"name": "I alt", **expected["total"]},
    ]
    assert [(str(label), count) for label, count in figures.first_choices] == [
        ("Et praktiksted", 1), ("Et arbejdsområde", 1),
    ]  # fmt: skip
    page = get(client, round, "overview")
    assert "<strong>2</strong> praktiksteder med <strong>14</strong> praktikdage" in page


@pytest.mark.parametrize("count", [2, 30])
def test_the_overview_takes_the_same_queries_however_many_rows(
    client, signe, round, count, django_assert_num_queries
):
    for number in range(count):
        organisation = factories.organisation(f"Kommune {number}")
        round.organisations.add(organisation)
        host = factories.host(workplace=factories.workplace(of=organisation))
        person = factories.employee(workplace=factories.workplace(of=organisation))
        factories.wish(host, round=round, person=person)
    with django_assert_num_queries(17):
        get(client, round, "overview")
