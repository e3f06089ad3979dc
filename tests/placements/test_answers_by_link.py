"""What people answer by links in mails: approval, other days, attendance, ideas. GET shows, POST acts."""

from datetime import timedelta

import pytest

from placements.domain import days, evaluations, lifecycle, mail_links, rounds, wishes
from placements.domain.errors import Refused
from placements.domain.evaluations import Answers
from placements.enums import IdeaState, PlacementState, Side
from placements.models import Event, Idea, Placement, PlannedMail, VisitDay
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db

SECOND = FIRST_DAY + timedelta(days=1)
AFTERWARDS = at(FIRST_DAY + timedelta(days=1), NOW.time())


@pytest.fixture
def manager():
    return factories.employee("Ulla Frandsen")


@pytest.fixture
def wish(manager, clock):
    """A wish for the canteen on the first two days of a round in which the manager must approve."""
    anne = factories.employee("Anne Kjærsgaard", manager=manager)
    return factories.wish(
        factories.host("Rådhusets kantine"),
        person=anne,
        round=factories.round(needs_approval=True),
        days=[FIRST_DAY, SECOND],
    )


@pytest.fixture
def asked(wish):
    wishes.approve(wish=wish, by=None, now=NOW)
    wish.refresh_from_db()
    host = wish.choices.get().host
    return factories.placement("asked", host=host, wish=wish, days=[FIRST_DAY])


@pytest.fixture
def visit(asked, clock):
    """A visit that took place on the first day, looked back at on the second."""
    lifecycle.confirm(placement=asked, by=None, now=NOW)
    clock.now = AFTERWARDS
    return asked


def mails(kind, state="planned"):
    rows = PlannedMail.objects.filter(kind=kind, state=state).order_by("due", "pk")
    return [f"{row.due.astimezone(NOW.tzinfo):%d/%m %H}" for row in rows]


# --- The manager approves -----------------------------------------------------------------------------


def test_the_manager_is_asked_and_reminded_until_she_answers(client, wish, manager):
    assert mails("approval") == ["23/11 09", "26/11 08", "01/12 08"]
    link = mail_links.approval_url(wish, manager)
    assert "Må Anne Kjærsgaard være med" in client.get(link).content.decode()
    page = client.post(link, {"answer": "yes"}).content.decode()
    assert "Du har godkendt, at Anne Kjærsgaard er med." in page
    wish.refresh_from_db()
    assert (wish.approved_at, wish.refused_at) == (NOW, None)
    skipped = PlannedMail.objects.filter(kind="approval", state="skipped")
    assert set(skipped.values_list("reason", flat=True)) == {"answered"}
    assert list(Event.objects.filter(wish=wish, by=manager).values_list("reason", flat=True)) == [
        "Godkendt af lederen"
    ]


def test_a_no_needs_a_reason_and_keeps_what_was_typed(client, wish, manager):
    link = mail_links.approval_url(wish, manager)
    page = client.post(link, {"answer": "no", "reason": ""}).content.decode()
    assert "Skriv et par ord om hvorfor" in page
    client.post(link, {"answer": "no", "reason": "Vi har ferie."})
    wish.refresh_from_db()
    assert (wish.refused_at, wish.refusal_reason) == (NOW, "Vi har ferie.")
    client.post(link, {"answer": "yes"})
    wish.refresh_from_db()
    assert (wish.approved_at, wish.refused_at, wish.refusal_reason) == (NOW, None, "")


def test_nobody_is_asked_or_confirmed_before_the_manager_has_approved(wish):
    visit = factories.placement(host=wish.choices.get().host, wish=wish, days=[FIRST_DAY])
    for step in (lifecycle.ask, lifecycle.confirm):
        with pytest.raises(Refused, match="ikke godkendt endnu"):
            step(placement=visit, by=None, now=NOW)


