"""What the puzzle answers on rounds that one can follow on paper."""

from dataclasses import replace

import pytest

from benchmarks.rounds.invented import invented
from placements.matching import chains, explain, instance, rules, scoring, wide
from placements.matching.limit import Limit
from placements.matching.parts import parts
from placements.matching.scoring import Weights
from placements.matching.solve import solve
from placements.matching.types import Goal, Stay
from placements.matching.whatif import Help, Helps, what_would_help
from tests.matching.worlds import host, person, problem

ONE_DAY = (1, 0, 0, 0, 0)


def where(solution) -> dict[int, int]:
    return {stay.person: stay.host for stay in solution.stays}


def test_two_are_placed_rather_than_one_on_a_first_choice():
    round = problem([host(1, ONE_DAY), host(2, ONE_DAY)], [person(1, 1, 2), person(2, 1)])
    assert where(solve(round)) == {1: 2, 2: 1}


def test_who_missed_out_before_comes_first():
    round = problem([host(1, ONE_DAY)], [person(1, 1), person(2, 1, missed=1)])
    assert where(solve(round)) == {2: 1}


def test_the_worst_rank_is_spared_before_first_choices_are_counted():
    # With first choices for 1 and 2, the third would be left for 3; so all three take their second.
    hosts = [host(number, ONE_DAY) for number in range(1, 6)]
    people = [person(1, 1, 4), person(2, 2, 1), person(3, 5, 2, 3)]
    taken = person(4, 5, missed=9)
    found = solve(problem(hosts, [*people, taken]))
    ranks = scoring.figures(problem(hosts, [*people, taken]), found.stays).by_rank
    assert ranks == {1: 1, 2: 3, 3: 0, 4: 0, 5: 0}


def test_first_choices_and_relations_can_go_before_all_else():
    hosts = [host(1, ONE_DAY, department=7), host(2, ONE_DAY, department=8)]
    people = [person(1, 1, 2, department=8), person(2, 1, department=8), person(3, 2, 1, department=9)]
    round = problem(hosts, people)
    value = {goal: solve(round, goal=goal).proofs[0].value for goal in Goal}
    assert value == {Goal.MOST_PLACED: 2, Goal.MOST_FIRST_CHOICES: 2, Goal.MOST_RELATIONS: 2}


def test_two_departments_that_visit_each_other_are_one_relation():
    hosts = [host(1, ONE_DAY, department=7), host(2, ONE_DAY, department=8)]
    round = problem(hosts, [person(1, 1, department=8), person(2, 2, department=7)])
    stays = solve(round).stays
    assert scoring.relations(round, stays) == {(7, 8)}
    assert scoring.relations(replace(round, known_relations=frozenset({(8, 7)})), stays) == set()
    one_way = replace(round, relations_have_direction=True, known_relations=frozenset({(8, 7)}))
    assert scoring.relations(one_way, stays) == {(7, 8)}


def test_who_has_no_department_makes_no_relation():
    round = problem([host(1, ONE_DAY)], [person(1, 1, department=None)])
    assert scoring.figures(round, solve(round).stays).relations == 0


def test_a_stay_never_runs_over_a_week_end_unless_both_allow_split_days():
    days = (0, 0, 0, 0, 1, 1)
    apart = problem([host(1, days)], [person(1, 1, length=2, can=range(6))])
    assert solve(apart).stays == ()
    both = problem(
        [host(1, days, allows_split=True)], [person(1, 1, length=2, can=range(6), may_split=True)]
    )
    assert solve(both).stays == (Stay(1, 1, (4, 5)),)


def test_split_days_can_be_any_that_both_have():
    """A window over the days with seats would let one more seat place one person fewer."""
    splitting = {"length": 2, "can": range(3), "may_split": True}
    people = [person(n, 1, **splitting) for n in range(2)]
    for seats in ((2, 0, 2), (2, 1, 2)):
        found = solve(problem([host(1, seats, allows_split=True)], people))
        assert (len(found.stays), found.proofs[0].is_proven) == (2, True)
    tuesday = person(5, 1, can=[1])
    found = solve(problem([host(1, (1, 1, 1), allows_split=True)], [people[0], tuesday]))
    assert {stay.days for stay in found.stays} == {(0, 2), (1,)}


def test_of_millions_of_split_days_the_ones_that_are_needed_are_found():
    """Of 30 days there are 142,506 stays of five; only one leaves the days that others must have."""
    tied_days = sorted(set(range(30)) - {2, 7, 12, 20, 29})
    tied = [person(n, 1, can=[day]) for n, day in enumerate(tied_days)]
    splitting = person(99, 1, length=5, can=range(30), may_split=True)
    round = problem([host(1, (1,) * 30, lengths=(1, 5), allows_split=True)], [*tied, splitting])
    found = solve(round)
    assert (len(found.stays), found.is_proven) == (26, True)
    assert found.stays[-1] == Stay(99, 1, (2, 7, 12, 20, 29))


