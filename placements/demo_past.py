"""A round of the nationwide demo that is long over, written in bulk: wishes, visits, what people said."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from employees.models import Area, Employee, Sector
from hosts.models import Host
from placements import demo_country as country
from placements.enums import (
    ChoiceKind,
    IdeaState,
    PlacementState,
    RoundStep,
    Side,
    VisitLength,
    WishState,
)
from placements.models import (
    Choice,
    Evaluation,
    Event,
    Idea,
    Placement,
    Round,
    RoundEvent,
    VisitDay,
    Wish,
)
from praktik.lib.dates import at

# The rank that the place got, for one visitor after another.
RANKS = (1, 1, 2, 1, 1, 3)
# Lengths that share no factor with those who do not answer, so that the shares hold among answers.
USEFUL, RECOMMEND = (5, 4, 4, 3, 5, 4, 4, 3, 5), (10, 9, 8, 9, 10, 9, 10, 8, 9, 6, 10)
IDEA_STATES = (IdeaState.IN_USE, IdeaState.TRIED, IdeaState.DROPPED, IdeaState.NEW)


@dataclass(frozen=True)
class Past:
    """The size of a past round: how many wished, how many hosts took how many visitors."""

    name: str
    weeks_ago: int
    wishes: int
    hosts: int
    visits: int


@dataclass(frozen=True)
class Visit:
    """Who went where: the nth visitor of the host, and the number in the round."""

    number: int
    person: Employee
    host: Host
    nth: int


def write(
    past: Past, round: Round, pool: list[Employee], hosts: list[Host], *, by: Employee
) -> list[Employee]:
    """Write what happened in a past round; returns those of the pool who got no place, in order."""
    visits = _visits(past, pool, hosts)
    went = {visit.person.pk for visit in visits}
    missed = [person for person in pool if person.pk not in went]
    sent_at = at(round.wishes_until - timedelta(days=3), time(9))
    chosen = [(visit.person, _choices_of(visit, hosts)) for visit in visits]
    chosen += [(person, _popular(number, person, hosts)) for number, person in enumerate(missed)]
    wishes = _write_wishes(round, chosen, visits, sent_at)
    placements = _write_visits(round, visits, wishes, by)
    _write_evaluations(visits, placements)
    for step, moment in ((RoundStep.RELEASED, round.released_at), (RoundStep.CLOSED, round.closed_at)):
        RoundEvent.objects.create(round=round, step=step, by=by, at=moment)
    return missed


def _visits(past: Past, pool: list[Employee], hosts: list[Host]) -> list[Visit]:
    """Each host takes one, then those that take two a second, and so on; nobody stays at home.

    The pool begins with those who missed out before: they come first.
    """
    taking = hosts[: past.hosts]
    most = max(host.most_visitors for host in taking)
    seats = [(host, nth) for nth in range(1, most + 1) for host in taking if nth <= host.most_visitors]
    free, visits = list(pool), []
    for number, (host, nth) in enumerate(seats[: past.visits]):
        person = next(person for person in free if not _is_at_home(person, host))
        free.remove(person)
        visits.append(Visit(number, person, host, nth))
    return visits


def _is_at_home(person: Employee, host: Host) -> bool:
    return _organisation(person.workplace) == _organisation(host.workplace)


def _organisation(workplace):
    return workplace.department.organisation


def _choices_of(visit: Visit, hosts: list[Host]) -> list[dict]:
    """Choices of which the one at the rank that came true fits the host."""
    number, host = visit.number, visit.host
    organisation = _organisation(host.workplace)
    fitting = [
        {"kind": ChoiceKind.HOST, "host": host},
        {"kind": ChoiceKind.FIELD, "field": host.fields.all()[0]},
        {"kind": ChoiceKind.HOST, "host": host},
        {"kind": ChoiceKind.AREA, "area": Area(organisation.area)},
        {"kind": ChoiceKind.SECTOR, "sector": Sector(organisation.sector)},
        {"kind": ChoiceKind.ANYWHERE},
    ][number % 6]
    before = [
        choice for choice in _popular(number, visit.person, hosts)
        if choice["kind"] == ChoiceKind.HOST and choice["host"] != host
    ]  # fmt: skip
    return [*before[: RANKS[number % len(RANKS)] - 1], fitting]


def _popular(number: int, person: Employee, hosts: list[Host]) -> list[dict]:
    """Three of the places that many want, in another organisation."""
    abroad = [host for host in hosts[:24] if not _is_at_home(person, host)]
    named = [abroad[(number + step) % len(abroad)] for step in (0, 5, 11)]
    return [{"kind": ChoiceKind.HOST, "host": host} for host in named]


def _write_wishes(round: Round, chosen, visits: list[Visit], sent_at: datetime) -> list[Wish]:
    lengths = [_length(visit) for visit in visits]
    wishes = Wish.objects.bulk_create(
        Wish(
            round=round,
            employee=person,
            state=WishState.SENT,
            length=lengths[number] if number < len(lengths) else 2 + number % 4,
            possible_days=round.days,
            goal=country.GOALS[number % len(country.GOALS)],
            times_sent=1,
            saved_at=sent_at,
            sent_at=sent_at,
        )
        for number, (person, _choices) in enumerate(chosen)
    )
    Choice.objects.bulk_create(
        Choice(wish=wish, rank=rank, **choice)
        for wish, (_person, choices) in zip(wishes, chosen, strict=True)
        for rank, choice in enumerate(choices, start=1)
    )
    Event.objects.bulk_create(
        Event(wish=wish, by=wish.employee, at=sent_at, to_state=WishState.SENT) for wish in wishes
    )
    return wishes


def _length(visit: Visit) -> int:
    return min(visit.host.longest_visit, 2 + visit.number % 4)


def _days(visit: Visit, round: Round) -> list:
    length = _length(visit)
    first = visit.number % (len(round.days) - length + 1)
    return round.days[first : first + length]


def _write_visits(round: Round, visits: list[Visit], wishes: list[Wish], by) -> list[Placement]:
    confirmed_at = round.released_at - timedelta(days=5)
    placements = Placement.objects.bulk_create(
        Placement(
            wish=wish,
            host=visit.host,
            state=PlacementState.CONFIRMED,
            days=days,
            last_day=days[-1],
            created_at=confirmed_at,
            confirmed_at=confirmed_at,
            attended=visit.number % 40 != 39,
        )
        for visit, wish in zip(visits, wishes, strict=False)
        for days in [_days(visit, round)]
    )
    rows = list(zip(visits, placements, strict=True))
    VisitDay.objects.bulk_create(
        VisitDay(placement=placement, host=visit.host, employee=visit.person, date=day, seat=visit.nth)
        for visit, placement in rows
        for day in placement.days
    )
    Event.objects.bulk_create(
        Event(
            wish=placement.wish, placement=placement, by=by, at=confirmed_at,
            from_state=PlacementState.PROPOSED, to_state=PlacementState.CONFIRMED,
        )
        for placement in placements
    )  # fmt: skip
    return placements


def _write_evaluations(visits: list[Visit], placements: list[Placement]) -> None:
    """Seven of eight visitors and five of six hosts answer; every third visitor brings an idea home."""
    given = []
    for visit, placement in zip(visits, placements, strict=True):
        if placement.attended and visit.number % 8 != 7:
            given.append(_evaluation(visit, placement, Side.PARTICIPANT))
        if placement.attended and visit.number % 6 != 5:
            given.append(_evaluation(visit, placement, Side.HOST))
    evaluations = Evaluation.objects.bulk_create(given)
    by_visitors = [each for each in evaluations if each.side == Side.PARTICIPANT]
    Idea.objects.bulk_create(
        _idea(number, evaluation) for number, evaluation in enumerate(by_visitors[::3])
    )


def _evaluation(visit: Visit, placement: Placement, side: Side) -> Evaluation:
    number, is_host = visit.number, side == Side.HOST
    texts = country.HOST_TAKE_HOME if is_host else country.TAKE_HOME
    answered_at = at(placement.last_day + timedelta(days=3), time(11))
    return Evaluation(
        placement=placement,
        side=side,
        author=visit.host.contacts.all()[0] if is_host else visit.person,
        useful=USEFUL[number % len(USEFUL)],
        length=VisitLength.TOO_SHORT if number % 5 == 0 else VisitLength.RIGHT,
        new_contacts=1 if is_host else 2 + number % 4,
        recommend=RECOMMEND[number % len(RECOMMEND)],
        take_home=texts[number % len(texts)],
        observation="" if is_host else country.OBSERVATIONS[number % len(country.OBSERVATIONS)],
        share_observation=not is_host and number % 2 == 0,
        share_with_manager=not is_host and number % 4 == 0,
        answered_at=answered_at,
        changed_at=answered_at,
    )


def _idea(number: int, evaluation: Evaluation) -> Idea:
    text, outcome = country.IDEAS[number % len(country.IDEAS)]
    state = IDEA_STATES[number % len(IDEA_STATES)]
    is_told = state != IdeaState.NEW
    told_at = evaluation.answered_at + timedelta(days=95) if is_told else None
    return Idea(
        evaluation=evaluation,
        text=text,
        state=state,
        outcome=outcome if is_told else "",
        told_at=told_at,
    )
