"""Many confirmed visits with planned mails, written in bulk."""

from datetime import datetime, timedelta

from employees.models import Department, Employee, Organisation, Workplace
from hosts.models import Host
from placements.enums import MailKind, PlacementState, PlanState, Side, WishState
from placements.models import Placement, PlannedMail, Round, Wish
from praktik.lib import clock
from praktik.lib.dates import add_working_days

VISITORS_OF_A_HOST = 20
LATER = timedelta(days=1000)
# So many that no sweep of a run writes twice to the same person: the second would be held back.
FEWEST_VISITS = 500


def plan(*, due: int, later: int) -> None:
    """Visits three working days ahead, with this many reminders due now and not for a long time yet.

    Half of the reminders go to the participant, half to the host's contact.
    """
    visits = _visits(max(due // 2, later // 20, FEWEST_VISITS if later else 1))
    _reminders(visits, due, clock.now() - timedelta(minutes=1), number=1)
    for number in range(2, 2 + later // max(2 * len(visits), 1)):
        _reminders(visits, 2 * len(visits), clock.now() + LATER, number=number)


def make_due(count: int, *, now: datetime) -> None:
    """Let this many of the reminders for later be due now."""
    later = PlannedMail.objects.filter(state=PlanState.PLANNED).order_by("pk")[:count]
    PlannedMail.objects.filter(pk__in=list(later.values_list("pk", flat=True))).update(due=now)


def _reminders(visits: list[Placement], count: int, due: datetime, *, number: int) -> None:
    rows = (
        PlannedMail(
            wish=visit.wish,
            placement=visit,
            kind=MailKind.REMINDER,
            side=side,
            recipient=recipient,
            number=number,
            due=due,
        )
        for visit in visits
        for side, recipient in ((Side.PARTICIPANT, visit.employee), (Side.HOST, visit.host.contact))
    )
    PlannedMail.objects.bulk_create([row for row, _ in zip(rows, range(count), strict=False)], 2000)


def _visits(count: int) -> list[Placement]:
    now, day = clock.now(), add_working_days(clock.today(), 3)
    places = _workplaces(count // VISITORS_OF_A_HOST + 1)
    hosts = _hosts(places)
    people = _people("visitor", count, places)
    round = Round.objects.create(
        name="Lynpraktik",
        wishes_from=day - timedelta(days=40),
        wishes_until=day - timedelta(days=30),
        visits_from=day,
        visits_until=day + timedelta(days=20),
        guide_da="Vær nysgerrig.",
    )
    wishes = Wish.objects.bulk_create(
        Wish(
            round=round,
            employee=person,
            state=WishState.SENT,
            possible_days=[day],
            times_sent=1,
            goal="Hvordan får I hverdagen til at hænge sammen?",
            saved_at=now,
            sent_at=now,
        )  # fmt: skip
        for person in people
    )
    confirmed = now - timedelta(days=20)
    return Placement.objects.bulk_create(
        Placement(
            wish=wish,
            host=hosts[number % len(hosts)],
            state=PlacementState.CONFIRMED,
            days=[day],
            last_day=day,
            created_at=confirmed,
            confirmed_at=confirmed,
        )  # fmt: skip
        for number, wish in enumerate(wishes)
    )


def _workplaces(count: int) -> list[Workplace]:
    organisation = Organisation.objects.create(name="Havneby Kommune")
    department = Department.objects.create(organisation=organisation, name="Kultur og Fritid")
    return Workplace.objects.bulk_create(
        Workplace(department=department, name=f"Sted {number}", address="Torvet 1, 9999 Havneby")
        for number in range(count)
    )


def _people(name: str, count: int, places: list[Workplace]) -> list[Employee]:
    return Employee.objects.bulk_create(
        Employee(
            email=f"{name}{number}@havneby.example",
            name=f"Person {number}",
            password="!",
            workplace=places[number % len(places)],
            phone="20 00 00 00",
            job_title="medarbejder",
        )  # fmt: skip
        for number in range(count)
    )


def _hosts(places: list[Workplace]) -> list[Host]:
    """One host a workplace, each with one contact, found as host.contact."""
    hosts = Host.objects.bulk_create(
        Host(workplace=place, description="Kom og se.", meeting_place="Receptionen", seats_monday=50)
        for place in places
    )
    for host, contact in zip(hosts, _people("contact", len(places), places), strict=True):
        host.contacts.add(contact)
        host.contact = contact
    return hosts
