"""Whether a host takes part in a round: yes, perhaps, not this time, or not before next year."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from employees.models import Employee
from hosts.models import Host
from placements.domain.errors import Refused
from placements.domain.phases import check_not_closed
from placements.domain.texts import text_problems
from placements.enums import Appetite
from placements.models import HostRound, Round


class SaidMeanwhile(Refused):
    """Somebody else has said something of the round since the person looked; `said` is it."""

    def __init__(self, said: HostRound):
        words = _(
            "Meanwhile %(name)s has said: %(answer)s. Look at it, and save again if yours is right."
        )
        name = said.said_by or _("somebody")
        super().__init__(words % {"name": name, "answer": said.get_appetite_display() or "–"})
        self.said = said


def say(
    *, host: Host, round: Round, appetite: Appetite, reason: str, by: Employee, now: datetime,
    seen: str = "",
) -> None:  # fmt: skip
    """A host says whether it takes part; what was said before is replaced, and agreed visits stay.

    seen is the version of what had been said when the person looked, empty whatever it is. Raises
    Refused when the round is closed or its visits are over, or when a no has no reason, and SaidMeanwhile.
    """
    check(round=round, appetite=appetite, reason=reason, now=now)
    with transaction.atomic():
        hold(host.pk)
        row = HostRound.objects.filter(host=host, round=round).select_related("said_by").first()
        row = row or HostRound(host=host, round=round)
        if seen not in {"", row.version} and (row.appetite, row.reason) != (appetite, reason):
            raise SaidMeanwhile(row)
        row.appetite, row.reason, row.said_by, row.said_at = appetite, reason, by, now
        row.save()


def hold(host: int) -> None:
    """Lock a host, by its key, so that what it says of rounds is said by one after the other."""
    Host.objects.select_for_update(no_key=True).get(pk=host)


def unsay(*, host: Host, round: Round) -> None:
    """What was noted of the host was never said: it has said nothing of the round."""
    nothing = {"appetite": "", "reason": "", "said_by": None, "said_at": None}
    HostRound.objects.filter(host=host, round=round).update(**nothing)


def check(*, round: Round, appetite: Appetite, reason: str, now: datetime) -> None:
    """Raises Refused when this cannot be said of the round."""
    check_not_closed(round)
    if round.visits_until < timezone.localdate(now):
        raise Refused(_("The visits of %(round)s are over.") % {"round": round})
    if appetite == Appetite.NO and not reason:
        raise Refused(_("Write a few words on why, so that the consultants can understand it."))
    if problems := text_problems(reason):
        raise Refused(" ".join(problems))


def not_this_time(round: Round) -> set[int]:
    """The keys of the hosts that have said that they do not take part in this round."""
    rows = HostRound.objects.not_this_time().filter(round=round)
    return set(rows.values_list("host", flat=True))


@dataclass(frozen=True)
class RoundToSay:
    """A round to come as a host sees it: what it has said of it, and of the one before."""

    round: Round
    said: HostRound | None
    last: HostRound | None
    nothing: HostRound


def rounds_to_say(host: Host, *, now: datetime) -> list[RoundToSay]:
    """The rounds that the host's organisation takes part in and whose visits are not over."""
    organisation = host.workplace.department.organisation_id
    rounds = Round.objects.filter(
        organisations=organisation, visits_until__gte=timezone.localdate(now), closed_at=None
    ).order_by("visits_from")
    all_said = list(
        HostRound.objects.filter(host=host).exclude(appetite="").select_related("round", "said_by")
    )
    across = set(Round.objects.across().values_list("pk", flat=True))
    return [
        RoundToSay(
            round=round,
            said=next((each for each in all_said if each.round_id == round.pk), None),
            last=next(
                (
                    said
                    for said in all_said
                    if said.round.visits_from < round.visits_from
                    and (said.round_id in across) == (round.pk in across)
                ),
                None,
            ),
            nothing=HostRound(host=host, round=round),
        )
        for round in rounds
    ]
