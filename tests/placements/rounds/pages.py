"""What the tests of rounds look at: pages of a round in the admin, a person's own page, the planned mails."""

from placements.models import PlannedMail

ROUND = "/admin/placements/round"


def post(client, round, page, **data):
    return client.post(f"{ROUND}/{round.pk}/{page}/", data, follow=True).content.decode()


def get(client, round, page):
    return client.get(f"{ROUND}/{round.pk}/{page}/").content.decode()


def own_page(client, person):
    client.force_login(person)
    return client.get("/min-side/").content.decode()


def mails(round, state="planned"):
    rows = PlannedMail.objects.filter(wish__round=round, state=state).order_by("due", "kind", "side")
    return [(row.kind, row.side) for row in rows]


def save_round(client, round, **values):
    """Save the page of a round in the admin as it is shown, with these values changed."""
    address = f"{ROUND}/{round.pk}/change/"
    shown = client.get(address).context["adminform"].form.initial
    data = {name: value for name, value in shown.items() if value is not None and value is not False}
    data["organisations"] = [organisation.pk for organisation in round.organisations.all()]
    answer = client.post(address, data | values)
    assert answer.status_code == 302, answer.context["errors"]
