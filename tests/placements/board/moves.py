"""What the tests of the board do again and again."""

import re

from placements.domain import solving
from placements.enums import SolveGoal
from placements.models import Placement, Solve
from tests.factories import NOW


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
