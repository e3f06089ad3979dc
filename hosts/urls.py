from django.urls import path

from hosts import views

urlpatterns = [
    path("praktiksteder/", views.catalogue, name="catalogue"),
    path("praktiksteder/<int:pk>/", views.host_page, name="host"),
    path("bliv-praktiksted/", views.sign_up_page, name="sign_up_host"),
]
