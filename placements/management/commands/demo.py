"""manage.py demo: an invented town with a round in full swing and one that is over; or a whole country."""

from django.core.management.base import BaseCommand, CommandError

from employees.models import Employee, Organisation
from placements import demo_nationwide, demo_round
from praktik.lib import clock


class Command(BaseCommand):
    help = "Makes the demo round, or a nationwide scheme: invented people only. Safe to run twice."

    def add_arguments(self, parser):
        parser.add_argument("--people", action="store_true", help="only list whom to sign in as")
        parser.add_argument(
            "--force", action="store_true", help="also into a database that has other data"
        )
        parser.add_argument(
            "--nationwide",
            action="store_true",
            help="43 organisations with three rounds that are over and an open one, beside the town or alone",
        )

    def handle(self, *, people: bool, force: bool, nationwide: bool, verbosity: int, **options):
        if people:
            self._list_people()
            return
        has_town = Organisation.objects.filter(name=demo_round.TOWN).exists()
        has_country = demo_nationwide.is_made()
        if has_country if nationwide else has_town:
            if verbosity:
                self.stdout.write("The demo round is already there.")
            return
        is_demo = has_town or has_country
        if Employee.objects.exists() and not is_demo and not force:
            raise CommandError(
                "The database holds other people. The demo is not mixed with them unless you add --force."
            )
        make = demo_nationwide.make if nationwide else demo_round.make
        make(now=clock.now())
        demo_nationwide.invite_town()
        if verbosity:
            self.stdout.write(self.style.SUCCESS("The demo round is ready."))

    def _list_people(self):
        for role, email in [*demo_round.EXAMPLES, *demo_nationwide.EXAMPLES]:
            person = Employee.objects.filter(email=email).first()
            if person:
                self.stdout.write(f"  {role:<12} {person.name}, {person.job_title} ({person.email})")
