"""Invented rounds of any size, as tight as real ones, in the format visit-match/1.

They follow what was measured in rounds of 16 to 10,000 wishes with tight places:

    hosts            0.75 a wish at 16 wishes, 0.4 at 100, 0.2 at 1,000, 0.15 at 10,000
    most visitors    1.3 a wish over all hosts, unevenly: most take 3 to 12, a few 20 and more
    seats            1 (45 %), 2 (42 %) or 3 on an open day; a third of hosts is open on any weekday, the
                     others on two to four of them; so three seats for each day that is wished for
    length           1 day (40 %), 2 (48 %), 3 to 5 (12 %); half of the hosts take 1 or 2 days, a quarter only one of
                     these, a quarter more
    wishes           80 % name hosts (1 to 5 of them, mostly 2 or 3), 14 % a kind of work, 6 % anywhere
    popularity       a hundredth of the hosts has 14 to 25 % of all namings, a tenth about half, a half 85 to 89 %;
                     two in five of those named are of the person's own field; hosts take no more
                     visitors for being popular
    days             half of the round: a quarter of people has a few days in a row, a third certain weekdays, the
                     others nearly all days
"""

import random
from datetime import date, timedelta
from itertools import accumulate

FIRST_DAY = date(2027, 3, 1)
CLOSED = {date(2027, 3, 11), date(2027, 3, 25), date(2027, 3, 26), date(2027, 3, 29)}
DAYS = 30
VISITORS_A_WISH = 1.3
SKEW = 0.85
LENGTHS = [1] * 40 + [2] * 48 + [3] * 6 + [4] * 2 + [5] * 4
HOST_LENGTHS = [[1, 2]] * 50 + [[1]] * 18 + [[2]] * 7 + [[1, 2, 3]] * 8 + [[1, 2, 3, 4, 5]] * 17
SEATS = [1] * 45 + [2] * 42 + [3] * 13
HOST_WEEKDAYS = [5] * 38 + [4] * 4 + [3] * 40 + [2] * 18
OWN_WEEKDAYS = [1] * 1 + [2] * 3 + [3] * 3 + [4] * 3
OWN_DAYS = [2, 3, 3, 4, 4, 4, 5, 5, 5, 5, 6, 9]
AWAY = 5
OWN_FIELD = 0.4
LOOKS = 4
NAMED = [1] * 20 + [2] * 25 + [3] * 31 + [4] * 14 + [5] * 10


def invented(people: int, seed: int = 1) -> dict:
    """A round with this many people; the same seed gives the same round."""
    dice = random.Random(f"{people}-{seed}")
    days = _working_days()
    count = round(people * (0.13 + 2.6 / people**0.5))
    size = [dice.lognormvariate(0, 0.6) for _host_ in range(count)]
    scale = VISITORS_A_WISH * people / sum(size)
    hosts = [_host(dice, number, days, people, scale * size[number], count) for number in range(count)]
    fame = _Fame(dice, hosts)
    return {
        "format": "visit-match/1",
        "name": f"invented-{people}-{seed}",
        "days": [day.isoformat() for day in days],
        "hosts": hosts,
        "employees": [_employee(dice, number, days, people, fame) for number in range(people)],
        "past_relations": [[0, 1]],
        "pins": [],
        "forbidden": [],
        "previous": [],
        "rank_cost": [0, 1, 3, 6, 10],
        "soft": {
            "volunteer_first": 3,
            "new_relation": 2,
            "repeat_host": -4,
            "repeat_dept": -1,
            "load_steps": 5,
            "keep_exact": 10,
            "keep_host": 6,
        },
    }


def _working_days() -> list[date]:
    day, days = FIRST_DAY, []
    while len(days) < DAYS:
        if day.weekday() < 5 and day not in CLOSED:
            days.append(day)
        day += timedelta(days=1)
    return days


def _host(
    dice: random.Random, number: int, days: list[date], people: int, visitors: float, hosts: int
) -> dict:
    weekdays = _weekdays(dice, dice.choice(HOST_WEEKDAYS))
    seats = dice.choice(SEATS)
    return {
        "id": number,
        "dept": dice.randrange(_departments(people)),
        "cat": dice.randrange(round(2 + 0.57 * hosts**0.5)),
        "cap": [seats * (day.weekday() in weekdays and dice.random() < 0.86) for day in days],
        "lengths": dice.choice(HOST_LENGTHS),
        "max_visitors": max(1, round(visitors)),
        "volunteer": int(dice.random() < 0.4),
    }


def _weekdays(dice: random.Random, count: int) -> range:
    """Weekdays in a row."""
    first = dice.randrange(6 - count)
    return range(first, first + count)


def _departments(people: int) -> int:
    return min(40, 6 + people // 100)


class _Fame:
    """How likely each host is named, among all hosts and in its field."""

    def __init__(self, dice: random.Random, hosts: list[dict]):
        self.hosts = hosts
        order = dice.sample(range(len(hosts)), len(hosts))
        fame = {number: place**-SKEW for place, number in enumerate(order, start=1)}
        self.fields: dict[int | None, tuple[list[int], list[float]]] = {}
        for field in {None, *(host["cat"] for host in hosts)}:
            members = [host["id"] for host in hosts if field in (None, host["cat"])]
            self.fields[field] = members, list(accumulate(fame[number] for number in members))

    def name(self, dice: random.Random, count: int, length: int, home: int) -> list[int]:
        """So many hosts, fewer where one comes twice."""
        own = dice.choice(self.hosts)["cat"]
        named = [
            self._one(dice, own if dice.random() < OWN_FIELD else None, length, home)
            for _ in range(count)
        ]
        return list(dict.fromkeys(named))

    def _one(self, dice: random.Random, field: int | None, length: int, home: int) -> int:
        """A host; one that does not take the length is seldom named, one's own workplace never."""
        members, fame = self.fields[field]
        found = dice.choices(members, cum_weights=fame, k=LOOKS)
        fitting = [
            number for number in found if length in self.hosts[number]["lengths"] and number != home
        ]
        return (fitting or found)[0]


def _employee(dice: random.Random, number: int, days: list[date], people: int, fame: _Fame) -> dict:
    hosts = len(fame.hosts)
    home, length = dice.randrange(hosts * 3 // 2), dice.choice(LENGTHS)
    return {
        "id": number,
        "home": home,
        "dept": dice.randrange(_departments(people)),
        "len": length,
        "wish": _wish(dice, fame, length, home),
        "avail": [[day, day] for day in _own_days(dice, days, length)],
        "visited": [dice.randrange(hosts)] if dice.random() < 0.2 else [],
    }


def _own_days(dice: random.Random, days: list[date], length: int) -> list[int]:
    """A few days in a row, certain weekdays, or nearly all days."""
    kind = dice.random()
    if kind < 0.25:
        count = max(length, dice.choice(OWN_DAYS))
        first = dice.randrange(DAYS - count)
        return list(range(first, first + count))
    weekdays = _weekdays(dice, max(length, dice.choice(OWN_WEEKDAYS)) if kind < 0.6 else 5)
    away = dice.randrange(DAYS)
    return [
        n
        for n, day in enumerate(days)
        if day.weekday() in weekdays and not away <= n < away + AWAY and dice.random() < 0.97
    ]


def _wish(dice: random.Random, fame: _Fame, length: int, home: int) -> dict:
    mode = dice.random()
    if mode < 0.8:
        return {"mode": "list", "hosts": fame.name(dice, dice.choice(NAMED), length, home)}
    if mode < 0.94:
        return {"mode": "kind", "cat": dice.choice(fame.hosts)["cat"]}
    return {"mode": "any"}
