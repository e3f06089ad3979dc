from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EmployeesConfig(AppConfig):
    name = "employees"
    verbose_name = _("Employees and workplaces")

    def ready(self):
        from employees import language  # noqa: F401 (connects its receiver)
