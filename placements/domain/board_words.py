"""What the board says of a wish: the rank in words, and why each dearer choice is closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hosts.models import Approval, Host
from placements.domain import board_news
from placements.domain.readiness import Readiness
from placements.domain.snapshot import Snapshot
from placements.enums import PlacementState
from placements.matching import explain, types
from placements.matching.rules import Reason
from placements.matching.types import Stay
from placements.models import Choice, Placement, Wish
from praktik.lib.wording import days_in_short

REASONS = {
    Reason.BARRED: gettext_lazy("the manager has said no"),
    Reason.OWN_WORKPLACE: gettext_lazy("the person's own workplace"),
    Reason.OWN_ORGANISATION: gettext_lazy("in the person's own organisation"),
    Reason.FORBIDDEN: gettext_lazy("ruled out by a consultant"),
    Reason.LENGTH: gettext_lazy("no visits of this length"),
    Reason.OWN_DAYS: gettext_lazy("the person's days hold no visit of this length"),
    Reason.PAST: gettext_lazy(
        "without today and days past, the person's days hold no visit of this length"
    ),
    Reason.ELSEWHERE: gettext_lazy(
        "the days that the person has left beside another visit hold no visit of this length"
    ),
    Reason.UNWANTED: gettext_lazy(
        "has asked for other days, and the rest of the person's days hold no visit of this length"
    ),
    Reason.NOT_OPEN: gettext_lazy("closed on all the person's days"),
    Reason.OPEN_APART: gettext_lazy("the days that are open to the person make no whole visit"),
    Reason.QUOTA: gettext_lazy("takes no more visitors in this round"),
    Reason.FULL: gettext_lazy("full on all the person's days"),
    Reason.FULL_OR_CLOSED: gettext_lazy("full or closed on all the person's days"),
    Reason.LEFT_APART: gettext_lazy("the days with a free seat make no whole visit"),
    None: gettext_lazy("free now"),
}
# What the seats of other rounds make of a host that is not open to the person.
WITH_OTHER_ROUNDS = {Reason.NOT_OPEN: Reason.FULL_OR_CLOSED, Reason.OPEN_APART: Reason.LEFT_APART}
OF_OWN_DAYS = {Reason.OWN_DAYS, Reason.PAST, Reason.ELSEWHERE}
OF_DAYS = {
    Reason.UNWANTED,
    Reason.NOT_OPEN,
    Reason.OPEN_APART,
    Reason.FULL,
    Reason.FULL_OR_CLOSED,
    Reason.LEFT_APART,
}
OF_SEATS = OF_DAYS | {Reason.QUOTA}
HOSTS_NAMED = 3


@dataclass(frozen=True)
class Row:
    """A wish on the board: where it stands, on which choice, and why not on a dearer one.

    obstacle is what keeps a proposal from being asked about or confirmed, "" when nothing does.
    """

    wish: Wish
    placement: Placement | None
    rank: int | None
    why: list[str]
    obstacle: str

    @property
    def is_proposal(self) -> bool:
        """Whether the place is one that nobody has been told of."""
        return is_untold(self.placement)

    @property
    def mark(self) -> str:
        """What is seen of the place: posted back with what is decided on it."""
        return board_news.mark(self.placement)

    @property
    def rank_in_words(self) -> str:
        """The rank, or what stands in its place."""
        if self.placement is None:
            return _("No place")
        return nth_choice(self.rank) if self.rank else _("Outside the wish")


def rows(seen: Snapshot, wishes: Iterable[Wish], *, now: datetime) -> list[Row]:
    """What the board shows of these wishes. They must be wishes of the snapshot."""
    wishes = list(wishes)
    places = {wish.pk: _place(seen, wish) for wish in wishes}
    readiness = Readiness(filter(is_untold, places.values()), now=now)
    return [_row(seen, wish, places[wish.pk], readiness) for wish in wishes]


def _row(seen: Snapshot, wish: Wish, placement: Placement | None, readiness: Readiness) -> Row:
    rank = placement and seen.problem.person_of[wish.pk].rank_of(placement.host_id)
    obstacle = readiness.obstacle(placement) if is_untold(placement) else ""
    return Row(wish, placement, rank, _why(seen, wish, seen.stay_of(wish)), obstacle)


def _place(seen: Snapshot, wish: Wish) -> Placement | None:
    placement = seen.placements.get(wish.pk)
    if placement:
        placement.wish, placement.host = wish, seen.hosts[placement.host_id]
    return placement


def is_untold(placement: Placement | None) -> bool:
    """Whether it is a proposal: a place that nobody has been told of."""
    return placement is not None and placement.state == PlacementState.PROPOSED


def closed(seen: Snapshot, wish: Wish) -> list[str]:
    """What closes each choice of a wish, wherever the board has it."""
    return _why(seen, wish, None)


def lost_days(seen: Snapshot, wish: Wish) -> list[str]:
    """Days that the person wished for and that no host can have any more, and why."""
    person = seen.problem.person_of[wish.pk]
    outside = set(wish.possible_days) - set(seen.round.days) - person.past
    found = (
        (_("Today or past: %(days)s."), person.past),
        (_("At another visit: %(days)s."), person.elsewhere),
        (_("Offered by a host, and did not suit: %(days)s."), seen.unsuited[wish.pk]),
        (_("No longer days of the round: %(days)s."), outside),
    )
    return [words % {"days": days_in_short(sorted(days))} for words, days in found if days]


def closed_days(seen: Snapshot, wish: Wish, hosts: Iterable[int]) -> list[str]:
    """Of hosts that are free to a wish, those of the person's days that will not do, and why."""
    person = seen.problem.person_of[wish.pk]
    sentences = []
    for host in (seen.problem.host_of[number] for number in hosts):
        free = {
            day for days in explain.free_stays(seen.rules, person, host, seen.seats) for day in days
        }
        by_words: dict[str, list[date]] = {}
        for day in sorted(person.days - free):
            words = _day_closed_because(seen, wish, host, day)
            by_words.setdefault(words, []).append(seen.problem.days[day])
        if by_words:
            parts = [f"{words}: {days_in_short(days)}" for words, days in by_words.items()]
            sentences.append(f"{seen.hosts[host.id]} – {'; '.join(parts)}.")
    return sentences


