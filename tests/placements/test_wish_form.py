"""The wish form: what is good is saved, what is bad gets a clear message and loses nothing."""

from datetime import date, timedelta

import pytest

from employees.models import Area, Organisation, Sector
from placements.domain import board, snapshot, solving
from placements.enums import ChoiceKind, WishState
from placements.models import Choice, Placement, PlannedMail, Solve, Wish
from tests import factories
from tests.factories import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def anne():
    return factories.employee("Anne Kjærsgaard")


@pytest.fixture
def round():
    return factories.round()


@pytest.fixture
def canteen():
    return factories.host("Rådhusets kantine", fields=[factories.field("Køkken")])


@pytest.fixture
def client(client, anne):
    client.force_login(anne)
    return client


def typed(host, **values):
    return {
        "choice_1": f"host-{host.pk}",
        "length": "1",
        "possible_days": [FIRST_DAY.isoformat()],
        "goal": "Hvordan får I madspildet ned?",
        "needs": "Vegetar",
        "action": "send",
    } | values


def send(client, round, data):
    return client.post(f"/oenske/{round.pk}/", data, follow=True)


def test_a_wish_is_sent_with_its_choices_in_order(client, anne, round, canteen):
    page = send(
        client,
        round,
        typed(canteen, choice_2="anywhere", choice_4=f"field-{factories.field('Køkken').pk}"),
    )
    assert "Dit ønske er sendt" in page.content.decode()
    wish = Wish.objects.get()
    assert (wish.employee, wish.state, wish.sent_at) == (anne, WishState.SENT, NOW)
    assert wish.possible_days == [FIRST_DAY]
    assert list(wish.choices.values_list("rank", "kind", "host", "field")) == [
        (1, ChoiceKind.HOST, canteen.pk, None),
        (2, ChoiceKind.ANYWHERE, None, None),
        (3, ChoiceKind.FIELD, None, factories.field("Køkken").pk),
    ]
    assert list(PlannedMail.objects.values_list("kind", "recipient", "due")) == [
        ("wish_received", anne.pk, NOW)
    ]


def test_a_draft_needs_not_be_complete_and_nobody_is_told(client, round, canteen):
    page = send(
        client, round, {"length": "1", "goal": "", "choice_1": "", "needs": "", "action": "draft"}
    )
    assert "Din kladde er gemt" in page.content.decode()
    assert Wish.objects.get().state == WishState.DRAFT
    assert [mail.kind for mail in PlannedMail.objects.filter(due__lte=NOW)] == []


def test_a_sent_wish_is_changed_and_stays_sent_with_one_receipt(client, round, canteen):
    send(client, round, typed(canteen))
    send(client, round, typed(canteen, goal="Noget andet", action="draft"))
    wish = Wish.objects.get()
    assert (wish.state, wish.goal) == (WishState.SENT, "Noget andet")
    assert PlannedMail.objects.count() == 1


def test_a_withdrawn_wish_can_be_sent_again_and_gets_a_new_receipt(client, round, canteen):
    send(client, round, typed(canteen))
    wish = Wish.objects.get()
    page = client.post(f"/oenske/{wish.pk}/traek-tilbage/", follow=True)
    assert "Dit ønske er trukket tilbage" in page.content.decode()
    send(client, round, typed(canteen))
    wish.refresh_from_db()
    assert (wish.state, wish.times_sent) == (WishState.SENT, 2)
    assert [event.to_state for event in wish.events.all()] == ["sent", "withdrawn", "sent"]


def test_withdrawing_gives_up_the_place(client, anne, round, canteen):
    wish = factories.wish(canteen, person=anne, round=round)
    placement = factories.placement("accepted", wish=wish, host=canteen)
    client.post(f"/oenske/{wish.pk}/traek-tilbage/")
    placement.refresh_from_db()
    assert (placement.state, placement.visit_days.count()) == ("cancelled", 0)


