"""People, hosts, rounds and wishes for tests. Every value can be overruled by name."""

from datetime import date, datetime, timedelta
from itertools import count

from employees.models import Department, Employee, Organisation, Workplace
from hosts.models import Field, Host
from placements.domain import lifecycle, wishes
from placements.domain.wishes import ChoiceContent, WishContent
from placements.models import Round
from praktik.lib.dates import at

# A Monday morning; the round's visits fall in the two weeks from 4 January 2027.
NOW = at(date(2026, 11, 23), datetime.min.time().replace(hour=9))
FIRST_DAY = date(2027, 1, 4)
_number = count(1)


def organisation(name: str = "Havneby Kommune") -> Organisation:
    return Organisation.objects.get_or_create(name=name)[0]


def workplace(
    name: str | None = None, department: str = "Kultur og Fritid", of=None, **values
) -> Workplace:
    values.setdefault("address", "Torvet 1, 9999 Havneby")
    name = name or f"Arbejdsplads {next(_number)}"
    owner, _ = Department.objects.get_or_create(organisation=of or organisation(), name=department)
    return Workplace.objects.get_or_create(name=name, department=owner, defaults=values)[0]


def employee(name: str | None = None, **values) -> Employee:
    number = next(_number)
    name = name or f"Person {number}"
    if "workplace" not in values:
        values["workplace"] = workplace()
    values.setdefault("job_title", "medarbejder")
    values.setdefault("phone", "20 00 00 00")
    return Employee.objects.create_user(f"person{number}@havneby.example", name, **values)


def consultant(name: str = "Signe Holm", **values) -> Employee:
    from django.contrib.auth.models import Group

    person = employee(name, is_staff=True, **values)
    person.groups.add(Group.objects.get(name="Konsulenter"))
    return person


def field(name: str = "Køkken") -> Field:
    return Field.objects.get_or_create(name=name)[0]


def host(name: str | None = None, *, seats: int = 1, contacts=None, fields=(), **values) -> Host:
    values.setdefault("workplace", workplace(name))
    values.setdefault("description", "Kom og se, hvordan vi gør.")
    values.setdefault("meeting_place", "Receptionen")
    values.setdefault("ask_for", "Birthe Kvist")
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday"):
        values.setdefault(f"seats_{day}", seats)
    row = Host.objects.create(**values)
    row.contacts.set([employee("Birthe Kvist")] if contacts is None else contacts)
    row.fields.set(fields)
    return row


def round(name: str = "Lynpraktik 2027", **values) -> Round:
    values = {
        "wishes_from": NOW.date() - timedelta(days=10),
        "wishes_until": NOW.date() + timedelta(days=10),
        "visits_from": FIRST_DAY,
        "visits_until": FIRST_DAY + timedelta(days=11),
        "guide_da": "Vær nysgerrig.",
        "guide_en": "Be curious.",
    } | values
    row = Round.objects.create(name=name, **values)
    row.organisations.add(organisation())
    return row


def content(*choices, length: int = 1, days=(), goal="Hvordan gør I?", needs="") -> WishContent:
    """What is typed in a wish form; choices are hosts, kinds of work, or None for anywhere."""
    return WishContent(
        choices=tuple(_choice(choice) for choice in choices),
        length=length,
        possible_days=tuple(days),
        goal=goal,
        needs=needs,
    )


def _choice(choice) -> ChoiceContent:
    if choice is None:
        return ChoiceContent()
    return ChoiceContent(host=choice) if isinstance(choice, Host) else ChoiceContent(field=choice)


def wish(*choices, person=None, round=None, now=NOW, send=True, **values):
    """A sent wish (send=False: a draft) for these choices on all days of the round."""
    round = round or globals()["round"]()
    person = person or employee("Anne Kjærsgaard")
    values.setdefault("days", round.days)
    return wishes.save_wish(
        round=round,
        employee=person,
        content=content(*(choices or [None]), **values),
        send=send,
        by=person,
        now=now,
    )


def placement(state: str = "proposed", *, host=None, wish=None, days=None, now=NOW, by=None):
    """A placement that has come as far as this state by the domain's own steps."""
    host = host or globals()["host"]("Rådhusets kantine")
    wish = wish or globals()["wish"](host)
    days = days or wish.round.days[: wish.length]
    row = lifecycle.propose(wish=wish, host=host, days=days, by=by, now=now)
    act = {"placement": row, "by": by, "now": now}
    if state in {"asked", "accepted", "declined"}:
        lifecycle.ask(**act)
    if state == "accepted":
        lifecycle.accept(**act)
    if state == "declined":
        lifecycle.decline(**act, reason="Vi har travlt.")
    if state == "confirmed":
        lifecycle.confirm(**act)
    if state == "cancelled":
        lifecycle.cancel(**act, reason="Sygdom.")
    return row
