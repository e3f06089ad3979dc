"""The consultants' pages for rounds, wishes, placements, mail plan and evaluations."""

from placements.admin import evaluation, mail_texts, placement, planned_mail, round, wish

__all__ = ["evaluation", "mail_texts", "placement", "planned_mail", "round", "wish"]
