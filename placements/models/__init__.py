"""The records of a round. State fields are written by placements/domain alone."""

from placements.models.board import BoardStep, Forbidding, Solve
from placements.models.digest import Digest
from placements.models.evaluation import Evaluation, Idea
from placements.models.event import Event
from placements.models.host_round import HostRound
from placements.models.mail_text import GroupMail, MailText
from placements.models.mail_timing import MailTiming
from placements.models.placement import Placement, VisitDay
from placements.models.planned_mail import PlannedMail
from placements.models.round import Round, RoundEvent
from placements.models.wish import Choice, Wish

__all__ = [
    "BoardStep",
    "Choice",
    "Evaluation",
    "Digest",
    "Event",
    "Forbidding",
    "GroupMail",
    "HostRound",
    "Idea",
    "MailText",
    "MailTiming",
    "Placement",
    "PlannedMail",
    "Round",
    "RoundEvent",
    "Solve",
    "VisitDay",
    "Wish",
]
