"""An observation is read by those whom its author let read it, and by nobody else."""

from datetime import timedelta

import pytest

from placements.domain import evaluations, letters, mail_links
from placements.domain.evaluations import Answers
from placements.enums import Side
from placements.models import Evaluation, PlannedMail
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

AFTER = NOW + timedelta(days=45)
SEEN_BY_VISITOR = "Alle hilser på alle."
SEEN_BY_HOST = "Hun spurgte, hvorfor vi gør det."
TO_HOST, TO_MANAGER, TO_VISITOR = (
    "Min undren må gives videre til praktikstedet",
    "Min undren må gives videre til min leder",
    "Min undren må gives videre til gæsten",
)


@pytest.fixture
def visit(clock):
    anne = factories.employee("Anne Kjærsgaard", manager=factories.employee("Ulla Winther"))
    wish = factories.wish(person=anne)
    placement = factories.placement("confirmed", wish=wish, host=factories.host("Rådhusets kantine"))
    clock.now = AFTER
    return placement


def evaluate(visit, side, observation, **shares):
    author = visit.employee if side == Side.PARTICIPANT else visit.host.contacts.get()
    given = Answers(
        useful=5, length="right", new_contacts=1, recommend=9, observation=observation, **shares
    )
    evaluations.submit(placement=visit, side=side, author=author, answers=given, now=AFTER)


def readers(client, visit, observation) -> set[str]:
    """Who reads it on a page or in a letter of thanks."""
    client.force_login(visit.employee)
    pages = {"own page": client.get("/min-side/")}
    client.logout()
    pages["team"] = client.get(mail_links.team_url(visit.employee.manager))
    found = {name for name, page in pages.items() if observation in page.content.decode()}
    thanks = PlannedMail.objects.filter(kind="thanks", state="planned")
    return found | {
        f"mail to {planned.side}"
        for planned in thanks
        if observation in letters.compose(planned, language="da").text
    }


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ({}, set()),
        ({"share_observation": True}, {"mail to host"}),
        ({"share_with_manager": True}, {"team", "mail to manager"}),
        (
            {"share_observation": True, "share_with_manager": True},
            {"mail to host", "team", "mail to manager"},
        ),
    ],
)
def test_what_made_the_visitor_wonder_reaches_those_whom_the_visitor_named(
    client, visit, shares, expected
):
    evaluate(visit, Side.PARTICIPANT, SEEN_BY_VISITOR, **shares)
    evaluate(visit, Side.HOST, "")
    assert readers(client, visit, SEEN_BY_VISITOR) == expected


@pytest.mark.parametrize(
    ("shares", "expected"),
    [({}, set()), ({"share_observation": True}, {"own page", "mail to participant"})],
)
def test_what_made_the_host_wonder_reaches_the_visitor_alone(client, visit, shares, expected):
    evaluate(visit, Side.PARTICIPANT, "")
    evaluate(visit, Side.HOST, SEEN_BY_HOST, **shares)
    assert readers(client, visit, SEEN_BY_HOST) == expected


def test_a_visitor_still_reads_it_when_the_round_is_over(client, visit, clock):
    evaluate(visit, Side.PARTICIPANT, "")
    evaluate(visit, Side.HOST, SEEN_BY_HOST, share_observation=True)
    clock.now = AFTER + timedelta(days=120)
    client.force_login(visit.employee)
    page = client.get("/min-side/").content.decode()
    assert page.count(SEEN_BY_HOST) == 1
    assert "Tidligere runder" in page


@pytest.mark.parametrize(
    ("side", "boxes"), [(Side.PARTICIPANT, [TO_HOST, TO_MANAGER]), (Side.HOST, [TO_VISITOR])]
)
def test_there_is_a_box_for_each_reader(client, visit, side, boxes):
    author = visit.employee if side == Side.PARTICIPANT else visit.host.contacts.get()
    address = mail_links.evaluation_url(visit, side, author)
    page = client.get(address).content.decode()
    assert [box for box in (TO_HOST, TO_MANAGER, TO_VISITOR) if box in page] == boxes
    answers = {"useful": "5", "length": "right", "new_contacts": "1", "recommend": "9"}
    client.post(address, answers | {"observation": "Hm.", "share_with_manager": "on"})
    assert Evaluation.objects.get().share_with_manager == (side == Side.PARTICIPANT)
