"""The moments of a wish or a visit from which the mail plan counts, and after which a mail makes no sense.

All times are local (praktik.lib.dates).
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from placements.models import Placement, Wish
from praktik.lib.dates import at

MORNING = time(8)


def settled(placement: Placement) -> datetime:
    """When the place was settled, or last moved, as far as people know."""
    return max(filter(None, [placement.moved_at, placement.known_since]))


def end_of(day: date) -> datetime:
    """The end of a day."""
    return at(day + timedelta(days=1), time(0))


def first_day(placement: Placement) -> date:
    """The first visit day."""
    return placement.first_day


def last_day(placement: Placement) -> date:
    """The last visit day."""
    return placement.last_day


def start(placement: Placement) -> datetime:
    """When the visit begins."""
    return at(placement.first_day, placement.host.starts_at)


def latest_start(placement: Placement) -> datetime:
    """When it begins at the latest, while other days are offered."""
    return at(placement.latest_first_day, placement.host.starts_at)


def end(placement: Placement) -> datetime:
    """The end of the last visit day."""
    return end_of(placement.last_day)


def end_before_move(placement: Placement) -> datetime:
    """The end of the last day that it had before its last move."""
    return end_of(placement.days_after(max(0, placement.revision - 1))[-1])


def day_before(placement: Placement) -> datetime:
    """The morning of the day before."""
    return at(placement.first_day - timedelta(days=1), MORNING)


def after_visit(days: int) -> Callable[[Placement], datetime]:
    """The end of the day so many days after the visit."""
    return lambda placement: end_of(placement.last_day + timedelta(days=days))


def deadline(wish: Wish) -> datetime:
    """The end of the last day on which wishes are taken."""
    return end_of(wish.round.wishes_until)


def first_visits(wish: Wish) -> datetime:
    """The morning of the round's first visit day."""
    return at(wish.round.visits_from, MORNING)


def last_visits(wish: Wish) -> datetime:
    """The end of the round's last visit day."""
    return end_of(wish.round.visits_until)


def two_months_after_visits(wish: Wish) -> datetime:
    """The end of the day two months after the round's last visits."""
    return end_of(wish.round.visits_until + timedelta(days=60))
