"""What must hold of every round, tried on many small ones against every possible answer."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placements.matching import chains, explain, scoring
from placements.matching.rules import Seats
from placements.matching.scoring import Weights
from placements.matching.solve import solve
from placements.matching.types import Goal
from placements.matching.whatif import what_would_help
from tests.matching.worlds import all_answers, best_value, broken_rules, is_so, possible_stays, problems

tries = settings(max_examples=60, deadline=None)


pytestmark = pytest.mark.usefixtures("split_days")


@tries
@given(problems(), st.sampled_from(Goal))
def test_no_answer_is_better_than_the_one_that_is_called_proven(problem, goal):
    found = solve(problem, goal=goal)
    assert broken_rules(problem, found.stays) == []
    assert found.is_proven
    assert [proof.value for proof in found.proofs] == best_value(problem, goal, Weights())


@tries
@given(problems(), st.data())
def test_a_second_answer_is_the_closest_to_the_first_among_the_best(problem, data):
    before = [
        data.draw(st.sampled_from(stays))
        for person in problem.people
        if (stays := possible_stays(problem, person))
    ]
    again = replace(problem, previous=tuple(before))
    found = solve(again)
    assert found.is_proven
    assert [proof.value for proof in found.proofs] == best_value(again, Goal.MOST_PLACED, Weights())


@tries
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_input_never_matters(problem, random):
    people, hosts = list(problem.people), list(problem.hosts)
    random.shuffle(people)
    random.shuffle(hosts)
    shuffled = replace(problem, people=tuple(people), hosts=tuple(hosts))
    assert solve(shuffled).stays == solve(problem).stays


@tries
@given(problems(), st.integers(0, 2), st.integers(0, 3))
def test_a_further_seat_never_places_fewer(problem, number, day):
    host = problem.hosts[number]
    seats = (*host.seats[:day], host.seats[day] + 1, *host.seats[day + 1 :])
    quota = None if host.most_visitors is None else host.most_visitors + 1
    more = replace(host, seats=seats, most_visitors=quota)
    richer = replace(problem, hosts=tuple(more if h is host else h for h in problem.hosts))
    assert len(solve(richer).stays) >= len(solve(problem).stays)


@tries
@given(problems(), st.data())
def test_what_is_pinned_stays_and_the_rest_is_the_best_beside_it(problem, data):
    answers = [stays for stays in all_answers(problem) if stays]
    if not answers:
        return
    pin = data.draw(st.sampled_from(data.draw(st.sampled_from(answers))))
    pinned = replace(problem, pinned=(pin,))
    found = solve(pinned)
    assert pin in found.stays
    assert broken_rules(pinned, found.stays) == []
    assert len(found.stays) == max(len(stays) for stays in answers if pin in stays)


@tries
@given(problems())
def test_what_is_said_of_the_unplaced_is_true(problem):
    stays = solve(problem).stays
    seats = Seats(problem, stays)
    placed = {stay.person for stay in stays}
    for person in problem.people:
        if person.id in placed:
            continue
        said = explain.closed_choices(problem, person, seats, None)
        closed = {each.host: each.reason for choice in said for each in choice.hosts}
        assert None not in closed.values()
        for number, reason in closed.items():
            assert is_so(reason, problem, stays, person, problem.host_of[number])
        for stay in possible_stays(problem, person):
            assert broken_rules(problem, [*stays, stay]) != []
            assert closed[stay.host] in {"full", "full_or_closed", "left_apart", "quota"}


@tries
@given(problems(), st.data())
def test_what_would_help_helps_exactly_that_much(problem, data):
    stays = [stay for person in problem.people for stay in possible_stays(problem, person)]
    pins = data.draw(st.lists(st.sampled_from(stays), unique_by=lambda s: s.person)) if stays else []
    problem = replace(problem, pinned=tuple(pins))
    solution = solve(problem)
    for each in what_would_help(problem, solution).calls:
        host = problem.host_of[each.host]
        seats = list(host.seats)
        for day, count in each.seats:
            seats[day] += count
        most = host.most_visitors
        most = most if most is None else most + each.visitors
        more = replace(host, seats=tuple(seats), most_visitors=most)
        richer = replace(problem, hosts=tuple(more if h is host else h for h in problem.hosts))
        assert len(solve(richer).stays) == len(solution.stays) + each.places


@tries
@given(problems(most_people=5))
def test_points_for_rings_are_counted_as_they_are_shown(problem):
    weights = Weights(new_relation=0, spread=0, ring=10)
    found = solve(problem, weights=weights)
    best = max(
        [scoring.value(level, problem, stays) for level in scoring.levels(Goal.MOST_PLACED)]
        + [scoring.soft_value(problem, stays, weights) + 10 * chains.count(problem, stays)]
        for stays in all_answers(problem)
    )
    assert [proof.value for proof in found.proofs] == best
    rings = chains.rings(problem, found.stays)
    assert sum(map(len, rings)) == chains.count(problem, found.stays)
    for ring in rings:
        homes = [problem.person_of[stay.person].workplace for stay in ring]
        hosts = [problem.host_of[stay.host].workplace for stay in ring]
        assert hosts == homes[1:] + homes[:1]
