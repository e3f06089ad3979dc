"""The links that mails carry: made for one person and purpose, and read back with what they open."""

from datetime import timedelta

from django.urls import reverse

from employees.models import Employee
from placements.domain import mailplan
from placements.enums import Side
from placements.models import Placement
from praktik.lib.links import BadLink, absolute, make_token, read_token

HOST_ANSWER = "host-answer"
EVALUATION = "evaluation"
ANSWER_LASTS = timedelta(days=60)
EVALUATION_LASTS = timedelta(days=120)


def host_answer_url(placement: Placement, contact: Employee) -> str:
    """The address where a host contact says yes or no."""
    token = make_token(HOST_ANSWER, placement=placement.pk, person=contact.pk)
    return absolute(reverse("host_answer", args=[token]))


def evaluation_url(placement: Placement, side: Side, author: Employee) -> str:
    """The address where one side evaluates a visit."""
    token = make_token(EVALUATION, placement=placement.pk, side=side, person=author.pk)
    return absolute(reverse("evaluation", args=[token]))


def read_host_answer(token: str) -> tuple[Placement, Employee]:
    """The placement and the host contact a link was made for.

    Raises ExpiredLink, or BadLink: also when the person is no longer a contact of the host.
    """
    payload = read_token(HOST_ANSWER, token, max_age=ANSWER_LASTS)
    placement = _placement(payload)
    contact = placement.host.contacts.filter(pk=payload["person"], is_active=True).first()
    if contact is None:
        raise BadLink
    return placement, contact


def read_evaluation(token: str) -> tuple[Placement, Side, Employee]:
    """The placement, side and author a link was made for.

    Raises ExpiredLink, or BadLink: also when the person no longer stands on that side.
    """
    payload = read_token(EVALUATION, token, max_age=EVALUATION_LASTS)
    placement = _placement(payload)
    side = Side(payload["side"])
    author = next(
        (each for each in mailplan.people(placement, side) if each.pk == payload["person"]), None
    )
    if author is None:
        raise BadLink
    return placement, side, author


def _placement(payload: dict) -> Placement:
    try:
        return Placement.objects.with_people().get(pk=payload["placement"])
    except Placement.DoesNotExist as error:
        raise BadLink from error
