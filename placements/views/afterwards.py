"""After a visit, by links in mails: did they come, and what came of an idea."""

from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils.translation import gettext as _

from placements.domain import evaluations, mail_links
from placements.domain.errors import Refused
from placements.enums import Side
from placements.forms.answers import IdeaForm
from placements.models import Idea
from placements.views.links import behind_link, in_language_of, says
from praktik.lib import clock


@behind_link
def attendance(request, token: str):
    """A host contact says with one click whether the visitor came; the answer can be corrected."""
    placement, contact = mail_links.read_attendance(token)
    with in_language_of(contact, request):
        answer = request.POST.get("came")
        if answer not in {"yes", "no"}:
            return render(request, "placements/attendance.html", {"placement": placement})
        try:
            evaluations.note_attendance(
                placement=placement, came=answer == "yes", by=contact, now=clock.now(),
                seen=request.POST.get("seen", ""),
            )  # fmt: skip
        except Refused as refusal:
            return says(request, _("Nothing was changed"), str(refusal))
        if answer == "yes":
            return says(
                request,
                _("Thank you"),
                _("It is noted that %(name)s came.") % {"name": placement.employee},
            )
        words = _("It is noted that %(name)s did not come. The consultants follow it up.")
        return says(request, _("Thank you"), words % {"name": placement.employee})


@behind_link
def ideas(request, token: str):
    """The participant tells, three months later, what came of the idea."""
    placement, participant = mail_links.read_ideas(token)
    with in_language_of(participant, request):
        idea = Idea.objects.filter(
            evaluation__placement=placement, evaluation__side=Side.PARTICIPANT
        ).first()
        if idea is None:
            return says(
                request, _("Nothing more is needed"), _("You wrote no idea down after this visit.")
            )
        form = IdeaForm(request.POST or None, idea=idea)
        if request.method == "POST" and form.is_valid():
            try:
                evaluations.tell_of_idea(idea=idea, now=clock.now(), **form.cleaned_data)
            except ValidationError as error:
                form.show_problems(error)
            else:
                words = _("Thank you. A good solution has spread when somebody works differently.")
                return says(request, _("It is noted"), words)
        context = {"form": form, "idea": idea, "host": placement.host}
        return render(request, "placements/ideas.html", context)
