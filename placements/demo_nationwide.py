"""Making the nationwide demo: three rounds of the sizes of 2015–2017, and one in which wishes are taken.

The past rounds lie in the last eleven months, since what is older than RETENTION_DAYS is erased. They
are written in bulk, as they stand when all is long over: no mail is planned for them. The open round
goes through the domain, as with real people.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count, islice

from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.utils import timezone

from employees.models import Area, Department, Employee, Organisation, Sector, Workplace
from hosts.models import Field, Host
from placements import demo_country as country
from placements.consultants import CONSULTANTS
from placements.demo_past import Past, write
from placements.demo_round import TOWN, address_of
from placements.demo_town import GUIDE_DA, GUIDE_EN
from placements.domain import wishes
from placements.domain.wishes import ChoiceContent, WishContent
from placements.models import (
    Choice,
    Evaluation,
    Event,
    Placement,
    PlannedMail,
    Round,
    VisitDay,
    Wish,
)
from praktik.lib.dates import at, working_days_between

PAST = [
    Past("På tværs, så stor som i 2015", weeks_ago=45, wishes=152, hosts=81, visits=91),
    Past("På tværs, så stor som i 2016", weeks_ago=33, wishes=160, hosts=81, visits=118),
    Past("På tværs, så stor som i 2017", weeks_ago=20, wishes=96, hosts=51, visits=82),
]
OPEN_ROUND = "På tværs, næste runde"
WISHES, DRAFTS = 120, 6
WEEKS_AHEAD = 9
SPARE = 100
MOST_VISITORS = (1, 2, 1, 3, 1, 2)
DOMAIN = "paatvaers.example"
_BULKY = (
    Organisation, Department, Workplace, Employee, Host, Field,
    Round, Round.organisations.through, Wish, Choice, Placement, VisitDay, Event, PlannedMail, Evaluation,
)  # fmt: skip
EXAMPLES = [("consultant", address_of(country.CONSULTANTS[0], DOMAIN))]


@dataclass
class Country:
    """What has been made: organisations, hosts with their contacts, people who take part."""

    organisations: list[Organisation] = field(default_factory=list)
    hosts: list[Host] = field(default_factory=list)
    people: list[Employee] = field(default_factory=list)
    consultant: Employee | None = None


def is_made() -> bool:
    """Whether the nationwide demo is already there."""
    return Round.objects.filter(name=PAST[0].name).exists()


def invite_town() -> None:
    """Let the demo town take part in the open round, where both are there."""
    for round in Round.objects.filter(name=OPEN_ROUND):
        round.organisations.add(*Organisation.objects.filter(name=TOWN))


@transaction.atomic
def make(*, now: datetime) -> None:
    """Make the country, its past rounds and the open one."""
    made = Country(organisations=_organisations())
    workplaces = _workplaces(made.organisations)
    names = _names()
    _hosts(made, workplaces, names)
    _consultants(made, workplaces[-1])
    made.people = _people(workplaces, made.hosts, names)
    waiting, unused = [], list(made.people)
    for past in PAST:
        pool = waiting + [unused.pop(0) for _ in range(past.wishes - len(waiting))]
        round = _past_round(past, made, now)
        waiting = write(past, round, pool, made.hosts, by=made.consultant)
    _count_rows()
    _open_round(made, waiting + unused, now)
    _count_rows()


def _count_rows() -> None:
    """Tell PostgreSQL how large the tables have become: it plans as if they were empty until autovacuum
    has looked, and then a list can take minutes."""
    tables = [model._meta.db_table for model in (*_BULKY, Host.fields.through)]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


# --- The country -------------------------------------------------------------------------------------


def _organisations() -> list[Organisation]:
    named = [
        *((f"{town} Kommune", Sector.MUNICIPALITY, area)
          for area, towns in country.MUNICIPALITIES.items() for town in towns),
        *((name, Sector.REGION, area) for area, name in country.REGIONS.items()),
        *((name, Sector.STATE, Area.HOVEDSTADEN) for name in country.MINISTRIES),
    ]  # fmt: skip
    return [
        Organisation.objects.create(name=name, sector=sector, area=area) for name, sector, area in named
    ]


def _workplaces(organisations: list[Organisation]) -> list[tuple[Workplace, tuple]]:
    """Two in each municipality (three in the first), three in each region, one in each ministry: 81."""
    wanted = {Sector.MUNICIPALITY: 2, Sector.REGION: 3, Sector.STATE: 1}
    made = []
    turn = {sector: count() for sector in Sector}
    for number, organisation in enumerate(organisations):
        kinds = list(country.WORKPLACES[organisation.sector].items())
        for _ in range(wanted[organisation.sector] + (number == 0)):
            kind, about = kinds[next(turn[organisation.sector]) % len(kinds)]
            made.append((_workplace(organisation, kind, about[0], len(made)), about))
    return made


def _workplace(organisation: Organisation, kind: str, department: str, number: int) -> Workplace:
    place = organisation.name.removesuffix(" Kommune")
    owner, _ = Department.objects.get_or_create(organisation=organisation, name=department)
    return Workplace.objects.create(
        department=owner,
        name=f"{kind}, {place}",
        address=f"Hovedgaden {number + 1}, {place}",
        phone=f"99 01 {number:02} 00",
    )


def _hosts(made: Country, workplaces, names) -> None:
    fields = {}
    contacts = _employees([(workplace, "leder") for workplace, _about in workplaces], names)
    for number, ((workplace, about), contact) in enumerate(zip(workplaces, contacts, strict=True)):
        _department, kinds, _job, description = about
        most = MOST_VISITORS[number % len(MOST_VISITORS)]
        days = ("monday", "tuesday", "wednesday", "thursday", "friday")
        host = Host.objects.create(
            workplace=workplace,
            description=description,
            most_visitors=most,
            shortest_visit=2,
            longest_visit=3 + number % 3,
            meeting_place="Receptionen",
            ask_for=contact.name,
            **{f"seats_{day}": most for day in days},
        )
        for kind in kinds:
            fields[kind] = fields.get(kind) or Field.objects.get_or_create(name=kind)[0]
        host.fields.set([fields[kind] for kind in kinds])
        host.contacts.add(contact)
        made.hosts.append(host)


def _consultants(made: Country, workplace) -> None:
    group, _ = Group.objects.get_or_create(name=CONSULTANTS)
    for name in country.CONSULTANTS:
        person = Employee.objects.create_user(
            address_of(name, DOMAIN), name, job_title="konsulent, sekretariatet",
            workplace=workplace[0], is_staff=True,
        )  # fmt: skip
        person.groups.add(group)
        made.consultant = made.consultant or person


def _people(workplaces, hosts: list[Host], names) -> list[Employee]:
    """As many as all rounds ask for, spread over the workplaces; their manager is the host contact."""
    wanted = sum(past.wishes for past in PAST) + SPARE
    chosen = [workplaces[number % len(workplaces)] for number in range(wanted)]
    people = _employees([(workplace, about[2]) for workplace, about in chosen], names)
    managers = {host.workplace_id: host.contacts.get() for host in hosts}
    for person in people:
        person.manager = managers[person.workplace_id]
    Employee.objects.bulk_update(people, ["manager"])
    return people


def _employees(posts: list[tuple[Workplace, str]], names) -> list[Employee]:
    people = []
    for (workplace, job_title), name in zip(posts, islice(names, len(posts)), strict=True):
        person = Employee(
            email=address_of(name, DOMAIN), name=name, job_title=job_title,
            phone="20 00 00 00", workplace=workplace,
        )  # fmt: skip
        person.set_unusable_password()
        people.append(person)
    return Employee.objects.bulk_create(people)


def _names():
    """Invented names, all different."""
    first, last = country.FIRST_NAMES, country.LAST_NAMES
    for number in count():
        shift = number * 7 + number // len(first)
        yield f"{first[number % len(first)]} {last[shift % len(last)]}"


# --- The rounds --------------------------------------------------------------------------------------


def full_week(near: date) -> date:
    """The Monday of the week of this day, or of the first one after it with five working days."""
    monday = near - timedelta(days=near.weekday())
    while len(working_days_between(monday, monday + timedelta(days=4))) < 5:
        monday += timedelta(days=7)
    return monday


def _round(made: Country, name: str, *, opens: date, deadline: date, monday: date) -> Round:
    round = Round.objects.create(
        name=name,
        wishes_from=opens,
        wishes_until=deadline,
        visits_from=monday,
        visits_until=monday + timedelta(days=4),
        shortest_visit=2,
        longest_visit=5,
        abroad_only=True,
        hold_results=True,
        guide_da=GUIDE_DA,
        guide_en=GUIDE_EN,
    )
    round.organisations.set(made.organisations)
    return round


def _past_round(past: Past, made: Country, now: datetime) -> Round:
    monday = full_week(timezone.localdate(now) - timedelta(weeks=past.weeks_ago))
    opens, deadline = monday - timedelta(days=120), monday - timedelta(days=70)
    round = _round(made, past.name, opens=opens, deadline=deadline, monday=monday)
    round.released_at = at(monday - timedelta(days=50), time(10))
    round.closed_at = at(monday + timedelta(days=60), time(10))
    round.save(update_fields=["released_at", "closed_at"])
    return round


def _open_round(made: Country, people: list[Employee], now: datetime) -> None:
    today = timezone.localdate(now)
    round = _round(
        made,
        OPEN_ROUND,
        opens=today - timedelta(days=14),
        deadline=today + timedelta(days=14),
        monday=full_week(today + timedelta(weeks=WEEKS_AHEAD)),
    )
    for number, person in enumerate(people[: WISHES + DRAFTS]):
        wishes.save_wish(
            round=round,
            employee=person,
            content=_content(number, round, person, made.hosts),
            send=number < WISHES,
            by=person,
            now=now - timedelta(days=5),
        )


def _content(number: int, round: Round, person: Employee, hosts: list[Host]) -> WishContent:
    """A wish for one or two named hosts and something open; half of the people want a popular place."""
    own = person.workplace.department.organisation_id
    abroad = [host for host in hosts if host.workplace.department.organisation_id != own]
    dearest = abroad[number % 12 if number % 2 else number * 5 % len(abroad)]
    open_choices = [
        ChoiceContent(field=dearest.fields.first()),
        ChoiceContent(area=list(Area)[number % len(Area)]),
        ChoiceContent(sector=list(Sector)[number % len(Sector)]),
        ChoiceContent(),
    ]
    choices = [ChoiceContent(host=dearest), open_choices[number % 4], open_choices[(number + 1) % 4]]
    return WishContent(
        choices=tuple(choices[number % 3 == 2 :]),
        length=2 + number % 3,
        possible_days=tuple(round.days[number % 5 == 4 :]),
        goal=country.GOALS[number % len(country.GOALS)],
    )
