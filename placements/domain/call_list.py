"""The call list of a round: whom to phone first, and why.

The number is what a yes would give: of the newest answer of the puzzle, or, where there is none, how many
wishes without a place name the host. A fixed number of queries, whatever the number of workplaces.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from employees.models import Workplace
from hosts.models import Call, Host, OpenDay
from placements.domain.timings import nagged_in_vain
from placements.enums import NOT_THIS_TIME, Appetite, ChoiceKind, MailKind, PlacementState
from placements.models import Choice, HostRound, Placement, Round, Solve, Wish

Outcome = Call.Outcome
ANSWER_HOLDS = timedelta(days=90)

BACK, ANSWER, CALL, REST, LATER, DONE = "back", "answer", "call", "rest", "later", "done"
GROUPS = {
    BACK: gettext_lazy("Call back today"),
    ANSWER: gettext_lazy("Have not answered a request"),
    CALL: gettext_lazy("Whose yes would help"),
    REST: gettext_lazy("Others that can be asked"),
    LATER: gettext_lazy("To be called back later"),
    DONE: gettext_lazy("Have answered"),
}
TODAY = (BACK, ANSWER, CALL)


# What a host that has said nothing of a round has said.
NOTHING = HostRound()


@dataclass(frozen=True)
class Entry:
    """One workplace on the list.

    places is how many people a yes would place, by the puzzle; None where it did not say. wishes is how
    many wishes without a place name the host. seats are the further seats that the puzzle asks for on
    days to come, visitors how many more than the host's most in the round.
    said is what the host has said of taking part in the round, before what it said of an earlier one.
    """

    workplace: int
    name: str
    group: str
    places: int | None
    wishes: int
    seats: tuple[tuple[date, int], ...]
    visitors: int
    order: tuple
    said: HostRound
    before: HostRound


def unanswered_hosts(now: datetime):
    """Placements whose host was asked, had all reminders of the mail plan, and is silent: phone them."""
    is_silent = nagged_in_vain(
        MailKind.HOST_ASKED,
        today=timezone.localdate(now),
        round="wish__round",
        day="asked_at__date",
    )
    return Placement.objects.filter(is_silent, state=PlacementState.ASKED)


def entries(*, round: Round, now: datetime) -> list[Entry]:
    """All workplaces of the round's organisations, whom to phone first at the top."""
    return _Reader([round], now).entries(round)


def counts_today(*, now: datetime) -> list[tuple[Round, int]]:
    """How many are to be called or called back now, for each round that still looks for hosts."""
    rounds = list(Round.objects.calling(timezone.localdate(now)).order_by("visits_from", "pk"))
    reader = _Reader(rounds, now)
    return [(round, sum(entry.group in TODAY for entry in reader.entries(round))) for round in rounds]


def newest_help(round: Round) -> Solve | None:
    """The newest answer of the puzzle that says whose yes would help, or None."""
    return _helps([round]).get(round.pk)


def as_told(call: list) -> tuple:
    """(host, places, seats, visitors) of a call as a solve keeps it; older ones say nothing of visitors."""
    host, places, seats, *visitors = call
    return host, places, seats, visitors[0] if visitors else 0


def _helps(rounds: Iterable[Round]) -> dict[int, Solve]:
    solves = Solve.objects.most_placed().filter(round__in=rounds, helps__isnull=False)
    newest = solves.defer("seen", "stays", "figures", "proofs").distinct("round_id")
    return {solve.round_id: solve for solve in newest}


@dataclass(frozen=True)
class _Host:
    pk: int
    takes_nobody: bool


