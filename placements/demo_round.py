"""Making the demo: the town of demo_town.py, a round that is over, and one in full swing.

Everything goes through the domain, as it would with real people; dates are relative to today.
"""

import re
from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from employees.models import Area, Department, Employee, Organisation, Workplace
from hosts import sign_up
from hosts.models import Field, Host
from mail.models import LetterState, OutgoingMail
from placements import demo_town as town
from placements.consultants import CONSULTANTS
from placements.domain import appetite, calls, dispatch, evaluations, lifecycle, wishes
from placements.domain.evaluations import Answers
from placements.domain.said import Said
from placements.domain.wishes import ChoiceContent, WishContent
from placements.enums import Appetite, Side, VisitLength
from placements.models import Placement, Round, Wish
from praktik.lib.dates import add_working_days

TUESDAY = 1
TOWN = "Havneby Kommune"
DOMAIN = "havneby.example"
EXAMPLES = [
    ("participant", f"anne.kjaersgaard@{DOMAIN}"),
    ("manager", f"ulla.frandsen@{DOMAIN}"),
    ("host contact", f"birthe.kvist@{DOMAIN}"),
    ("consultant", f"signe.holm@{DOMAIN}"),
]


@transaction.atomic
def make(*, now: datetime) -> None:
    """Make the town and both rounds in an empty database."""
    people = _people()
    hosts = _hosts(people)
    consultant = people[town.CONSULTANTS[0][0]]
    _finished_round(people, hosts, consultant, now)
    _present_round(people, hosts, consultant, now)
    _sign_up_one_more(people, now)


