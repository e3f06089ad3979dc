"""The consultants' pages for rounds, wishes, placements, mail plan and evaluations."""

from placements.admin import evaluation, placement, planned_mail, round, wish

__all__ = ["evaluation", "placement", "planned_mail", "round", "wish"]
