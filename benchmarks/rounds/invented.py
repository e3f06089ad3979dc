"""An invented round: popular and quiet hosts, wishes for named hosts, kinds of work or anywhere.

Places are a little scarcer than people, as in a round where every host is used.
"""

import random
from datetime import date, timedelta

DAYS = 30
LENGTHS = [1] * 42 + [2] * 44 + [3] * 7 + [4] * 3 + [5] * 4


def invented(people: int, seed: int = 1) -> dict:
    """A round with this many people; the same seed gives the same round."""
    dice = random.Random(f"{people}-{seed}")
    days = _working_days(DAYS)
    hosts = [_host(dice, number, people) for number in range(max(6, people * 3 // 20))]
    fame = [dice.paretovariate(1.1) for _host_ in hosts]
    return {
        "format": "visit-match/1",
        "name": f"invented-{people}-{seed}",
        "days": [day.isoformat() for day in days],
        "hosts": hosts,
        "employees": [_employee(dice, number, hosts, fame) for number in range(people)],
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


def _working_days(count: int) -> list[date]:
    day, days = date(2027, 3, 1), []
    while len(days) < count:
        if day.weekday() < 5 and day != date(2027, 3, 25):
            days.append(day)
        day += timedelta(days=1)
    return days


def _host(dice: random.Random, number: int, people: int) -> dict:
    weekdays = dice.sample(range(5), dice.randint(2, 5))
    seats = dice.choice([1, 1, 2])
    return {
        "id": number,
        "dept": dice.randrange(_departments(people)),
        "cat": dice.randrange(max(4, people // 400)),
        "cap": [seats if day % 5 in weekdays and dice.random() < 0.9 else 0 for day in range(DAYS)],
        "lengths": sorted({1, 2, dice.randint(1, 5)}),
        "max_visitors": dice.randint(2, 9),
        "volunteer": dice.randint(0, 1),
    }


def _departments(people: int) -> int:
    return min(40, 6 + people // 100)


def _employee(dice: random.Random, number: int, hosts: list[dict], fame: list[float]) -> dict:
    first = dice.randrange(DAYS - 10)
    return {
        "id": number,
        "home": dice.randrange(2 * len(hosts)),
        "dept": dice.randrange(_departments(len(hosts) * 7)),
        "len": dice.choice(LENGTHS),
        "wish": _wish(dice, hosts, fame),
        "avail": [[first, first + dice.randint(4, 9)]] if dice.random() < 0.5 else [[0, DAYS - 1]],
        "visited": [],
    }


def _wish(dice: random.Random, hosts: list[dict], fame: list[float]) -> dict:
    mode = dice.random()
    if mode < 0.8:
        named = dice.choices(range(len(hosts)), weights=fame, k=dice.randint(1, 5))
        return {"mode": "list", "hosts": list(dict.fromkeys(named))}
    if mode < 0.94:
        return {"mode": "kind", "cat": dice.choice(hosts)["cat"]}
    return {"mode": "any"}
