"""Phoning hosts: who has the call, and what is noted of it. A yes gives seats; requests are answered.

A call is claimed before anybody dials: one row for each workplace (unique), taken by insertion or, when it
has aged out, by compare-and-set. Nobody logs over a colleague's claim. Who was reached is not called again
that day, unless it asked for that; who was not reached can be tried again after two hours.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from employees.models import Employee, Workplace
from hosts import sign_up
from hosts.models import Approval, Call, CallClaim, Host, OpenDay
from placements.domain import appetite, lifecycle
from placements.domain.errors import Refused
from placements.domain.phases import check_not_closed
from placements.domain.said import Answer, Contact, Said, address_of, check
from placements.enums import Appetite, CalledOffBy, PlacementState
from placements.models import Placement, Round, Wish

Outcome = Call.Outcome
TRY_AGAIN_AFTER = timedelta(hours=2)
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]


def claim(*, workplace: Workplace, by: Employee, now: datetime, rang_back: bool = False) -> None:
    """Take the call, so that nobody else phones this workplace. Taken again, it lasts anew.

    Raises Refused when a colleague is on the phone, when the workplace was reached today, or when it
    was tried in vain a short while ago, unless it rang back by itself.
    """
    with transaction.atomic():
        _take(workplace, by, now)
        if rang_back:
            _check_not_reached_today(workplace, now)
        else:
            check_may_be_called(workplace, now=now)


def _take(workplace: Workplace, by: Employee, now: datetime) -> None:
    """The claim by insertion, or by compare-and-set when it is one's own or has aged out. Raises Refused."""
    CallClaim.objects.bulk_create(
        [CallClaim(workplace=workplace, by=by, at=now)], ignore_conflicts=True
    )
    free = Q(by=by) | Q(at__lte=now - CallClaim.LASTS)
    if not CallClaim.objects.filter(free, workplace=workplace).update(by=by, at=now):
        _check_not_reached_today(workplace, now)
        raise Refused(_on_the_phone(workplace))


def release(*, workplace: Workplace, by: Employee) -> None:
    """Give the call back without having made it."""
    CallClaim.objects.filter(workplace=workplace, by=by).delete()


def check_may_be_called(workplace: Workplace, *, now: datetime) -> None:
    """Raises Refused when the workplace was reached today, or tried in vain within two hours."""
    _check_not_reached_today(workplace, now)
    tried = workplace.calls.filter(
        outcome=Outcome.NOT_REACHED, made_at__gt=now - TRY_AGAIN_AFTER
    ).select_related("caller").first()  # fmt: skip
    if tried:
        raise Refused(
            _("%(name)s tried %(workplace)s at %(time)s and got no answer. Try again from %(again)s.")
            % _words(tried, again=_clock(tried.made_at + TRY_AGAIN_AFTER))
        )


def log(*, round: Round, workplace: Workplace, said: Said, by: Employee, now: datetime) -> Call:
    """Note a call, with all that it changes, in one transaction; the claim ends.

    Who calls back without being asked (no claim) can be logged too, as long as no colleague has the call.

    Raises ValidationError (field → messages) when what was typed will not do, and Refused when somebody
    else has the call, when the workplace was reached today, when a request cannot be answered so, or when
    the round is closed.
    Nothing is changed then.
    """
    check(said, round=round, workplace=workplace, now=now)
    with transaction.atomic():
        check_not_closed(Round.objects.get(pk=round.pk))
        agreed = (
            None if said.outcome == Outcome.NOT_REACHED else _agreed_in_this_call(workplace, by, now)
        )
        _take(workplace, by, now)
        if agreed:
            agreed.delete()
        _check_not_reached_today(workplace, now)
        lifecycle.locked(Wish, (answer.placement.wish_id for answer in said.answers))
        seats = {}
        if said.outcome == Outcome.YES:
            host = _open(workplace, round, by=by, now=now)
            seats = _give_seats(host, said)
        elif said.outcome == Outcome.NO:
            _stay_out(workplace, round, said, by=by, now=now)
        elif any(answer.outcome == Outcome.YES for answer in said.answers):
            _take_back_no(workplace, round, Appetite.YES, by=by, now=now)
        elif said.outcome == Outcome.MAYBE:
            _take_back_no(workplace, round, Appetite.MAYBE, by=by, now=now)
        for answer in sorted(said.answers, key=lambda each: each.placement.pk):
            answer.give(by=by, now=now, by_phone=True)
        call = _write(workplace, said, seats, by=by, now=now)
        release(workplace=workplace, by=by)
    return call