def _day_closed_because(seen: Snapshot, wish: Wish, host: types.Host, day: int) -> str:
    if host.seats[day] == 0:
        is_taken = seen.problem.days[day] in seen.other_rounds[host.id]
        return _("taken by other rounds") if is_taken else _("closed")
    if (host.id, day) in seen.problem.person_of[wish.pk].unwanted:
        return _("the host would rather have other days")
    return _("room for no whole visit") if seen.seats.left[host.id][day] > 0 else _("full")


def _why(seen: Snapshot, wish: Wish, stay: Stay | None) -> list[str]:
    person = seen.problem.person_of[wish.pk]
    if not person.choices and stay is None:
        return [_("The wish names no choice: nothing can be proposed before it does.")]
    found = explain.closed_choices(seen.problem, person, seen.seats, stay, seen.rules)
    choices = dict(enumerate(wish.choices.all(), start=1))
    return [_sentence(seen, choices[each.rank], each) for each in found]


def nth_choice(rank: int) -> str:
    """Such as "2nd choice"."""
    return {
        1: _("1st choice"),
        2: _("2nd choice"),
        3: _("3rd choice"),
        4: _("4th choice"),
        5: _("5th choice"),
    }[rank]


def _sentence(seen: Snapshot, choice: Choice, closed: explain.ClosedChoice) -> str:
    by_words: dict[str, list[int]] = {}
    for each in closed.hosts:
        by_words.setdefault(_because(seen, choice.wish_id, each), []).append(each.host)
    commonest_first = sorted(by_words.items(), key=lambda item: -len(item[1]))
    parts = [_part(seen, choice, words, hosts) for words, hosts in commonest_first]
    return _("%(rank)s (%(choice)s): %(words)s.") % {
        "rank": nth_choice(choice.rank),
        "choice": choice,
        "words": "; ".join(parts) if parts else _nothing_of_its_own(seen, choice),
    }