class _Reader:
    """What the lists of some rounds rest on."""

    def __init__(self, rounds: list[Round], now: datetime):
        self.now, self.today = now, timezone.localdate(now)
        self.helps = _helps(rounds)
        self.hosts = self._read_hosts()
        self.last = _newest_calls(Call.objects.all())
        self.said = _newest_calls(Call.objects.exclude(outcome=Outcome.NOT_REACHED, call_back_on=None))
        self.silent = self._read_silent(rounds)
        self.said_of_round, self.said_before = _said_by_hosts(rounds)
        self.named = _named(rounds)
        self.workplaces = _workplaces(rounds)

    def entries(self, round: Round) -> list[Entry]:
        solve = self.helps.get(round.pk)
        calls = solve.helps["calls"] if solve else []
        helped = {host: rest for host, *rest in map(as_told, calls)}
        rows = [self._entry(round, solve, helped, *row) for row in self.workplaces[round.pk]]
        return sorted(rows, key=lambda entry: entry.order)

    def _entry(self, round: Round, solve, helped: dict, pk: int, name: str) -> Entry:
        host = self.hosts.get(pk)
        places, seats, visitors = helped.get(host and host.pk, (None, [], 0))
        wishes = self.named[round.pk].get(pk, 0)
        said_maybe = self.said_of_round[round.pk].get(pk, NOTHING).appetite == Appetite.MAYBE
        needed = bool(places) or bool(wishes and host and host.takes_nobody) or said_maybe
        asked_again = bool(places) and self._is_older(pk, solve)
        group = self._group(round, pk, needed, asked_again)
        seats = ((date.fromisoformat(day), count) for day, count in seats)
        seats = tuple((day, count) for day, count in seats if day > self.today)
        first = self._order_within(round, group, pk)
        order = (list(GROUPS).index(group), first, -(places or 0), -wishes, host is None, name, pk)
        said = self.said_of_round[round.pk].get(pk, NOTHING)
        before = self.said_before[round.pk].get(pk, NOTHING)
        return Entry(pk, name, group, places, wishes, seats, visitors, order, said, before)

    def _group(self, round: Round, pk: int, needed: bool, asked_again: bool) -> str:
        said = self.said.get(pk)
        back = said and said.call_back_on
        reached_today = said and said.day == self.today and said.outcome != Outcome.NOT_REACHED
        if reached_today and back != self.today:
            return DONE
        if back and back <= self.today:
            return BACK
        silent_since = self.silent[round.pk].get(pk)
        if back and (silent_since is None or said.made_at > silent_since):
            # Also of a host that has not answered: it was asked about it, and said when to call.
            return LATER
        if silent_since:
            return ANSWER
        if self.said_of_round[round.pk].get(pk, NOTHING).appetite in NOT_THIS_TIME:
            return DONE
        if said and self._is_settled(said) and not asked_again:
            return DONE
        return CALL if needed else REST

    def _is_settled(self, said: Call) -> bool:
        """A host's no is for one round, and stands there (HostRound); that of a workplace without a host for all."""
        is_no = said.outcome == Outcome.NO and said.workplace_id not in self.hosts
        return (said.outcome == Outcome.YES or is_no) and self.now - said.made_at < ANSWER_HOLDS

    def _is_older(self, pk: int, solve: Solve) -> bool:
        """Whether the last yes was known when the puzzle was solved, which still asks for more seats."""
        said = self.said.get(pk)
        return bool(said) and said.outcome == Outcome.YES and said.made_at < solve.asked_at

    def _order_within(self, round: Round, group: str, pk: int):
        """What comes first in a group before the numbers do: the longest overdue."""
        if group in {BACK, LATER}:
            return self.said[pk].call_back_on.toordinal()
        if group == ANSWER:
            return self.silent[round.pk][pk].timestamp()
        if group == DONE:
            said = self.said.get(pk)
            return -said.made_at.timestamp() if said else 0
        return 0

    def _read_hosts(self) -> dict[int, _Host]:
        own_days = OpenDay.objects.filter(host=OuterRef("pk"), date__gt=self.today)
        rows = Host.objects.annotate(has_own_days=Exists(own_days)).only(
            "workplace", "is_open", "approval",
            "seats_monday", "seats_tuesday", "seats_wednesday", "seats_thursday", "seats_friday",
        )  # fmt: skip
        return {
            host.workplace_id: _Host(
                host.pk, not host.takes_visitors or not (any(host.weekday_seats) or host.has_own_days)
            )
            for host in rows
        }

    def _read_silent(self, rounds) -> dict[int, dict[int, datetime]]:
        """Since when the oldest unanswered request waits, by round and workplace."""
        silent = defaultdict(dict)
        rows = unanswered_hosts(self.now).filter(wish__round__in=rounds).order_by("-asked_at")
        for round, workplace, since in rows.values_list("wish__round", "host__workplace", "asked_at"):
            silent[round][workplace] = since
        return silent


def _newest_calls(calls) -> dict[int, Call]:
    rows = calls.order_by("workplace_id", "-made_at", "-pk").distinct("workplace_id")
    return {call.workplace_id: call for call in rows.defer("note", "reasons", "seats")}


def _said_by_hosts(rounds: list[Round]) -> tuple[dict, dict]:
    """What hosts have said of these rounds, and what they last said before of one of the same scheme, by
    round and workplace."""
    of_round, before = defaultdict(dict), defaultdict(dict)
    across = set(Round.objects.across().values_list("pk", flat=True))
    rows = HostRound.objects.exclude(appetite="").select_related("host", "round")
    for row in rows.order_by("round__visits_from", "pk"):
        for round in rounds:
            if row.round_id == round.pk:
                of_round[round.pk][row.host.workplace_id] = row
            elif row.round.visits_from < round.visits_from and (row.round_id in across) == (
                round.pk in across
            ):
                before[round.pk][row.host.workplace_id] = row
    return of_round, before


def _named(rounds) -> dict[int, dict[int, int]]:
    """How many wishes without a place name a host, by round and workplace."""
    unplaced = Wish.objects.unplaced().filter(round__in=rounds, refused_at=None)
    rows = Choice.objects.filter(kind=ChoiceKind.HOST, wish__in=unplaced.values("pk"))
    named = defaultdict(dict)
    counted = rows.values_list("wish__round", "host__workplace").annotate(count=Count("wish"))
    for round, workplace, count in counted.order_by():
        named[round][workplace] = count
    return named


def _workplaces(rounds) -> dict[int, list[tuple[int, str]]]:
    """(key, name) of all workplaces of the organisations of each round."""
    found = defaultdict(list)
    of_rounds = Q(department__organisation__rounds__in=rounds)
    rows = Workplace.objects.filter(of_rounds).values_list(
        "department__organisation__rounds", "pk", "name"
    )
    for round, pk, name in rows:
        found[round].append((pk, name))
    return found