def note_answer(*, answer: Answer, by: Employee, now: datetime) -> None:
    """Note what the host answered to one request on the phone; the call stands in the log, too.

    Raises Refused when a colleague is on the phone with the workplace, or when the request cannot be
    answered so. Nothing is changed then.
    """
    workplace = answer.placement.host.workplace
    with agreed_by_phone(workplace=workplace, by=by, now=now):
        lifecycle.locked(Wish, [answer.placement.wish_id])
        if answer.outcome == Outcome.YES:
            round = answer.placement.wish.round
            _take_back_no(workplace, round, Appetite.YES, by=by, now=now)
        answer.give(by=by, now=now, by_phone=True)


def note_yes(*, placement: Placement, by: Employee, now: datetime) -> None:
    """Note the host's yes to one request on the phone. Raises Refused as note_answer does."""
    note_answer(answer=Answer(placement, Outcome.YES), by=by, now=now)


def confirm(*, placement: Placement, by: Employee, now: datetime) -> None:
    """Confirm a visit; what the host has not said yes to before was agreed on the phone, and is a call.

    Raises Refused as lifecycle.confirm does, and when a colleague is on the phone with the workplace.
    """
    if placement.state == PlacementState.ACCEPTED:
        lifecycle.confirm(placement=placement, by=by, now=now)
        return
    with agreed_by_phone(workplace=placement.host.workplace, by=by, now=now):
        lifecycle.confirm(placement=placement, by=by, now=now, by_phone=True)


@contextmanager
def agreed_by_phone(*, workplace: Workplace, by: Employee, now: datetime) -> Iterator[None]:
    """A transaction with what a host and the consultant `by` agreed on the phone: the call stands in the log.

    Of a workplace that was reached earlier today the call stands there already: what was agreed belongs to
    it. While `by` has the call, that one goes on; noted with what else they say, it takes the place of this.
    A day on which it is to be called back stays, be it today: what it is to be asked was not noted.
    Raises Refused when a colleague has the call.
    The claim is the first of the locks (docs/locking.md): what is agreed takes its own within.
    """
    with transaction.atomic():
        is_under_way = _has_the_call(workplace, by, now)
        if not is_under_way:
            _take(workplace, by, now)
        yield
        if not _calls_that_reached(workplace, now).exists():
            said = Said(Outcome.ANSWERED, call_back_on=_still_to_be_called_back(workplace, now))
            _write(workplace, said, {}, by=by, now=now)
        if not is_under_way:
            release(workplace=workplace, by=by)


def as_said_by(
    caller: CalledOffBy, *, visit: Placement, by: Employee, now: datetime
) -> AbstractContextManager[None]:
    """A transaction with what `caller` told the consultant `by` on the phone: of the host it is a call, too."""
    if caller == CalledOffBy.HOST:
        return agreed_by_phone(workplace=visit.host.workplace, by=by, now=now)
    return transaction.atomic()


def _has_the_call(workplace: Workplace, by: Employee, now: datetime) -> bool:
    """Whether `by` is on the phone with the workplace; the claim is locked, and stays so meanwhile."""
    live = CallClaim.objects.select_for_update().filter(at__gt=now - CallClaim.LASTS)
    return live.filter(workplace=workplace, by=by).first() is not None


def _agreed_in_this_call(workplace: Workplace, by: Employee, now: datetime) -> Call | None:
    """What `agreed_by_phone` wrote of the call that `by` has, however long ago it was claimed."""
    claim = CallClaim.objects.select_for_update().filter(workplace=workplace, by=by).first()
    if claim is None:
        return None
    of_now = _calls_that_reached(workplace, now).filter(made_at__gte=claim.at)
    return of_now.filter(caller=by, outcome=Outcome.ANSWERED, note="").first()


def _still_to_be_called_back(workplace: Workplace, now: datetime) -> date | None:
    """The day on which the workplace is to be called, as it last said: today where that day has passed."""
    said = workplace.calls.exclude(outcome=Outcome.NOT_REACHED, call_back_on=None).first()
    back = said and said.call_back_on
    return max(back, timezone.localdate(now)) if back else None


# --- Who was called -----------------------------------------------------------------------------------


def _reached_today(workplace: Workplace, now: datetime) -> Call | None:
    """The call in which the workplace was reached today and did not ask to be called back today."""
    is_done = Q(call_back_on=None) | Q(call_back_on__gt=timezone.localdate(now))
    return _calls_that_reached(workplace, now).filter(is_done).select_related("caller").first()


