from django.db import models
from django.utils.translation import gettext_lazy as _

from employees.models import Employee
from hosts.models import Host
from placements.enums import SolveGoal, SolveState
from placements.models.round import Round
from placements.models.wish import Wish


class Forbidding(models.Model):
    """A consultant's word that a wish is not to be placed at a host."""

    wish = models.ForeignKey(Wish, models.CASCADE, related_name="forbiddings", verbose_name=_("wish"))
    host = models.ForeignKey(Host, models.CASCADE, related_name="+", verbose_name=_("host"))
    by = models.ForeignKey(Employee, models.SET_NULL, related_name="+", null=True, verbose_name=_("by"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("forbidden place")
        verbose_name_plural = _("forbidden places")
        constraints = [models.UniqueConstraint(name="forbidden_once", fields=["wish", "host"])]

    def __str__(self) -> str:
        return f"{self.wish.employee} ↛ {self.host}"


class SolveQuerySet(models.QuerySet):
    def at_work(self):
        """Solves that a worker has or will have."""
        return self.filter(state__in=[SolveState.WAITING, SolveState.RUNNING])

    def finished(self):
        """Solves that gave an answer; those that were stopped before they had one did not."""
        ended = self.filter(state__in=[SolveState.DONE, SolveState.STOPPED])
        return ended.exclude(state=SolveState.STOPPED, figures={})

    def most_placed(self):
        """Answers that place the most people, the newest of each round first.

        In the order of the model those that were asked for together stand as they were asked for.
        """
        answers = self.finished().filter(goal=SolveGoal.MOST_PLACED)
        return answers.order_by("round_id", "-asked_at", "-pk")


class Solve(models.Model):
    """One answer to a round's puzzle, on the data as they stood: an alternative to compare and choose.

    `seen` is the fingerprint of what it rests on. `stays` are [wish, host, [days]]. `helps` are the
    calls that would help, [host, people, [[day, seats]], visitors], and whether that is all; None while it is
    not worked out. `alive_at` and `attempts` tell whose worker has died.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="solves", verbose_name=_("round"))
    goal = models.CharField(_("goal"), max_length=20, choices=SolveGoal)
    state = models.CharField(_("state"), max_length=10, choices=SolveState, default=SolveState.WAITING)
    by = models.ForeignKey(Employee, models.SET_NULL, related_name="+", null=True, verbose_name=_("by"))
    asked_at = models.DateTimeField(_("asked for"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    alive_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    stop_asked = models.BooleanField(_("is to stop"), default=False)
    step = models.CharField(_("step"), max_length=20, blank=True)
    placed = models.PositiveIntegerField(_("placed"), default=0)
    seconds = models.FloatField(_("seconds"), default=0)
    seen = models.JSONField(default=dict)
    stays = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    proofs = models.JSONField(default=list)
    helps = models.JSONField(null=True)

    objects = SolveQuerySet.as_manager()

    class Meta:
        verbose_name = _("solution")
        verbose_name_plural = _("solutions")
        ordering = ["-asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="solve_state_is_known", condition=models.Q(state__in=SolveState.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_goal_display()} · {self.round}"

    @property
    def is_at_work(self) -> bool:
        return self.state in {SolveState.WAITING, SolveState.RUNNING}

    @property
    def has_answer(self) -> bool:
        return self.state == SolveState.DONE or (
            self.state == SolveState.STOPPED and bool(self.figures)
        )

    @property
    def is_proven(self) -> bool:
        """Whether nothing better exists in any of the goals."""
        return bool(self.proofs) and all(proof["gap"] == 0 for proof in self.proofs)

    @property
    def is_most_placed_proven(self) -> bool:
        """Whether nobody can place more people: only then can be told what a further seat gives."""
        return bool(self.proofs) and self.proofs[0]["gap"] == 0

    @property
    def erase_on(self):
        return self.round.erase_on


class BoardStepQuerySet(models.QuerySet):
    def standing(self):
        """Changes that are not undone."""
        return self.filter(is_undone=False)


class BoardStep(models.Model):
    """One change of the match board, and what stood there before: so that it can be undone.

    `before` and `after` have, for each wish, [host, [days], pinned] or None. `bans` are the hosts ruled out
    with it (true) or allowed again (false): [wish, host, true or false]. is_choice: a solution was chosen.
    """

    round = models.ForeignKey(
        Round, models.CASCADE, related_name="board_steps", verbose_name=_("round")
    )
    by = models.ForeignKey(Employee, models.SET_NULL, related_name="+", null=True, verbose_name=_("by"))
    at = models.DateTimeField(_("when"))
    what = models.CharField(_("what"), max_length=200)
    before = models.JSONField()
    after = models.JSONField()
    bans = models.JSONField(default=list)
    is_choice = models.BooleanField(_("a solution"), default=False)
    is_undone = models.BooleanField(_("undone"), default=False)

    objects = BoardStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of the board")
        verbose_name_plural = _("changes of the board")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.what

    @property
    def erase_on(self):
        return self.round.erase_on
