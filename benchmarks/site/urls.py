"""Praktik's addresses and the reference: the base template with one query."""

from django.shortcuts import render
from django.urls import path

from praktik.urls import urlpatterns as praktik_urls


def reference(request):
    """Renders the base template; asking who is signed in is its one query beside the session's."""
    return render(request, "base.html", {"name": request.user.name})


urlpatterns = [path("reference/", reference), *praktik_urls]