def test_who_keeps_split_days_keeps_them_all():
    days_before = (1, 4, 9, 10, 17)
    splitting = person(1, 1, length=5, can=range(20), may_split=True)
    canteen = host(1, (1,) * 20, lengths=(5,), allows_split=True)
    again = problem([canteen], [splitting], previous=(Stay(1, 1, days_before),))
    assert solve(again).stays == again.previous
    closed = tuple(int(day != 4) for day in range(20))
    elsewhere = replace(again, hosts=(replace(canteen, seats=closed), host(2, (1,) * 20, lengths=(5,))))
    (stay,) = solve(replace(elsewhere, people=(replace(splitting, choices=(None,)),))).stays
    assert stay.host == 1


def test_help_counts_split_days():
    splitting = [person(n, 1, length=3, can=range(12), may_split=True) for n in range(3)]
    round = problem([host(1, (1,) * 4 + (0,) * 8, lengths=(3,), allows_split=True)], splitting)
    helps = what_would_help(round, solve(round))
    assert [(call.host, call.places, sum(n for _day, n in call.seats)) for call in helps.calls] == [
        (1, 2, 5)
    ]
    assert helps.is_complete


def test_help_asks_every_host_where_the_relaxation_places_more_than_any_answer():
    """The relaxation tears all three into their places; no seat has a price, yet either host helps."""
    lengths = frozenset({2, 3})
    hosts = [
        host(0, (0, 1, 1, 1, 1, 1), lengths=lengths, allows_split=True),
        host(1, (1, 1, 1, 0, 1, 0), lengths=lengths, allows_split=True),
    ]
    people = [
        person(0, 0, length=2, can=(0, 2, 3, 4), may_split=True),
        person(1, 0, 1, length=3, can=(0, 2, 4, 5), may_split=True),
        person(2, 1, length=2, can=(0, 1, 2, 3), may_split=True),
    ]
    opened = [replace(each, openable=frozenset(range(6))) for each in hosts]
    round = problem(opened, people)
    found = solve(round)
    assert len(found.stays) == 2
    helps = what_would_help(round, found)
    assert helps.is_complete
    assert {call.host: call.places for call in helps.calls} == {0: 1, 1: 1}


def test_days_apart_are_free_however_many_stays_there_could_be(monkeypatch):
    monkeypatch.setattr(rules, "MOST_LISTED", 1)
    canteen = host(1, (1,) * 6, lengths=(1, 3), allows_split=True)
    waiting = person(0, 1, length=3, can=range(6), may_split=True)
    round = problem([canteen], [waiting])
    seats = rules.Seats(round, [Stay(9, 1, (1,)), Stay(8, 1, (3,))])
    of_round = rules.Rules(round)
    assert explain.closed_because(of_round, waiting, canteen, seats) is None
    assert explain.free_stays(of_round, waiting, canteen, seats) == [(0, 2, 4), (2, 4, 5)]
    assert explain.free_stays(of_round, waiting, canteen, seats, among={0, 2, 3, 5}) == [(0, 2, 5)]
    seats.take(Stay(7, 1, (0,)))
    seats.take(Stay(6, 1, (5,)))
    assert explain.closed_because(of_round, waiting, canteen, seats) == rules.Reason.LEFT_APART


def test_relations_that_are_found_are_kept_though_others_missed_out_before():
    hosts = [host(1, (1, 1, 1))]
    unrelated = person(1, 1, length=3, can=range(3), department=None, missed=2)
    found = solve(problem(hosts, [unrelated, person(2, 1, can=range(3))]), goal=Goal.MOST_RELATIONS)
    assert [(proof.goal, proof.value) for proof in found.proofs][:3] == [
        ("relations", 1),
        ("placed", 1),
        ("missed", 0),
    ]
    assert found.is_proven


@pytest.mark.parametrize("days_left", [0, 4])
def test_a_large_round_is_solved_also_when_fewer_days_are_left_than_a_wish_is_long(days_left):
    hosts = [host(n, (1,) * days_left, lengths=(1, 5)) for n in range(300)]
    people = [person(n, None, length=1 + 4 * (n % 2), can=range(days_left)) for n in range(250)]
    found = solve(problem(hosts, people))
    assert (len(found.stays), found.proofs[0].is_proven) == (125 if days_left else 0, True)


def test_help_counts_from_what_is_pinned_beyond_seats_and_most_visitors():
    pinned = (Stay(1, 1, (0,)), Stay(2, 1, (0,)))
    people = [person(n, 1, can=[0]) for n in (1, 2, 3)]
    full = host(1, (1, 0), most_visitors=1, openable=frozenset({0}))
    round = problem([full], people, pinned=pinned)
    helps = what_would_help(round, solve(round))
    assert helps == Helps((Help(1, places=1, seats=((0, 2),), visitors=2),), is_complete=True)


