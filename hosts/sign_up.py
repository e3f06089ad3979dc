"""How a workplace becomes a host: somebody signs it up, and a consultant approves it, or not, the first time.

The one writer of Host.approval. Whoever signed up gets a letter of each step.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from employees.models import Employee
from hosts.models import Approval, Field, Host
from mail import outbox, rendering
from praktik.lib.errors import Refused
from praktik.lib.links import absolute
from praktik.lib.texts import text_problems


def sign_up(*, host: Host, fields: Iterable[Field], by: Employee, now: datetime) -> None:
    """Save a new offer; the person becomes its first contact. Nobody sees it before it is approved.

    Raises Refused when the workplace is a host already.
    """
    host.approval, host.signed_up_by, host.signed_up_at = Approval.WAITING, by, now
    try:
        with transaction.atomic():
            host.save(force_insert=True)
            host.contacts.add(by)
            host.fields.set(fields)
            _write("host_signed_up", host, now=now)
    except IntegrityError as error:
        raise Refused(_("%(host)s is a host already.") % {"host": host}) from error


def approve(*, host: Host, seen: str, by: Employee, now: datetime) -> None:
    """A consultant says yes, also after a no: the host is shown and can be wished for.

    seen is the approval that the consultant saw. Raises Refused when it is another by now.
    """
    from_states = [state for state in (Approval.WAITING, Approval.REFUSED) if state == seen]
    _decide(host, Approval.APPROVED, from_states=from_states, by=by, now=now)


def refuse(*, host: Host, reason: str, by: Employee, now: datetime) -> None:
    """A consultant says no; whoever signed up reads the reason. Raises Refused, also for a bad reason."""
    if not reason:
        raise Refused(_("Write the reason: whoever signed up reads it."))
    if problems := text_problems(reason):
        raise Refused(" ".join(problems))
    _decide(
        host, Approval.REFUSED, from_states=[Approval.WAITING], refusal_reason=reason, by=by, now=now
    )


def ask_again(*, host: Host, by: Employee, now: datetime) -> None:
    """After a no, and a better offer, a contact asks for approval once more. Raises Refused."""
    with transaction.atomic():
        changes = {"approval": Approval.WAITING, "signed_up_by": by, "signed_up_at": now}
        _change(host, [Approval.REFUSED], changes)
        _write("host_signed_up", host, now=now)


def _decide(host: Host, to: Approval, *, from_states, by, now, refusal_reason: str = "") -> None:
    changes = {
        "approval": to,
        "decided_by": by,
        "decided_at": now,
        "refusal_reason": refusal_reason,
    }
    with transaction.atomic():
        _change(host, from_states, changes)
        _write("host_approved" if to == Approval.APPROVED else "host_refused", host, now=now)


def _change(host: Host, from_states: list[Approval], changes: dict) -> None:
    """Compare-and-set: of two consultants the second is told."""
    if not Host.objects.filter(pk=host.pk, approval__in=from_states).update(**changes):
        host.refresh_from_db(fields=["approval", "refusal_reason"])
        words = _("Nothing was changed: %(host)s stands at “%(state)s”.")
        raise Refused(words % {"host": host, "state": host.get_approval_display()})
    for name, value in changes.items():
        setattr(host, name, value)


def _write(kind: str, host: Host, *, now: datetime) -> None:
    """A letter to whoever signed the host up, once for each step."""
    person = host.signed_up_by
    if person is None or not person.is_active:
        return
    letter = rendering.render(
        kind,
        language=person.language,
        recipient=person,
        host=host,
        settings_url=absolute(reverse("host_settings", args=[host.pk]), language=person.language),
    )
    outbox.post(
        key=f"{kind}-{host.pk}-{now.timestamp()}",
        to_address=person.email,
        to_name=person.name,
        language=person.language,
        letter=letter,
        now=now,
    )
