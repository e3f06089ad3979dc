"""What a host writes to its visitors of a day."""

from uuid import uuid4

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy

from placements.enums import MailKind
from placements.models import GroupMail
from placements.models.mail_text import text_problems


class HostMailForm(forms.ModelForm):
    """Subject and words, checked as those of all mails; `once` tells two presses of one button apart."""

    once = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = GroupMail
        fields = ["subject", "words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 8})}
        help_texts = {"words": gettext_lazy("{fornavn} becomes the first name of each visitor.")}

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("initial", {"once": uuid4()})
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self):
        for name in ("subject", "words"):
            for problem in text_problems(self.cleaned_data.get(name, ""), MailKind.GROUP):
                self.add_error(name, problem)
        return super().clean()