def test_what_a_wish_for_anywhere_could_have_is_looked_for_before_anything_is_proven(monkeypatch):
    """The relaxation has no use for it, and the best answer has: all four are placed."""
    for name, value in {"PAIRS_LOOKED_AT": 0, "WIDE": 0, "FIRST_HOSTS": 1}.items():
        monkeypatch.setattr(wide, name, value)
    hosts = [
        host(1, (0, 0, 0, 1, 1, 0)),
        host(2, (0, 1, 0, 0, 1, 1), allows_split=True),
        host(3, (1, 1, 0, 0, 1, 1), allows_split=True),
    ]
    people = [
        person(6, 3, length=3, can=(0, 1, 4, 5), may_split=True),
        person(9, 1, length=2, can=(3, 4)),
        person(10, None, length=3, can=(1, 4, 5), may_split=True),
        person(13, 2, None, can=(1, 4, 5)),
    ]
    found = solve(problem(hosts, people))
    assert (len(found.stays), found.proofs[0].is_proven) == (4, True)


def test_help_says_when_the_hosts_most_visitors_stand_in_the_way():
    round = problem([host(1, (2, 2), most_visitors=1)], [person(n, 1, can=range(2)) for n in range(2)])
    (call,) = what_would_help(round, solve(round)).calls
    assert (call.places, call.seats, call.visitors) == (1, (), 1)


def test_a_barred_person_is_left_out():
    round = problem([host(1)], [person(1, 1, is_barred=True), person(2, 1)])
    assert where(solve(round)) == {2: 1}


def test_who_is_to_leave_the_own_organisation_is_not_placed_in_it():
    hosts = [host(1, ONE_DAY, organisation=7), host(2, ONE_DAY, organisation=8), host(3, ONE_DAY)]
    round = problem(hosts, [person(1, 1, 2, leaves=7), person(2, 1), person(3, 3, leaves=8)])
    assert where(solve(round)) == {1: 2, 2: 1, 3: 3}


def test_a_second_run_changes_as_little_as_possible():
    hosts = [host(number, most_visitors=1) for number in (1, 2, 3)]
    people = [person(number, 1, 2, 3) for number in (1, 2, 3)]
    first = solve(problem(hosts, people))
    previous = tuple(Stay(stay.person, stay.host, (4,)) for stay in first.stays)
    assert solve(problem(hosts, people, previous=previous)).stays == previous


def test_a_round_falls_into_its_independent_parts():
    hosts = [host(1, department=1), host(2, department=2)]
    people = [person(1, 1), person(2, 2), person(3, 1)]
    round = problem(hosts, people)
    found = [
        sorted(each.id for each in part.people) for part in parts(round, Goal.MOST_PLACED, Weights())
    ]
    assert found == [[1, 3], [2]]
    anywhere = replace(round, people=(*people, person(4, None)))
    assert len(parts(anywhere, Goal.MOST_PLACED, Weights())) == 1
    assert len(solve(round).stays) == 3


def test_rings_are_found_and_preferred_when_they_get_points():
    hosts = [host(number, department=0, workplace=number) for number in (1, 2, 3, 4)]
    people = [
        person(1, {2, 4}, workplace=1, department=0),
        person(2, {3, 4}, workplace=2, department=0),
        person(3, {1, 4}, workplace=3, department=0),
    ]
    round = problem(hosts, people)
    found = solve(round, weights=Weights(ring=10, spread=0, new_relation=0))
    assert where(found) == {1: 2, 2: 3, 3: 1}
    assert [[stay.person for stay in ring] for ring in chains.rings(round, found.stays)] == [[1, 2, 3]]


def test_what_would_help_names_seats_that_exist_only_if_asked_for():
    hosts = [host(1, ONE_DAY, openable=frozenset({2}), most_visitors=1), host(2, ONE_DAY)]
    people = [person(1, 1), person(2, 1, can=[2]), person(3, 2), person(4, 2)]
    round = problem(hosts, people)
    expected = (Help(1, 1, ((2, 1),), visitors=1), Help(2, 1, ((0, 1),)))
    assert what_would_help(round, solve(round)) == Helps(expected, is_complete=True)


def test_a_call_can_help_somebody_who_never_named_the_host():
    # 3 wants host 2, which 2 leaves for host 1 as soon as there is a second seat.
    round = problem([host(1, ONE_DAY), host(2, ONE_DAY)], [person(1, 1), person(2, 1, 2), person(3, 2)])
    assert Help(1, 1, ((0, 1),)) in what_would_help(round, solve(round)).calls


