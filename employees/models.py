"""Who works where: organisation, department, workplace, employee. The employee is the user model."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from mail.models import OutgoingMail
from praktik.lib.dates import LAST_POSSIBLE_DAY


class Sector(models.TextChoices):
    """The three levels of the Danish public sector."""

    MUNICIPALITY = "municipality", _("Municipality")
    REGION = "region", _("Region")
    STATE = "state", _("State")


class Area(models.TextChoices):
    """The parts of the country: the five regions of Denmark by their names."""

    NORDJYLLAND = "nordjylland", _("North Jutland")
    MIDTJYLLAND = "midtjylland", _("Central Jutland")
    SYDDANMARK = "syddanmark", _("Southern Denmark")
    SJAELLAND = "sjaelland", _("Zealand")
    HOVEDSTADEN = "hovedstaden", _("Greater Copenhagen")


class Organisation(models.Model):
    """A municipality, region or ministry, in a part of the country."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    sector = models.CharField(_("sector"), max_length=12, choices=Sector, default=Sector.MUNICIPALITY)
    area = models.CharField(_("part of the country"), max_length=12, choices=Area, blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A part of an organisation; a relation is new when two departments had none before."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="departments", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(name="department_once", fields=["organisation", "name"])]

    def __str__(self) -> str:
        return self.name


class Workplace(models.Model):
    """A place where people work: a school, a kitchen, an office."""

    department = models.ForeignKey(
        Department, models.PROTECT, related_name="workplaces", verbose_name=_("department")
    )
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("workplace")
        verbose_name_plural = _("workplaces")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(name="workplace_once", fields=["department", "name"])]

    def __str__(self) -> str:
        return self.name


class EmployeeQuerySet(models.QuerySet):
    def consultants(self):
        """The consultants who work here."""
        return self.filter(is_staff=True, is_active=True)

    def bounced(self):
        """People whose present address a mail server does not know, until somebody says that it is right.

        A later letter that a server merely took may come back too.
        """
        lost = OutgoingMail.objects.lost_on_the_address()
        since_said = lost.filter(
            to_address=models.OuterRef("email"), created_at__gt=models.OuterRef("address_good_at")
        )
        return self.filter(
            models.Q(address_good_at=None, email__in=lost.values("to_address"))
            | models.Q(models.Exists(since_said), address_good_at__isnull=False)
        )


class EmployeeManager(BaseUserManager.from_queryset(EmployeeQuerySet)):
    def create_user(self, email: str, name: str, **fields) -> "Employee":
        """A new employee who signs in by mail; the address is kept in lower case."""
        employee = self.model(email=email.strip().lower(), name=name, **fields)
        employee.set_unusable_password()
        employee.save(using=self._db)
        return employee

    def create_superuser(self, email: str, name: str, **fields) -> "Employee":
        """An administrator, for `manage.py createsuperuser`. Passwords are not used."""
        fields.pop("password", None)
        return self.create_user(email, name, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str) -> "Employee":
        return self.get(email=email.lower())


class Employee(AbstractBaseUser, PermissionsMixin):
    """A person: participant, manager, host contact and consultant are roles the same person can have."""

    KEPT_AFTER_LEAVING = timedelta(days=180)

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    workplace = models.ForeignKey(
        Workplace,
        models.PROTECT,
        related_name="employees",
        null=True,
        blank=True,
        verbose_name=_("workplace"),
    )
    manager = models.ForeignKey(
        "self",
        models.SET_NULL,
        related_name="team",
        null=True,
        blank=True,
        verbose_name=_("home manager"),
    )
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("consultant"), default=False)
    feed_secret = models.CharField(
        _("secret of the calendar feed"), max_length=64, unique=True, null=True, editable=False
    )
    # Since when a consultant says that the address is right.
    address_good_at = models.DateTimeField(null=True, editable=False)
    left_on = models.DateField(
        _("left on"), null=True, blank=True, validators=[MaxValueValidator(LAST_POSSIBLE_DAY)]
    )

    objects = EmployeeManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="email_in_lower_case",
                condition=models.Q(email=Lower("email")),
                violation_error_message=_("An e-mail address is written in lower case."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.email = self.email.strip().lower()
        self.name = " ".join(self.name.split())

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split()[0] if self.name else ""

    def is_out_of_reach_of(self, person: "Employee") -> bool:
        """Whether only administrators may change this record: with another consultant's address one
        could take over the account."""
        is_colleague = (self.is_staff or self.is_superuser) and self != person
        return is_colleague and not person.is_superuser

    @property
    def erase_on(self) -> date | None:
        """The day the person will be erased; None while employed."""
        return self.left_on and self.left_on + self.KEPT_AFTER_LEAVING
