"""The states and kinds that the placements app speaks of."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WishState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ChoiceKind(models.TextChoices):
    HOST = "host", _("A host")
    FIELD = "field", _("A kind of work")
    AREA = "area", _("A part of the country")
    SECTOR = "sector", _("A sector")
    ANYWHERE = "anywhere", _("Anywhere")


class PlacementState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ASKED = "asked", _("Host asked")
    OFFERED = "offered", _("Other days offered")
    ACCEPTED = "accepted", _("Host said yes")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Host said no")
    UNSUITED = "unsuited", _("Other days did not suit")
    EXPIRED = "expired", _("Nobody answered in time")
    CANCELLED = "cancelled", _("Cancelled")


LIVE_STATES = [
    PlacementState.PROPOSED,
    PlacementState.ASKED,
    PlacementState.OFFERED,
    PlacementState.ACCEPTED,
    PlacementState.CONFIRMED,
]


class NoReason(models.TextChoices):
    """Why a host says no to a visit; several can hold at once."""

    NO_TIME = "no_time", _("We have no time for it")
    NO_STAFF = "no_staff", _("Nobody can look after a visitor on those days")
    SEASON = "season", _("It is the wrong time of the year")
    FULL = "full", _("We have enough visitors already")
    GOAL = "goal", _("We are not the right place for what the visitor wants to learn")
    OTHER = "other", _("Something else")


class Appetite(models.TextChoices):
    """Whether a host takes part in a round."""

    YES = "yes", _("Yes, we take part")
    MAYBE = "maybe", _("Perhaps: ask us")
    NO = "no", _("Not this time")
    NEXT_YEAR = "next_year", _("Ask us again next year")


NOT_THIS_TIME = [Appetite.NO, Appetite.NEXT_YEAR]


class CalledOffBy(models.TextChoices):
    """Who ended a visit that was to come."""

    PARTICIPANT = "participant", _("Participant")
    HOST = "host", _("Host")
    OTHER = "other", _("Somebody else")
    MOVED = "moved", _("Nobody: moved to another host")


class RoundPhase(models.TextChoices):
    """Where a round stands, by its dates (domain/phases.py)."""

    PLANNED = "planned", _("Planned")
    WISHES = "wishes", _("Wishes are taken")
    PUZZLE = "puzzle", _("Places are found")
    VISITS = "visits", _("Visits")
    FOLLOW_UP = "follow_up", _("Follow-up")
    CLOSED = "closed", _("Closed")


class RoundStep(models.TextChoices):
    """What consultants do with a round as a whole."""

    COPIED = "copied", _("Made as a copy")
    RELEASED = "released", _("Result released")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Opened again")


class Side(models.TextChoices):
    PARTICIPANT = "participant", _("Participant")
    HOST = "host", _("Host")
    MANAGER = "manager", _("Home manager")


class MailKind(models.TextChoices):
    WISH_RECEIVED = "wish_received", _("Wish received")
    DRAFT_UNSENT = "draft_unsent", _("Your draft is not sent")
    APPROVAL = "approval", _("Please approve")
    NOT_PLACED = "not_placed", _("Not placed this time")
    HOST_ASKED = "host_asked", _("May they visit you?")
    DAYS_OFFERED = "days_offered", _("Other days are offered")
    CONFIRMED = "confirmed", _("Confirmed")
    CONFIRMED_DAY = "confirmed_day", _("Calendar invitation for a further day")
    GUIDE = "guide", _("Guide and practical information")
    REMINDER = "reminder", _("Reminder")
    TOMORROW = "tomorrow", _("Tomorrow")
    MOVED = "moved", _("Moved")
    MOVED_DAY = "moved_day", _("Calendar update of a further day")
    SHORTENED = "shortened", _("Ends early")
    SHORTENED_DAY = "shortened_day", _("Calendar cancellation of a further day that falls away")
    ATTENDANCE = "attendance", _("Did they come?")
    EVALUATION = "evaluation", _("Evaluation")
    THANKS = "thanks", _("Thank you")
    IDEAS = "ideas", _("What came of your ideas?")
    GROUP = "group", _("Mail to a group")
    CANCELLED = "cancelled", _("Cancelled")
    CANCELLED_DAY = "cancelled_day", _("Calendar cancellation of a further day")


# A closed round no longer asks for an answer; what came of the ideas is still asked.
MAILS_THAT_END_WITH_ROUND = {
    MailKind.DRAFT_UNSENT,
    MailKind.APPROVAL,
    MailKind.HOST_ASKED,
    MailKind.DAYS_OFFERED,
    MailKind.ATTENDANCE,
    MailKind.EVALUATION,
}


class Group(models.TextChoices):
    """Whom a mail to a group goes to (domain/audiences.py)."""

    EVERYBODY = "everybody", _("Everybody: with a wish, and host contacts with visitors")
    SENT = "sent", _("All who have sent a wish")
    DRAFTS = "drafts", _("Who has a draft")
    AWAITING = "awaiting", _("Whose wish waits for the manager's approval")
    PLACED = "placed", _("Who has a place and knows of it")
    UNPLACED = "unplaced", _("Who has no place")
    CANCELLED = "cancelled", _("Whose visit was called off and who has no other place")
    HOSTS = "hosts", _("Host contacts with visitors")
    ASKED = "asked", _("Host contacts who have been asked and have not answered")
    ACCEPTED = "accepted", _("Host contacts who have said yes to a visit that is not yet confirmed")
    MANAGERS = "managers", _("Managers of those who have sent a wish")


# Whose people need not have said what they want to learn.
GROUPS_WITH_DRAFTS = {Group.EVERYBODY, Group.DRAFTS}


class PlanState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    SENT = "sent", _("Sent")
    SKIPPED = "skipped", _("Skipped")
    MISSED = "missed", _("Missed")


class PlanReason(models.TextChoices):
    """Why a planned mail was not sent."""

    NOT_CALLED_FOR = "not_called_for", _("no longer called for")
    TOO_LATE = "too_late", _("it would have come too late to make sense")
    ALREADY_ANSWERED = "answered", _("already answered")
    JUST_ASKED = "just_asked", _("the same was written just before")
    BY_PERSON = "by_person", _("a consultant skipped it")
    NOT_IN_CHARGE = "not_in_charge", _("the recipient no longer has to do with the visit")


class VisitLength(models.TextChoices):
    TOO_SHORT = "too_short", _("Too short")
    RIGHT = "right", _("About right")
    TOO_LONG = "too_long", _("Too long")


class IdeaState(models.TextChoices):
    NEW = "new", _("Idea")
    TRIED = "tried", _("Tried")
    IN_USE = "in_use", _("In use")
    DROPPED = "dropped", _("Dropped")


class SolveGoal(models.TextChoices):
    """What an answer to the puzzle has the most of. The values are those of matching.types.Goal."""

    MOST_PLACED = "most_placed", _("Most people placed")
    MOST_FIRST_CHOICES = "most_first_choices", _("Most first choices")
    MOST_RELATIONS = "most_relations", _("Most new relations")


class SolveState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being solved")
    DONE = "done", _("Solved")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Could not be solved")
