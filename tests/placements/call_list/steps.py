"""What the tests of the call list do again and again."""

from hosts.models import Call
from placements.domain import call_list, solving
from placements.models import Solve
from tests.factories import NOW


def listed(town, now=NOW) -> list[tuple[str, str]]:
    """(name, group) of those who wishes or calls say something of, in the order of the list."""
    named = {"Rådhusets kantine", "Hovedbiblioteket", "Engskolen"}
    rows = call_list.entries(round=town.round, now=now)
    return [(row.name, row.group) for row in rows if row.name in named]


def note(workplace, outcome, *, at=NOW, **values) -> Call:
    return Call.objects.create(workplace=workplace, outcome=outcome, made_at=at, **values)


def solve(town, by, at=NOW) -> Solve:
    row = Solve.objects.create(round=town.round, goal="most_placed", by=by, asked_at=at)
    solving.run(row.pk, clock=lambda: at)
    return row


def page(client, town, tail="", **data):
    return client.get(f"/admin/placements/round/{town.round.pk}/calls/{tail}", data).content.decode()


def post(client, town, workplace, **data):
    address = f"/admin/placements/round/{town.round.pk}/calls/{workplace.pk}/"
    return client.post(address, data, follow=True).content.decode()
