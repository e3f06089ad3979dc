"""manage.py demo: an invented town with a round in full swing and one that is over."""

from django.core.management.base import BaseCommand, CommandError

from employees.models import Employee, Organisation
from placements import demo_round
from praktik.lib import clock


class Command(BaseCommand):
    help = "Makes the demo round: invented people only. Safe to run twice."

    def add_arguments(self, parser):
        parser.add_argument("--people", action="store_true", help="only list whom to sign in as")
        parser.add_argument(
            "--force", action="store_true", help="also into a database that has other data"
        )

    def handle(self, *, people: bool, force: bool, verbosity: int, **options):
        if people:
            self._list_people()
            return
        if Organisation.objects.filter(name=demo_round.TOWN).exists():
            if verbosity:
                self.stdout.write("The demo round is already there.")
            return
        if Employee.objects.exists() and not force:
            raise CommandError(
                "The database holds other people. The demo is not mixed with them unless you add --force."
            )
        demo_round.make(now=clock.now())
        if verbosity:
            self.stdout.write(self.style.SUCCESS("The demo round is ready."))

    def _list_people(self):
        for role, email in demo_round.EXAMPLES:
            person = Employee.objects.filter(email=email).first()
            if person:
                self.stdout.write(f"  {role:<12} {person.name}, {person.job_title} ({person.email})")
