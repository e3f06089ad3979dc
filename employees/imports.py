"""Employees and workplaces from a table."""

from collections import defaultdict

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from employees.models import Department, Employee, Organisation, Workplace
from employees.signals import people_changed
from praktik.tables.columns import Address, Cell, Column, Day, OneOf, Phone
from praktik.tables.resource import BATCH, TableResource

ORGANISATION = {"heading": gettext_lazy("organisation"), "also": ["kommune", "municipality"]}
DEPARTMENT = {"heading": gettext_lazy("department"), "also": ["afdeling", "område"]}


def folded(name: str) -> str:
    """A name without regard to letter case and spaces."""
    return " ".join(name.split()).casefold()


class KeyName(Cell):
    """A name by which a record is found: written in other letters it is still the same."""

    def means_the_same(self, one, other):
        return folded(one) == folded(other or "")


class Places:
    """Every workplace by its names."""

    def __init__(self):
        self.names: dict[int, tuple[str, str, str]] = {}
        self.called: dict[str, list[int]] = defaultdict(list)
        rows = Workplace.objects.values_list(
            "pk", "department__organisation__name", "department__name", "name"
        )
        for pk, *names in rows.order_by("pk"):
            self.names[pk] = tuple(names)
            self.called[folded(names[-1])].append(pk)

    def find(self, workplace: str, department: str = "", organisation: str = "") -> int:
        """The key of the workplace. Raises ValueError with a sentence when there is none, or several."""
        wanted = [folded(organisation or ""), folded(department or ""), folded(workplace)]
        found = [
            pk
            for pk in self.called[folded(workplace)]
            if all(
                not want or want == folded(name)
                for want, name in zip(wanted, self.names[pk], strict=True)
            )
        ]
        if not found:
            raise ValueError(_("There is no such workplace. Import workplaces first."))
        if len(found) > 1:
            raise ValueError(
                _("Several workplaces are called so. Fill in department and organisation as well.")
            )
        return found[0]

    def record(self, pk: int) -> Workplace:
        """The workplace with its name alone, without asking the database again."""
        return Workplace(pk=pk, name=self.names[pk][-1])


class PlaceCell(Cell):
    """A workplace, found by its name together with department and organisation in the same row."""

    places: Places | None = None

    def read(self, text, row):
        return self.places.find(text, row.get("department"), row.get("organisation"))

    def render(self, value, obj=None, **kwargs):
        return " · ".join(reversed(self.places.names[value])) if value else ""


class EmployeeResource(TableResource):
    """People, known by their e-mail. Rights are never touched: who is a consultant is set by hand."""

    key_heading = "email"

    name = Column(gettext_lazy("name"), attribute="name", is_required=True, also=["fulde navn"])
    email = Column(
        gettext_lazy("e-mail"),
        Address(),
        attribute="email",
        is_required=True,
        also=["mail", "e-mailadresse", "mailadresse", "e-mail address"],
    )
    job_title = Column(
        gettext_lazy("job title"), attribute="job_title", also=["titel", "stillingsbetegnelse"]
    )
    phone = Column(
        gettext_lazy("phone"),
        Phone(),
        attribute="phone",
        also=["tlf", "tlf.", "mobil", "telefonnummer"],
    )
    workplace = Column(
        gettext_lazy("workplace"), PlaceCell(), attribute="workplace_id", shown="workplace__name"
    )
    department = Column(**DEPARTMENT, shown="workplace__department__name")
    organisation = Column(**ORGANISATION, shown="workplace__department__organisation__name")
    manager = Column(
        gettext_lazy("home manager (e-mail)"),
        Address(),
        attribute="manager_email",
        shown="manager__email",
        also=["nærmeste leder", "leder", "leders e-mail", "home manager", "manager"],
    )
    language = Column(gettext_lazy("language"), OneOf(settings.LANGUAGES), attribute="language")
    left_on = Column(
        gettext_lazy("left on"), Day(), attribute="left_on", also=["fratrådt", "fratrædelsesdato"]
    )

    class Meta:
        model = Employee
        import_id_fields = ["email"]

    def key_of(self, row):
        return row["email"].lower() or None

    def load(self, rows):
        self.columns["workplace"].widget.places = Places()
        keys = {self.key_of(row) for row in rows} - {None}
        people = Employee.objects.filter(email__in=keys).annotate(manager_email=F("manager__email"))
        people = people.order_by("pk").select_for_update(of=("self",), no_key=True)
        self.known = {person.email: person for person in people}
        managers = {row["manager"].lower() for row in rows if row.get("manager")}
        elsewhere = Employee.objects.filter(email__in=managers - keys).values_list("email", "pk")
        self.managers: dict[str, int | None] = dict.fromkeys(keys) | dict(elsewhere)

    def init_instance(self, row=None):
        person = Employee()
        person.set_unusable_password()
        person.manager_email = None
        return person

    def check(self, instance, row):
        manager = instance.manager_email
        if manager and manager == instance.email:
            return {"manager": _("Nobody is their own manager.")}
        if row.get("manager") and manager not in self.managers:
            return {"manager": _("Nobody has this e-mail, neither in Praktik nor in the file.")}
        return {}

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        faults = dict(import_validation_errors or {})
        if instance.pk and instance.is_out_of_reach_of(self.by):
            faults["email"] = [
                _("Only an administrator may change another consultant or administrator.")
            ]
        super().validate_instance(instance, faults)

    def after_import(self, dataset, result, **kwargs):
        """Managers are set when everybody exists: a manager may come after the people in the file."""
        written = [row.instance for row in result.rows if row.is_new() or row.is_update()]
        keys = {person.email: person.pk for person in [*self.known.values(), *written]}
        self.managers |= {email: pk for email, pk in keys.items() if email in self.managers}
        moved = [person for person in written if self._set_manager(person)]
        Employee.objects.bulk_update(moved, ["manager"], batch_size=BATCH)
        if moved:
            people_changed.send(Employee, people=[person.pk for person in moved])

    def _set_manager(self, person: Employee) -> bool:
        before = person.manager_id
        person.manager_id = self.managers.get(person.manager_email, before)
        return person.manager_id != before