def address_of(name: str, domain: str = DOMAIN) -> str:
    """The invented e-mail address of an invented person."""
    plain = name.lower().translate(str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"}))
    return f"{re.sub(r'[^a-z]+', '.', plain)}@{domain}"


# --- The town --------------------------------------------------------------------------------------


def _people() -> dict[str, Employee]:
    organisation = Organisation.objects.create(name=TOWN, area=Area.MIDTJYLLAND)
    workplaces = {}
    for department_name, names in town.DEPARTMENTS.items():
        department = Department.objects.create(organisation=organisation, name=department_name)
        for name in names:
            workplaces[name] = Workplace.objects.create(
                department=department,
                name=name,
                address=f"{['Havnegade', 'Torvet', 'Skolegade', 'Industrivej', 'Strandvej'][len(name) % 5]} "
                f"{len(workplaces) + 1}, 9999 Havneby",
                phone=f"99 00 {10 + len(workplaces)} 00",
            )
    contacts = [(*host[4], name) for name, host in town.HOSTS.items()]
    everybody = [*town.CONSULTANTS, *town.MANAGERS, *contacts]
    everybody += [participant[:3] for participant in town.PARTICIPANTS]
    people = {
        name: Employee.objects.create_user(
            address_of(name),
            name,
            job_title=job_title,
            phone=f"20 00 {number // 100:02} {number % 100:02}",
            workplace=workplaces[workplace],
        )
        for number, (name, job_title, workplace) in enumerate(everybody)
    }
    _give_managers(people)
    group, _ = Group.objects.get_or_create(name=CONSULTANTS)
    for name, *_rest in town.CONSULTANTS:
        people[name].is_staff = True
        people[name].save(update_fields=["is_staff"])
        people[name].groups.add(group)
    return people


def _give_managers(people: dict[str, Employee]) -> None:
    kitchen, central, schools = (people[name] for name, *_rest in town.MANAGERS)
    for name, *_rest in town.PARTICIPANTS:
        person = people[name]
        department = person.workplace.department.name
        if person.workplace == kitchen.workplace:
            person.manager = kitchen
        else:
            person.manager = schools if department == "Børn og Skole" else central
        person.save(update_fields=["manager"])


def _hosts(people: dict[str, Employee]) -> dict[str, Host]:
    hosts = {}
    for name, (kinds, description, seats, most, contact, meet, dress) in town.HOSTS.items():
        person = people[contact[0]]
        host = Host.objects.create(
            workplace=person.workplace,
            description=description,
            most_visitors=most,
            meeting_place=meet,
            ask_for=person.name,
            dress=dress,
            parking="Gratis i to timer på Torvet, ellers ved stadion",
            access="Elevator og handicaptoilet" if "2. sal" in meet else "Niveaufri adgang",
            confidentiality="Det, du hører om borgere, bliver hos os",
            **{
                f"seats_{day}": count
                for day, count in zip(
                    ("monday", "tuesday", "wednesday", "thursday", "friday"), seats, strict=True
                )
            },
        )
        host.fields.set([Field.objects.get_or_create(name=kind)[0] for kind in kinds])
        host.contacts.add(person)
        hosts[name] = host
    return hosts


# --- The rounds --------------------------------------------------------------------------------------


def _round(name: str, now: datetime, *, opens: int, closes: int, first: int, last: int) -> Round:
    today = timezone.localdate(now)
    contact = Employee.objects.get(name=town.CONSULTANTS[0][0])
    round = Round.objects.create(
        name=name,
        wishes_from=today + timedelta(days=opens),
        wishes_until=today + timedelta(days=closes),
        visits_from=today + timedelta(days=first),
        visits_until=today + timedelta(days=last),
        contact_name=contact.name,
        contact_phone=contact.phone,
        contact_email=contact.email,
        guide_da=town.GUIDE_DA,
        guide_en=town.GUIDE_EN,
    )
    round.organisations.set(Organisation.objects.filter(name=TOWN))
    return round


def _wish(round: Round, row, people, hosts, *, now: datetime, send: bool = True) -> Wish:
    name, _job, _workplace, choices, length, goal, needs = row
    return wishes.save_wish(
        round=round,
        employee=people[name],
        content=WishContent(
            choices=tuple(_choice(choice, hosts) for choice in choices),
            length=length,
            possible_days=tuple(round.days),
            goal=goal,
            needs=needs,
        ),
        send=send,
        by=people[name],
        now=now,
    )


def _choice(text: str, hosts) -> ChoiceContent:
    if text == "anywhere":
        return ChoiceContent()
    if text.startswith("* "):
        return ChoiceContent(field=Field.objects.get(name=text[2:]))
    return ChoiceContent(host=hosts[text])


def _place(wish: Wish, host: Host, *, nth_day: int, by: Employee, now: datetime) -> Placement:
    """A proposal on the wish's number of days in a row, at the nth day on which the host has seats or later."""
    days = [day for day in wish.round.days if host.seats_on(day)]
    spans = [days[first : first + wish.length] for first in range(nth_day, len(days))]
    row = next(span for span in spans if (span[-1] - span[0]).days == wish.length - 1)
    return lifecycle.propose(wish=wish, host=host, days=row, by=by, now=now)


def _present_round(people, hosts, consultant: Employee, now: datetime) -> None:
    round = _round("Lynpraktik, denne runde", now, opens=-14, closes=7, first=8, last=50)
    rows = {row[0]: row for row in town.PARTICIPANTS}
    sent = {
        name: _wish(round, row, people, hosts, now=now - timedelta(days=5), send=bool(row[5]))
        for name, row in rows.items()
        if name != "Peter Hald"
    }
    act = {"by": consultant, "now": now}
    confirmed = [
        ("Bo Mikkelsen", "Park og Vej", 1),
        ("Camilla Strand", "Hovedbiblioteket", 2),
        ("Maja Lind", "Rådhusets kantine", 3),
        ("Frederik Nord", "Havneby Skole", 4),
    ]
    for name, host, nth_day in confirmed:
        placement = _place(sent[name], hosts[host], nth_day=nth_day, **act)
        lifecycle.confirm(placement=placement, **act)
    for name, host, nth_day in [
        ("Dennis Agerbo", "Plejecenter Strandparken", 3),
        ("Emilie Vang", "Borgerservice", 2),
    ]:
        lifecycle.ask(placement=_place(sent[name], hosts[host], nth_day=nth_day, **act), **act)
    said_yes = _place(sent["Gunhild Sand"], hosts["Sygeplejeklinikken"], nth_day=2, **act)
    lifecycle.ask(placement=said_yes, **act)
    lifecycle.accept(placement=said_yes, by=people["Gitte Holmgaard"], now=now)
    said_no = _place(sent["Hassan Demir"], hosts["Jobcentret"], nth_day=1, **act)
    lifecycle.ask(placement=said_no, **act)
    lifecycle.decline(
        placement=said_no,
        reason="Vi får ny leder i den uge og kan ikke tage os af en gæst.",
        by=people["Katrine Mose"],
        now=now,
    )
    _place(sent["Karen Toft"], hosts["Museet ved Havnen"], nth_day=4, **act)
    name, reason = town.NOT_THIS_TIME
    appetite.say(
        host=hosts[name],
        round=round,
        appetite=Appetite.NO,
        reason=reason,
        by=hosts[name].contacts.get(),
        now=now,
    )
    _calls(round, [people[name] for name, *_rest in town.CONSULTANTS], now)


def _calls(round: Round, consultants: list[Employee], now: datetime) -> None:
    """What the two consultants have heard on the phone these days; two are to be called back today."""
    for number, (name, ago, outcome, reasons, note, back) in enumerate(town.CALLS):
        calls.log(
            round=round,
            workplace=Workplace.objects.get(name=name),
            said=Said(
                outcome,
                reasons=reasons,
                note=note,
                call_back_on=None if back is None else timezone.localdate(now) + timedelta(days=back),
                weekday_seats={TUESDAY: 2} if outcome == "yes" else {},
            ),
            by=consultants[number % 2],
            now=now - timedelta(days=ago),
        )


def _sign_up_one_more(people: dict[str, Employee], now: datetime) -> None:
    """A workplace that has signed itself up as a host and waits for a consultant."""
    name, description, kinds = town.SIGNED_UP
    person = people[name]
    host = Host(workplace=person.workplace, description=description, ask_for=name, seats_tuesday=1)
    fields = Field.objects.filter(name__in=kinds)
    sign_up.sign_up(host=host, fields=fields, by=person, now=now - timedelta(days=1))


def _finished_round(people, hosts, consultant: Employee, now: datetime) -> None:
    """Two visits of an earlier round: everything was sent and answered in its time."""
    round = _round("Lynpraktik, sidste runde", now, opens=-120, closes=-90, first=-60, last=-20)
    rows = {row[0]: row for row in town.PARTICIPANTS}
    answers = {
        Side.PARTICIPANT: Answers(
            useful=5,
            length=VisitLength.TOO_SHORT,
            new_contacts=4,
            recommend=10,
            take_home="Et tavlemøde på ti minutter hver morgen. Vi er begyndt hos os selv.",
            observation="Alle hilser på alle, også på dem fra andre hold.",
            share_observation=True,
            share_with_manager=True,
            idea="Tavlemøde i svømmehallen hver morgen",
        ),
        Side.HOST: Answers(
            useful=4,
            length=VisitLength.RIGHT,
            new_contacts=1,
            recommend=9,
            take_home="Det er sundt at skulle forklare, hvorfor vi gør, som vi gør.",
            observation="Vores gæst spurgte, hvorfor vi holder mødet siddende. Det gør vi ikke mere.",
            share_observation=True,
        ),
    }
    for name, host_name, nth_day in [
        ("Bo Mikkelsen", "Park og Vej", 5),
        ("Ida Brink", "It og Digitalisering", 8),
    ]:
        host = hosts[host_name]
        wish = _wish(round, rows[name], people, hosts, now=now - timedelta(days=100))
        then = now - timedelta(days=80)
        placement = _place(wish, host, nth_day=nth_day, by=consultant, now=then)
        lifecycle.confirm(placement=placement, by=consultant, now=then)
        _send_all_in_time(placement, then, now)
        authors = {Side.PARTICIPANT: wish.employee, Side.HOST: host.contacts.get()}
        after = now.replace(hour=10) - timedelta(
            days=(timezone.localdate(now) - add_working_days(placement.last_day, 2)).days
        )
        for side, given in answers.items():
            evaluations.submit(
                placement=placement, side=side, author=authors[side], answers=given, now=after
            )


def _send_all_in_time(placement: Placement, since: datetime, until: datetime) -> None:
    """Live through the visit's mail plan day by day; its letters count as sent long ago."""
    moment = since
    while moment < until:
        dispatch.send_due(now=moment)
        moment += timedelta(days=1)
    for letter in OutgoingMail.objects.filter(state=LetterState.QUEUED):
        letter.state, letter.sent_at = LetterState.SENT, letter.created_at
        letter.save(update_fields=["state", "sent_at"])
