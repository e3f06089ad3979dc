"""The same round gives the same answer, however slow the machine is."""

from random import Random

from placements.matching import climb, whatif
from placements.matching.solve import solve
from placements.matching.types import Problem
from placements.matching.whatif import what_would_help
from tests.matching.worlds import host, person, problem

DAYS = 15


def torn_round(people: int, hosts: int) -> Problem:
    """Most of these people take days that are apart: the relaxation is torn to pieces."""
    random = Random(1)
    all_hosts = [
        host(
            number,
            [int(random.random() < 0.5) for _ in range(DAYS)],
            lengths=frozenset({1, 2}),
            allows_split=True,
            openable=frozenset(range(DAYS)),
        )
        for number in range(hosts)
    ]
    all_people = [
        person(
            number,
            *([None] if random.random() < 0.1 else [random.randrange(hosts) for _ in range(3)]),
            length=random.randint(1, 2),
            can=[day for day in range(DAYS) if random.random() < 0.6],
            may_split=random.random() < 0.6,
        )
        for number in range(people)
    ]
    return problem(all_hosts, all_people)


def test_searches_that_are_cut_short_end_at_the_same_answer_however_much_time_is_left(monkeypatch):
    """No search comes to its end here; each ends where its effort does, not where its time would."""
    monkeypatch.setattr(climb, "EFFORT_NEARBY", 1)
    monkeypatch.setattr(climb, "EFFORT_EVERYWHERE", 1)
    monkeypatch.setattr(climb, "PATIENCE", 0)  # With cuts all would be proven without a search.
    monkeypatch.setattr(climb, "TOO_MANY", 0)
    round = torn_round(200, 25)
    short, long = solve(round, time_limit=60), solve(round, time_limit=600)
    assert not short.was_stopped
    assert (short.stays, short.proofs) == (long.stays, long.proofs)
    unproven = [proof.is_proven for proof in short.proofs].index(False)
    assert not any(proof.is_proven for proof in short.proofs[unproven:])


def test_whom_to_phone_is_the_same_too(monkeypatch):
    round = torn_round(80, 10)
    found = solve(round)
    monkeypatch.setattr(whatif, "EFFORT_A_HOST", 1)
    short = what_would_help(round, found, time_limit=60)
    assert short.calls
    assert short == what_would_help(round, found, time_limit=600)
