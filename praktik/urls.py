from django.contrib import admin
from django.urls import include, path

from praktik.health import healthz

urlpatterns = [
    path("healthz/", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("", include("employees.urls")),
    path("", include("hosts.urls")),
    path("", include("placements.urls")),
]
