"""Who may open what: every address of Praktik × every role → status."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from mail import outbox
from mail.rendering import Letter
from placements.domain import mail_links
from placements.enums import Side
from placements.models import MailText, MailTiming, Solve
from praktik.tables import holding
from praktik.tables.reading import Table
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

ROLES = ["nobody", "participant", "other", "manager", "contact", "consultant", "administrator"]

FILES_OF_A_ROUND = ["board", "seats", "whom-to-phone", "waiting", "calls", "mails", "full-hosts"]

# address name: method, then the status for each role in the order of ROLES.
# 302 from a page for people signed in leads a stranger to the sign-in.
MATRIX = {
    "healthz": ("GET", 503, 503, 503, 503, 503, 503, 503),
    "start": ("GET", 200, 302, 302, 302, 302, 302, 302),
    "account_request_login_code": ("GET", 200, 302, 302, 302, 302, 302, 302),
    "account_confirm_login_code": ("GET", 302, 302, 302, 302, 302, 302, 302),
    "account_login": ("GET", 302, 302, 302, 302, 302, 302, 302),
    "account_logout": ("GET", 302, 200, 200, 200, 200, 200, 200),
    "account_inactive": ("GET", 200, 200, 200, 200, 200, 200, 200),
    "choose_language": ("POST", 302, 302, 302, 302, 302, 302, 302),
    "catalogue": ("GET", 302, 200, 200, 200, 200, 200, 200),
    "host": ("GET", 302, 200, 404, 200, 200, 200, 200),
    "own_page": ("GET", 302, 200, 200, 200, 200, 200, 200),
    "wish": ("GET", 302, 200, 404, 200, 200, 200, 404),
    "withdraw_wish": ("POST", 302, 302, 404, 404, 404, 404, 404),
    "arrivals": ("GET", 302, 404, 404, 404, 200, 404, 404),
    "arrivals_file": ("GET", 302, 404, 404, 404, 200, 404, 404),
    "sign_up_host": ("GET", 302, 200, 200, 200, 200, 200, 200),
    "host_write": ("GET", 302, 404, 404, 404, 200, 404, 404),
    "note_attendance": ("POST", 302, 404, 404, 404, 404, 404, 404),
    "buildings": ("GET", 302, 200, 200, 200, 200, 200, 200),
    "reception": ("GET", 302, 404, 404, 404, 200, 200, 200),
    "reception_file": ("GET", 302, 404, 404, 404, 200, 200, 200),
    "host_settings": ("GET", 302, 404, 404, 404, 200, 404, 404),
    "host_offer": ("GET", 302, 404, 404, 404, 200, 404, 404),
    "host_appetite": ("POST", 302, 404, 404, 404, 200, 404, 404),
    "host_closed_days": ("POST", 302, 404, 404, 404, 200, 404, 404),
    "host_contacts": ("POST", 302, 404, 404, 404, 200, 404, 404),
    "host_ask_again": ("POST", 302, 404, 404, 404, 302, 404, 404),
    "renew_feed": ("POST", 302, 404, 404, 404, 302, 404, 404),
    "host_feed": ("GET", 200, 200, 200, 200, 200, 200, 200),
    "renew_own_feed": ("POST", 302, 302, 302, 302, 302, 302, 302),
    "own_feed": ("GET", 200, 200, 200, 200, 200, 200, 200),
    "approval": ("GET", 200, 200, 200, 200, 200, 200, 200),
    "guide": ("GET", 302, 200, 404, 200, 200, 200, 404),
    "team": ("GET", 302, 404, 404, 200, 404, 404, 404),
    "team_by_link": ("GET", 200, 200, 200, 200, 200, 200, 200),
    "call_off": ("GET", 200, 200, 200, 200, 200, 200, 200),
    "offer": ("GET", 200, 200, 200, 200, 200, 200, 200),
    "attendance": ("GET", 200, 200, 200, 200, 200, 200, 200),
    "ideas": ("GET", 200, 200, 200, 200, 200, 200, 200),
    "host_answer": ("GET", 200, 200, 200, 200, 200, 200, 200),
    "evaluation": ("GET", 200, 200, 200, 200, 200, 200, 200),
    "demo_sign_in": ("POST", 404, 404, 404, 404, 404, 404, 404),
    "demo_clock": ("POST", 404, 404, 404, 404, 404, 404, 404),
    # The admin: what is not listed here is refused to everybody below a consultant (see below).
    "admin:index": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_wish_place": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_wish_withdraw": ("GET", 302, 302, 302, 302, 302, 302, 302),
    "admin:placements_wish_answer": ("GET", 302, 302, 302, 302, 302, 302, 302),
    "admin:placements_board_wishes": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_board_wish": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_board_solutions": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_board_seats": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_board_calls": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_board_waiting": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_board_rings": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_board_act": ("POST", 302, 302, 302, 302, 302, 302, 302),
    "admin:placements_calls": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_calls_changed": ("GET", 302, 302, 302, 302, 302, 200, 200),
    **{
        f"admin:placements_round_file {name}": ("GET", 302, 302, 302, 302, 302, 200, 200)
        for name in FILES_OF_A_ROUND
    },
    "admin:placements_call": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:hosts_call_add": ("GET", 302, 302, 302, 302, 302, 403, 403),
    "admin:placements_placement_end_early": ("GET", 302, 302, 302, 302, 302, 302, 302),
    "admin:placements_placement_move": ("GET", 302, 302, 302, 302, 302, 302, 302),
    "admin:placements_placement_answer": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_placement_freed": ("GET", 302, 302, 302, 302, 302, 404, 404),
    "admin:placements_placement_followed_up": ("POST", 302, 302, 302, 302, 302, 302, 302),
    "admin:placements_placement_freed_file": ("GET", 302, 302, 302, 302, 302, 404, 404),
    "admin:placements_mails": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_mails_act": ("POST", 302, 302, 302, 302, 302, 404, 404),
    "admin:placements_mails_preview": ("GET", 302, 302, 302, 302, 302, 404, 404),
    "admin:placements_mails_letter": ("GET", 302, 302, 302, 302, 302, 404, 404),
    "admin:placements_mails_test": ("POST", 302, 302, 302, 302, 302, 404, 404),
    "admin:placements_round_mails": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_round_mails_act": ("POST", 302, 302, 302, 302, 302, 404, 404),
    "admin:placements_round_mails_write": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_round_overview": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_round_copy": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_round_release": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_round_close": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_round_reopen": ("POST", 302, 302, 302, 302, 302, 302, 302),
    "admin:placements_round_changelist": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_mailtext_add": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_mailtiming_add": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_mailtext_preview": ("POST", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_mailtext_delete": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_mailtiming_delete": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_round_add": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_placement_add": ("GET", 302, 302, 302, 302, 302, 403, 403),
    "admin:placements_placement_changelist": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_evaluation_changelist": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_placement_change": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_placement_delete": ("GET", 302, 302, 302, 302, 302, 403, 403),
    "admin:placements_wish_delete": ("GET", 302, 302, 302, 302, 302, 403, 403),
    "admin:placements_round_delete": ("GET", 302, 302, 302, 302, 302, 403, 200),
    "admin:employees_employee_change": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:employees_employee_delete": ("GET", 302, 302, 302, 302, 302, 403, 200),
    "admin:hosts_host_decide": ("GET", 302, 302, 302, 302, 302, 302, 302),
    "admin:placements_round_host_days": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_hostround_changelist": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:employees_employee_export": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:placements_placement_export": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:mail_outgoingmail_export": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:employees_employee_import": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:employees_employee_import_preview": ("GET", 302, 302, 302, 302, 302, 200, 302),
    "admin:employees_employee_import_faults": ("GET", 302, 302, 302, 302, 302, 200, 302),
    "admin:employees_workplace_import": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:employees_workplace_import_preview": ("GET", 302, 302, 302, 302, 302, 302, 302),
    "admin:hosts_host_import": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:hosts_host_import_preview": ("GET", 302, 302, 302, 302, 302, 302, 302),
    "admin:hosts_host_change": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:mail_outgoingmail_changelist": ("GET", 302, 302, 302, 302, 302, 200, 200),
    "admin:mail_outgoingmail_release": ("POST", 302, 302, 302, 302, 302, 302, 302),
    "admin:mail_outgoingmail_add": ("GET", 302, 302, 302, 302, 302, 403, 403),
    "admin:mail_outgoingmail_delete": ("GET", 302, 302, 302, 302, 302, 403, 403),
}

IMPORTS_HELD = [name for name in MATRIX if name.endswith(("_import_preview", "_import_faults"))]


@pytest.fixture
def world(clock):
    """One visit with all its people, and the address of each page for it."""
    manager, contact = factories.employee("Ulla Frandsen"), factories.employee("Birthe Kvist")
    participant = factories.employee("Anne Kjærsgaard", manager=manager)
    participant.feed_secret = "et-hemmeligt-ord"
    participant.save(update_fields=["feed_secret"])
    other = factories.employee("En fremmed", workplace=None)
    host = factories.host("Rådhusets kantine", contacts=[contact])
    visit = factories.placement("asked", host=host, wish=factories.wish(host, person=participant))
    solve = {"goal": "most_placed", "state": "done", "helps": {"calls": [], "is_complete": True}}
    Solve.objects.create(round=visit.wish.round, asked_at=NOW, finished_at=NOW, **solve)
    letter = outbox.post(
        key="x", to_address="a@b.example", language="da", letter=Letter("s", "t", "h"), now=NOW
    )
    rows = {
        "placements_round": visit.wish.round,
        "placements_wish": visit.wish,
        "placements_placement": visit,
        "hosts_host": host,
        "employees_employee": participant,
        "mail_outgoingmail": letter,
        "placements_mailtext": MailText.objects.create(kind="guide", side="participant"),
        "placements_mailtiming": MailTiming.objects.create(kind="guide", offsets=[-10]),
    }
    addresses = {
        "host": reverse("host", args=[host.pk]),
        "wish": reverse("wish", args=[visit.wish.round_id]),
        "withdraw_wish": reverse("withdraw_wish", args=[visit.wish_id]),
        "arrivals": reverse("arrivals", args=[host.pk]),
        "host_write": reverse("host_write", args=[host.pk, visit.first_day]),
        "arrivals_file": reverse("arrivals_file", args=[host.pk, "csv"]),
        "reception_file": reverse("reception_file", args=[host.pk, "csv"]),
        "note_attendance": reverse("note_attendance", args=[host.pk, visit.pk]),
        "reception": reverse("reception", args=[host.pk]),
        "host_appetite": reverse("host_appetite", args=[host.pk, visit.wish.round_id]),
        **{
            name: reverse(name, args=[host.pk])
            for name in (
                "host_settings",
                "host_offer",
                "host_closed_days",
                "host_contacts",
                "host_ask_again",
            )
        },
        "renew_feed": reverse("renew_feed", args=[host.pk]),
        "host_feed": reverse("host_feed", args=[host.feed_secret]),
        "host_answer": mail_links.host_answer_url(visit, contact),
        "own_feed": reverse("own_feed", args=["et-hemmeligt-ord"]),
        "approval": mail_links.approval_url(visit.wish, manager),
        "guide": reverse("guide", args=[visit.wish.round_id]),
        "team_by_link": mail_links.team_url(manager),
        "call_off": mail_links.call_off_url(visit, Side.HOST, contact),
        "offer": mail_links.offer_url(visit, participant),
        "attendance": mail_links.attendance_url(visit, contact),
        "ideas": mail_links.ideas_url(visit, participant),
        "evaluation": mail_links.evaluation_url(visit, Side.PARTICIPANT, participant),
        "demo_sign_in": reverse("demo_sign_in", args=[participant.pk]),
        "admin:placements_wish_answer": reverse("admin:placements_wish_answer", args=[visit.wish_id]),
        "admin:placements_wish_withdraw": reverse(
            "admin:placements_wish_withdraw", args=[visit.wish_id]
        ),
        "admin:placements_wish_place": reverse("admin:placements_wish_place", args=[visit.wish_id]),
    }
    board = {"wishes", "solutions", "seats", "calls", "waiting", "rings", "act"}
    for page in board:
        name = f"admin:placements_board_{page}"
        addresses[name] = reverse(name, args=[visit.wish.round_id])
    addresses["admin:placements_board_wish"] = reverse(
        "admin:placements_board_wish", args=[visit.wish.round_id, visit.wish_id]
    )
    for page in (
        "placement_answer",
        "placement_move",
        "placement_end_early",
        "placement_freed",
        "placement_followed_up",
        "mails",
        "mails_act",
        "mails_preview",
        "mails_letter",
        "mails_test",
    ):
        name = f"admin:placements_{page}"
        addresses[name] = reverse(name, args=[visit.pk])
    of_round = ("mails", "mails_act", "mails_write", "overview", "copy", "release", "close", "reopen")
    for page in of_round:
        name = f"admin:placements_round_{page}"
        addresses[name] = reverse(name, args=[visit.wish.round_id])
    addresses["admin:hosts_host_decide"] = reverse("admin:hosts_host_decide", args=[host.pk])
    addresses["admin:placements_round_host_days"] = reverse(
        "admin:placements_round_host_days", args=[visit.wish.round_id]
    )
    addresses["admin:placements_calls"] = reverse("admin:placements_calls", args=[visit.wish.round_id])
    addresses["admin:placements_calls_changed"] = reverse(
        "admin:placements_calls_changed", args=[visit.wish.round_id]
    )
    for page in FILES_OF_A_ROUND:
        address = reverse("admin:placements_round_file", args=[visit.wish.round_id, page, "csv"])
        addresses[f"admin:placements_round_file {page}"] = f"{address}?host={host.pk}"
    freed_file = "admin:placements_placement_freed_file"
    addresses[freed_file] = reverse(freed_file, args=[visit.pk, "csv"])
    addresses["admin:placements_call"] = reverse(
        "admin:placements_call", args=[visit.wish.round_id, host.workplace_id]
    )
    for model, row in rows.items():
        for page in ("change", "delete"):
            addresses[f"admin:{model}_{page}"] = reverse(f"admin:{model}_{page}", args=[row.pk])
    consultant = factories.consultant()
    held = holding.hold(
        Table(["Navn", "E-mail"], [["Bo", "bo@b.example"]], [2]),
        by=consultant,
        what="employees.Employee",
    )
    for name in IMPORTS_HELD:
        addresses[name] = reverse(name, args=[held])
    for name in MATRIX:
        if name.endswith("_export"):
            addresses[name] = reverse(name, args=["csv"])
    people = {
        "nobody": None,
        "participant": participant,
        "other": other,
        "manager": manager,
        "contact": contact,
        "consultant": consultant,
        "administrator": factories.employee("It", is_staff=True, is_superuser=True, workplace=None),
    }
    return people, addresses


@pytest.mark.parametrize("name", MATRIX)
def test_status_for_each_role(client, world, name):
    people, addresses = world
    method, *expected = MATRIX[name]
    address = addresses.get(name) or reverse(name)
    found = []
    for role in ROLES:
        client.logout()
        if people[role]:
            client.force_login(people[role])
        data = {"do": "undo"} if method == "POST" else {}
        answer = getattr(client, method.lower())(address, data)
        if answer.streaming:
            b"".join(answer)
        found.append(answer.status_code)
    assert dict(zip(ROLES, found, strict=True)) == dict(zip(ROLES, expected, strict=True))


def _patterns(resolver=None, prefix="", namespace=""):
    """(name, path) of every address."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{entry.namespace}:" if entry.namespace else ""
            yield from _patterns(entry, path, namespace + inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", path


def test_every_address_outside_the_admin_is_in_the_matrix():
    names = {name for name, _path in _patterns() if not name.startswith("admin:")}
    assert names == {name for name in MATRIX if not name.startswith("admin:")}


@pytest.mark.parametrize("role", ["nobody", "participant", "contact"])
def test_no_address_of_the_admin_is_open_to_others(client, world, role):
    people, _addresses = world
    if people[role]:
        client.force_login(people[role])
    public = {"admin:jsi18n", "admin:login", "admin:logout"}
    for name, path in _patterns():
        if name.startswith("admin:") and name not in public:
            address = "/" + re.sub(r"<[^>]+>|\(\?P<.*?\)(?=/)|[\^$]|\(.*\)", "1", path)
            assert client.get(address).status_code in (301, 302, 403, 404), address


@pytest.mark.parametrize("name", [name for name in MATRIX if MATRIX[name][0] == "POST"])
def test_looking_at_an_address_that_acts_does_nothing(client, world, name):
    people, addresses = world
    client.force_login(people["consultant" if name.startswith("admin:") else "participant"])
    assert client.get(addresses.get(name) or reverse(name)).status_code == 405
