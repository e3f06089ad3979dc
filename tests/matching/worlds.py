"""Small invented rounds for the puzzle, and the rules once more, written for plainness alone."""

from datetime import date, timedelta
from functools import partial
from itertools import combinations, product

from hypothesis import strategies as st

from placements.matching import scoring
from placements.matching.scoring import SOFT, Weights
from placements.matching.types import Goal, Host, Person, Problem, Stay

MONDAY = date(2027, 1, 4)


def days(count: int = 5) -> tuple[date, ...]:
    """Working days from a Monday on; after each fifth one comes a week-end."""
    return tuple(MONDAY + timedelta(days=n + 2 * (n // 5)) for n in range(count))


def host(number: int, seats=(1, 1, 1, 1, 1), **values) -> Host:
    values = {"department": number, "lengths": frozenset({1, 2, 3}), "workplace": 100 + number} | values
    return Host(id=number, seats=tuple(seats), **values)


def person(number: int, *choices, length=1, can=range(5), **values) -> Person:
    """A person who wishes for hosts (numbers), sets of hosts, or None for anywhere."""
    sets = tuple(frozenset([c]) if isinstance(c, int) else c and frozenset(c) for c in choices)
    values = {"department": 50 + number, "workplace": 500 + number} | values
    return Person(id=number, length=length, days=frozenset(can), choices=sets, **values)


def problem(hosts, people, **values) -> Problem:
    return Problem(days=days(len(hosts[0].seats)), hosts=tuple(hosts), people=tuple(people), **values)


@st.composite
def problems(draw, most_people: int = 4) -> Problem:
    """Rounds of up to 4 people and 3 hosts over 4 days with a week-end's gap among them."""
    dates = (MONDAY, MONDAY + timedelta(1), MONDAY + timedelta(2), MONDAY + timedelta(7))
    some_days = st.frozensets(st.integers(0, 3))
    before = st.frozensets(st.sampled_from([MONDAY - timedelta(2), MONDAY - timedelta(1)]))
    hosts = tuple(
        Host(
            id=number,
            department=draw(st.integers(0, 1)),
            seats=tuple(draw(st.lists(st.integers(0, 2), min_size=4, max_size=4))),
            lengths=draw(st.frozensets(st.integers(1, 3), min_size=1)),
            most_visitors=draw(st.none() | st.integers(0, 2)),
            workplace=number,
            organisation=draw(st.none() | st.integers(0, 1)),
            openable=draw(some_days),
            allows_split=draw(st.booleans()),
        )
        for number in range(3)
    )
    choice = st.none() | st.frozensets(st.integers(0, 2), min_size=1, max_size=2)
    people = tuple(
        Person(
            id=number,
            department=draw(st.none() | st.integers(0, 2)),
            length=draw(st.integers(1, 3)),
            days=can - elsewhere,
            choices=tuple(draw(st.lists(choice, min_size=1, max_size=3))),
            workplace=draw(st.integers(0, 4)),
            leaves=draw(st.sampled_from([None, None, 0, 1])),
            forbidden=draw(st.frozensets(st.integers(0, 2), max_size=1)),
            visited=draw(st.frozensets(st.integers(0, 2), max_size=1)),
            missed=draw(st.integers(0, 2)),
            is_barred=draw(st.sampled_from([False, False, False, True])),
            may_split=draw(st.booleans()),
            past=draw(before),
            elsewhere=frozenset(dates[day] for day in can & elsewhere),
            unwanted=draw(st.frozensets(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=4)),
        )
        for number in range(draw(st.integers(1, most_people)))
        for can in [draw(some_days)]
        for elsewhere in [draw(st.just(frozenset()) | some_days)]
    )
    return Problem(
        dates,
        hosts,
        people,
        known_relations=draw(
            st.frozensets(st.tuples(st.integers(0, 2), st.integers(0, 1)), max_size=2)
        ),
        relations_have_direction=draw(st.booleans()),
    )


def possible_stays(problem: Problem, person: Person) -> list[Stay]:
    """Every stay that breaks no rule of its own, one rule after another in plain words."""
    stays = []
    for each in problem.hosts:
        if person.is_barred or each.id in person.forbidden or each.workplace == person.workplace:
            continue
        if person.leaves is not None and each.organisation == person.leaves:
            continue
        if person.rank_of(each.id) is None or person.length not in each.lengths:
            continue
        both = [day for day in welcome_days(person, each) if each.seats[day] > 0]
        stays += [Stay(person.id, each.id, run) for run in runs_among(problem, person, each, both)]
    return stays


def welcome_days(person: Person, host: Host) -> list[int]:
    """The person's days without those on which the host would rather not have the person."""
    return [day for day in sorted(person.days) if (host.id, day) not in person.unwanted]


def runs_among(problem: Problem, person: Person, host: Host, days) -> list[tuple[int, ...]]:
    """The runs of the person's length that these days hold; any days where both allow split ones."""
    return [
        run
        for run in combinations(sorted(days), person.length)
        if may_be_a_visit(person, host, [problem.days[day] for day in run])
    ]


def may_be_a_visit(person: Person, host: Host, dates) -> bool:
    """Whether these dates follow one another, or need not."""
    neighbours = all(b - a == timedelta(days=1) for a, b in zip(dates, dates[1:], strict=False))
    return neighbours or (person.may_split and host.allows_split)


def is_so(reason: str, problem: Problem, stays, person: Person, host: Host) -> bool:
    """Whether what a reason says is true, word by word, of a person and a host beside these stays."""
    here = [stay for stay in stays if stay.host == host.id]
    welcome = welcome_days(person, host)
    taken = {day: sum(day in stay.days for stay in here) for day in welcome}
    open_ = [day for day in welcome if host.seats[day] > 0]
    left = [day for day in open_ if taken[day] < host.seats[day]]
    has_run = partial(runs_among, problem, person, host)
    to_come = {problem.days[day] for day in person.days} | person.elsewhere
    wished = to_come | person.past

    def hold_a_visit(dates) -> bool:
        runs = combinations(sorted(dates), person.length)
        return any(may_be_a_visit(person, host, run) for run in runs)

    return {
        "barred": person.is_barred,
        "own_workplace": person.workplace == host.workplace,
        "own_organisation": person.leaves == host.organisation,
        "forbidden": host.id in person.forbidden,
        "length": person.length not in host.lengths,
        "own_days": not hold_a_visit(wished),
        "past": hold_a_visit(wished) and not hold_a_visit(wished - person.past),
        "elsewhere": hold_a_visit(to_come) and not hold_a_visit(to_come - person.elsewhere),
        "unwanted": bool(has_run(person.days)) and not has_run(welcome),
        "not_open": not open_,
        "open_apart": bool(open_) and not has_run(open_),
        "quota": len(here) >= host.quota,
        "full": len(open_) == len(welcome) and not left,
        "full_or_closed": len(open_) < len(welcome) and not left,
        "left_apart": bool(left) and not has_run(left),
    }[reason]


def broken_rules(problem: Problem, stays) -> list[str]:
    """What is wrong with an answer, seats and quotas included; pinned stays may break other rules."""
    faults = []
    for stay in stays:
        person = problem.person_of[stay.person]
        if stay not in problem.pinned and stay not in possible_stays(problem, person):
            faults.append(f"{stay} breaks a rule")
    if len({stay.person for stay in stays}) < len(stays):
        faults.append("somebody is placed twice")
    for each in problem.hosts:
        here = [stay for stay in stays if stay.host == each.id]
        if len(here) > each.quota:
            faults.append(f"host {each.id} has {len(here)} visitors")
        for day, seats in enumerate(each.seats):
            if sum(day in stay.days for stay in here) > seats:
                faults.append(f"host {each.id} is overbooked on day {day}")
    return faults


def all_answers(problem: Problem):
    """Every answer that breaks no rule."""
    options = [[None, *possible_stays(problem, person)] for person in problem.people]
    for picked in product(*options):
        stays = [stay for stay in picked if stay]
        if not broken_rules(problem, stays):
            yield stays


def best_value(problem: Problem, goal: Goal, weights: Weights) -> list[int]:
    """The best values of all goals, found by trying every answer."""
    levels = scoring.levels(goal)
    return max(
        [
            *(scoring.value(level, problem, stays) for level in levels),
            scoring.soft_value(problem, stays, weights),
        ]
        for stays in all_answers(problem)
    )


GOALS = [*(level.name for level in scoring.levels(Goal.MOST_PLACED)), SOFT]