def _calls_that_reached(workplace: Workplace, now: datetime) -> QuerySet[Call]:
    """The calls of today in which the workplace was reached."""
    return workplace.calls.filter(day=timezone.localdate(now)).exclude(outcome=Outcome.NOT_REACHED)


def _check_not_reached_today(workplace: Workplace, now: datetime) -> None:
    if call := _reached_today(workplace, now):
        raise Refused(
            _("%(name)s spoke with %(workplace)s today at %(time)s. Never two calls in a day.")
            % _words(call)
        )


def _on_the_phone(workplace: Workplace) -> str:
    row = CallClaim.objects.filter(workplace=workplace).select_related("by").first()
    if row is None:
        return _("A call to %(workplace)s has just ended. Look again.") % {"workplace": workplace}
    return _("%(name)s is on the phone with %(workplace)s since %(time)s.") % {
        "name": row.by,
        "workplace": workplace,
        "time": _clock(row.at),
    }


def _words(call: Call, **more) -> dict:
    return {
        "name": call.caller or _("Somebody"),
        "workplace": call.workplace,
        "time": _clock(call.made_at),
        **more,
    }


def _clock(moment: datetime) -> str:
    return time_format(timezone.localtime(moment), "TIME_FORMAT")


# --- What a call changes ------------------------------------------------------------------------------


def _open(workplace: Workplace, round: Round, *, by: Employee, now: datetime) -> Host:
    """The workplace's host, made anew where there is none: approved, and taking part in the round."""
    host, _is_new = Host.objects.get_or_create(workplace=workplace)
    host = lifecycle.locked(Host, [host.pk])[host.pk]
    if host.approval != Approval.APPROVED:
        sign_up.approve(host=host, seen=host.approval, by=by, now=now)
    _take_back_no(workplace, round, Appetite.YES, by=by, now=now)
    return host


def _stay_out(workplace: Workplace, round: Round, said: Said, *, by: Employee, now: datetime) -> None:
    """Of a host that says no nobody is proposed in this round; the visits it has agreed to stay."""
    host = Host.objects.filter(workplace=workplace).first()
    if host is None or host.pk in appetite.not_this_time(round):
        return
    reasons = [str(Call.Reason(each).label) for each in said.reasons if each != Call.Reason.OTHER]
    if Call.Reason.OTHER in said.reasons:
        reasons.append(said.note)
    reason = ", ".join(reasons)
    appetite.say(host=host, round=round, appetite=Appetite.NO, reason=reason, by=by, now=now)


def _take_back_no(
    workplace: Workplace, round: Round, said: Appetite, *, by: Employee, now: datetime
) -> None:
    """A host that had said no to the round, and now says yes to a visitor or perhaps, takes part again."""
    host = Host.objects.filter(workplace=workplace).first()
    if host and host.pk in appetite.not_this_time(round):
        appetite.say(host=host, round=round, appetite=said, reason="", by=by, now=now)


def _give_seats(host: Host, said: Said) -> dict:
    """Open the host on what it said; returns its seats for the call log."""
    host.is_open = True
    for weekday, seats in said.weekday_seats.items():
        setattr(host, f"seats_{WEEKDAYS[weekday]}", seats)
    if said.most_visitors is not None:
        host.most_visitors = said.most_visitors
    host.save(update_fields=["is_open", "most_visitors", *(f"seats_{day}" for day in WEEKDAYS)])
    for day, seats in said.date_seats.items():
        OpenDay.objects.update_or_create(host=host, date=day, defaults={"seats": seats})
    host.closed_days.filter(date__in=said.date_seats).delete()
    _add_contact(host, said.contact)
    dates = {day.isoformat(): seats for day, seats in sorted(said.date_seats.items())}
    return {"weekdays": host.weekday_seats, "dates": dates}


def _add_contact(host: Host, contact: Contact) -> None:
    person = contact.person
    if contact.email:
        email = address_of(contact)
        person = Employee.objects.filter(email=email).first() or Employee.objects.create_user(
            email, contact.name, workplace=host.workplace
        )
    if person:
        host.contacts.add(person)


def _write(workplace: Workplace, said: Said, seats: dict, *, by: Employee, now: datetime) -> Call:
    call = Call(
        workplace=workplace,
        caller=by,
        made_at=now,
        outcome=said.outcome,
        reasons=list(said.reasons) if said.outcome == Outcome.NO else [],
        seats=seats,
        note=said.note,
        call_back_on=said.call_back_on,
    )
    try:
        with transaction.atomic():
            call.save()
    except IntegrityError as error:
        _check_not_reached_today(workplace, now)
        raise Refused(_("The call was not noted: look at the list again.")) from error
    return call
