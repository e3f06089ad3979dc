"""Each person's own page says where the wish stands."""

import re
from datetime import timedelta

import pytest

from placements.domain import evaluations, lifecycle, wishes
from placements.domain.evaluations import Answers
from placements.enums import CalledOffBy, Side
from placements.models import Idea, Round
from praktik.lib.dates import add_working_days, at
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def anne(client):
    person = factories.employee("Anne Kjærsgaard")
    client.force_login(person)
    return person


def page(client):
    return client.get("/min-side/").content.decode()


def test_from_no_wish_to_an_evaluated_visit(client, anne, clock):
    round = factories.round()
    host = factories.host("Rådhusets kantine")
    assert "Skriv dit ønske" in page(client)
    wish = factories.wish(host, person=anne, round=round, send=False)
    assert "Dit ønske er en kladde" in page(client)
    wish = factories.wish(host, person=anne, round=round)
    assert "Konsulenterne leder efter en plads" in page(client)
    placement = factories.placement("asked", wish=wish, host=host)
    assert "Konsulenterne leder efter en plads" in page(client)
    assert "Du skal besøge" not in page(client)  # a proposal is nobody's business yet
    lifecycle.confirm(placement=placement, by=None, now=NOW)
    assert "Du skal besøge Rådhusets kantine" in page(client)
    clock.now = NOW + timedelta(days=45)
    assert "Du har besøgt Rådhusets kantine" in page(client)
    assert "Evaluér besøget" in page(client)
    assert "slettes den 15. januar 2028" in page(client)


def test_a_host_contact_finds_the_way_to_the_arrivals(client, anne):
    host = factories.host("Rådhusets kantine", contacts=[anne])
    assert f'href="/vaert/{host.pk}/"' in page(client)


def test_somebody_without_workplace_or_round_gets_a_page_too(client):
    client.force_login(factories.employee(workplace=None))
    assert "Ingen runde lige nu" in page(client)


@pytest.mark.parametrize("rounds", [1, 10])
def test_the_page_takes_the_same_queries_however_many_rounds(
    client, anne, rounds, django_assert_num_queries
):
    for number in range(rounds):
        round = factories.round(
            f"Runde {number}",
            visits_from=factories.FIRST_DAY + timedelta(days=7 * number),
            visits_until=factories.FIRST_DAY + timedelta(days=7 * number + 4),
        )
        host = factories.host()
        wish = factories.wish(host, None, person=anne, round=round)
        factories.placement("confirmed", wish=wish, host=host)
    with django_assert_num_queries(14):
        page(client)


def steps(client) -> list[str]:
    """The time line of the page: '✓' done, '→' now, and the label with its day."""
    found = re.findall(r'timeline-step (done|current|)">(.*?)</li>', page(client), re.DOTALL)
    marks = {"done": "✓ ", "current": "→ ", "": ""}
    plain = [
        re.sub(r"<span class=\"sr-only\">.*?</span>|<[^>]+>", " ", words) for _mark, words in found
    ]
    return [
        marks[mark] + " ".join(words.split()) for (mark, _), words in zip(found, plain, strict=True)
    ]


def test_the_time_line_says_when_each_step_was_reached(client, anne, clock):
    anne.manager = factories.employee()
    anne.save(update_fields=["manager"])
    host = factories.host("Rådhusets kantine")
    wish = factories.wish(host, person=anne, round=factories.round(needs_approval=True))
    later = ["Ophold", "Evalueret", "Fortalt, hvad det blev til"]
    waiting = ["Søgning efter plads", "Plads fundet"]
    assert steps(client) == ["✓ Ønske sendt 23. november", "→ Din leders godkendelse", *waiting, *later]
    wishes.approve(wish=wish, by=anne.manager, now=NOW)
    wish.refresh_from_db()
    sent = ["✓ Ønske sendt 23. november", "✓ Godkendt af din leder 23. november"]
    assert steps(client) == [*sent, "→ " + waiting[0], waiting[1], *later]
    visit = factories.placement("asked", wish=wish, host=host)
    assert steps(client) == [*sent, "→ " + waiting[0], waiting[1], *later]
    lifecycle.confirm(placement=visit, by=None, now=NOW)
    sent += ["✓ " + waiting[0], "✓ Plads fundet 23. november"]
    assert steps(client) == [*sent, "→ Ophold", *later[1:]]
    clock.now = NOW + timedelta(days=44)
    assert steps(client) == [*sent, "✓ Ophold 4. januar", "→ Evalueret", later[2]]
    said = Answers(useful=5, length="right", new_contacts=1, recommend=9, idea="Tavlemøde")
    evaluations.submit(placement=visit, side=Side.PARTICIPANT, author=anne, answers=said, now=clock.now)
    assert steps(client)[-2:] == ["✓ Evalueret 6. januar", "→ Fortalt, hvad det blev til"]
    evaluations.tell_of_idea(idea=Idea.objects.get(), state="in_use", outcome="Ja!", now=clock.now)
    assert steps(client)[-1] == "✓ Fortalt, hvad det blev til 6. januar"


def test_a_visit_to_come_has_a_map_the_guide_whom_to_call_and_a_way_out(client, anne, clock):
    round = factories.round(guide_da="# Før\n- Ring først", contact_phone="99 00 00 01")
    host = factories.host("Rådhusets kantine")
    factories.placement("confirmed", host=host, wish=factories.wish(host, person=anne, round=round))
    words = page(client)
    assert "https://www.openstreetmap.org/search?query=Torvet+1%2C+9999+Havneby" in words
    assert 'href="tel:99 00 00 01"' in words
    assert "Kan du ikke komme?</a>" in words and "Træk dit ønske tilbage" not in words
    guide = client.get(f"/min-side/guide/{round.pk}/").content.decode()
    assert "<h2>Før</h2>\n<ul><li>Ring først</li></ul>" in guide
    clock.now = at(add_working_days(FIRST_DAY, -2), NOW.time())
    words = page(client)
    assert "Besøget er tæt på: Ring til konsulenterne." in words and "/afbud/" not in words


