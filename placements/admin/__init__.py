"""The consultants' pages for rounds, wishes, placements, mail plan and evaluations."""

from placements.admin import (
    evaluation,
    host_round,
    mail_texts,
    outbox,
    placement,
    planned_mail,
    round,
    wish,
)

__all__ = [
    "evaluation",
    "host_round",
    "mail_texts",
    "outbox",
    "placement",
    "planned_mail",
    "round",
    "wish",
]
