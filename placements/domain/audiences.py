"""Whom a mail to a group goes to: people on one side of a round, each once."""

from collections.abc import Iterable, Iterator

from employees.models import Employee
from placements.enums import Group, MailKind, PlacementState, PlanState, Side, WishState
from placements.models import Placement, Round, Wish

# Each person with the wish in whose plan the letter is recorded, and the side of it.
Audience = dict[Employee, tuple[Wish, Side]]
Found = Iterator[tuple[Employee | None, tuple[Wish, Side]]]


def recipients(round: Round, group: str, *, host: str = "", day: str = "") -> Audience:
    """The people of a group who can be written to.

    host (a key) and day (an ISO date) narrow it to those who have to do with a visit there and then.
    Nobody is found by a visit that they have not been told of.
    """
    visits = _VISITS.get(group, _told)(Placement.objects.filter(wish__round=round))
    if host:
        visits = visits.filter(host=host)
    if day:
        visits = visits.filter(days__contains=[day])
    wishes = Wish.objects.filter(round=round).select_related("employee__manager")
    if host or day:
        wishes = wishes.filter(placements__in=visits)
    people: Audience = {}
    for part in _PARTS[group]:
        for person, about in part(wishes, visits):
            if person and person.is_active:
                people.setdefault(person, about)
    return people


def _told(visits):
    return visits.told()


def _cancelled(visits):
    """Those that people had been told of, and whose wish has no other place since."""
    off = visits.filter(
        state=PlacementState.CANCELLED,
        wish__in=Wish.objects.with_live_placement().filter(has_place=False),
    )
    return off.filter(planned_mails__kind=MailKind.CONFIRMED, planned_mails__state=PlanState.SENT)


# The visits that make a group; of the others those that people have been told of.
_VISITS = {
    Group.ASKED: lambda visits: visits.filter(state=PlacementState.ASKED),
    Group.ACCEPTED: lambda visits: visits.filter(state=PlacementState.ACCEPTED),
    Group.CANCELLED: _cancelled,
}


def _participants(wishes: Iterable[Wish]) -> Found:
    return ((wish.employee, (wish, Side.PARTICIPANT)) for wish in wishes)


def _of_state(*states: WishState):
    return lambda wishes, visits: _participants(wishes.filter(state__in=states))


def _visitors(wishes, visits) -> Found:
    return _participants(wishes.filter(placements__in=visits))


def _unplaced(wishes, visits) -> Found:
    return _participants(wishes.unplaced())


def _awaiting(wishes, visits) -> Found:
    return _participants(wish for wish in wishes.select_related("round") if wish.awaits_approval)


def _contacts(wishes, visits) -> Found:
    for visit in visits.with_people().prefetch_related("host__contacts").order_by("pk"):
        for contact in visit.host.contacts.all():
            yield contact, (visit.wish, Side.HOST)


def _managers(wishes, visits) -> Found:
    for wish in wishes.filter(state=WishState.SENT):
        yield wish.employee.manager, (wish, Side.MANAGER)


_PARTS = {
    Group.EVERYBODY: (_of_state(WishState.SENT, WishState.DRAFT), _contacts),
    Group.SENT: (_of_state(WishState.SENT),),
    Group.DRAFTS: (_of_state(WishState.DRAFT),),
    Group.PLACED: (_visitors,),
    Group.UNPLACED: (_unplaced,),
    Group.AWAITING: (_awaiting,),
    Group.CANCELLED: (_visitors,),
    Group.HOSTS: (_contacts,),
    Group.ASKED: (_contacts,),
    Group.ACCEPTED: (_contacts,),
    Group.MANAGERS: (_managers,),
}
