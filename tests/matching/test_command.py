"""python -m placements.matching: a file in, a solution out, or one clear line."""

import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest
from django.conf import settings

from benchmarks.rounds import plain
from benchmarks.rounds.invented import invented
from placements.matching import instance
from placements.matching.solve import solve
from tests.matching.worlds import broken_rules


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "placements.matching", *map(str, arguments)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("pack", [lambda data: data, gzip.compress])
def test_a_file_is_solved_and_the_answer_breaks_no_rule(tmp_path, pack):
    path = tmp_path / "round.json"
    path.write_bytes(pack(json.dumps(invented(100)).encode()))
    done = run(path, "--time-limit", 30)
    answer = json.loads(done.stdout)
    given = instance.read(path)
    stays = solve(given.problem, weights=given.weights, rank_cost=given.rank_cost).stays
    assert (done.returncode, done.stderr) == (0, "")
    assert answer["format"] == "visit-match-solution/1"
    assert answer["placements"] == [[stay.person, stay.host, stay.days[0]] for stay in stays]
    assert answer["proven"] is True
    assert answer["bound"]["placed"] == answer["value"]["placed"] == len(stays) == 73
    assert broken_rules(given.problem, stays) == []


def test_plain_ways_place_fewer():
    """Summed over ten rounds: a single small one can go either way."""
    placed = Counter()
    for seed in range(1, 11):
        given = instance.parse(invented(100, seed), "invented")
        placed["puzzle"] += len(solve(given.problem).stays)
        placed["greedy"] += len(plain.greedy_by_rank(given.problem))
        placed["random"] += len(plain.random_serial_dictatorship(given.problem))
    assert placed["puzzle"] >= 1.15 * placed["greedy"]
    assert placed["puzzle"] >= 1.1 * placed["random"]


def without(key):
    return {name: value for name, value in invented(16).items() if name != key}


def changed(kind, **values):
    """A round whose first host or employee has these values."""
    content = invented(16)
    content[kind][0] |= values
    return content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "this is not JSON"),
        ("[" * 100_000, "this is not JSON"),
        ("[]", '"format" must be "visit-match/1"'),
        (json.dumps(without("hosts")), "'hosts' is missing"),
        (json.dumps(invented(16) | {"pins": [[999, 0, 0]]}), "employee 999 is unknown"),
        (json.dumps(invented(16) | {"pins": [[0, 999, 0]]}), "host 999 is unknown"),
        (json.dumps(invented(16) | {"pins": [[0, 0, 99]]}), "a day outside the round"),
        (json.dumps(invented(16) | {"pins": [[0, 0, 0], [0, 1, 0]]}), "an employee is pinned twice"),
        (json.dumps(invented(16) | {"rank_cost": [0]}), "rank_cost needs"),
        (json.dumps(invented(16) | {"days": ["2027-13-01"]}), "month must be in 1..12"),
        (json.dumps(invented(16) | {"days": invented(16)["days"][::-1]}), "the days must be in order"),
        (json.dumps(invented(16) | {"hosts": "none"}), 'hosts must be a list, not "none"'),
        (
            json.dumps(invented(16) | {"employees": [None]}),
            "employees[0]: an employee must be an object",
        ),
        (json.dumps(invented(16) | {"employees": None}), "employees must be a list, not null"),
        (json.dumps(invented(16) | {"hosts": [7]}), "hosts[0]: a host must be an object, not 7"),
        (json.dumps(invented(16) | {"days": [20270104]}), "days[0]: 20270104 is not a date"),
        (
            json.dumps(invented(16) | {"pins": [[0, 0]]}),
            "pins[0]: [0, 0] is not [employee, host, first day]",
        ),
        (
            json.dumps(changed("employees", len=10**9) | {"pins": [[0, 0, 0]]}),
            "pins[0]: employee 0: a day outside the round",
        ),
        (json.dumps(invented(16) | {"pins": [3]}), "pins[0]: 3 is not [employee, host, first day]"),
        (json.dumps(invented(16) | {"forbidden": [[0]]}), "forbidden[0]: [0] is not [employee, host]"),
        (json.dumps(invented(16) | {"forbidden": [[0, 999]]}), "employee 0: host 999 is unknown"),
        (json.dumps(invented(16) | {"forbidden": [[999, 0]]}), "forbidden: employee 999 is unknown"),
        (
            json.dumps(invented(16) | {"past_relations": [[0]]}),
            "past_relations[0]: [0] is not [department,",
        ),
        (json.dumps(invented(16) | {"soft": None}), "soft must be an object, not null"),
        (json.dumps(changed("employees", wish=None)), "employees[0]: wish must be an object"),
        (
            json.dumps(changed("employees", avail=[[0]])),
            "employees[0]: [0] is not [first day, last day]",
        ),
        (json.dumps(changed("employees", wish={"mode": "list"})), "employees[0]: 'hosts' is missing"),
        (json.dumps(changed("hosts", cat=[1])), "hosts[0]: [1] is not a whole number"),
        (json.dumps(changed("employees", id="a\nb")), '"a\\nb" is not a whole number'),
        (json.dumps(changed("hosts", max_visitors=10**400)), "… is too large"),
        (json.dumps(invented(16) | {"rank_cost": [10**400] * 5}), "… is too large"),
        (json.dumps(changed("employees", wish={"mode": "a\nb"})), "unknown mode"),
    ],
)
def test_a_bad_file_gets_one_line_and_status_2(tmp_path, content, words):
    path = tmp_path / "bad.json"
    path.write_text(content)
    done = run(path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(str(path))
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_reader_that_leaves_early_gets_no_traceback(tmp_path):
    path = tmp_path / "round.json"
    path.write_text(json.dumps(invented(16)))
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "placements.matching", str(path)]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_file_that_is_not_there_gets_one_line_and_status_2(tmp_path):
    done = run(tmp_path / "nothing.json")
    assert (done.returncode, done.stderr) == (
        2,
        f"{tmp_path}/nothing.json: No such file or directory\n",
    )


def with_organisations(problem):
    """Every third host in one organisation, which every third person is to leave."""
    hosts = (replace(host, organisation=0) if host.id % 3 == 0 else host for host in problem.hosts)
    people = (replace(each, leaves=0) if each.id % 3 == 0 else each for each in problem.people)
    return replace(problem, hosts=tuple(hosts), people=tuple(people))


def test_a_wide_round_is_priced_and_as_good_as_with_every_stay_looked_at(monkeypatch):
    from placements.matching import wide

    given = instance.parse(invented(300), "invented")
    given = replace(given, problem=with_organisations(given.problem))
    options = {"weights": given.weights, "rank_cost": given.rank_cost}
    every = solve(given.problem, **options)
    monkeypatch.setattr(wide, "PAIRS_LOOKED_AT", 0)
    monkeypatch.setattr(wide, "WIDE", 3)
    monkeypatch.setattr(wide, "FIRST_HOSTS", 1)
    priced = solve(given.problem, **options)
    assert [p.value for p in priced.proofs[:2]] == [p.value for p in every.proofs[:2]]
    assert [p.is_proven for p in priced.proofs] == [True, True, False]
    assert broken_rules(given.problem, priced.stays) == []
