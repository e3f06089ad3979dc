from django.urls import path

from hosts import views

urlpatterns = [
    path("praktiksteder/", views.catalogue, name="catalogue"),
    path("praktiksteder/<int:pk>/", views.host_page, name="host"),
]