def test_the_link_of_a_former_manager_no_longer_works(client, wish, manager):
    link = mail_links.approval_url(wish, manager)
    wish.employee.manager = factories.employee("Ny leder")
    wish.employee.save(update_fields=["manager"])
    assert client.get(link).status_code == 404


def test_a_wish_that_is_sent_anew_asks_the_manager_anew(wish, manager):
    wishes.approve(wish=wish, by=manager, now=NOW)
    wishes.withdraw(wish=wish, by=wish.employee, now=NOW)
    factories.wish(wish.choices.get().host, person=wish.employee, round=wish.round, days=[FIRST_DAY])
    assert mails("approval") == ["23/11 09", "26/11 08", "01/12 08"]


# --- Other days ---------------------------------------------------------------------------------------


def test_a_host_offers_other_days_and_the_participant_takes_them(client, asked):
    contact, anne = asked.host.contacts.get(), asked.employee
    answer = {"answer": "other_days", "offers": [SECOND.isoformat()]}
    page = client.post(mail_links.host_answer_url(asked, contact), answer).content.decode()
    assert "Du har tilbudt Anne Kjærsgaard andre dage." in page
    asked.refresh_from_db()
    assert (asked.state, asked.offered_days) == (PlacementState.OFFERED, [[SECOND]])
    assert list(VisitDay.objects.values_list("date", flat=True)) == [FIRST_DAY]
    assert mails("days_offered") == ["23/11 09"]
    link = mail_links.offer_url(asked, anne)
    assert "tirsdag den 5. januar" in client.get(link).content.decode()
    client.post(link, {"days": SECOND.isoformat()})
    asked.refresh_from_db()
    assert (asked.state, asked.days, asked.last_day) == (PlacementState.ACCEPTED, [SECOND], SECOND)
    assert list(VisitDay.objects.values_list("date", flat=True)) == [SECOND]
    assert "Tilbuddet er besvaret" in client.get(link).content.decode()


def test_none_of_the_days_suits_and_the_wish_is_back_in_the_puzzle(client, asked):
    days.offer(placement=asked, offers=[[SECOND]], by=None, now=NOW)
    client.post(mail_links.offer_url(asked, asked.employee), {"days": "none"})
    asked.refresh_from_db()
    assert asked.state == PlacementState.UNSUITED
    assert not VisitDay.objects.exists()


def test_offered_days_that_somebody_else_took_are_refused_with_a_sentence(client, asked):
    days.offer(placement=asked, offers=[[SECOND]], by=None, now=NOW)
    other = factories.wish(person=factories.employee("Bo"), round=asked.wish.round)
    wishes.approve(wish=other, by=None, now=NOW)
    factories.placement(host=asked.host, wish=other, days=[SECOND])
    link = mail_links.offer_url(asked, asked.employee)
    page = client.post(link, {"days": SECOND.isoformat()}).content.decode()
    assert "tirsdag den 5. januar kan ikke vælges hos Rådhusets kantine" in page
    asked.refresh_from_db()
    assert (asked.state, asked.days) == (PlacementState.OFFERED, [FIRST_DAY])
    assert VisitDay.objects.filter(placement=asked).count() == 1


@pytest.mark.parametrize("offers", [[], ["2027-01-04"], ["2027-01-07"], ["2027-02-30"], ["x"]])
def test_offers_that_will_not_do_change_nothing(client, asked, offers):
    link = mail_links.host_answer_url(asked, asked.host.contacts.get())
    page = client.post(link, {"answer": "other_days", "offers": offers}).content.decode()
    assert "andre muligheder" in page or "ikke længere ledig" in page
    asked.refresh_from_db()
    assert asked.state == PlacementState.ASKED


# --- Moved ---------------------------------------------------------------------------------------------


