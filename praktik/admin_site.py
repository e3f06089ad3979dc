"""The consultants' admin: stock Django admin that uses the same sign-in as the rest of Praktik."""

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _


class PraktikAdminSite(AdminSite):
    site_header = _("Praktik for consultants")
    site_title = _("Praktik")
    index_title = _("Overview")
    enable_nav_sidebar = False

    @method_decorator(secure_admin_login)
    def login(self, request, extra_context=None):
        return super().login(request, extra_context)

    def get_app_list(self, request, app_label=None):
        """The menu: a ModelAdmin may name its list there otherwise than by the plural, by `menu_name`."""
        apps = super().get_app_list(request, app_label)
        for entry in (entry for app in apps for entry in app["models"]):
            entry["name"] = getattr(self.get_model_admin(entry["model"]), "menu_name", entry["name"])
        return apps
