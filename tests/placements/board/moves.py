"""What the tests of the board do again and again."""

import re
from datetime import timedelta

from placements.domain import solving
from placements.enums import SolveGoal
from placements.models import Placement, Solve
from tests import factories
from tests.factories import NOW

BEFORE = NOW - timedelta(days=200)


def solved(town, by, goal=SolveGoal.MOST_PLACED) -> Solve:
    row = Solve.objects.create(round=town.round, goal=goal, by=by, asked_at=NOW)
    solving.run(row.pk, clock=lambda: NOW)
    row.refresh_from_db()
    return row


def places() -> dict[str, str]:
    return {str(row.employee): str(row.host) for row in Placement.objects.live().with_people()}


def act(client, town, do, **data):
    address = f"/admin/placements/round/{town.round.pk}/board/act/"
    return client.post(address, {"do": do, **data}, follow=True)


def seen(page: str, name="version") -> str:
    """What a page posts back of what it showed."""
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def look(client, town, page=""):
    return client.get(f"/admin/placements/round/{town.round.pk}/board/{page}").content.decode()


def earlier_wish(person):
    """A wish of this person in a round of last year."""
    earlier = factories.round(
        "Sidste år",
        wishes_from=BEFORE.date(),
        wishes_until=BEFORE.date() + timedelta(days=5),
        visits_from=BEFORE.date() + timedelta(days=10),
        visits_until=BEFORE.date() + timedelta(days=20),
    )
    return factories.wish(None, round=earlier, person=person, now=BEFORE)
