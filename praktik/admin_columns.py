"""Columns that several of the admin's pages show."""

from django.contrib import admin
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


@admin.display(description=_("will be erased on"))
def erase_on(record) -> str:
    """The day a personal record will be erased; a dash while it is kept."""
    day = record.erase_on
    return date_format(day) if day else "–"
