"""The pages of the match board as files. Needs (diet, access) are in none of them: they place nobody."""

from collections.abc import Iterable

from django.http import Http404
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from placements.admin import board_rows
from placements.domain import board_words, freed, snapshot, solving
from placements.models import Round, Wish
from placements.templatetags.board import seats_in_words
from praktik.lib import clock
from praktik.lib.wording import days_in_words
from praktik.tables.sheets import Sheet


def wishes(round: Round, chosen) -> Sheet:
    """The wishes that the filters of the board leave, with place and reasons."""
    listed, now = board_rows.filtered_wishes(round, chosen), clock.now()
    seen = snapshot.take(round, now=now, wishes=listed)
    rows = board_words.rows(
        seen, (seen.wishes[wish.pk] for wish in listed if wish.pk in seen.wishes), now=now
    )
    headings = [
        _("Participant"), _("E-mail"), _("Workplace"), _("Department"), _("Days wished for"), _("Can on"),
        _("Choices"), _("Place"), _("Host"), _("Visit days"), capfirst(_("state")),
        _("What stands in the way"), _("Why"),
    ]  # fmt: skip
    title = _("Match board: %(round)s") % {"round": round}
    return Sheet(title, headings, map(_wish_cells, rows))


def _wish_cells(row: board_words.Row) -> list:
    place, wish = row.placement, row.wish
    choices = (f"{choice.rank}. {choice}" for choice in wish.choices.all())
    return [
        *_person_cells(wish),
        wish.length,
        wish.days_in_words,
        "; ".join(choices),
        row.rank_in_words,
        place and place.host,
        place and days_in_words(place.days),
        place and place.get_state_display(),
        row.obstacle,
        " ".join(row.why),
    ]


def _person_cells(wish: Wish) -> list:
    """Name, e-mail, workplace and department."""
    person = wish.employee
    workplace = person.workplace
    return [person.name, person.email, workplace, workplace and workplace.department]


def seats(round: Round, chosen) -> Sheet:
    """Seats left by host and day; an empty cell is a day that is closed or has no seats."""
    seen = snapshot.take(round, now=clock.now(), wishes=[])
    days = [date_format(day, "D j/n Y") for day in seen.problem.days]
    headings = [_("Host"), _("Department"), _("What stands in the way"), _("Visitors left"), *days]
    rows = (_seat_cells(board_rows.seats_of(seen, host)) for host in seen.hosts.values())
    return Sheet(_("Seats left: %(round)s") % {"round": round}, headings, rows)


def _seat_cells(row: dict) -> list:
    host = row["host"]
    left = "" if row["is_out"] else row["visitors_left"]
    days = (day["left"] if day["seats"] or day["others"] else "" for day in row["days"])
    return [host, host.workplace.department, row["is_out"], left, *days]


def whom_to_phone(round: Round, chosen) -> Sheet:
    """The hosts whose seats would place the most people, as far as it has been worked out."""
    solve = round.solves.most_placed().first()
    is_known = solve and solve.helps and not solving.is_helping(solve, now=clock.now())
    headings = [
        _("Host"), _("Department"), _("Would place"), _("Further seats"), _("Phone"), _("Contacts"),
        _("Last call"), _("Outcome"), _("Caller"),
    ]  # fmt: skip
    calls = board_rows.calls(solve.helps["calls"]) if is_known else []
    return Sheet(_("Whom to phone: %(round)s") % {"round": round}, headings, map(_call_cells, calls))


def _call_cells(call: dict) -> list:
    host, last = call["host"], call["last"]
    contacts = (f"{person} {person.phone}".strip() for person in host.contacts.all())
    return [
        host,
        host.workplace.department,
        call["places"],
        seats_in_words(call),
        host.workplace.phone,
        "; ".join(contacts),
        last and last.made_at,
        last and last.get_outcome_display(),
        last and last.caller,
    ]


def waiting(round: Round, chosen) -> Sheet:
    """Who of those without a place could take a seat at the host that is chosen, the best first."""
    unplaced = list(Wish.objects.unplaced().filter(round=round))
    seen = snapshot.take(round, now=clock.now(), wishes=unplaced)
    host = board_rows.chosen_host(seen, chosen)
    if host is None:
        raise Http404
    days = freed.free_days_by_host(seen).get(host.pk, [])
    return candidates(host, board_rows.candidates(seen, host, freed=days))


def candidates(host, rows: Iterable[dict]) -> Sheet:
    """Who could come to a host, in the order of `board_rows.candidates`."""
    headings = [
        _("Participant"), _("E-mail"), _("Workplace"), _("Department"), _("Place"),
        _("Earlier rounds without a place"), _("Lost a settled place"), _("New relation"),
        _("First possible days"), _("On the freed days"),
    ]  # fmt: skip
    return Sheet(_("Waiting list: %(host)s") % {"host": host}, headings, map(_candidate_cells, rows))


def _candidate_cells(row: dict) -> list:
    facts = [row["rank"], row["missed"], row["is_lost"], row["is_new_relation"]]
    return [*_person_cells(row["wish"]), *facts, days_in_words(row["days"]), row["takes_freed"]]
