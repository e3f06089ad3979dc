"""The project's own app configuration: system checks, and the admin site that signs in by code."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PraktikConfig(AppConfig):
    name = "praktik"

    def ready(self) -> None:
        from praktik import checks  # noqa: F401  (registers the system checks)


class PraktikAdminConfig(AdminConfig):
    default_site = "praktik.admin_site.PraktikAdminSite"