BAD = {
    "nothing chosen": ({"choice_1": ""}, "Vælg mindst ét praktiksted"),
    "the same host twice": ({"choice_2": "host-{host}"}, "Det samme valg står to gange"),
    "a host that does not exist": ({"choice_1": "host-99999"}, "Vælg fra listen."),
    "no number at all": ({"choice_1": "host-\x00"}, "Vælg fra listen."),
    "more than five choices": (
        {f"choice_{rank}": "anywhere" for rank in range(2, 7)},
        "højst fem prioriteter",
    ),
    "the own workplace": ({"choice_1": "host-{own}"}, "Det er din egen arbejdsplads"),
    "a closed host": ({"choice_1": "host-{closed}"}, "tager ikke imod gæster"),
    "a foreign host": ({"choice_1": "host-{foreign}"}, "tager ikke imod gæster"),
    "no day": ({"possible_days": []}, "Markér mindst 1 dag"),
    "too few days": ({"length": "2"}, "Markér mindst 2 dage"),
    "a past day": ({"possible_days": ["2026-11-20"]}, "fredag den 20. november ligger uden for"),
    "a day outside": ({"possible_days": ["2027-03-01"]}, "mandag den 1. marts ligger uden for runden"),
    "a Saturday": ({"possible_days": ["2027-01-09"]}, "lørdag den 9. januar er ikke en arbejdsdag"),
    "no date": ({"possible_days": ["i morgen"]}, "Vælg dage fra listen."),
    "a long visit": ({"length": "4"}, "Vælg fra listen."),
    "no goal": ({"goal": "  "}, "hvad du gerne vil lære"),
    "20,000 characters": ({"goal": "x" * 20_000}, "Teksten er for lang: 20000 tegn"),
    "a CPR number": ({"goal": "Jeg er 010190-1234"}, "Det ligner et CPR-nummer"),
    "a CPR number in the needs": ({"needs": "010190-1234"}, "Det ligner et CPR-nummer"),
    "a NUL": ({"goal": "a\x00b"}, "Null-tegn"),
}


