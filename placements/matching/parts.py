"""Rounds that fall apart: groups of people and hosts that have nothing to do with one another."""

from dataclasses import replace

from placements.matching.rules import Rules, hosts_by_rank
from placements.matching.scoring import Weights, relation
from placements.matching.types import Goal, Problem


class _Groups:
    """Things that belong together, joined two by two (union-find with path halving)."""

    def __init__(self):
        self._above: dict = {}

    def find(self, thing):
        above = self._above
        above.setdefault(thing, thing)
        while above[thing] != thing:
            above[thing] = above[above[thing]]
            thing = above[thing]
        return thing

    def join(self, one, other) -> None:
        self._above[self.find(one)] = self.find(other)


def parts(problem: Problem, goal: Goal, weights: Weights) -> list[Problem]:
    """The independent parts of a problem, largest first; each has the pinned stays' relations.

    Two parts share no host that a person of both could go to, nor a new relation where those count.
    A wish for 'anywhere' and points for rings hold everything together.
    """
    people = [person for person in problem.people if not person.is_barred]
    if weights.ring or any(None in person.choices for person in people):
        return [problem]
    groups, rules = _Groups(), Rules(problem)
    relations_count = bool(weights.new_relation) or goal == Goal.MOST_RELATIONS
    for person in people:
        for _rank, host in hosts_by_rank(problem, person):
            if rules.is_open_to(person, host):
                groups.join(("person", person.id), ("host", host.id))
                pair = relation(person, host, problem)
                if relations_count and pair:
                    groups.join(("person", person.id), pair)
    return _split(problem, groups)


def _split(problem: Problem, groups: _Groups) -> list[Problem]:
    people, hosts = {}, {}
    for person in problem.people:
        people.setdefault(groups.find(("person", person.id)), []).append(person)
    for host in problem.hosts:
        hosts.setdefault(groups.find(("host", host.id)), []).append(host)
    found = [
        replace(problem, people=tuple(people[root]), hosts=tuple(hosts[root]))
        for root in people
        if root in hosts
    ]
    return sorted(found, key=lambda part: -len(part.people))
