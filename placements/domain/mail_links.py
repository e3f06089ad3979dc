"""The links that mails carry: made for one person and purpose, and read back with what they open."""

from datetime import timedelta

from django.urls import reverse

from employees.models import Employee
from placements.domain import recipients
from placements.enums import Side
from placements.models import Placement, Wish
from praktik.lib.links import BadLink, absolute, make_token, read_token

APPROVAL = "approval"
HOST_ANSWER = "host-answer"
OFFER = "offer"
ATTENDANCE = "attendance"
EVALUATION = "evaluation"
IDEAS = "ideas"
CALL_OFF = "call-off"
TEAM = "team"
ANSWER_LASTS = timedelta(days=60)
AFTERWARDS_LASTS = timedelta(days=120)
# It comes with the confirmation, which can be months before the visit; the visit's state says if it works.
CALL_OFF_LASTS = timedelta(days=180)


def approval_url(wish: Wish, manager: Employee) -> str:
    """The address where the home manager approves a wish, or not."""
    return _url(APPROVAL, "approval", wish=wish.pk, person=manager.pk)


def host_answer_url(placement: Placement, contact: Employee) -> str:
    """The address where a host contact says yes, no, or rather other days."""
    return _url(HOST_ANSWER, "host_answer", placement=placement.pk, person=contact.pk)


def offer_url(placement: Placement, participant: Employee) -> str:
    """The address where the participant takes one of the days offered, or none."""
    return _url(OFFER, "offer", placement=placement.pk, person=participant.pk)


def attendance_url(placement: Placement, contact: Employee) -> str:
    """The address where a host contact says whether the visitor came."""
    return _url(ATTENDANCE, "attendance", placement=placement.pk, person=contact.pk)


def evaluation_url(placement: Placement, side: Side, author: Employee) -> str:
    """The address where one side evaluates a visit."""
    return _url(EVALUATION, "evaluation", placement=placement.pk, side=side, person=author.pk)


def ideas_url(placement: Placement, participant: Employee) -> str:
    """The address where the participant tells what came of an idea."""
    return _url(IDEAS, "ideas", placement=placement.pk, person=participant.pk)


def call_off_url(placement: Placement, side: Side, person: Employee) -> str:
    """The address where a participant or a host contact calls a visit off."""
    return _url(CALL_OFF, "call_off", placement=placement.pk, side=side, person=person.pk)


def team_url(manager: Employee) -> str:
    """The address where a home manager sees and approves the wishes of the team."""
    return _url(TEAM, "team_by_link", person=manager.pk)


def read_approval(token: str) -> tuple[Wish, Employee]:
    """The wish and the manager a link was made for.

    Raises ExpiredLink, or BadLink: also when somebody else is the manager by now.
    """
    payload = read_token(APPROVAL, token, max_age=ANSWER_LASTS)
    wishes = Wish.objects.select_related(
        "round", "employee__manager", "employee__workplace__department"
    )
    wish = wishes.filter(pk=payload["wish"], employee__manager=payload["person"]).first()
    if wish is None or not wish.employee.manager.is_active:
        raise BadLink(payload)
    return wish, wish.employee.manager


def read_host_answer(token: str) -> tuple[Placement, Employee]:
    """The placement and the host contact a link was made for; see `_read`."""
    return _read(HOST_ANSWER, token, Side.HOST, ANSWER_LASTS)


def read_offer(token: str) -> tuple[Placement, Employee]:
    """The placement and the participant a link was made for; see `_read`."""
    return _read(OFFER, token, Side.PARTICIPANT, ANSWER_LASTS)


def read_attendance(token: str) -> tuple[Placement, Employee]:
    """The placement and the host contact a link was made for; see `_read`."""
    return _read(ATTENDANCE, token, Side.HOST, AFTERWARDS_LASTS)


def read_ideas(token: str) -> tuple[Placement, Employee]:
    """The placement and the participant a link was made for; see `_read`."""
    return _read(IDEAS, token, Side.PARTICIPANT, AFTERWARDS_LASTS)


def read_evaluation(token: str) -> tuple[Placement, Side, Employee]:
    """The placement, side and author a link was made for; see `_read`."""
    side = read_token(EVALUATION, token, max_age=AFTERWARDS_LASTS)["side"]
    placement, author = _read(EVALUATION, token, Side(side), AFTERWARDS_LASTS)
    return placement, Side(side), author


def read_call_off(token: str) -> tuple[Placement, Side, Employee]:
    """The placement, side and person a link was made for; see `_read`."""
    side = Side(read_token(CALL_OFF, token, max_age=CALL_OFF_LASTS)["side"])
    placement, person = _read(CALL_OFF, token, side, CALL_OFF_LASTS)
    return placement, side, person


def read_team(token: str) -> Employee:
    """The manager a link was made for. Raises ExpiredLink, or BadLink: also when nobody is in the team."""
    payload = read_token(TEAM, token, max_age=ANSWER_LASTS)
    manager = Employee.objects.filter(pk=payload["person"], is_active=True, team__isnull=False).first()
    if manager is None:
        raise BadLink(payload)
    return manager


def reader(link: BadLink) -> Employee | None:
    """Whom a link was made for that opens nothing any more; None when it is not genuine."""
    return Employee.objects.filter(pk=link.payload.get("person")).first()


def _url(purpose: str, view: str, **payload) -> str:
    return absolute(reverse(view, args=[make_token(purpose, **payload)]))


def _read(purpose: str, token: str, side: Side, lasts: timedelta) -> tuple[Placement, Employee]:
    """The placement and the person on this side that a link was made for.

    Raises ExpiredLink, or BadLink: also when the person no longer stands on that side.
    """
    payload = read_token(purpose, token, max_age=lasts)
    placement = Placement.objects.with_people().filter(pk=payload["placement"]).first()
    if placement is None:
        raise BadLink(payload)
    for person in recipients.people(placement, side):
        if person.pk == payload["person"]:
            return placement, person
    raise BadLink(payload)
