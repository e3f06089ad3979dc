"""The consultants' pages for rounds, wishes, placements, mail plan and evaluations."""

from placements.admin import (
    call_log,
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
    "call_log",
    "evaluation",
    "host_round",
    "mail_texts",
    "outbox",
    "placement",
    "planned_mail",
    "round",
    "wish",
]
