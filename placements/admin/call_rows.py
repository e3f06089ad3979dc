"""What the call list shows of each workplace, as a page and as a file."""

from collections.abc import Iterator

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from employees.models import Employee, Workplace
from hosts.models import Call, CallClaim
from placements.domain import call_list
from placements.models import Placement, Round
from placements.templatetags.calls import worth
from praktik.lib.wording import days_in_words

CALLS_IN_LIST = 3


def filtered(entries: list[call_list.Entry], chosen) -> list[call_list.Entry]:
    """The workplaces of a group, or with these words in the name."""
    shown = chosen.get("show", "")
    if shown == "today":
        entries = [entry for entry in entries if entry.group in call_list.TODAY]
    elif shown in call_list.GROUPS:
        entries = [entry for entry in entries if entry.group == shown]
    words = chosen.get("q", "").casefold().split()
    return [entry for entry in entries if all(word in entry.name.casefold() for word in words)]


def groups(entries: list[call_list.Entry]) -> list[tuple[str, str, int]]:
    """(value, label, how many) of each group that is not empty, after that of all that is for today."""
    sizes = {name: sum(entry.group == name for entry in entries) for name in call_list.GROUPS}
    today = ("today", _("To call now"), sum(sizes[name] for name in call_list.TODAY))
    groups = ((name, label, sizes[name]) for name, label in call_list.GROUPS.items())
    return [today, *(group for group in groups if group[2])]


def rows(round: Round, entries: list[call_list.Entry], now) -> list[dict]:
    """What a page of the list shows of each workplace."""
    keys = [entry.workplace for entry in entries]
    newest = Call.objects.select_related("caller")[:CALLS_IN_LIST]
    contacts = Employee.objects.filter(is_active=True)
    workplaces = Workplace.objects.select_related("department", "host").prefetch_related(
        Prefetch("calls", newest, to_attr="newest_calls"),
        Prefetch("host__contacts", contacts, to_attr="active_contacts"),
    ).in_bulk(keys)  # fmt: skip
    claims = CallClaim.objects.filter(workplace__in=keys, at__gt=now - CallClaim.LASTS)
    claims = {claim.workplace_id: claim for claim in claims.select_related("by")}
    requests = _requests(round, entries, now)
    return [
        {
            "entry": entry,
            "group": call_list.GROUPS[entry.group],
            "workplace": workplaces[entry.workplace],
            "host": getattr(workplaces[entry.workplace], "host", None),
            "claim": claims.get(entry.workplace),
            "requests": requests.get(entry.workplace, []),
        }
        for entry in entries
        if entry.workplace in workplaces
    ]


def _requests(round: Round, entries: list[call_list.Entry], now) -> dict[int, list[Placement]]:
    """The unanswered requests by workplace."""
    silent = [entry.workplace for entry in entries if entry.group == call_list.ANSWER]
    found: dict[int, list[Placement]] = {}
    rows = call_list.unanswered_hosts(now).filter(wish__round=round, host__workplace__in=silent)
    for placement in rows.with_people():
        found.setdefault(placement.host.workplace_id, []).append(placement)
    return found


def exported(round: Round, entries: list[call_list.Entry], now) -> Iterator[list]:
    """The cells of each workplace under `headings()`."""
    for row in rows(round, entries, now):
        workplace, entry, host = row["workplace"], row["entry"], row["host"]
        last = next(iter(workplace.newest_calls), None)
        yield [
            row["group"],
            workplace.name,
            workplace.department.name,
            workplace.phone,
            "; ".join(f"{person} {person.phone}".strip() for person in host.active_contacts)
            if host
            else "",
            worth(entry),
            entry.said.get_appetite_display(),
            entry.said.reason,
            "; ".join(f"{visit.employee}: {days_in_words(visit.days)}" for visit in row["requests"]),
            last and last.made_at,
            last and last.get_outcome_display(),
            last and last.caller and last.caller.name,
            last and last.note,
            last and last.call_back_on,
        ]


def headings() -> list[str]:
    """What stands above the columns of the file."""
    return [
        _("List"),
        _("Workplace"),
        _("Department"),
        _("Phone"),
        _("Contacts"),
        _("What a yes would give"),
        _("Says of this round"),
        _("Reason"),
        _("Requests without an answer"),
        _("Last call"),
        _("Outcome"),
        _("Caller"),
        _("Note"),
        _("Call back on"),
    ]
