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
