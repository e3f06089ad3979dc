"""Both sides evaluate by a link, and can change it for fourteen days."""

import re
from datetime import timedelta

import pytest

from placements.domain import evaluations, mail_links
from placements.enums import Side
from placements.models import Evaluation, Idea
from praktik.lib.dates import at
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db
AFTER = NOW + timedelta(days=45)
ANSWERS = {
    "useful": "5",
    "length": "too_short",
    "new_contacts": "3",
    "recommend": "10",
    "take_home": "Tavlemødet",
    "observation": "Alle hilser",
    "share_observation": "on",
    "idea": "Tavlemøde hos os",
}


@pytest.fixture
def visit(clock):
    clock.now = NOW
    placement = factories.placement("confirmed")
    clock.now = AFTER
    return placement


def link(visit, side=Side.PARTICIPANT, author=None):
    url = mail_links.evaluation_url(visit, side, author or visit.employee)
    return url.removeprefix("http://testserver.example")


def test_the_form_shows_the_goal_and_takes_the_answers(client, visit):
    page = client.get(link(visit)).content.decode()
    assert "Hvordan var dit besøg hos Rådhusets kantine?" in page
    assert "Hvordan gør I?" in page
    page = client.post(link(visit), ANSWERS).content.decode()
    assert "Tak for din evaluering" in page
    evaluation = Evaluation.objects.get()
    assert (
        evaluation.side,
        evaluation.author,
        evaluation.useful,
        evaluation.length,
        evaluation.new_contacts,
        evaluation.recommend,
        evaluation.take_home,
        evaluation.observation,
        evaluation.share_observation,
        evaluation.idea.text,
    ) == (
        "participant",
        visit.employee,
        5,
        "too_short",
        3,
        10,
        "Tavlemødet",
        "Alle hilser",
        True,
        "Tavlemøde hos os",
    )


def test_there_is_one_evaluation_a_side_however_many_answer(client, visit):
    second = factories.employee("Anden vært")
    visit.host.contacts.add(second)
    for contact in visit.host.contacts.all():
        client.post(link(visit, Side.HOST, contact), ANSWERS)
    client.post(link(visit), ANSWERS)
    assert sorted(Evaluation.objects.values_list("side", flat=True)) == ["host", "participant"]


def test_it_can_be_changed_for_fourteen_days(client, visit, clock):
    client.post(link(visit), ANSWERS)
    clock.now = AFTER + timedelta(days=14)
    assert 'value="5" checked' in client.get(link(visit)).content.decode()
    client.post(link(visit), ANSWERS | {"useful": "2", "idea": ""})
    assert Evaluation.objects.get().useful == 2
    assert Idea.objects.count() == 0
    clock.now = AFTER + timedelta(days=14, seconds=1)
    page = client.post(link(visit), ANSWERS)
    assert "mere end 14 dage gammel og er lukket" in page.content.decode()
    assert Evaluation.objects.get().useful == 2


def told(page) -> list[tuple[str, str]]:
    """What the page of a closed evaluation tells, question and answer."""
    return re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.content.decode())


def test_what_was_answered_can_be_read_when_it_can_be_changed_no_more(client, visit, clock):
    client.post(link(visit), ANSWERS | {"take_home": "", "idea": "Tavlemøde\nhver uge"})
    clock.now = AFTER + timedelta(days=15)
    page = client.get(link(visit))
    assert told(page) == [
        ("Hvor nyttigt var opholdet?", "5 – meget nyttigt"),
        ("Hvordan var opholdets længde?", "For kort"),
        ("Hvor mange mødte du, som du kunne ringe til en anden gang?", "3"),
        ("Vil du anbefale det til en kollega?", "10"),
        ("Var der noget, du undrede dig over?", "Alle hilser"),
        ("Min undren må gives videre til praktikstedet", "Ja"),
        ("Min undren må gives videre til min leder", "Nej"),
        ("En idé, du gerne vil prøve?", "Tavlemøde<br>hver uge"),
    ]
    assert "<form" not in page.content.decode().partition("<main")[2].partition("</main")[0]


