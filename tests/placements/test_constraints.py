"""What is always true is held by the database itself, without any of our code."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from placements.models import Choice, Evaluation, Placement, Round, VisitDay, Wish
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


def refused(name: str):
    class Refusal:
        def __enter__(self):
            self.block = transaction.atomic()
            self.block.__enter__()

        def __exit__(self, kind, error, trace):
            self.block.__exit__(kind, error, trace)
            assert isinstance(error, IntegrityError), f"the database did not refuse: {name}"
            assert name in str(error)
            return True

    return Refusal()


def visit_day(placement, **values):
    return VisitDay.objects.create(
        **{
            "placement": placement,
            "host": placement.host,
            "employee": placement.employee,
            "date": FIRST_DAY + timedelta(days=1),
            "seat": 1,
        }
        | values
    )


def test_a_seat_taken_twice():
    placement = factories.placement()
    with refused("seat_taken_once"):
        visit_day(placement, date=FIRST_DAY, seat=1, employee=factories.employee())


def test_a_person_at_two_places_on_a_day():
    placement = factories.placement()
    with refused("person_at_one_place_a_day"):
        visit_day(placement, date=FIRST_DAY, host=factories.host())


def test_a_visit_on_a_saturday():
    with refused("visits_fall_on_weekdays"):
        visit_day(factories.placement(), date=FIRST_DAY + timedelta(days=5))


def test_a_visit_to_which_somebody_came_is_not_followed_up():
    placement = factories.placement("confirmed")
    with refused("only_no_shows_are_followed_up"):
        Placement.objects.filter(pk=placement.pk).update(attended=True, followed_up_at=NOW)


def test_a_seat_number_nought():
    with refused("seats_count_from_one"):
        visit_day(factories.placement(), seat=0)


def test_a_second_wish_in_a_round():
    wish = factories.wish()
    with refused("one_wish_per_round"):
        Wish.objects.create(round=wish.round, employee=wish.employee, saved_at=NOW)


def test_a_sent_wish_without_a_goal():
    wish = factories.wish()
    with refused("sent_wish_is_complete"):
        Wish.objects.filter(pk=wish.pk).update(goal="")


def test_a_second_live_placement_for_a_wish():
    placement = factories.placement()
    with refused("one_live_placement_per_wish"):
        Placement.objects.create(
            wish=placement.wish,
            host=factories.host(),
            days=[FIRST_DAY],
            last_day=FIRST_DAY,
            created_at=NOW,
        )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"visits_until": FIRST_DAY - timedelta(days=1)}, "round_dates_in_order"),
        ({"wishes_until": FIRST_DAY}, "round_dates_in_order"),
        ({"wishes_from": FIRST_DAY}, "round_dates_in_order"),
        ({"visits_until": date(2029, 1, 1)}, "round_lasts_a_year_at_most"),
        ({"visits_until": date(9999, 12, 31)}, "round_lasts_a_year_at_most"),
        ({"shortest_visit": 0}, "round_visit_lengths_in_order"),
        ({"shortest_visit": 3}, "round_visit_lengths_in_order"),
        ({"longest_visit": 6}, "round_visit_lengths_in_order"),
        ({"points_ring": 11}, "round_points_within_bounds"),
    ],
)
def test_bad_dates_lengths_and_points_of_a_round(change, name):
    round = factories.round()
    with refused(name):
        Round.objects.filter(pk=round.pk).update(**change)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"rank": 6, "kind": "anywhere"}, "rank_from_one_to_five"),
        ({"rank": 1, "kind": "anywhere"}, "one_choice_per_rank"),
        ({"rank": 2, "kind": "host"}, "choice_names_what_its_kind_says"),
    ],
)
def test_bad_choices(values, name):
    wish = factories.wish()
    with refused(name):
        Choice.objects.create(wish=wish, **values)


def test_a_second_evaluation_of_one_side_and_numbers_off_their_scales():
    placement = factories.placement("confirmed")
    answers = {
        "placement": placement,
        "side": "host",
        "author": placement.employee,
        "useful": 5,
        "length": "right",
        "new_contacts": 0,
        "recommend": 10,
        "answered_at": NOW,
        "changed_at": NOW,
    }
    Evaluation.objects.create(**answers)
    with refused("one_evaluation_per_side"):
        Evaluation.objects.create(**answers)
    with refused("evaluation_numbers_on_their_scales"):
        Evaluation.objects.create(**answers | {"side": "participant", "useful": 6})


def test_a_reason_for_a_no_that_does_not_exist():
    factories.placement()
    with refused("end_reasons_are_known"):
        Placement.objects.update(end_reasons=["no_time", "moon"])


def test_only_what_is_cancelled_was_called_off_and_by_somebody_known():
    factories.placement()
    with refused("only_cancelled_is_called_off"):
        Placement.objects.update(ended_by="host")
    with refused("placement_ended_by_is_known"):
        Placement.objects.update(state="cancelled", ended_by="nobody")


@pytest.mark.parametrize(
    ("model", "field"), [(Wish, "state"), (Placement, "state")], ids=["wish", "placement"]
)
def test_a_state_that_does_not_exist(model, field):
    factories.placement()
    with refused(f"{model._meta.model_name}_state_is_known"):
        model.objects.update(**{field: "lost"})
