from datetime import timedelta

import pytest

from placements.domain import board, calls, days, evaluations, mail_links, solving
from placements.domain.evaluations import Answers
from placements.domain.said import Said
from placements.enums import Side
from placements.models import HostRound, Solve
from praktik.lib import clock
from praktik.tables import holding
from praktik.tables.reading import Table
from tests import factories
from tests.factories import FIRST_DAY, NOW


@pytest.fixture
def world(site, monkeypatch):
    """People at every stage, and the pages to look at: (name, who, address, what to do there)."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    manager = factories.employee("Ulla Frandsen")
    anne = factories.employee("Anne Kjærsgaard", job_title="kok", manager=manager)
    birthe = factories.employee("Birthe Kvist")
    host = factories.host(
        "Rådhusets kantine", contacts=[birthe], seats=3, fields=[factories.field()], dress="Lukkede sko"
    )
    round = factories.round()
    wish = factories.wish(host, factories.field(), None, person=anne, round=round, needs="Vegetar")
    visit = factories.placement("confirmed", host=host, wish=wish)
    draft = factories.employee("Bo Mikkelsen")
    factories.wish(person=draft, round=round, send=False, goal="")
    other = factories.wish(host, round=round, person=factories.employee("Ida"))
    asked = factories.placement("asked", host=host, wish=other, days=[FIRST_DAY])
    waiting = factories.wish(host, round=round, person=factories.employee("Niels"))
    other_host = factories.host("Hovedbiblioteket")
    signe = factories.consultant()
    fully = factories.host("Fuldt", seats=0)
    factories.wish(fully, round=round, person=factories.employee("Ole"))
    solves = [solved(round, signe, goal) for goal in ("most_placed", "most_first_choices")]
    board.put(wish=waiting, host=host, days=[round.days[3]], by=signe, now=NOW)
    offered = factories.placement(
        "asked",
        host=host,
        wish=factories.wish(host, round=round, person=factories.employee("Tove")),
        days=[round.days[4]],
    )
    days.offer(placement=offered, offers=[[round.days[5]]], by=birthe, now=NOW)
    over = factories.placement(
        "confirmed",
        host=host,
        wish=factories.wish(host, person=anne, round=factories.round("Før")),
        days=[round.days[7]],
    )
    said = Answers(useful=5, length="right", new_contacts=1, recommend=9, idea="Tavlemøde")
    evaluations.submit(
        placement=over, side=Side.PARTICIPANT, author=anne, answers=said, now=NOW + timedelta(days=90)
    )
    without_words = factories.host("Uden ord", contacts=[birthe], description="")
    refused = factories.host(
        "Afvist", contacts=[birthe], approval="refused", refusal_reason="Skriv lidt mere."
    )
    HostRound.objects.create(host=host, round=over.wish.round, appetite="maybe", said_at=NOW)
    host.closed_days.create(date=round.days[-1], reason="Personaledag")
    approving = factories.round("Skal godkendes", needs_approval=True)
    asks = factories.wish(host, person=factories.employee("Kaj", manager=manager), round=approving)
    team = mail_links.team_url(manager)
    move = f"/admin/placements/placement/{visit.pk}/move/"
    freed = factories.placement(
        "cancelled",
        host=host,
        wish=factories.wish(host, round=round, person=factories.employee("Vita")),
        days=[round.days[6]],
    )
    called_off = mail_links.call_off_url(visit, Side.HOST, birthe)
    soon = factories.round("Snart", lock_days=20, visits_from=FIRST_DAY - timedelta(days=28))
    near = factories.placement(
        "confirmed",
        host=host,
        wish=factories.wish(host, person=factories.employee("Alma"), round=soon),
        days=[soon.days[0]],
    )
    copied = factories.round("Runde", visits_from=FIRST_DAY + timedelta(days=2))
    factories.round(f"Runde {copied.visits_until.year + 1}")
    nationwide = factories.round("Uge 37", longest_visit=5, abroad_only=True, hold_results=True)
    ministry = factories.organisation("Et ministerium")
    ministry.sector, ministry.area = "state", "hovedstaden"
    ministry.save()
    nationwide.organisations.add(ministry)
    kontor = factories.host(workplace=factories.workplace("Kontoret", of=ministry), longest_visit=5)
    factories.wish(kontor, None, round=nationwide, person=factories.employee("Pia"), length=3)
    approval = mail_links.approval_url(wish, manager)
    imports = "/admin/employees/employee/import/"
    good, faulty = (
        holding.hold(
            Table(
                ["Navn", "E-mail", "Løn"], [["Bo", address, "1"], ["Anne K.", anne.email]], [2, 3], [3]
            ),
            by=signe,
            what="employees.Employee",
        )
        for address in ("bo@havneby.example", "bo")
    )
    mails = f"/admin/placements/placement/{visit.pk}/mails"
    solutions = f"/admin/placements/round/{round.pk}/board/solutions/"
    call = f"/admin/placements/round/{round.pk}/calls/{host.workplace_id}/"
    calls.claim(workplace=host.workplace, by=signe, now=NOW)
    logged = calls.log(
        round=round,
        workplace=factories.workplace("Engskolen"),
        said=Said("no", reasons=["busy"], note="Spørg igen", call_back_on=NOW.date()),
        by=signe,
        now=NOW,
    )
    return {
        "start": (None, "/"),
        "sign-in": (None, "/log-ind/"),
        "sign-in with an error": (None, "/log-ind/", "Send mig en kode"),
        "catalogue": (anne, "/praktiksteder/"),
        "catalogue, nothing found": (anne, "/praktiksteder/?q=findes-ikke"),
        "host": (anne, f"/praktiksteder/{host.pk}/"),
        "own page with a visit": (anne, "/min-side/"),
        "own page with a draft": (draft, "/min-side/"),
        "own page of a host": (birthe, "/min-side/"),
        "wish": (draft, f"/oenske/{round.pk}/"),
        "wish with errors": (draft, f"/oenske/{round.pk}/", "Send ønsket"),
        "wish that is placed": (anne, f"/oenske/{round.pk}/"),
        "arrivals": (birthe, f"/vaert/{host.pk}/"),
        "host's answer": (None, mail_links.host_answer_url(asked, birthe)),
        "host's answer with errors": (
            None,
            mail_links.host_answer_url(asked, birthe),
            "Send svaret",
        ),
        "nothing more is needed": (None, mail_links.host_answer_url(visit, birthe)),
        "evaluation too early": (None, mail_links.evaluation_url(visit, Side.PARTICIPANT, anne)),
        "evaluation as it was given": (None, mail_links.evaluation_url(over, Side.PARTICIPANT, anne)),
        "a link that does not work": (None, "/svar/forged/"),
        "not found": (anne, "/findes-ikke/"),
        "sign-out": (anne, "/log-ud/"),
        "admin": (signe, "/admin/"),
        "admin, wishes": (signe, "/admin/placements/wish/"),
        "admin, wish": (signe, f"/admin/placements/wish/{waiting.pk}/change/"),
        "admin, a place for a wish": (
            signe,
            f"/admin/placements/wish/{waiting.pk}/place/?host={host.pk}",
        ),
        "admin, placements": (signe, "/admin/placements/placement/"),
        "admin, placement": (signe, f"/admin/placements/placement/{visit.pk}/change/"),
        "admin, a step": (signe, f"/admin/placements/placement/{asked.pk}/change/", "Aflys"),
        "admin, round": (signe, f"/admin/placements/round/{round.pk}/change/"),
        "admin, rounds": (signe, "/admin/placements/round/"),
        "admin, round at a glance": (signe, f"/admin/placements/round/{round.pk}/overview/"),
        "admin, copy of a round": (signe, f"/admin/placements/round/{round.pk}/copy/"),
        "admin, copy with errors": (
            signe,
            f"/admin/placements/round/{copied.pk}/copy/",
            "Opret den nye runde",
        ),
        "admin, release": (signe, f"/admin/placements/round/{round.pk}/release/"),
        "admin, close": (signe, f"/admin/placements/round/{round.pk}/close/"),
        "admin, close at last": (signe, f"/admin/placements/round/{copied.pk}/close/"),
        "wish in a nationwide round": (draft, f"/oenske/{nationwide.pk}/"),
        "match board of many organisations": (
            signe,
            f"/admin/placements/round/{nationwide.pk}/board/",
        ),
        "round of many organisations at a glance": (
            signe,
            f"/admin/placements/round/{nationwide.pk}/overview/",
        ),
        "own page in two rounds": (factories.employee("Tue"), "/min-side/"),
        "match board": (signe, f"/admin/placements/round/{round.pk}/board/"),
        "match board, a wish": (signe, f"/admin/placements/round/{round.pk}/board/{waiting.pk}/"),
        "match board, solutions": (signe, f"{solutions}?a={solves[0].pk}&b={solves[1].pk}"),
        "match board, outdated": (signe, solutions, "Sæt på plads Flest får deres 1. ønske"),
        "match board, seats": (signe, f"/admin/placements/round/{round.pk}/board/seats/"),
        "match board, calls": (signe, f"/admin/placements/round/{round.pk}/board/calls/"),
        "call list": (signe, f"/admin/placements/round/{round.pk}/calls/"),
        "call": (signe, call),
        "call with errors": (signe, call, "Notér opkaldet"),
        "call of a colleague": (factories.consultant("Thomas Ørum"), call),
        "admin, call log": (signe, "/admin/hosts/call/"),
        "admin, a call in the log": (signe, f"/admin/hosts/call/{logged.pk}/change/"),
        "match board, waiting list": (
            signe,
            f"/admin/placements/round/{round.pk}/board/waiting/?host={host.pk}",
        ),
        "match board, rings": (signe, f"/admin/placements/round/{round.pk}/board/rings/"),
        "admin, host": (signe, f"/admin/hosts/host/{host.pk}/change/"),
        "admin, mail plan": (signe, "/admin/placements/plannedmail/"),
        "admin, outbox": (signe, "/admin/mail/outgoingmail/"),
        "arrivals, all": (birthe, f"/vaert/{host.pk}/?show=all"),
        "a host writes": (birthe, f"/vaert/{host.pk}/skriv/{visit.first_day}/"),
        "a host writes, with errors": (
            birthe,
            f"/vaert/{host.pk}/skriv/{visit.first_day}/",
            "Vis",
        ),
        "lists for receptions": (birthe, "/modtagelse/"),
        "list of a reception": (birthe, f"/modtagelse/{host.pk}/"),
        "become a host": (anne, "/bliv-praktiksted/"),
        "become a host, with errors": (anne, "/bliv-praktiksted/", "Tilmeld"),
        "a host helps itself": (birthe, f"/vaert/{host.pk}/rediger/"),
        "a host helps itself, with errors": (birthe, f"/vaert/{host.pk}/rediger/", "Luk disse dage"),
        "a host's offer": (birthe, f"/vaert/{host.pk}/tilbud/"),
        "a host's offer, with errors": (birthe, f"/vaert/{without_words.pk}/tilbud/", "Gem"),
        "a host that was not approved": (birthe, f"/vaert/{refused.pk}/rediger/"),
        "admin, hosts": (signe, "/admin/hosts/host/"),
        "admin, approve a host": (signe, f"/admin/hosts/host/{refused.pk}/decide/"),
        "admin, hosts in rounds": (signe, "/admin/placements/hostround/"),
        "admin, a host in a round": (signe, "/admin/placements/hostround/add/", "Gem"),
        "admin, ask for more days": (signe, f"/admin/placements/round/{round.pk}/host-days/"),
        "admin, employees": (signe, "/admin/employees/employee/"),
        "admin, import": (signe, imports),
        "admin, import without a file": (signe, imports, "Se, hvad der vil ske"),
        "admin, import, what it would do": (signe, f"{imports}{good}/"),
        "admin, import with faults": (signe, f"{imports}{faulty}/"),
        "guide": (anne, f"/min-side/guide/{round.pk}/"),
        "own page in the lock period": (near.employee, "/min-side/"),
        "own page of a manager": (manager, "/min-side/"),
        "team by link": (None, team),
        "team by link, with errors": (None, team, f"Send svaret {asks.employee}"),
        "team, signed in": (manager, "/min-gruppe/"),
        "call off, host": (None, called_off),
        "call off, with errors": (None, called_off, "Meld afbud"),
        "call off, participant": (None, mail_links.call_off_url(visit, Side.PARTICIPANT, anne)),
        "call off by phone": (
            None,
            mail_links.call_off_url(near, Side.PARTICIPANT, near.employee),
        ),
        "admin, cancel": (signe, f"/admin/placements/placement/{visit.pk}/change/", "Aflys"),
        "admin, cancel, with errors": (
            signe,
            f"/admin/placements/placement/{visit.pk}/change/",
            "Aflys",
            "Aflys",
        ),
        "admin, freed seat": (signe, f"/admin/placements/placement/{freed.pk}/freed/"),
        "admin, move to another host": (signe, f"{move}?host={other_host.pk}"),
        "admin, move, with errors": (signe, f"{move}?host={fully.pk}", "Videre"),
        "approval": (None, approval),
        "approval with errors": (None, approval, "Send svaret"),
        "other days": (None, mail_links.offer_url(offered, offered.employee)),
        "other days with errors": (
            None,
            mail_links.offer_url(offered, offered.employee),
            "Send svaret",
        ),
        "own page with an offer": (offered.employee, "/min-side/"),
        "attendance": (None, mail_links.attendance_url(visit, birthe)),
        "what came of the idea": (None, mail_links.ideas_url(over, anne)),
        "what came of the idea, with errors": (None, mail_links.ideas_url(over, anne), "Send svaret"),
        "admin, mails of a visit": (signe, f"{mails}/"),
        "admin, a mail as it looks": (signe, f"{mails}/preview/?kind=confirmed&side=host"),
        "admin, the letter itself": (signe, f"{mails}/letter/?kind=confirmed&side=host"),
        "admin, mails of a round": (signe, f"/admin/placements/round/{round.pk}/mails/"),
        "admin, mail to a group": (signe, f"/admin/placements/round/{round.pk}/mails/write/", "Vis"),
        "admin, mail text": (signe, "/admin/placements/mailtext/add/", "Gem"),
        "admin, mail timing": (signe, "/admin/placements/mailtiming/add/", "Gem"),
        "admin, answer by phone": (
            signe,
            f"/admin/placements/placement/{asked.pk}/answer/",
            "Notér svaret",
        ),
        "admin, answer of the participant by phone": (
            signe,
            f"/admin/placements/placement/{offered.pk}/answer/",
            "Notér svaret",
        ),
        "admin, answer of the manager by phone": (
            signe,
            f"/admin/placements/wish/{asks.pk}/answer/",
            "Notér svaret",
        ),
        "admin, withdraw a wish": (signe, f"/admin/placements/wish/{asks.pk}/withdraw/"),
        "admin, wish to approve": (signe, f"/admin/placements/wish/{asks.pk}/change/"),
        "admin, move": (signe, move, "Videre"),
    }


def solved(round, by, goal) -> Solve:
    solve = Solve.objects.create(round=round, goal=goal, by=by, asked_at=NOW)
    solving.run(solve.pk, clock=lambda: NOW)
    return solve
