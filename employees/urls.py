"""Sign-in (only those of allauth's views that a sign-in by code uses) and language."""

from allauth.account import views as account
from django.urls import path
from django.views.generic import RedirectView

from employees import views

urlpatterns = [
    path("log-ind/", account.request_login_code, name="account_request_login_code"),
    path("log-ind/kode/", account.confirm_login_code, name="account_confirm_login_code"),
    path(
        "log-ind/start/",
        RedirectView.as_view(pattern_name="account_request_login_code", query_string=True),
        name="account_login",
    ),
    path("log-ud/", account.logout, name="account_logout"),
    path("konto/lukket/", account.account_inactive, name="account_inactive"),
    path("sprog/", views.choose_language, name="choose_language"),
]