def test_a_host_is_asked_as_a_host(client, visit, clock):
    contact = visit.host.contacts.get()
    address = link(visit, Side.HOST, contact)
    page = client.get(address).content.decode()
    for mine, others in [
        ("Hvor nyttigt var besøget for jer?", "Hvor nyttigt var opholdet?"),
        ("Vil du anbefale andre at få gæster?", "Vil du anbefale det til en kollega?"),
        ("Hvad fik I ud af besøget?", "Hvad tager du med hjem?"),
    ]:
        assert mine in page and others not in page
    client.post(address, ANSWERS)
    clock.now = AFTER + timedelta(days=15)
    assert ("Hvad fik I ud af besøget?", "Tavlemødet") in told(client.get(address))
    contact.language = "en"
    contact.save(update_fields=["language"])
    assert ("What did the visit give you?", "Tavlemødet") in told(client.get(address))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"useful": "6"}, "Marker en gyldig valgmulighed"),
        ({"recommend": "11"}, "Marker en gyldig valgmulighed"),
        ({"new_contacts": "-1"}, "større end eller lig"),
        ({"new_contacts": "mange"}, "Indtast et heltal"),
        ({"useful": ""}, "Vælg et af svarene."),
        ({"length": ""}, "Vælg et af svarene."),
        ({"recommend": ""}, "Vælg et af svarene."),
        ({"new_contacts": ""}, "Skriv et tal: 0, hvis der ikke var nogen."),
        ({"idea": "x" * 2001}, "Teksten er for lang"),
        ({"take_home": "010190-1234"}, "CPR-nummer"),
    ],
)
def test_bad_answers_are_said_kept_and_change_nothing(client, visit, change, message):
    page = client.post(link(visit), ANSWERS | change).content.decode()
    assert message in page
    assert "Alle hilser" in page
    assert Evaluation.objects.count() == 0


def test_somebody_who_no_longer_stands_on_that_side_cannot_answer(client, visit):
    former = visit.host.contacts.get()
    address = link(visit, Side.HOST, former)
    visit.host.contacts.set([factories.employee()])
    assert client.post(address, ANSWERS).status_code == 404
    assert Evaluation.objects.count() == 0


def test_it_opens_when_the_last_day_has_ended_at_the_host(client, visit, clock):
    end = at(FIRST_DAY, visit.host.ends_at)
    for moment, words in [(end - timedelta(minutes=1), "ikke slut endnu"), (end, "Send evalueringen")]:
        clock.now = moment
        assert words in client.get(link(visit)).content.decode()


def test_before_the_last_day_there_is_nothing_to_evaluate_yet(client, visit, clock):
    clock.now = NOW
    assert "Opholdet er ikke slut endnu" in client.get(link(visit)).content.decode()
    client.post(link(visit), ANSWERS)
    assert Evaluation.objects.count() == 0


def test_a_visit_that_was_called_off_is_not_evaluated(client, clock):
    clock.now = NOW
    placement = factories.placement("cancelled")
    clock.now = AFTER
    assert "blev ikke til noget" in client.get(link(placement)).content.decode()


def test_consultants_see_the_answers(client, visit):
    client.post(link(visit), ANSWERS)
    client.force_login(factories.consultant())
    page = client.get("/admin/placements/evaluation/").content.decode()
    assert "Tavlemødet" in page
    page = client.get(f"/admin/placements/evaluation/{Evaluation.objects.get().pk}/change/")
    assert "Tavlemøde hos os" in page.content.decode()
    assert FIRST_DAY.year + 1 == visit.erase_on.year


@pytest.mark.parametrize("side", [Side.PARTICIPANT, Side.HOST])
def test_a_visit_that_nobody_came_to_is_not_evaluated(client, visit, side):
    author = visit.employee if side == Side.PARTICIPANT else visit.host.contacts.get()
    evaluations.note_attendance(placement=visit, came=False, by=None, now=AFTER)
    words = "Det er noteret, at gæsten ikke kom, så der er ikke noget at evaluere."
    assert words in client.get(link(visit, side, author)).content.decode()
    assert words in client.post(link(visit, side, author), ANSWERS).content.decode()
    assert Evaluation.objects.count() == 0
    evaluations.note_attendance(placement=visit, came=True, by=None, now=AFTER)
    client.post(link(visit, side, author), ANSWERS)
    assert Evaluation.objects.get().side == side
