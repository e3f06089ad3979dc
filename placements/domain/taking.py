"""Whether a wish can have a place at a host on some days: proposals, and what is asked of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from employees.models import Employee
from hosts.models import Host
from placements.domain import appetite
from placements.domain.errors import Refused
from placements.domain.seats import Occupancy
from placements.enums import WishState
from placements.models import Placement, Round, Wish
from praktik.lib.wording import day_in_words, days_in_words


class NoRoom(Refused):
    """The host has no seat left on `day`, or (None) takes nobody more in the round."""

    def __init__(self, words: str, day: date | None = None):
        super().__init__(words)
        self.day = day


@dataclass(frozen=True)
class Proposal:
    """A place for a wish, before it is taken. Days are in order."""

    wish: Wish
    host: Host
    days: tuple[date, ...]
    is_pinned: bool = False


class Taking:
    """Takes proposals one after another, each checked against what the ones before have taken."""

    def __init__(self, round: Round, occupancy: Occupancy, wishes: dict[int, Wish], today: date):
        self.round, self.occupancy, self.today = round, occupancy, today
        live = Placement.objects.live().filter(wish__in=wishes)
        self._has_place = set(live.values_list("wish", flat=True))
        self._organisations = set(round.organisations.values_list("pk", flat=True))
        self._not_this_time = appetite.not_this_time(round)

    def take(self, proposal: Proposal, now: datetime) -> tuple[Placement, dict[date, int]]:
        """A placement with its seats by day. Raises Refused."""
        self._check(proposal)
        seats = self.occupancy.take(proposal.wish, proposal.host, proposal.days)
        self._has_place.add(proposal.wish.pk)
        placement = Placement(
            wish=proposal.wish,
            host=proposal.host,
            days=list(proposal.days),
            last_day=proposal.days[-1],
            is_pinned=proposal.is_pinned,
            created_at=now,
        )
        return placement, seats

    def _check(self, proposal: Proposal) -> None:
        wish, host, days = proposal.wish, proposal.host, proposal.days
        if wish.state != WishState.SENT:
            raise Refused(_("The wish of %(name)s is not sent.") % {"name": wish.employee})
        if wish.refused_at:
            raise Refused(_("The manager of %(name)s has said no.") % {"name": wish.employee})
        if wish.is_barred:
            raise Refused(_("%(name)s no longer works here.") % {"name": wish.employee})
        if wish.pk in self._has_place:
            raise Refused(_("%(name)s already has a place.") % {"name": wish.employee})
        if not self._takes_part(host):
            raise Refused(does_not_take_part(host))
        if host.workplace_id == wish.employee.workplace_id:
            raise Refused(_("%(host)s is the person's own workplace.") % {"host": host})
        if self.round.abroad_only and is_at_home(host, wish.employee):
            raise Refused(
                _("%(host)s is in the person's own organisation. This round is for the others.")
                % {"host": host}
            )
        shortest, longest = visit_lengths(host, self.round)
        if not shortest <= len(days) <= longest:
            raise Refused(
                _("A visit to %(host)s lasts from %(shortest)d to %(longest)d days.")
                % {"host": host, "shortest": shortest, "longest": longest}
            )
        left = self.occupancy.visitors_left(host)
        if left is not None and left < 1:
            raise NoRoom(
                ngettext(
                    "%(host)s takes only %(most)d visitor in this round.",
                    "%(host)s takes only %(most)d visitors in this round.",
                    host.most_visitors,
                )
                % {"host": host, "most": host.most_visitors}
            )
        self.check_days(proposal)

    def _takes_part(self, host: Host) -> bool:
        is_of_round = host.workplace.department.organisation_id in self._organisations
        return is_of_round and host.takes_visitors and host.pk not in self._not_this_time

    def check_days(self, proposal: Proposal) -> None:
        options = {
            option.day: option
            for option in self.occupancy.day_options(proposal.wish, proposal.host, self.today)
        }
        for day in proposal.days:
            if day not in options:
                obstacle = _("lies outside the round or is not a working day")
            elif options[day].is_offered:
                continue
            else:
                obstacle = options[day].obstacle
            words = _("%(day)s cannot be chosen at %(host)s: %(obstacle)s.") % {
                "day": day_in_words(day),
                "host": proposal.host,
                "obstacle": obstacle,
            }
            is_full = day in options and not options[day].free
            raise NoRoom(words, day) if is_full else Refused(words)


def check_fits(wish: Wish, host: Host, days: Iterable[date]) -> None:
    """Raises Refused when a place is not what the wish asks for: its choices, its length, its days."""
    days, name = sorted(set(days)), wish.employee
    if not any(choice.covers(host) for choice in wish.choices.all()):
        words = _("%(host)s is not among the choices of %(name)s.")
        raise Refused(words % {"host": host, "name": name})
    if len(days) != wish.length:
        words = ngettext(
            "%(name)s wishes for %(count)d day.", "%(name)s wishes for %(count)d days.", wish.length
        )
        raise Refused(words % {"name": name, "count": wish.length})
    if others := sorted(set(days) - set(wish.possible_days)):
        words = _("%(name)s cannot on %(days)s.")
        raise Refused(words % {"name": name, "days": days_in_words(others)})
    are_apart = (days[-1] - days[0]).days >= len(days)
    if are_apart and not (wish.may_split and host.allows_split):
        words = _("The days must follow one another: %(name)s or %(host)s does not want them apart.")
        raise Refused(words % {"name": name, "host": host})


def does_not_take_part(host: Host) -> str:
    """The sentence for a host that is closed, not approved, of another round, or says not this time."""
    return _("%(host)s does not take visitors in this round.") % {"host": host}


def is_at_home(host: Host, employee: Employee) -> bool:
    """Whether the host lies in the person's own organisation."""
    own = employee.workplace and employee.workplace.department.organisation_id
    return own == host.workplace.department.organisation_id


def visit_lengths(host: Host, round: Round) -> tuple[int, int]:
    """The shortest and the longest visit, in days, that both the host and the round allow."""
    return (
        max(host.shortest_visit, round.shortest_visit),
        min(host.longest_visit, round.longest_visit),
    )
