"""Observations after a visit, for those whom their author let read them."""

from placements.enums import Side
from placements.models import Placement


def quotes_for(placement: Placement, reader: Side) -> list[tuple[str, str]]:
    """(name, observation) of what the other side lets this one read."""
    said = placement.evaluations.all()
    return [(str(each.author), each.observation) for each in said if each.is_passed_on_to(reader)]
