"""The phases of a round in plain words: what comes next, and what a closed round refuses."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from placements.domain.errors import Refused
from placements.enums import RoundPhase
from placements.models import Round
from praktik.lib.wording import day_in_words


def check_not_closed(round: Round) -> None:
    """Raises Refused when the round is closed: then nothing of it can be changed."""
    if round.closed_at:
        raise Refused(
            _("%(round)s is closed. The consultants can open it again if something must be changed.")
            % {"round": round}
        )


def what_is_next(round: Round, *, now: datetime) -> str:
    """What comes next in a round, as a sentence for those who may take part."""
    words = {
        "opens": day_in_words(round.wishes_from),
        "deadline": day_in_words(round.wishes_until),
        "first": day_in_words(round.visits_from),
        "last": day_in_words(round.visits_until),
    }
    return _sentence(round, round.phase(timezone.localdate(now))) % words


def _sentence(round: Round, phase: RoundPhase) -> str:
    if phase == RoundPhase.PUZZLE:
        return _while_places_are_found(round)
    return {
        RoundPhase.PLANNED: _(
            "Wishes are taken from %(opens)s to %(deadline)s. Visits fall from %(first)s to %(last)s."
        ),
        RoundPhase.WISHES: _(
            "Wishes are taken until %(deadline)s. Visits fall from %(first)s to %(last)s."
        ),
        RoundPhase.VISITS: _("Wishes are no longer taken. Visits go on until %(last)s."),
        RoundPhase.FOLLOW_UP: _("The visits were over on %(last)s. Evaluations are still welcome."),
        RoundPhase.CLOSED: _("The round is over and closed."),
    }[phase]


def _while_places_are_found(round: Round) -> str:
    if round.released_at:
        return _("The places are found. Visits fall from %(first)s to %(last)s.")
    if round.hold_results:
        return _(
            "Places are being found. Everybody gets the answer at the same time, before %(first)s."
        )
    return _("Wishes are no longer taken. Places are being found for the visits from %(first)s.")
