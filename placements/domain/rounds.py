"""The phases of a round that consultants decide on."""

from datetime import datetime

from django.db import transaction

from placements.domain import mailplan
from placements.models import Round


def release(*, round: Round, now: datetime) -> None:
    """Tell those without a place that there was none this time; done once, pressed again without harm."""
    with transaction.atomic():
        if Round.objects.filter(pk=round.pk, released_at=None).update(released_at=now):
            mailplan.ask_to_replan([round])


def pause_mails(*, round: Round, is_paused: bool) -> None:
    """Hold back all planned mails of a round, or let them go: what is due then is sent, or MISSED."""
    Round.objects.filter(pk=round.pk).update(mails_paused=is_paused)
