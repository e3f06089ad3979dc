"""Hosts from a table: each is found by its workplace."""

from collections.abc import Iterable

from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from employees.imports import DEPARTMENT, ORGANISATION, PlaceCell, Places, folded
from employees.models import Employee
from hosts.models import Field, Host
from praktik.tables.columns import Addresses, Cell, Clock, Column, LongText, Number, YesNo
from praktik.tables.resource import TableResource


class Names(Addresses):
    """Related records in one cell, told by their attribute `by`; they must be among those known."""

    def __init__(self, by: str, unknown):
        super().__init__()
        self.by, self.unknown, self.known = by, unknown, {}

    def know(self, names: Iterable[str]) -> None:
        self.known = {folded(name): name for name in names}

    def read(self, text, row):
        names = super().read(text, row)
        missing = [name for name in names if folded(name) not in self.known]
        if missing:
            raise ValueError(self.unknown % {"names": get_text_list(missing, _("and"))})
        return tuple(sorted({self.known[folded(name)] for name in names}))

    def export(self, value):
        return self.render(sorted(getattr(record, self.by) for record in value))


def _of_the_model(name: str, cell: Cell | None = None, **more) -> Column:
    """A column that fills a field of Host, under the name the field has in the admin."""
    return Column(Host._meta.get_field(name).verbose_name, cell, attribute=name, **more)


class HostResource(TableResource):
    """Hosts, known by their workplace, which must exist; contacts are people who exist."""

    key_heading = "workplace"

    workplace = Column(
        gettext_lazy("workplace"),
        PlaceCell(),
        attribute="workplace_id",
        is_required=True,
        shown="workplace__name",
        also=["navn", "praktiksted", "host"],
    )
    department = Column(**DEPARTMENT, shown="workplace__department__name")
    organisation = Column(**ORGANISATION, shown="workplace__department__organisation__name")
    description = _of_the_model("description", LongText(), also=["beskrivelse", "description"])
    fields_named = Column(
        gettext_lazy("kinds of work"),
        Names("name", gettext_lazy("There is no kind of work called %(names)s.")),
        attribute="field_names",
        shown="fields__all",
    )
    contacts = Column(
        gettext_lazy("host contacts (e-mail)"),
        Names("email", gettext_lazy("Nobody in Praktik has the e-mail %(names)s.")),
        attribute="contact_emails",
        shown="contacts__all",
        also=["praktikvært", "praktikværter", "kontaktperson", "kontaktpersoner", "host contacts"],
    )
    is_open = _of_the_model("is_open", YesNo())
    seats_monday = _of_the_model("seats_monday", Number(), also=["mandag"])
    seats_tuesday = _of_the_model("seats_tuesday", Number(), also=["tirsdag"])
    seats_wednesday = _of_the_model("seats_wednesday", Number(), also=["onsdag"])
    seats_thursday = _of_the_model("seats_thursday", Number(), also=["torsdag"])
    seats_friday = _of_the_model("seats_friday", Number(), also=["fredag"])
    shortest_visit = _of_the_model("shortest_visit", Number())
    longest_visit = _of_the_model("longest_visit", Number())
    most_visitors = _of_the_model("most_visitors", Number())
    allows_split = _of_the_model("allows_split", YesNo())
    meeting_place = _of_the_model("meeting_place", also=["mødested"])
    starts_at = _of_the_model("starts_at", Clock())
    ends_at = _of_the_model("ends_at", Clock())
    ask_for = _of_the_model("ask_for")
    dress = _of_the_model("dress")
    parking = _of_the_model("parking")
    access = _of_the_model("access")
    confidentiality = _of_the_model("confidentiality")

    class Meta:
        model = Host
        import_id_fields = ["workplace"]

    def key_of(self, row):
        try:
            return self.places.find(row["workplace"], row.get("department"), row.get("organisation"))
        except ValueError:
            return None

    @cached_property
    def places(self) -> Places:
        return Places()

    def load(self, rows):
        self.columns["workplace"].widget.places = self.places
        self.field_keys = dict(Field.objects.values_list("name", "pk"))
        self.columns["fields_named"].widget.know(self.field_keys)
        self.contact_keys = dict(Employee.objects.values_list("email", "pk"))
        self.columns["contacts"].widget.know(self.contact_keys)
        keys = {self.key_of(row) for row in rows} - {None}
        hosts = Host.objects.filter(workplace__in=keys).prefetch_related("fields", "contacts")
        for host in hosts.order_by("pk").select_for_update(of=("self",), no_key=True):
            host.field_names = tuple(sorted(field.name for field in host.fields.all()))
            host.contact_emails = tuple(sorted(person.email for person in host.contacts.all()))
            host.workplace = self.places.record(host.workplace_id)
            self.known[host.workplace_id] = host

    def init_instance(self, row=None):
        host = Host()
        host.field_names = host.contact_emails = ()
        return host

    def check(self, instance, row):
        if instance.workplace_id:
            instance.workplace = self.places.record(instance.workplace_id)
        return {}

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """The order of lengths and hours as well, which the database would refuse without a word."""
        super().validate_instance(instance, import_validation_errors, validate_unique)
        instance.validate_constraints(exclude={"workplace", "feed_secret"})

    def after_import(self, dataset, result, **kwargs):
        """Kinds of work and contacts, which hang on the host by rows of their own."""
        new = [row.instance for row in result.rows if row.is_new()]
        self._add(Host.fields.through, new, "field_id", "field_names", self.field_keys)
        self._add(Host.contacts.through, new, "employee_id", "contact_emails", self.contact_keys)
        for row in result.rows:
            if row.is_update():
                self._set_related(row.instance, row.original)

    @staticmethod
    def _add(through, hosts, column: str, attribute: str, keys: dict[str, int]) -> None:
        through.objects.bulk_create(
            through(host_id=host.pk, **{column: keys[name]})
            for host in hosts
            for name in getattr(host, attribute)
        )

    def _set_related(self, host: Host, before: Host) -> None:
        """By `set`, one host at a time: the mails of its visits follow new contacts."""
        if host.field_names != before.field_names:
            host.fields.set([self.field_keys[name] for name in host.field_names])
        if host.contact_emails != before.contact_emails:
            host.contacts.set([self.contact_keys[email] for email in host.contact_emails])
