"""The nationwide demo: the sizes of 2015–2017, rules kept, safe to make twice, beside the town or alone."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Q

from employees.models import Department, Employee, Organisation, Workplace
from hosts.models import Host
from placements.demo_nationwide import OPEN_ROUND
from placements.domain import snapshot
from placements.domain.erasure import erase_due
from placements.domain.overview import overview
from placements.models import Evaluation, Idea, Placement, PlannedMail, Round, VisitDay, Wish
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
YEARS = ("2015", "2016", "2017")


def demo(**options):
    call_command("demo", verbosity=0, **options)


@pytest.fixture
def country(clock):
    demo(nationwide=True)


def of_year(year: str) -> Round:
    return Round.objects.get(name__endswith=year)


def sizes(round: Round) -> dict:
    visits = Placement.objects.filter(wish__round=round, state="confirmed")
    counted = visits.aggregate(
        visitors=Count("wish__employee", distinct=True), hosts=Count("host", distinct=True)
    )
    return {"wishes": round.wishes.filter(state="sent").count(), **counted}


def test_the_sizes_are_those_of_2015_to_2017(country):
    sectors = Organisation.objects.values_list("sector").annotate(count=Count("pk"))
    assert dict(sectors) == {"municipality": 29, "region": 4, "state": 10}
    assert Workplace.objects.count() == Host.objects.count() == 81
    assert {year: sizes(of_year(year)) for year in YEARS} == {
        "2015": {"wishes": 152, "visitors": 91, "hosts": 81},
        "2016": {"wishes": 160, "visitors": 118, "hosts": 81},
        "2017": {"wishes": 96, "visitors": 82, "hosts": 51},
    }
    assert Round.objects.get(name=OPEN_ROUND).wishes.filter(state="sent").count() == 120
    assert Employee.objects.exclude(email__endswith=".example").count() == 0


def test_each_past_round_is_one_week_with_visits_of_two_to_five_days(country):
    for year in YEARS:
        round = of_year(year)
        days = VisitDay.objects.filter(placement__wish__round=round)
        assert {day.isocalendar()[:2] for day in days.values_list("date", flat=True)} == {
            round.visits_from.isocalendar()[:2]
        }
        lengths = days.values_list("placement").annotate(count=Count("pk"))
        assert {length for _placement, length in lengths} == {2, 3, 4, 5}


def test_the_past_keeps_the_rules_that_the_domain_holds_real_rounds_to(country):
    for visit in Placement.objects.select_related(
        "host__workplace__department", "wish__round", "wish__employee__workplace__department"
    ).prefetch_related("wish__choices", "host__fields"):
        host, wish = visit.host, visit.wish
        home = wish.employee.workplace.department.organisation_id
        assert home != host.workplace.department.organisation_id
        assert host.shortest_visit <= len(visit.days) <= host.longest_visit
        assert len(visit.days) == wish.length
        assert set(visit.days) <= set(wish.possible_days)
        assert any(choice.covers(host) for choice in wish.choices.all())
    crowded = Placement.objects.values("wish__round", "host", "host__most_visitors").annotate(
        visitors=Count("pk")
    )
    assert [row for row in crowded if row["visitors"] > row["host__most_visitors"]] == []
    kinds = Wish.objects.filter(round__closed_at__isnull=False).values_list("choices__kind", flat=True)
    assert set(kinds) == {"host", "field", "area", "sector", "anywhere"}


def test_who_was_turned_down_came_first_the_year_after(country):
    for before, after in zip(YEARS, YEARS[1:], strict=False):
        turned_down = of_year(before).wishes.exclude(placements__state="confirmed")
        people = set(turned_down.values_list("employee", flat=True))
        placed = Placement.objects.filter(wish__round=of_year(after))
        assert people <= set(placed.values_list("wish__employee", flat=True))


def test_three_of_four_had_use_of_it_and_more_than_nine_of_ten_recommend_it(country):
    told = Evaluation.objects.filter(side="participant").aggregate(
        all=Count("pk"), useful=Count("pk", filter=Q(useful__gte=4)),
        recommend=Count("pk", filter=Q(recommend__gte=7)),
    )  # fmt: skip
    assert round(told["useful"] / told["all"], 1) == 0.8
    assert told["recommend"] / told["all"] > 0.9
    assert set(Idea.objects.values_list("state", flat=True)) == {"new", "tried", "in_use", "dropped"}


def test_nothing_of_it_is_erased_at_once_and_no_mail_of_the_past_goes_out(country):
    assert erase_due(today=NOW.date()) == 0
    assert set(PlannedMail.objects.values_list("wish__round__name", flat=True)) == {OPEN_ROUND}


def test_the_open_round_can_be_solved_with_all_kinds_of_choices(country):
    round = Round.objects.get(name=OPEN_ROUND)
    seen = snapshot.take(round, now=NOW)
    assert (len(seen.problem.people), len(seen.problem.hosts)) == (120, 81)
    missed = [person for person in seen.problem.people if person.missed]
    assert len(missed) == 14
    assert set(round.wishes.values_list("choices__kind", flat=True)) == {
        "host", "field", "area", "sector", "anywhere",
    }  # fmt: skip
    figures = overview(round)
    assert (figures.total.hosts, figures.total.wishes, len(figures.sectors)) == (81, 120, 3)


def test_a_second_time_changes_nothing(country):
    before = (Employee.objects.count(), Wish.objects.count(), Placement.objects.count())
    demo(nationwide=True)
    assert (Employee.objects.count(), Wish.objects.count(), Placement.objects.count()) == before


def test_two_times_in_two_places_it_is_the_same(country):
    def all_of_it():
        rows = Placement.objects.order_by("wish__employee__email", "days")
        return list(rows.values_list("wish__employee__email", "host__workplace__name", "days"))

    first = all_of_it()
    for model in (Placement, Wish, Round, Host, Employee, Workplace, Department, Organisation):
        model.objects.all().delete()
    demo(nationwide=True)
    assert all_of_it() == first


@pytest.mark.parametrize("order", [(False, True), (True, False)])
def test_beside_the_town_whose_people_can_take_part_in_both(clock, order):
    for nationwide in order:
        demo(nationwide=nationwide)
    anne = Employee.objects.get(name="Anne Kjærsgaard")
    open_now = [
        round.name for round in Round.objects.for_employee(anne) if round.takes_wishes(NOW.date())
    ]
    assert sorted(open_now) == ["Lynpraktik, denne runde", OPEN_ROUND]
    demo()
    assert Host.objects.count() == 81 + 13


def test_it_is_not_mixed_with_other_people():
    factories.employee(workplace=None)
    with pytest.raises(CommandError, match="--force"):
        demo(nationwide=True)
    assert Organisation.objects.count() == 0