class WorkplaceResource(TableResource):
    """Workplaces, known by organisation, department and name; what they belong to is made when it is missing."""

    key_heading = "name"

    organisation = Column(**ORGANISATION, is_required=True, shown="department__organisation__name")
    department = Column(**DEPARTMENT, is_required=True, shown="department__name")
    name = Column(
        gettext_lazy("workplace"), KeyName(), attribute="name", is_required=True, also=["navn", "name"]
    )
    address = Column(gettext_lazy("address"), attribute="address")
    phone = Column(
        gettext_lazy("phone"), Phone(), attribute="phone", also=["tlf", "tlf.", "telefonnummer"]
    )

    class Meta:
        model = Workplace
        import_id_fields = ["name"]

    def key_of(self, row):
        names = tuple(folded(row[part]) for part in ("organisation", "department", "name"))
        return names if all(names) else None

    def load(self, rows):
        places = Workplace.objects.annotate(
            in_department=F("department__name"), in_organisation=F("department__organisation__name")
        )
        for place in places.order_by("pk").select_for_update(of=("self",), no_key=True):
            names = (place.in_organisation, place.in_department, place.name)
            self.known.setdefault(tuple(map(folded, names)), place)
        self._make_organisations(rows)
        self._make_departments(rows)

    def _make_organisations(self, rows) -> None:
        self.organisations = {folded(row.name): row for row in Organisation.objects.all()}
        for row in rows:
            name = " ".join(row["organisation"].split())
            if _fits(name) and folded(name) not in self.organisations:
                self.organisations[folded(name)] = Organisation(name=name)
                self.also_new.append(_("Organisation: %(name)s") % {"name": name})
        Organisation.objects.bulk_create(row for row in self.organisations.values() if not row.pk)

    def _make_departments(self, rows) -> None:
        self.departments = {
            (row.organisation_id, folded(row.name)): row for row in Department.objects.all()
        }
        for row in rows:
            name = " ".join(row["department"].split())
            owner = self.organisations.get(folded(row["organisation"]))
            if owner and _fits(name) and (owner.pk, folded(name)) not in self.departments:
                made = Department(organisation=owner, name=name)
                self.departments[owner.pk, folded(name)] = made
                words = _("Department: %(name)s (%(organisation)s)")
                self.also_new.append(words % {"name": name, "organisation": owner})
        Department.objects.bulk_create(row for row in self.departments.values() if not row.pk)

    def import_instance(self, instance, row, **kwargs):
        owner = self.organisations.get(folded(row["organisation"]))
        department = owner and self.departments.get((owner.pk, folded(row["department"])))
        if not instance.pk:
            instance.department = department
        super().import_instance(instance, row, **kwargs)

    def check(self, instance, row):
        return {
            part: _("The name is too long: at most %(most)d characters.") % {"most": LONGEST_NAME}
            for part in ("organisation", "department")
            if len(row[part]) > LONGEST_NAME
        }


LONGEST_NAME = Department._meta.get_field("name").max_length


def _fits(name: str) -> bool:
    return 0 < len(name) <= LONGEST_NAME
