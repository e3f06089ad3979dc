"""Pages of the admin that do not save over what somebody else has changed meanwhile."""

import hashlib

from django import forms
from django.db import models
from django.utils.translation import gettext as _


class SeenForm(forms.ModelForm):
    """Posts a mark of the record as it was shown; `seen` must stand among the fields of the page.

    Its admin is a SeenAdmin.

    When the record has changed since, it says so, keeps what was typed, and saves when asked once more.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False, label="")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = self._mark(self.instance)

    def clean(self):
        typed = super().clean()
        if self.instance.pk and typed.get("seen"):
            stored = self._mark(type(self.instance)._base_manager.get(pk=self.instance.pk))
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

    def _mark(self, record: models.Model) -> str:
        """A short text that changes with everything of a record that this form writes."""
        columns = [field for field in record._meta.concrete_fields if field.name in self.fields]
        values = [str(getattr(record, field.attname)) for field in columns]
        for field in record._meta.many_to_many:
            if field.name in self.fields:
                others = getattr(record, field.name).order_by("pk").values_list("pk", flat=True)
                values.append(str(list(others)))
        return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


class SeenAdmin:
    """The admin of a SeenForm: of two who save at the same moment the second is told, as if it were later.

    What is saved is read under a lock; Django looks at the form and saves in the same transaction.
    """

    def get_object(self, request, object_id, from_field=None):
        record = super().get_object(request, object_id, from_field)
        if record is None or request.method != "POST":
            return record
        self.hold(record)
        return super().get_object(request, object_id, from_field)

    def hold(self, record: models.Model) -> None:
        """Lock what everybody locks first who changes such a record: itself, if nothing else is said."""
        list(type(record)._base_manager.select_for_update(no_key=True).filter(pk=record.pk))
