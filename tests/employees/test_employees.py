from datetime import date

import pytest
from django.db import IntegrityError, transaction

from employees.models import Employee
from tests import factories

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_in_lower_case_and_belongs_to_one_person():
    Employee.objects.create_user(" Anne@Havneby.example ", "Anne")
    assert Employee.objects.get().email == "anne@havneby.example"
    for address in ("anne@havneby.example", "ANNE@havneby.example"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Employee.objects.bulk_create([Employee(email=address, name="En anden")])


def test_somebody_who_left_shows_the_date_of_erasure():
    assert factories.employee().erase_on is None
    assert factories.employee(left_on=date(2027, 1, 1)).erase_on == date(2027, 6, 30)


def test_a_consultant_cannot_make_herself_administrator(client):
    signe = factories.consultant()
    client.force_login(signe)
    client.post(
        f"/admin/employees/employee/{signe.pk}/change/",
        {
            "name": "Signe",
            "email": signe.email,
            "language": "da",
            "is_active": "on",
            "is_superuser": "on",
        },
    )
    signe.refresh_from_db()
    assert (signe.name, signe.is_superuser) == ("Signe", False)


def test_a_consultant_cannot_change_an_administrators_address(client):
    boss = factories.employee(is_staff=True, is_superuser=True)
    client.force_login(factories.consultant())
    answer = client.post(
        f"/admin/employees/employee/{boss.pk}/change/", {"email": "signe@evil.example"}
    )
    assert answer.status_code == 403