def test_a_move_tells_both_sides_only_if_they_had_been_told(asked):
    lifecycle.confirm(placement=asked, by=None, now=NOW)
    days.move(placement=asked, days=[SECOND], reason="", by=None, now=NOW)
    assert (asked.days, mails("moved")) == ([SECOND], [])
    PlannedMail.objects.filter(kind="confirmed").update(state="sent", revision=1)
    days.move(placement=asked, days=[FIRST_DAY], reason="Værten er syg", by=None, now=NOW)
    assert asked.earlier_days == [[FIRST_DAY.isoformat()], [SECOND.isoformat()]]
    assert len(mails("moved")) == 3
    assert Event.objects.filter(placement=asked, reason="Værten er syg").count() == 1


def test_two_who_move_at_once_do_not_overrun_each_other(asked):
    lifecycle.confirm(placement=asked, by=None, now=NOW)
    stale = Placement.objects.with_people().get(pk=asked.pk)
    days.move(placement=asked, days=[SECOND], reason="", by=None, now=NOW)
    with pytest.raises(Refused, match="ændret i mellemtiden"):
        days.move(placement=stale, days=[FIRST_DAY, SECOND], reason="", by=None, now=NOW)


def test_reminders_of_old_days_are_sent_anew_for_later_ones(asked):
    lifecycle.confirm(placement=asked, by=None, now=NOW)
    PlannedMail.objects.filter(kind__in=["confirmed", "reminder"]).update(state="sent")
    days.move(placement=asked, days=[SECOND], reason="", by=None, now=NOW)
    assert mails("reminder") == ["23/12 08", "23/12 08"]


# --- After the visit -----------------------------------------------------------------------------------


def test_one_click_says_that_the_visitor_did_not_come(client, visit):
    link = mail_links.attendance_url(visit, visit.host.contacts.get())
    client.get(link)
    visit.refresh_from_db()
    assert visit.attended is None
    page = client.post(link, {"came": "no"}).content.decode()
    assert "Det er noteret, at Anne Kjærsgaard ikke kom." in page
    visit.refresh_from_db()
    assert visit.attended is False
    assert mails("evaluation") == [] and mails("attendance") == []
    client.post(link, {"came": "yes"})
    assert len(mails("evaluation")) == 6


@pytest.mark.parametrize("way", ["link", "arrivals", "admin"])
def test_what_somebody_else_noted_meanwhile_is_not_overrun(client, visit, way):
    contact = visit.host.contacts.get()
    address = {
        "link": mail_links.attendance_url(visit, contact),
        "arrivals": f"/vaert/{visit.host.pk}/fremmoede/{visit.pk}/",
        "admin": f"/admin/placements/placement/{visit.pk}/attendance/",
    }[way]
    client.force_login(factories.consultant() if way == "admin" else contact)
    evaluations.note_attendance(placement=visit, came=False, by=None, now=AFTERWARDS)
    shown = client.post(address, {"came": "yes", "seen": "unknown"}, follow=True).text
    assert "I mellemtiden har en anden noteret, at Anne Kjærsgaard ikke kom." in shown
    visit.refresh_from_db()
    assert visit.attended is False
    client.post(address, {"came": "yes", "seen": "no"})
    visit.refresh_from_db()
    assert visit.attended is True


def test_the_pages_that_note_attendance_post_back_what_they_showed(client, visit):
    link = mail_links.attendance_url(visit, visit.host.contacts.get())
    assert '<input type="hidden" name="seen" value="unknown">' in client.get(link).text
    client.post(link, {"came": "no", "seen": "unknown"})
    assert '<input type="hidden" name="seen" value="no">' in client.get(link).text
    client.force_login(factories.consultant())
    page = client.get(f"/admin/placements/placement/{visit.pk}/change/").text
    assert '<input type="hidden" name="seen" value="no">' in page


def test_attendance_is_not_noted_before_the_visit_is_over(client, visit, clock):
    clock.now = NOW
    link = mail_links.attendance_url(visit, visit.host.contacts.get())
    assert "ikke slut endnu" in client.post(link, {"came": "no"}).content.decode()
    visit.refresh_from_db()
    assert visit.attended is None