def test_who_asks_to_stop_gets_the_best_so_far_and_no_proof():
    round = problem([host(1, ONE_DAY)], [person(1, 1), person(2, 1)])
    found = solve(round, should_stop=lambda: True)
    assert found.was_stopped
    assert not found.is_proven
    assert len(found.stays) == 1
    assert what_would_help(round, found) == Helps((), is_complete=False)


def test_a_solver_that_ends_too_early_by_a_clock_set_forward_is_told(monkeypatch):
    given = instance.parse(invented(1_000), "invented")
    monkeypatch.setattr(Limit, "left", 0.01)
    found = solve(given.problem, rank_cost=given.rank_cost)
    assert found.was_stopped
    assert not found.is_proven


def test_a_host_without_a_limit_is_not_closed_by_visits_that_are_over():
    over = tuple(Stay(number, 1, ()) for number in (1, 2, 3))
    round = problem([host(1, (1, 1, 1, 0, 0))], [person(n, 1) for n in (1, 2, 3, 4)], pinned=over)
    assert where(solve(round)) == {1: 1, 2: 1, 3: 1, 4: 1}


def test_a_wish_of_twenty_hosts_is_proven_right():
    hosts = [host(number, ONE_DAY) for number in range(1, 21)]
    people = [person(1, *range(20, 0, -1)), person(2, 20)]
    found = solve(problem(hosts, people), rank_cost=list(range(20)))
    assert [proof.value for proof in found.proofs[:2]] == [2, -1]


def test_nobody_comes_to_a_host_on_days_on_which_it_would_rather_not_have_them():
    """The days are closed to this person at this host only, also as a part of a longer stay."""
    unwanted = frozenset({(1, 0), (1, 3)})
    people = [person(1, 1, can=[0], unwanted=unwanted), person(2, 1, can=[0])]
    assert where(solve(problem([host(1, (2,))], people))) == {2: 1}
    pair = person(1, 1, 2, length=2, can=range(4), unwanted=unwanted)
    assert solve(problem([host(1, (1,) * 4)], [pair])).stays == (Stay(1, 1, (1, 2)),)
    round = problem([host(1, (1, 1, 0, 1)), host(2, (0, 0, 1, 1))], [pair])
    assert solve(round).stays == (Stay(1, 2, (2, 3)),)
    apart = replace(pair, may_split=True)
    splitting = problem([host(1, (1, 1, 0, 1), allows_split=True)], [apart])
    assert solve(splitting).stays == ()
    assert (
        explain.free_stays(rules.Rules(splitting), apart, splitting.hosts[0], rules.Seats(splitting))
        == []
    )


def test_it_is_told_apart_whether_a_host_would_rather_not_or_has_no_seats():
    def why(can, seats) -> rules.Reason:
        waiting = person(1, 1, can=can, unwanted=frozenset({(1, 0)}))
        round = problem([host(1, seats)], [waiting])
        left = rules.Seats(round, [Stay(9, 1, (1,))])
        return explain.closed_because(rules.Rules(round), waiting, round.hosts[0], left)

    assert why([0], (1, 1)) == rules.Reason.UNWANTED
    assert why([0, 1], (1, 0)) == rules.Reason.NOT_OPEN
    assert why([0, 1], (1, 1)) == rules.Reason.FULL
    assert why([0, 1], (1, 2)) is None


def test_unwanted_days_are_kept_free_in_a_wide_round_too(monkeypatch):
    make_wide(monkeypatch)
    hosts = [host(number, ONE_DAY) for number in range(1, 9)]
    unwanted = frozenset((number, 0) for number in range(1, 7))
    people = [person(number, None, unwanted=unwanted) for number in range(10)]
    found = solve(problem(hosts, people))
    assert sorted(stay.host for stay in found.stays) == [7, 8]
    elsewhere = [replace(each, unwanted=frozenset({(1, 1), (99, 0)})) for each in people]
    found = solve(problem(hosts, elsewhere))
    assert (len(found.stays), found.proofs[0].is_proven) == (8, True)


def make_wide(monkeypatch):
    for name, value in {"PAIRS_LOOKED_AT": 0, "WIDE": 2, "FIRST_HOSTS": 1}.items():
        monkeypatch.setattr(wide, name, value)


def test_help_is_found_in_a_wide_round_too(monkeypatch):
    hosts = [host(number, ONE_DAY, openable=frozenset({3})) for number in range(1, 9)]
    round = problem(hosts, [person(number, None) for number in range(10)])
    every = what_would_help(round, solve(round)).calls
    make_wide(monkeypatch)
    wide = what_would_help(round, solve(round)).calls
    assert [each.places for each in every] == [2] * 8
    assert {each.places for each in wide} == {2}
