"""A form of the admin that does not save over what somebody else has changed meanwhile."""

import hashlib

from django import forms
from django.db import models
from django.utils.translation import gettext as _


class SeenForm(forms.ModelForm):
    """Posts a mark of the record as it was shown; `seen` must stand among the fields of the page.

    When the record has changed since, it says so, keeps what was typed, and saves when asked once more.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False, label="")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = mark(self.instance)

    def clean(self):
        typed = super().clean()
        if self.instance.pk and typed.get("seen"):
            stored = mark(type(self.instance)._base_manager.get(pk=self.instance.pk))
            if typed["seen"] != stored:
                self.data = self.data.copy()
                self.data[self.add_prefix("seen")] = stored
                self.add_error(
                    None,
                    _(
                        "Somebody else has changed this meanwhile. Compare, and save again if yours is right."
                    ),
                )
        return typed


def mark(record: models.Model) -> str:
    """A short text that changes with every column of a record."""
    values = [str(getattr(record, field.attname)) for field in record._meta.concrete_fields]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]
