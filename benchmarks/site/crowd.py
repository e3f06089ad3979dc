"""The demo made larger: more hosts, people, wishes and confirmed visits, written in bulk."""

from django.db.models import Max
from django.urls import reverse

from employees.models import Employee, Workplace
from hosts.models import Host
from placements.enums import PlacementState, WishState
from placements.models import Choice, Placement, Round, VisitDay, Wish
from praktik.lib import clock


def multiply(factor: int) -> None:
    """Add copies of the demo's hosts and wishes until there are factor times as many."""
    round = Round.objects.earliest("-visits_from")
    originals = list(Host.objects.prefetch_related("fields"))
    hosts = [_copy(host, number) for number in range(1, factor) for host in originals]
    wishes = [_wish(round, hosts, number) for number in range(16 * (factor - 1))]
    _visits(round, hosts, wishes[: len(wishes) // 2])


def _copy(host: Host, number: int) -> Host:
    place = host.workplace
    workplace = Workplace.objects.create(
        department=place.department, name=f"{place.name} {number}", address=place.address
    )
    fields = list(host.fields.all())
    copy = Host.objects.create(
        workplace=workplace,
        description=host.description,
        seats_monday=5,
        seats_tuesday=5,
        seats_wednesday=5,
        seats_thursday=5,
        seats_friday=5,
    )
    copy.fields.set(fields)
    return copy


def _wish(round: Round, hosts: list[Host], number: int) -> Wish:
    person = Employee.objects.create_user(
        f"crowd{number}@havneby.example", f"Person {number}", workplace=hosts[0].workplace
    )
    wish = Wish.objects.create(
        round=round,
        employee=person,
        state=WishState.SENT,
        possible_days=round.days,
        goal="Hvordan gør I?",
        saved_at=clock.now(),
        sent_at=clock.now(),
    )
    Choice.objects.create(wish=wish, rank=1, kind="host", host=hosts[number % len(hosts)])
    return wish


def _visits(round: Round, hosts: list[Host], wishes: list[Wish]) -> None:
    """Half of the wishes become confirmed visits, many of them at the first host."""
    days = round.days
    for number, wish in enumerate(wishes):
        host, day = hosts[number % 40], days[number % len(days)]
        taken = VisitDay.objects.filter(host=host, date=day).aggregate(seat=Max("seat"))["seat"] or 0
        placement = Placement.objects.create(
            wish=wish,
            host=host,
            state=PlacementState.CONFIRMED,
            days=[day],
            last_day=day,
            created_at=clock.now(),
            confirmed_at=clock.now(),
        )
        VisitDay.objects.create(
            placement=placement, host=host, employee=wish.employee, date=day, seat=taken + 1
        )


def sizes() -> str:
    """The number of hosts, wishes and visits, in words."""
    return (
        f"{Host.objects.count()} hosts, {Wish.objects.count()} wishes, "
        f"{Placement.objects.count()} visits, {Employee.objects.count()} people"
    )


def pages() -> dict:
    """name → (path, who asks). The reference comes first; the host asked is the busiest one."""
    round = Round.objects.latest("visits_from")
    participant = Employee.objects.get(name="Bo Mikkelsen")
    busiest = max(Host.objects.all(), key=lambda host: host.visit_days.count())
    contact = busiest.contacts.first() or participant
    busiest.contacts.add(contact)
    consultant = Employee.objects.filter(is_staff=True).first()
    return {
        "reference": ("/reference/", participant),
        "wish form": (reverse("wish", args=[round.pk]), participant),
        "catalogue": (reverse("catalogue"), participant),
        "arrivals": (reverse("arrivals", args=[busiest.pk]), contact),
        "own page": (reverse("own_page"), participant),
        "admin list of wishes": (reverse("admin:placements_wish_changelist"), consultant),
        "match board": (reverse("admin:placements_board_wishes", args=[round.pk]), consultant),
    }
