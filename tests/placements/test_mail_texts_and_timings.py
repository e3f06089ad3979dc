"""The consultants' own texts and timings in the admin: what is refused, and the way back to the defaults."""

from datetime import timedelta

import pytest

from placements.domain import intents, mailmoments, mailplan, mailrules
from placements.enums import MailKind
from placements.models import MailText, MailTiming
from placements.models.mail_timing import LONGEST_OFFSET
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db

TEXTS = "/admin/placements/mailtext/"
TIMINGS = "/admin/placements/mailtiming/"


def timing(**values):
    return {"kind": "reminder", "is_on": "on", "offsets": "-7", "hour": "08:00"} | values


def due(visit, kind="reminder", side="participant"):
    """When the first mail of this kind is due, after the plans have been made anew."""
    mailplan.replan_stale(now=NOW)
    return visit.planned_mails.get(kind=kind, side=side, number=1).due


def visits(*names):
    """A confirmed visit in each of some rounds of these names."""
    return [
        factories.placement(
            "confirmed",
            host=factories.host(),
            wish=factories.wish(person=factories.employee(), round=factories.round(name)),
        )
        for name in names
    ]


# --- The way back to the defaults ------------------------------------------------------------------------


def confirmed_away(client, address):
    """What the admin asks before it deletes, and then deletes."""
    assert "Er du sikker" in client.get(address).content.decode()
    return client.post(address, {"post": "yes"})


def test_a_timing_is_deleted_and_the_plan_follows_the_default_again(client, signe):
    (visit,) = visits("Runde A")
    usual = due(visit)
    client.post(f"{TIMINGS}add/", timing(offsets="-7"))
    assert due(visit) < usual
    confirmed_away(client, f"{TIMINGS}{MailTiming.objects.get().pk}/delete/")
    assert MailTiming.objects.count() == 0
    assert due(visit) == usual


def test_of_several_timings_deleted_at_once_every_round_follows(client, signe):
    first, second = visits("Runde A", "Runde B")
    usual = due(first)
    for visit in (first, second):
        client.post(f"{TIMINGS}add/", timing(round=visit.round.pk))
    assert due(first) == due(second) < usual
    rows = {
        "action": "delete_selected",
        "_selected_action": [row.pk for row in MailTiming.objects.all()],
    }
    client.post(TIMINGS, rows | {"post": "yes"})
    assert MailTiming.objects.count() == 0
    assert due(first) == due(second) == usual


def test_a_text_can_be_deleted(client, signe):
    row = MailText.objects.create(kind="reminder", side="participant", words_da="Hej")
    confirmed_away(client, f"{TEXTS}{row.pk}/delete/")
    assert MailText.objects.count() == 0


# --- What is refused -----------------------------------------------------------------------------------


def errors(client, address, data) -> dict:
    """What is said at which field of an admin form that was sent."""
    answer = client.post(address, data)
    return {} if answer.status_code == 302 else answer.context["adminform"].form.errors


@pytest.mark.parametrize(
    ("kind", "side", "words"),
    [
        ("guide", "host", "Mailen »Guide og praktiske oplysninger« sendes aldrig til: Praktiksted."),
        ("approval", "participant", "Mailen »Vil du godkende?« sendes aldrig til: Deltager."),
        ("group", "host", "En mail til en gruppe skrives, hver gang den sendes, på rundens side."),
    ],
)
def test_a_text_for_a_mail_that_nobody_gets_is_refused_and_kept_on_the_page(
    client, signe, kind, side, words
):
    data = {"kind": kind, "side": side, "words_da": "Hej {fornavn}"}
    assert errors(client, f"{TEXTS}add/", data) == {"side": [words]}
    assert "Hej {fornavn}</textarea>" in client.post(f"{TEXTS}add/", data).content.decode()
    assert MailText.objects.count() == 0


AT_ONCE = "Denne mail sendes med det samme og kun én gang: Skriv 0."
OUTSIDE = "For denne mail kan dagene være fra %s til %s. Uden for det ville den aldrig blive sendt."


@pytest.mark.parametrize(
    ("kind", "offsets", "words"),
    [
        ("confirmed", "0, 2", AT_ONCE),
        ("confirmed", "3", AT_ONCE),
        ("wish_received", "0, 1", AT_ONCE),
        ("cancelled", "-1", AT_ONCE),
        ("reminder", "5", OUTSIDE % (-200, -2)),
        ("reminder", "-5, -1", OUTSIDE % (-200, -2)),
        ("tomorrow", "0", OUTSIDE % (-200, -1)),
        ("guide", "10", OUTSIDE % (-200, -1)),
        ("draft_unsent", "1", OUTSIDE % (-200, 0)),
        ("approval", "-1, 3", OUTSIDE % (0, 200)),
        ("host_asked", "-4", OUTSIDE % (0, 200)),
        ("attendance", "-1", OUTSIDE % (1, 15)),
        ("evaluation", "0, 4", OUTSIDE % (1, 35)),
        ("ideas", "190", OUTSIDE % (1, 175)),
    ],
)
def test_days_that_can_do_nothing_are_refused_at_the_field(client, signe, kind, offsets, words):
    assert errors(client, f"{TIMINGS}add/", timing(kind=kind, offsets=offsets)) == {"offsets": [words]}
    assert MailTiming.objects.count() == 0


def test_a_mail_to_a_group_has_no_timing(client, signe):
    found = errors(client, f"{TIMINGS}add/", timing(kind="group", offsets="0"))
    assert found == {"kind": ["En mail til en gruppe sendes, når den er skrevet."]}


@pytest.mark.parametrize("kind", [kind for kind in mailrules.RULE_OF if kind != MailKind.GROUP])
def test_the_defaults_are_what_may_be_written(client, signe, kind):
    usual = ", ".join(map(str, mailrules.RULE_OF[kind].offsets))
    assert errors(client, f"{TIMINGS}add/", timing(kind=kind, offsets=usual)) == {}


BOUNDS = [
    (rule, bound)
    for rule in mailrules.PLACEMENT_RULES
    for bound in rule.bounds
    if rule.anchor in {mailmoments.first_day, mailmoments.last_day} and abs(bound) != LONGEST_OFFSET
]


@pytest.mark.parametrize(("rule", "bound"), BOUNDS)
def test_what_the_bounds_allow_is_due_before_it_is_useless(visit_on_each_weekday, rule, bound):
    MailTiming.objects.create(kind=rule.kind, offsets=[bound], hour=rule.hour)
    for visit in visit_on_each_weekday:
        moment = intents.usual_moment(rule.kind, visit, now=NOW)
        assert moment <= rule.useless_after(visit), visit.first_day


@pytest.fixture
def visit_on_each_weekday():
    round, host = factories.round(), factories.host(seats=5)
    return [
        factories.placement(
            "confirmed",
            host=host,
            wish=factories.wish(host, person=factories.employee(), round=round),
            days=[FIRST_DAY + timedelta(days=n)],
        )
        for n in range(5)
    ]


# --- The plan follows ----------------------------------------------------------------------------------


def test_a_timing_that_goes_from_one_round_to_another_plans_both_anew(client, signe):
    first, second = visits("Runde A", "Runde B")
    usual = due(first)
    client.post(f"{TIMINGS}add/", timing(round=first.round.pk))
    earlier = due(first)
    assert (earlier < usual, due(second)) == (True, usual)
    row = MailTiming.objects.get()
    client.post(f"{TIMINGS}{row.pk}/change/", timing(round=second.round.pk))
    assert (due(first), due(second)) == (usual, earlier)
