"""What a release of a round's result would send at once: counted before anybody presses the button."""

from collections import Counter
from collections.abc import Iterator
from copy import copy
from datetime import datetime
from itertools import chain

from placements.domain.intents import Intent, intents
from placements.domain.mailrules import PLACEMENT_RULES, RULE_OF
from placements.domain.timings import Timings, timings_of
from placements.enums import MailKind, PlacementState, Side, WishState
from placements.models import Placement, Round, Wish

_VISITS_REST_ON = tuple(dict.fromkeys(name for rule in PLACEMENT_RULES for name in rule.rests_on))


def of_release(round: Round, *, now: datetime) -> list[tuple[MailKind, Side, int]]:
    """(kind, side, number) of the mails that go out at once if the result is released now."""
    then, timings = copy(round), timings_of(round)
    then.released_at = now
    mails = chain(_told_of_no_place(then, timings), _told_of_places(then, timings))
    counts = Counter((mail.kind, mail.side) for mail in mails if mail.due is None or mail.due <= now)
    order = list(RULE_OF)
    ordered = sorted(counts, key=lambda each: (order.index(each[0]), each[1]))
    return [(kind, side, counts[kind, side]) for kind, side in ordered]


def _told_of_no_place(then: Round, timings: Timings) -> Iterator[Intent]:
    wishes = Wish.objects.filter(round=then, state=WishState.SENT).select_related("employee__manager")
    for wish in wishes.prefetch_related("placements"):
        wish.round = then
        for placement in wish.placements.all():
            placement.wish = wish
        yield from (mail for mail in intents(wish, timings) if mail.kind == MailKind.NOT_PLACED)


def _told_of_places(then: Round, timings: Timings) -> Iterator[Intent]:
    """Nothing where people were told of each place when it was confirmed."""
    if not then.hold_results:
        return
    visits = Placement.objects.filter(wish__round=then, state=PlacementState.CONFIRMED)
    for visit in visits.with_people().prefetch_related(*_VISITS_REST_ON):
        visit.wish.round = then
        yield from intents(visit, timings)
