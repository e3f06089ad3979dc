from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PlacementsConfig(AppConfig):
    name = "placements"
    verbose_name = _("Rounds and placements")

    def ready(self) -> None:
        from placements import signals  # noqa: F401  (connects the receivers)
        from placements.consultants import grant_permissions

        post_migrate.connect(grant_permissions, sender=self)