@pytest.mark.parametrize(("change", "message"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_said_kept_and_changes_nothing(client, anne, round, canteen, change, message):
    names = {
        "host": canteen.pk,
        "own": factories.host(workplace=anne.workplace).pk,
        "closed": factories.host(is_open=False).pk,
        "foreign": factories.host(
            workplace=factories.workplace("Kontoret", of=factories.organisation("Et ministerium"))
        ).pk,
    }
    change = {
        name: value.format(**names) if isinstance(value, str) and "{" in value else value
        for name, value in change.items()
    }
    data = typed(canteen, **change)
    page = send(client, round, data).content.decode()
    assert message in page
    assert Wish.objects.count() == 0
    kept = data["goal"] if data["goal"].strip() and "\x00" not in data["goal"] else data["needs"]
    assert kept in page


def test_html_and_emoji_are_text_like_any_other(client, round, canteen):
    goal = "<script>alert(1)</script> & 😀 æøå"
    send(client, round, typed(canteen, goal=goal))
    assert Wish.objects.get().goal == goal
    page = client.get(f"/oenske/{round.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 😀 æøå" in page


@pytest.mark.parametrize(
    ("moved", "message"),
    [
        (timedelta(days=11), "Fristen for Lynpraktik 2027 var torsdag den 3. december"),
        (timedelta(days=-30), "Du kan sende ønsker til Lynpraktik 2027 fra"),
    ],
)
def test_a_closed_round_takes_no_wish_and_keeps_what_was_typed(
    client, clock, round, canteen, moved, message
):
    clock.now = NOW + moved
    page = send(client, round, typed(canteen)).content.decode()
    assert message in page
    assert "Hvordan får I madspildet ned?" in page
    assert Wish.objects.count() == 0


def test_a_wish_with_a_proposal_that_nobody_knows_of_can_be_changed(client, anne, round, canteen):
    wish = factories.wish(canteen, person=anne, round=round)
    factories.placement("proposed", wish=wish, host=canteen)
    assert "Ret dit ønske" in client.get("/min-side/").content.decode()
    same = typed(canteen, goal="Nyt mål") | {
        "length": wish.length, "possible_days": [day.isoformat() for day in wish.possible_days]
    }  # fmt: skip
    page = send(client, round, same).content.decode()
    assert "Dine ændringer er gemt." in page
    wish.refresh_from_db()
    assert (wish.goal, wish.live_placement.state) == ("Nyt mål", "proposed")
    fewer = same | {"possible_days": same["possible_days"][1:]}
    assert "Dine ændringer er gemt." in send(client, round, fewer).content.decode()
    assert not wish.placements.live().exists()
    steps = list(wish.events.values_list("from_state", "to_state"))
    assert steps == [("", "sent"), ("", "proposed"), ("proposed", "sent")]


def test_a_wish_that_is_being_placed_is_not_changed(client, anne, round, canteen):
    wish = factories.wish(canteen, person=anne, round=round)
    factories.placement("asked", wish=wish, host=canteen)
    page = send(client, round, typed(canteen, goal="Nyt mål")).content.decode()
    assert "Vi er allerede ved at finde en plads til dig" in page
    wish.refresh_from_db()
    assert wish.goal == "Hvordan gør I?"


def test_messages_come_in_the_persons_language(client, anne, round, canteen):
    anne.language = "en"
    anne.save(update_fields=["language"])
    page = send(client, round, typed(canteen, goal="")).content.decode()
    assert "Write in a sentence or two what you want to learn." in page


def test_a_host_picked_in_the_catalogue_fills_the_first_empty_choice(client, anne, round, canteen):
    library = factories.host("Hovedbiblioteket")
    answer = client.get(f"/min-side/?host={canteen.pk}")
    assert answer["Location"] == f"/oenske/{round.pk}/?host={canteen.pk}"
    factories.wish(library, person=anne, round=round)
    form = client.get(f"/oenske/{round.pk}/?host={canteen.pk}").context["form"]
    assert form["choice_1"].value() == f"host-{library.pk}"
    assert form["choice_2"].value() == f"host-{canteen.pk}"


def test_a_round_of_another_organisation_is_not_found(client, round):
    round.organisations.clear()
    assert client.get(f"/oenske/{round.pk}/").status_code == 404


def test_somebody_elses_wish_is_not_found(client, round, canteen):
    wish = factories.wish(canteen, round=round, person=factories.employee())
    assert client.post(f"/oenske/{wish.pk}/traek-tilbage/").status_code == 404
    wish.refresh_from_db()
    assert wish.state == WishState.SENT


@pytest.mark.parametrize("hosts", [1, 60])
def test_the_form_takes_the_same_queries_however_many_hosts(
    client, round, hosts, django_assert_num_queries
):
    for _ in range(hosts):
        factories.host(fields=[factories.field()])
    with django_assert_num_queries(7):
        client.get(f"/oenske/{round.pk}/")


def test_choices_are_replaced_not_added(client, anne, round, canteen):
    library = factories.host("Hovedbiblioteket")
    send(client, round, typed(canteen, choice_2=f"host-{library.pk}"))
    send(client, round, typed(library))
    assert [choice.host for choice in Choice.objects.all()] == [library]


def test_the_days_offered_are_the_working_days_of_the_round(client, round, canteen):
    form = client.get(f"/oenske/{round.pk}/").context["form"]
    offered = [date.fromisoformat(value) for value, _label in form.fields["possible_days"].choices]
    assert offered == round.days
    assert [week for week, _boxes in form.weeks] == [1, 2]


# --- A round of several organisations, and days that may be apart ------------------------------------


@pytest.fixture
def nationwide(round):
    """A round of a municipality and a ministry in two parts of the country, visits of two days."""
    town = factories.organisation()
    town.area = Area.MIDTJYLLAND
    town.save(update_fields=["area"])
    ministry = Organisation.objects.create(
        name="Kirkeministeriet", sector=Sector.STATE, area=Area.HOVEDSTADEN
    )
    round.organisations.add(ministry)
    return factories.host(
        workplace=factories.workplace("Departementet", "Departementet", of=ministry), longest_visit=2
    )


def test_a_part_of_the_country_or_a_sector_can_be_wished_for_where_there_are_several(
    client, round, canteen, nationwide
):
    page = client.get(f"/oenske/{round.pk}/").content.decode()
    assert '<optgroup label="Landsdel"><option value="area-midtjylland">Midtjylland' in page
    assert '<option value="sector-state">Staten' in page
    send(client, round, typed(canteen, choice_1="area-hovedstaden", choice_2="sector-municipality"))
    wish = Wish.objects.get()
    assert [str(choice) for choice in wish.choices.all()] == [
        "Landsdel: Hovedstaden",
        "Sektor: Kommune",
    ]
    seen = snapshot.take(round, now=NOW)
    assert seen.problem.person_of[wish.pk].choices == (
        frozenset({nationwide.pk}),
        frozenset({canteen.pk}),
    )


def test_a_round_of_one_municipality_does_not_ask_for_part_of_the_country(client, round, canteen):
    page = client.get(f"/oenske/{round.pk}/").content.decode()
    assert "Landsdel" not in page and "Sektor" not in page


def test_days_apart_are_found_where_person_and_host_agree(client, round, canteen):
    monday, wednesday = FIRST_DAY, FIRST_DAY + timedelta(days=2)
    days = [monday.isoformat(), wednesday.isoformat()]
    send(client, round, typed(canteen, length="2", possible_days=days, may_split="on"))
    signe = factories.consultant()
    for host_agrees, found in ((False, []), (True, [[monday, wednesday]])):
        canteen.allows_split = host_agrees
        canteen.save(update_fields=["allows_split"])
        solve = Solve.objects.create(round=round, goal="most_placed", by=signe, asked_at=NOW)
        solving.run(solve.pk, clock=lambda: NOW)
        solve.refresh_from_db()
        board.choose(solve=solve, by=signe, now=NOW)
        assert list(Placement.objects.values_list("days", flat=True)) == found
    assert (
        "Dagene behøver ikke ligge i forlængelse"
        in client.get(f"/praktiksteder/{canteen.pk}/").content.decode()
    )