def why_closed(seen: Snapshot, wish: Wish, host: int) -> str:
    """What closes a host of the snapshot to a wish, as in the sentence of a choice."""
    person, of_host = seen.problem.person_of[wish.pk], seen.problem.host_of[host]
    reason = explain.closed_because(seen.rules, person, of_host, seen.seats)
    return _because(seen, wish.pk, explain.ClosedHost(host, reason))


def _because(seen: Snapshot, wish: int, closed: explain.ClosedHost) -> str:
    """What closes a host to a wish. Exact: it says nothing that is not so."""
    host, reason = seen.hosts[closed.host], closed.reason
    if reason == Reason.BARRED and not seen.wishes[wish].refused_at:
        return _("the person no longer works here")
    if reason == Reason.FORBIDDEN:
        return _unwilling(seen, wish, host) or str(REASONS[reason])
    if reason in OF_SEATS and (out := out_of_the_round(seen, host)):
        return out
    notes = _days_left_out(seen, wish, closed)
    if reason in WITH_OTHER_ROUNDS and _meets_other_rounds(seen, wish, host):
        reason = WITH_OTHER_ROUNDS[reason]
        notes = [_("visits of other rounds counted"), *notes]
    return f"{REASONS[reason]} ({', '.join(notes)})" if notes else str(REASONS[reason])


def _days_left_out(seen: Snapshot, wish: int, closed: explain.ClosedHost) -> list[str]:
    """What must be added to be exact where "the person's days" are not all that were wished for."""
    person, reason = seen.problem.person_of[wish], closed.reason
    notes = []
    if reason in OF_DAYS and person.past:
        notes.append(_("today and days past aside"))
    if reason in OF_DAYS and person.elsewhere:
        notes.append(_("days with another visit aside"))
    if reason in OF_DAYS | OF_OWN_DAYS and seen.unsuited[wish]:
        notes.append(_("days offered that did not suit aside"))
    if reason in OF_DAYS - {Reason.UNWANTED} and person.days_at(closed.host) != person.days:
        notes.append(_("days that the host would rather not have aside"))
    return notes


def _unwilling(seen: Snapshot, wish: int, host: Host) -> str:
    if (wish, host.pk) in seen.said_no:
        return _("has said no to this visit")
    return _("has called this visit off") if (wish, host.pk) in seen.called_off else ""


def out_of_the_round(seen: Snapshot, host: Host) -> str:
    """Why a host is not to have anybody more in the round, whatever its seats; "" when it may."""
    if host.pk in seen.not_this_time:
        return _("has said no to this round")
    if host.approval == Approval.WAITING:
        return _("waits for you to approve it as a host")
    if host.approval == Approval.REFUSED:
        return _("not approved as a host")
    if not host.is_open:
        return _("takes no visitors at the moment")
    return "" if seen.is_of_round(host) else _("takes no part in this round")


def _meets_other_rounds(seen: Snapshot, wish: int, host: Host) -> bool:
    days = seen.problem.person_of[wish].days_at(host.pk)
    return any(seen.problem.days[day] in seen.other_rounds[host.pk] for day in days)


def _nothing_of_its_own(seen: Snapshot, choice: Choice) -> str:
    """A choice without a host of its own: there is none, or an earlier choice names them all."""
    if any(choice.covers(host) for host in seen.hosts.values()):
        return _("its places are all named by an earlier choice")
    return _("no host offers this now")


def _part(seen: Snapshot, choice: Choice, words: str, hosts: list[int]) -> str:
    if choice.host_id:
        return words
    if len(hosts) <= HOSTS_NAMED:
        names = ", ".join(str(seen.hosts[host]) for host in hosts)
        return f"{names}: {words}"
    count = ngettext("%d host", "%d hosts", len(hosts)) % len(hosts)
    return f"{count}: {words}"
