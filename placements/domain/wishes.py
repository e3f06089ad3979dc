"""Saving, sending and withdrawing a wish. The one writer of Wish.state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from employees.models import Employee
from hosts.models import Field, Host
from placements.domain import lifecycle, mailplan
from placements.domain.errors import Refused
from placements.domain.phases import check_not_closed
from placements.domain.taking import is_at_home
from placements.domain.texts import text_problems
from placements.enums import CalledOffBy, ChoiceKind, PlacementState, WishState
from placements.models import Choice, Event, HostRound, Round, Wish
from placements.models.wish import MOST_CHOICES
from praktik.lib.dates import is_working_day
from praktik.lib.wording import day_in_words


@dataclass(frozen=True)
class ChoiceContent:
    """One of a host, a kind of work, a part of the country or a sector; none of them is anywhere."""

    host: Host | None = None
    field: Field | None = None
    area: str = ""
    sector: str = ""

    @property
    def kind(self) -> ChoiceKind:
        named = {
            ChoiceKind.HOST: self.host,
            ChoiceKind.FIELD: self.field,
            ChoiceKind.AREA: self.area,
            ChoiceKind.SECTOR: self.sector,
        }
        return next((kind for kind, value in named.items() if value), ChoiceKind.ANYWHERE)


@dataclass(frozen=True)
class WishContent:
    """What a person typed in the wish form. choices are in order of preference."""

    choices: Sequence[ChoiceContent] = ()
    length: int = 1
    may_split: bool = False
    possible_days: Sequence[date] = ()
    goal: str = ""
    needs: str = ""


def eligible_hosts(round: Round, employee: Employee):
    """The hosts that this employee can wish for in this round; never the own workplace."""
    not_this_time = HostRound.objects.not_this_time().filter(round=round)
    return (
        Host.objects.open()
        .in_organisations(organisations_to_visit(round, employee))
        .exclude(workplace=employee.workplace_id)
        .exclude(pk__in=not_this_time.values("host"))
    )


def organisations_to_visit(round: Round, employee: Employee):
    """The organisations of the round in which this employee can be a visitor."""
    organisations = round.organisations.all()
    if round.abroad_only and employee.workplace:
        return organisations.exclude(pk=employee.workplace.department.organisation_id)
    return organisations


def save_wish(
    *, round: Round, employee: Employee, content: WishContent, send: bool, by: Employee, now: datetime
) -> Wish:
    """Save a draft, or send the wish (again, with its changes).

    A proposed place is taken back when other places or days are wished for. Raises Refused when the round
    takes no wishes or somebody has been told of a place, and ValidationError with a dict of
    field → messages when the content will not do. Nothing is changed then.
    """
    check_content(content, round=round, employee=employee, complete=send, now=now)
    with transaction.atomic():
        # The employee's row is locked so that two sends at once cannot both create the wish, the
        # wish's so that nobody finds a place for what is just being changed.
        Employee.objects.select_for_update(no_key=True).get(pk=employee.pk)
        wish = (
            Wish.objects.select_for_update(no_key=True, of=("self",))
            .filter(round=round, employee=employee)
            .first()
        )
        check_open(round=round, wish=wish, now=now)
        if wish is None:
            wish = Wish(round=round, employee=employee)
        old_state = wish.state if wish.pk else ""
        wish.state = _state_after_saving(wish, send)
        newly_sent = wish.state == WishState.SENT and old_state != WishState.SENT
        if wish.pk and _asks_for_another_place(wish, content):
            _take_proposal_back(wish, by=by, now=now)
        is_decided = bool(wish.approved_at or wish.refused_at)
        if newly_sent or (is_decided and _is_another(wish, content)):
            # What the manager has said yes or no to is no longer what is wished.
            wish.sent_at = now
            wish.times_sent += 1
            wish.approved_at, wish.refused_at, wish.refusal_reason = None, None, ""
        wish.length, wish.goal, wish.needs = content.length, content.goal, content.needs
        wish.may_split = content.may_split
        wish.possible_days = sorted(set(content.possible_days))
        wish.saved_at = now
        wish.save()
        wish.choices.all().delete()
        Choice.objects.bulk_create(_choice_rows(wish, content.choices))
        if old_state != wish.state:
            _note(wish, old_state, by=by, now=now)
        mailplan.replan(wish, now=now)
    return wish


def _is_another(wish: Wish, content: WishContent) -> bool:
    """Whether a manager would have to look again: another place, length or goal."""
    return _has_other_choices(wish, content) or (wish.length, wish.goal) != (
        content.length,
        content.goal,
    )


def _asks_for_another_place(wish: Wish, content: WishContent) -> bool:
    """Whether the place that is proposed might no longer be the right one."""
    before = sorted(wish.possible_days), wish.length, wish.may_split
    after = sorted(set(content.possible_days)), content.length, content.may_split
    return before != after or _has_other_choices(wish, content)


def _has_other_choices(wish: Wish, content: WishContent) -> bool:
    places = ["rank", "kind", "host_id", "field_id", "area", "sector"]
    before = list(wish.choices.order_by("rank").values_list(*places))
    return before != [
        tuple(getattr(row, name) for name in places) for row in _choice_rows(wish, content.choices)
    ]


def _take_proposal_back(wish: Wish, *, by: Employee, now: datetime) -> None:
    """Raises Refused when the host is asked just now."""
    lifecycle.retract_all(wishes=[wish.pk], by=by, now=now)
    if wish.placements.live().exists():
        raise Refused(_being_placed())


def _being_placed() -> str:
    return _("A place is already being found for you. Call the consultants if your wish has changed.")


def withdraw(*, wish: Wish, by: Employee, now: datetime, by_phone: bool = False) -> None:
    """Withdraw a draft or sent wish; a live placement of it is cancelled. by_phone: as a consultant heard.

    Raises Refused when the visit has begun, or is so near that it is called off by phone only.
    """
    with transaction.atomic():
        wish = _locked(wish)
        if wish.state == WishState.WITHDRAWN:
            return
        check_not_closed(wish.round)
        if not can_be_withdrawn(wish, now=now):
            raise Refused(_why_not_withdrawn(wish, now=now))
        if placement := wish.live_placement:
            lifecycle.cancel(
                placement=placement, reason="", by=by, now=now, caller=CalledOffBy.PARTICIPANT
            )
        old_state, wish.state = wish.state, WishState.WITHDRAWN
        wish.save(update_fields=["state"])
        _note(wish, old_state, by=by, now=now, reason=lifecycle.as_said("", by_phone))
        mailplan.replan(wish, now=now)


def approve(*, wish: Wish, by: Employee, now: datetime, by_phone: bool = False, seen: str = "") -> None:
    """The home manager says yes (again, without harm); by_phone: to the consultant `by`.

    seen is the version of the wish that the answer was given to; empty: whatever it is.
    Raises Refused when the wish is not sent, or no longer as it was seen.
    """
    with transaction.atomic():
        wish = _locked(wish)
        check_not_closed(wish.round)
        if wish.state != WishState.SENT:
            raise Refused(_("The wish of %(name)s is not sent.") % {"name": wish.employee})
        if not wish.approved_at:
            _check_seen(wish, seen)
        wish.approved_at, wish.refused_at, wish.refusal_reason = now, None, ""
        said = lifecycle.as_said(_("Approved by the manager"), by_phone)
        wish.save(update_fields=["approved_at", "refused_at", "refusal_reason"])
        _note(wish, wish.state, by=by, now=now, reason=said)
        mailplan.replan(wish, now=now)


def refuse(
    *, wish: Wish, reason: str, by: Employee, now: datetime, by_phone: bool = False, seen: str = ""
) -> None:
    """The home manager says no: the wish is kept out of the puzzle, and a proposal is taken back.

    by_phone: said to the consultant `by`; seen as in `approve`.
    Raises Refused when somebody has been told of a place, when the reason will not do, or when the wish
    is no longer as it was seen.
    """
    if problems := text_problems(reason):
        raise Refused(" ".join(problems))
    with transaction.atomic():
        wish = _locked(wish)
        check_not_closed(wish.round)
        if wish.state != WishState.SENT:
            raise Refused(_("The wish of %(name)s is not sent.") % {"name": wish.employee})
        if wish.refusal_reason != reason:
            _check_seen(wish, seen)
        lifecycle.retract_all(wishes=[wish.pk], by=by, now=now)
        if wish.placements.live().exists():
            raise Refused(
                _("%(name)s already has a place that others have been told of. Call the consultants.")
                % {"name": wish.employee}
            )
        wish.approved_at, wish.refused_at, wish.refusal_reason = None, now, reason
        wish.save(update_fields=["approved_at", "refused_at", "refusal_reason"])
        _note(wish, wish.state, by=by, now=now, reason=lifecycle.as_said(reason, by_phone))
        mailplan.replan(wish, now=now)


def _check_seen(wish: Wish, seen: str) -> None:
    """Raises Refused, saying how it stands, when the wish is no longer as somebody saw it."""
    if seen in {"", wish.version}:
        return
    if wish.refused_at:
        words = _(
            "Meanwhile a no was noted for %(name)s: “%(reason)s” "
            "Look at it, and answer again if yours is right."
        )
    elif wish.approved_at:
        words = _(
            "Meanwhile a yes was noted for %(name)s. Look at it, and answer again if yours is right."
        )
    else:
        words = _("The wish of %(name)s has changed meanwhile. Look at it, and answer again.")
    raise Refused(words % {"name": wish.employee, "reason": wish.refusal_reason})


def can_be_withdrawn(wish: Wish, *, now: datetime) -> bool:
    """Whether the wish has not yet become a visit that is near, or has begun, nor the round closed.

    A settled visit that nobody has been told of does not hinder it.
    """
    if wish.round.closed_at:
        return False
    visit = wish.live_placement
    return not (visit and visit.is_told and visit.is_locked(now))


def _why_not_withdrawn(wish: Wish, *, now: datetime) -> str:
    if wish.live_placement.has_begun(now):
        return _("Your visit has begun. Call the consultants if you cannot come.")
    return _("Your visit is near. Call the consultants if you cannot come.")


def check_open(*, round: Round, wish: Wish | None, now: datetime) -> None:
    """Raises Refused unless this round takes (changes of) this wish now."""
    check_not_closed(round)
    today = timezone.localdate(now)
    if today < round.wishes_from:
        raise Refused(
            _("Wishes for %(round)s are taken from %(day)s.")
            % {"round": round, "day": day_in_words(round.wishes_from)}
        )
    if today > round.wishes_until:
        raise Refused(
            _("The deadline for %(round)s was %(day)s. Call the consultants if something has come up.")
            % {"round": round, "day": day_in_words(round.wishes_until)}
        )
    if wish and is_known_of(wish):
        raise Refused(_being_placed())


def is_known_of(wish: Wish) -> bool:
    """Whether others than the consultants know of a place for the wish: a proposal is still theirs alone."""
    visit = wish.live_placement
    return visit is not None and visit.state != PlacementState.PROPOSED


def check_content(
    content: WishContent, *, round: Round, employee: Employee, complete: bool, now: datetime
) -> None:
    """Raises ValidationError with a dict of field → messages; complete asks for all that sending needs."""
    problems: dict[str, list[str]] = {}
    for name, messages in (
        ("choices", _choice_problems(content.choices, round, employee, complete)),
        ("length", _length_problems(content.length, round)),
        ("possible_days", _day_problems(content, round, complete, timezone.localdate(now))),
        ("goal", _goal_problems(content.goal, complete)),
        ("needs", text_problems(content.needs)),
    ):
        if messages:
            problems[name] = messages
    if problems:
        raise ValidationError(problems)


def _state_after_saving(wish: Wish, send: bool) -> str:
    """A sent wish stays sent when its changes are only saved: it is never silently unsent."""
    if send or wish.state == WishState.SENT:
        return WishState.SENT
    return WishState.DRAFT


def _choice_rows(wish: Wish, choices: Iterable[ChoiceContent]) -> list[Choice]:
    return [
        Choice(wish=wish, rank=rank, kind=choice.kind, **vars(choice))
        for rank, choice in enumerate(choices, start=1)
    ]


def _choice_problems(choices, round, employee, complete) -> list[str]:
    problems = []
    if complete and not choices:
        problems.append(_("Choose at least one place, a kind of work, or anywhere."))
    if len(choices) > MOST_CHOICES:
        problems.append(_("A wish has at most five choices."))
    if len(set(choices)) < len(choices):
        problems.append(_("The same choice stands twice. Choose something else or leave it empty."))
    hosts = [choice.host for choice in choices if choice.host]
    if any(host.workplace_id == employee.workplace_id for host in hosts):
        problems.append(_("This is your own workplace. Choose a place you do not know yet."))
    elif round.abroad_only and any(is_at_home(host, employee) for host in hosts):
        problems.append(_("In this round you visit another organisation than your own."))
    elif {host.pk for host in hosts} - set(
        eligible_hosts(round, employee)
        .filter(pk__in=[host.pk for host in hosts])
        .values_list("pk", flat=True)
    ):
        problems.append(_("This place does not take visitors in this round."))
    return problems


def _length_problems(length: int, round: Round) -> list[str]:
    if round.shortest_visit <= length <= round.longest_visit:
        return []
    return [
        _("A visit in this round lasts from %(shortest)d to %(longest)d days.")
        % {"shortest": round.shortest_visit, "longest": round.longest_visit}
    ]


def _day_problems(content: WishContent, round: Round, complete: bool, today: date) -> list[str]:
    problems = [
        problem for day in content.possible_days if (problem := _day_problem(day, round, today))
    ]
    if complete and not problems and len(set(content.possible_days)) < content.length:
        problems.append(
            ngettext(
                "Mark at least %d day on which you can.",
                "Mark at least %d days on which you can.",
                content.length,
            )
            % content.length
        )
    return problems


def _day_problem(day: date, round: Round, today: date) -> str | None:
    words = {"day": day_in_words(day)}
    if not round.visits_from <= day <= round.visits_until:
        return _("%(day)s lies outside the round.") % words
    if not is_working_day(day):
        return _("%(day)s is not a working day.") % words
    if day <= today:
        return _("%(day)s is today or in the past.") % words
    return None


def _goal_problems(goal: str, complete: bool) -> list[str]:
    if complete and not goal.strip():
        return [_("Write in a sentence or two what you want to learn. The host reads it.")]
    return text_problems(goal)


def _locked(wish: Wish) -> Wish:
    """The wish as it stands, held until the transaction ends."""
    rows = Wish.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("round", "employee__manager").get(pk=wish.pk)


def _note(wish: Wish, old_state: str, *, by: Employee | None, now: datetime, reason: str = "") -> None:
    Event.objects.create(
        wish=wish, by=by, at=now, from_state=old_state, to_state=wish.state, reason=reason
    )
