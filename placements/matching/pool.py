"""The stays that a program looks at.

Most wishes name a few hosts, and all their stays are looked at. A wish for 'anywhere' in a large
round has tens of thousands; such a person starts with some (wide.py), and pricing.py finds what is missing.
Where days may be split there can be very many at one host: then its days are columns too (splits.py).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from math import comb

import numpy as np

from placements.matching import wide
from placements.matching.columns import Columns
from placements.matching.rules import Rules, Seats, hosts_by_rank
from placements.matching.scoring import Level
from placements.matching.splits import SplitStays
from placements.matching.types import Host, Person, Problem, Stay
from placements.matching.wide import WideWishes

Entry = tuple[int, int, int, int, bool]
"""A column: person, host and run by position, the rank, and whether it is a stay."""


class Pool:
    """The stays of a problem as arrays: person, host and run by position, and the rank.

    A split stay has an empty run, and is followed by its days, which are no stays (`is_stay`) and have
    a run of one day. Rows of a program over it: one for each person, one for each host and day, one for
    each host, and those of split stays.
    """

    def __init__(self, problem: Problem, check: Callable[[], None] = lambda: None):
        """`check` is called for each person, and may raise."""
        self.problem = problem
        self.rules = Rules(problem)
        self.runs: list[tuple[int, ...]] = []
        self._run_number: dict[tuple[int, ...], int] = {}
        self._position = {host.id: n for n, host in enumerate(problem.hosts)}
        self.wide = WideWishes(problem, self.rules)
        found: list[Entry] = []
        for number, person in enumerate(problem.people):
            check()
            hosts = self.wide.hosts_to_start_with(number, person)
            found += self._stays(
                number, person, hosts_by_rank(problem, person) if hosts is None else hosts
            )
        self._known = {stay[:3] for stay in found} if self.is_wide else set()
        table = np.array(found, dtype=np.int32).reshape(-1, 5)
        self.person, self.host, self.run, self.rank, is_stay = table.T.copy()
        self.is_stay = is_stay.astype(bool)
        self.splits = self._split_stays()

    def __len__(self) -> int:
        return len(self.person)

    @property
    def is_wide(self) -> bool:
        """Whether stays are left out, to be priced."""
        return bool(self.wide.choices)

    def columns(self, since: int = 0, kept: Sequence[tuple[int, np.ndarray]] = ()) -> Columns:
        """The columns of the stays from a position on; kept are further rows with their values.

        The row of a choice, or of the stay whose day a column is, is the first entry.
        """
        people, days = len(self.problem.people), len(self.problem.days)
        host, run = self.host[since:], self.run[since:]
        first, last = self._first_and_last_rows()
        lengths = np.array([len(days_of_run) for days_of_run in self.runs], dtype=np.int32)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        every_day = np.array(list(chain.from_iterable(self.runs)), dtype=np.int32)
        length = lengths[run] if len(run) else np.zeros(0, np.int32)
        counts = length + 2 + len(kept)
        begins = np.cumsum(counts) - counts
        rows, values = np.zeros(counts.sum(), np.int32), np.ones(counts.sum())
        rows[begins] = first[since:]
        for nth in range(lengths.max(initial=0)):
            has = length > nth
            day = every_day[starts[run[has]] + nth]
            rows[begins[has] + 1 + nth] = people + host[has] * days + day
        rows[begins + 1 + length] = last[since:]
        for nth, (row, value) in enumerate(kept):
            rows[begins + 2 + length + nth] = row
            values[begins + 2 + length + nth] = value[since:]
        columns = Columns.of(counts, rows, values)
        return columns if since else self.splits.with_stays(columns, self._plain_rows)

    def row_bounds(self, seats_of: Problem | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The lower and upper bounds of the rows, with the seats of this problem or of another like it."""
        upper = row_limits(seats_of or self.problem)
        lower = np.full(len(upper), -np.inf)
        return np.append(lower, self.splits.lower), np.append(upper, self.splits.upper)

    def worth(self, level: Level) -> np.ndarray:
        """What each stay adds to a goal."""
        people, ranks = self.problem.people, int(self.rank.max(initial=0)) + 1
        pairs = self.person.astype(np.int64) * ranks + self.rank
        each, where = np.unique(pairs, return_inverse=True)
        worths = [level.of_stay(people[pair // ranks], pair % ranks) for pair in each.tolist()]
        return np.array(worths, dtype=float)[where] * self.is_stay if len(each) else np.zeros(0)

    def stays(self, x: np.ndarray) -> list[Stay]:
        """The stays of a whole-number answer."""
        chosen = np.flatnonzero(x)
        found = []
        for position in chosen[self.is_stay[chosen]].tolist():
            person = self.problem.people[self.person[position]]
            days = self.runs[self.run[position]]
            if not days:
                columns = self.splits.days_of(position)
                days = self._days(columns[x[columns] > 0])
            found.append(Stay(person.id, self.problem.hosts[self.host[position]].id, days))
        return found

    def placed(self, x: np.ndarray) -> int:
        """How many people have a place in a whole-number answer."""
        return round(x @ self.is_stay[: len(x)])

    def take(self, position: int, seats: Seats, x: np.ndarray) -> bool:
        """Take the stay at a position into an answer, on its first days with room; returns whether there are."""
        host, days = self.problem.hosts[self.host[position]].id, self.runs[self.run[position]]
        columns = np.array([position])
        if not days:
            person = self.problem.people[self.person[position]]
            possible = self.splits.days_of(position)
            has_room = [seats.has_room(host, (day,)) for day in self._days(possible)]
            free = possible[has_room][: person.length]
            if len(free) < person.length:
                return False
            columns, days = np.append(columns, free), self._days(free)
        if not seats.has_room(host, days):
            return False
        seats.take(Stay(int(self.person[position]), host, days))
        x[columns] = 1
        return True

    def columns_of_days(self, position: int, days: tuple[int, ...]) -> np.ndarray:
        """The columns of those of these days that the split stay at a position could have."""
        columns = self.splits.days_of(position)
        return columns[np.isin(self._days(columns), days)]

    def _days(self, columns: np.ndarray) -> tuple[int, ...]:
        return tuple(self.runs[run][0] for run in self.run[columns])

    def add_all_at(self, host: Host) -> int:
        """Add what is left out of the stays at one host; returns how many."""
        position = self._position[host.id]
        found = []
        for choice in self.wide.choices:
            if position in choice.hosts:
                person = self.problem.people[choice.person]
                found += self._stays(choice.person, person, [(choice.rank, host)])
        return self.add(found)

    def add(self, found: list[Entry]) -> int:
        """Add those of these stays that are new; returns how many."""
        fresh = [stay for stay in dict.fromkeys(found) if stay[:3] not in self._known]
        self._known.update(stay[:3] for stay in fresh)
        if fresh:
            table = np.array(fresh, dtype=np.int32)
            for name, column in zip(("person", "host", "run", "rank", "is_stay"), table.T, strict=True):
                known = getattr(self, name)
                setattr(self, name, np.append(known, column.astype(known.dtype)))
        return len(fresh)

    def number_of_run(self, days: tuple[int, ...]) -> int:
        """The position of a run in `runs`; a new one is added."""
        if days not in self._run_number:
            self._run_number[days] = len(self.runs)
            self.runs.append(days)
        return self._run_number[days]

    def _stays(self, number: int, person: Person, hosts: Iterable[tuple[int, Host]]) -> Iterator[Entry]:
        for rank, host in hosts:
            position = self._position[host.id]
            days = self.rules.days_to_split(person, host)
            if comb(len(days), person.length) > wide.MOST_SPLIT_STAYS:
                yield number, position, self.number_of_run(()), rank, True
                for day in days:
                    yield number, position, self.number_of_run((day,)), rank, False
            else:
                for run in self.rules.stays(person, host):
                    yield number, position, self.number_of_run(run), rank, True

    def _split_stays(self) -> SplitStays:
        is_split = self.is_stay & (self.run == self.number_of_run(()))
        of_people = np.array([person.length for person in self.problem.people], dtype=np.int32)
        return SplitStays.among(self.is_stay, np.where(is_split, of_people[self.person], 0))

    @property
    def _plain_rows(self) -> int:
        """How many rows there are beside those of split stays."""
        hosts = len(self.problem.hosts)
        return len(self.problem.people) + hosts * len(self.problem.days) + hosts

    def _first_and_last_rows(self) -> tuple[np.ndarray, np.ndarray]:
        """For each column the rows before and after those of its days: a stay's person and quota."""
        first, last = self.person.copy(), self._plain_rows - len(self.problem.hosts) + self.host
        of_stays, own = self.splits.rows_of_days
        first[self.splits.days] = self._plain_rows + of_stays
        last[self.splits.days] = self._plain_rows + own
        return first, last


def row_limits(problem: Problem) -> np.ndarray:
    """The upper bounds of the rows: one stay a person, the seats a day, the quotas."""
    seats = [host.seats for host in problem.hosts]
    quotas = [host.quota for host in problem.hosts]
    return np.concatenate([np.ones(len(problem.people)), np.ravel(seats), quotas]).astype(float)