def test_earlier_rounds_are_told_shortly_and_ideas_can_be_brought_up_to_date(client, anne, clock):
    before = factories.round("Sidste runde")
    host = factories.host("Rådhusets kantine")
    visit = factories.placement(
        "confirmed", host=host, wish=factories.wish(host, person=anne, round=before)
    )
    clock.now = NOW + timedelta(days=90)
    assert "Evaluér besøget" in page(client)  # something is left to say
    said = Answers(useful=5, length="right", new_contacts=1, recommend=9, idea="Tavlemøde")
    evaluations.submit(placement=visit, side=Side.PARTICIPANT, author=anne, answers=said, now=clock.now)
    words = " ".join(page(client).split())
    assert "Sidste runde: du besøgte Rådhusets kantine mandag den 4. januar." in words
    assert "Tavlemøde" in words and "timeline" not in words
    link = re.search(r'href="\S*?(/ideer/[^"]+)"', words)[1]
    client.post(link, {"state": "in_use", "outcome": "Hver morgen."})
    words = page(client)
    assert "I brug" in words and "Hver morgen." in words


def test_a_guide_that_is_not_there_is_not_found(client, anne):
    round = factories.round(guide_da="", guide_en="")
    assert client.get(f"/min-side/guide/{round.pk}/").status_code == 404


def ended(fate, person):
    """A wish of a round that came to nothing, in this way."""
    person.manager = factories.employee()
    person.save(update_fields=["manager"])
    host = factories.host("Rådhusets kantine")
    round = factories.round(needs_approval=fate in {"refused", "unanswered"})
    wish = factories.wish(host, person=person, round=round, send=fate != "draft")
    if fate == "refused":
        wishes.refuse(wish=wish, reason="Vi har travlt.", by=person.manager, now=NOW)
    if fate in {"by_host", "by_participant", "by_other"}:
        visit = factories.placement("confirmed", host=host, wish=wish)
        caller = CalledOffBy(fate.removeprefix("by_"))
        lifecycle.cancel(placement=visit, reason="Sygdom.", by=None, now=NOW, caller=caller)
    return wish


ENDINGS = [
    ("no_place", "der var ikke plads til dig."),
    ("refused", "din leder sagde nej."),
    ("unanswered", "din leder svarede ikke."),
    ("by_host", "Rådhusets kantine aflyste dit besøg."),
    ("by_participant", "du meldte afbud til dit besøg hos Rådhusets kantine."),
    ("by_other", "dit besøg hos Rådhusets kantine blev aflyst."),
]


@pytest.mark.parametrize(("fate", "words"), [*ENDINGS, ("draft", "dit ønske blev ikke sendt.")])
def test_a_closed_round_says_how_a_wish_ended_and_promises_nothing(client, anne, fate, words):
    ended(fate, anne)
    Round.objects.update(closed_at=NOW)
    assert f"<p>Runden er lukket: {words}</p>" in page(client)
    assert "Nu:" not in page(client) and "Senere:" not in page(client)


@pytest.mark.parametrize(("fate", "words"), ENDINGS)
def test_earlier_rounds_say_how_a_wish_ended(client, anne, clock, fate, words):
    ended(fate, anne)
    clock.now = NOW + timedelta(days=90)
    assert f"<li>Lynpraktik 2027: {words}</li>" in page(client)


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_result_that_was_never_announced_blames_nobody(client, anne, clock, is_closed):
    host = factories.host("Rådhusets kantine")
    round = factories.round(hold_results=True)
    factories.placement("confirmed", host=host, wish=factories.wish(host, person=anne, round=round))
    clock.now = NOW + timedelta(days=90)
    Round.objects.update(closed_at=clock.now if is_closed else None)
    assert "<li>Lynpraktik 2027: resultatet blev aldrig meldt ud.</li>" in page(client)


def test_who_had_the_wish_withdrawn_by_a_consultant_is_not_said_to_have_done_it(client, anne, clock):
    wish = ended("no_place", anne)
    wishes.withdraw(wish=wish, by=factories.consultant(), now=NOW)
    clock.now = NOW + timedelta(days=90)
    assert "du trak" not in page(client)


@pytest.mark.parametrize("is_released", [False, True])
def test_a_draft_that_is_too_late_is_not_to_be_sent_any_more(client, anne, clock, is_released):
    ended("draft", anne)
    assert "Nu:" in page(client) and "Gør dit ønske færdigt, og send det" in page(client)
    clock.now = NOW + timedelta(days=12)
    Round.objects.update(released_at=clock.now if is_released else None)
    assert "Fristen er udløbet, og dit ønske blev ikke sendt." in page(client)
    assert "timeline" not in page(client) and "send det" not in page(client)


@pytest.mark.parametrize(
    ("fate", "words"),
    [
        ("by_host", "Dit besøg blev aflyst. Dit ønske gælder stadig og kommer først"),
        ("by_participant", "Du har meldt afbud. Dit ønske gælder stadig"),
    ],
)
@pytest.mark.parametrize("is_released", [False, True])
def test_who_called_a_visit_off_is_told_apart_while_a_place_is_sought(
    client, anne, fate, words, is_released
):
    ended(fate, anne)
    Round.objects.update(released_at=NOW if is_released else None)
    assert words in page(client)
