"""What both sides say of a visit."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from employees.models import Employee
from placements.domain import lifecycle, mailplan
from placements.domain.errors import Refused
from placements.domain.phases import check_not_closed
from placements.domain.texts import text_problems
from placements.enums import IdeaState, PlacementState, Side
from placements.models import Evaluation, Idea, Placement, Round

TEXTS = ("take_home", "observation", "idea")


@dataclass(frozen=True)
class Answers:
    """The answers of one side; useful on 1–5, recommend on 0–10, new_contacts a number of people."""

    useful: int
    length: str
    new_contacts: int
    recommend: int
    take_home: str = ""
    observation: str = ""
    share_observation: bool = False
    share_with_manager: bool = False
    idea: str = ""


def check_evaluable(placement: Placement, side: Side, *, now: datetime) -> None:
    """Raises Refused unless this side can give or change its evaluation now."""
    if placement.state != PlacementState.CONFIRMED:
        raise Refused(_("This visit did not take place, so there is nothing to evaluate."))
    if placement.attended is False:
        words = _(
            "It is noted that the visitor did not come, so there is nothing to evaluate."
            " Write to the consultants if that is wrong."
        )
        raise Refused(words)
    if not placement.is_over(now):
        raise Refused(_("The visit is not over yet. The link works when its last day has ended."))
    given = placement.evaluations.filter(side=side).first()
    if given and not given.can_be_changed(now):
        raise Refused(
            _("The evaluation was given more than 14 days ago and is closed. Thank you for it.")
        )


def submit(
    *, placement: Placement, side: Side, author: Employee, answers: Answers, now: datetime
) -> Evaluation:
    """Store or change the evaluation of one side; there is only ever one per side.

    Raises Refused, or ValidationError with a dict of field → messages; nothing is changed then.
    """
    _check_texts(answers)
    with transaction.atomic():
        # The placement's row is locked, so that two contacts of a host cannot both be the first.
        current = Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
        check_evaluable(current, side, now=now)
        given = {name: value for name, value in vars(answers).items() if name != "idea"}
        evaluation, _created = Evaluation.objects.update_or_create(
            placement=placement,
            side=side,
            defaults={**given, "author": author, "changed_at": now},
            create_defaults={**given, "author": author, "changed_at": now, "answered_at": now},
        )
        _keep_idea(evaluation, answers.idea)
        mailplan.replan(placement, now=now)
    return evaluation


def note_attendance(
    *, placement: Placement, came: bool, by: Employee | None, now: datetime, seen: str = ""
) -> None:
    """Note whether the visitor came (again, without harm); who did not come is not asked how it was.

    A no-show that is noted is one that nobody has followed up (domain/no_shows.py).

    It can be corrected: seen is the `attendance` that the person saw, empty whatever it is.
    Raises Refused before the last day has ended, when the round is closed, when there is no such visit, or
    when somebody else has noted otherwise meanwhile.
    """
    with transaction.atomic():
        current = Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
        if current.state != PlacementState.CONFIRMED:
            raise Refused(
                _("This visit was not settled or has been called off: there is nothing to note.")
            )
        if not placement.is_over(now):
            raise Refused(_("The visit is not over yet. The link works when its last day has ended."))
        if not came and placement.evaluations.filter(side=Side.PARTICIPANT).exists():
            raise Refused(_("The visitor has already told how it was."))
        check_not_closed(Round.objects.get(wishes=placement.wish_id))
        placement.attended = current.attended
        if current.attended == came:
            return
        _check_attendance_seen(placement, seen)
        placement.attended, placement.followed_up_at = came, None
        placement.save(update_fields=["attended", "followed_up_at"])
        what = _("The visitor came") if came else _("No-show: the visitor did not come")
        lifecycle.note(placement, placement.state, by=by, now=now, reason=what)
        mailplan.replan(placement, now=now)


def _check_attendance_seen(placement: Placement, seen: str) -> None:
    if seen in {"", placement.attendance}:
        return
    words = (
        _("Meanwhile somebody else has noted that %(name)s came. Correct it if that is wrong.")
        if placement.attended
        else _(
            "Meanwhile somebody else has noted that %(name)s did not come. Correct it if that is wrong."
        )
    )
    raise Refused(words % {"name": placement.employee})


def tell_of_idea(*, idea: Idea, state: IdeaState, outcome: str, now: datetime) -> None:
    """What came of an idea. Raises ValidationError when the text will not do."""
    if messages := text_problems(outcome):
        raise ValidationError({"outcome": messages})
    with transaction.atomic():
        idea.state, idea.outcome, idea.told_at = state, outcome, now
        idea.save(update_fields=["state", "outcome", "told_at"])
        mailplan.replan(idea.evaluation.placement, now=now)


def _keep_idea(evaluation: Evaluation, text: str) -> None:
    if text:
        Idea.objects.update_or_create(evaluation=evaluation, defaults={"text": text})
    else:
        Idea.objects.filter(evaluation=evaluation).delete()


def _check_texts(answers: Answers) -> None:
    problems = {}
    for name in TEXTS:
        text = getattr(answers, name)
        if messages := text_problems(text):
            problems[name] = messages
    if problems:
        raise ValidationError(problems)