def test_reminders_to_evaluate_stop_for_the_side_that_has_answered(visit):
    answers = Answers(useful=5, length="right", new_contacts=1, recommend=9, idea="Tavlemøde")
    evaluations.submit(
        placement=visit, side=Side.PARTICIPANT, author=visit.employee, answers=answers, now=AFTERWARDS
    )
    left = PlannedMail.objects.filter(kind="evaluation", state="planned")
    assert set(left.values_list("side", flat=True)) == {"host"}
    assert mails("thanks") == []
    evaluations.submit(
        placement=visit,
        side=Side.HOST,
        author=visit.host.contacts.get(),
        answers=answers,
        now=AFTERWARDS,
    )
    assert len(mails("thanks")) == 2
    assert mails("ideas") == ["05/04 08"]  # 90 days after is a Sunday: the next working day


def test_what_came_of_an_idea_is_told_by_link(client, visit):
    answers = Answers(useful=5, length="right", new_contacts=1, recommend=9, idea="Tavlemøde")
    evaluations.submit(
        placement=visit, side=Side.PARTICIPANT, author=visit.employee, answers=answers, now=AFTERWARDS
    )
    link = mail_links.ideas_url(visit, visit.employee)
    assert "Tavlemøde" in client.get(link).content.decode()
    refused = client.post(link, {"state": "in_use", "outcome": "Ring 010190-1234"}).content.decode()
    assert "CPR" in refused and "Ring 010190-1234" in refused
    client.post(link, {"state": "in_use", "outcome": "Vi gør det hver dag."})
    idea = Idea.objects.get()
    assert (idea.state, idea.outcome, idea.told_at) == (
        IdeaState.IN_USE,
        "Vi gør det hver dag.",
        AFTERWARDS,
    )
    assert mails("ideas") == []


# --- The result is released ----------------------------------------------------------------------------


def test_who_has_no_place_is_told_when_the_result_is_released(wish):
    from placements.domain import mailplan

    placed = factories.wish(person=factories.employee("Bo"), round=wish.round)
    for each in (wish, placed):
        wishes.approve(wish=each, by=None, now=NOW)
    factories.placement(host=factories.host(), wish=placed)
    for _twice in range(2):
        rounds.release(round=wish.round, now=NOW)
        mailplan.replan_stale(now=NOW)
    told = PlannedMail.objects.filter(kind="not_placed")
    assert [row.recipient for row in told] == [wish.employee]


# --- A consultant moves a visit --------------------------------------------------------------------------


def test_a_visit_is_moved_in_the_admin_after_a_look_at_who_is_told(client, asked, clock):
    lifecycle.confirm(placement=asked, by=None, now=NOW)
    PlannedMail.objects.filter(kind="confirmed").update(state="sent")
    client.force_login(factories.consultant())
    address = f"/admin/placements/placement/{asked.pk}/move/"
    assert "mandag den 4. januar" in client.get(address).content.decode()
    data = {"days": [SECOND.isoformat()], "reason": "Værten har møde.", "seen": asked.version}
    page = client.post(address, data).content.decode()
    assert "3 mails sendes med det samme" in page and "Værten har møde." in page
    asked.refresh_from_db()
    assert asked.days == [FIRST_DAY]
    client.post(address, data | {"confirmed": "1"})
    asked.refresh_from_db()
    assert (asked.days, asked.revision) == ([SECOND], 1)
    late = {"days": [FIRST_DAY.isoformat()], "seen": data["seen"], "confirmed": "1"}
    page = client.post(address, late, follow=True).content.decode()
    assert "ligger nu tirsdag den 5. januar" in page
    asked.refresh_from_db()
    bad = client.post(
        address, {"days": ["2027-01-09"], "reason": "x", "seen": asked.version}
    ).content.decode()
    assert "Den dag er ikke længere ledig" in bad or "ikke længere" in bad
