"""Pages behind links in mails: no sign-in, GET shows and POST acts."""

from contextlib import contextmanager
from functools import wraps

from django.conf import settings
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from placements.domain import days, evaluations, mail_links
from placements.domain.errors import Refused
from placements.enums import PlacementState
from placements.forms.answers import EvaluationForm, HostAnswerForm
from placements.models import Evaluation
from placements.models.round import Contact
from praktik.lib import clock
from praktik.lib.links import BadLink, ExampleLink, ExpiredLink


def behind_link(view):
    """Answers kindly when a link is forged or too old; the page is never cached.

    The address is not told to other sites. (It must be told to our own: without a referrer a
    browser sends no origin either, and the form would be refused as forged.)
    """

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def wrapped(request, token: str):
        try:
            response = view(request, token)
        except BadLink as link:
            known = request.user if request.user.is_authenticated else None
            with in_language_of(mail_links.reader(link) or known, request):
                response = _says_why_it_opens_nothing(request, link)
        add_never_cache_headers(response)
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


def _says_why_it_opens_nothing(request, link: BadLink):
    if isinstance(link, ExpiredLink):
        heading, status = _("This link is too old"), 410
        message = _("Write to the consultants, and they will help you.")
    elif isinstance(link, ExampleLink):
        heading, status = _("This link is an example"), 200
        message = _(
            "It stands in a preview or a test. In the real letter it opens the recipient's page."
        )
    else:
        heading, status = _("This link does not work"), 404
        message = _("Copy the whole link from the mail, or write to the consultants.")
    return says(request, heading, message, status=status)


@behind_link
def host_answer(request, token: str):
    """A host contact says yes or no to a visit."""
    placement, contact = mail_links.read_host_answer(token)
    with in_language_of(contact, request):
        if placement.state == PlacementState.ASKED and placement.has_begun(clock.now()):
            return says(
                request,
                _("Nothing more is needed"),
                _("The days of this visit have come. The consultants find out what to do."),
            )
        if placement.state != PlacementState.ASKED:
            return _says_where_it_stands(request, _("Nothing more is needed"), placement)
        runs = days.nearest_runs(placement, today=clock.today())
        form = HostAnswerForm(request.POST or None, runs=runs)
        if request.method == "POST" and form.is_valid():
            return _answer(request, placement, contact, form)
        return _show_question(request, placement, contact, form)


def _show_question(request, placement, contact, form: HostAnswerForm):
    context = {"form": form, "placement": placement, "contact": contact, "wish": placement.wish}
    return render(request, "placements/host_answer.html", context)


def _answer(request, placement, contact, form: HostAnswerForm):
    try:
        form.carry_out(placement=placement, by=contact, now=clock.now())
    except Refused as refusal:
        placement.refresh_from_db(fields=["state"])
        if placement.state == PlacementState.ASKED:
            form.add_error(None, str(refusal))
            return _show_question(request, placement, contact, form)
        # Another contact answered in the same moment: what stands now is what matters.
        return _says_where_it_stands(request, _("Nothing more is needed"), placement)
    return _says_where_it_stands(request, _("Thank you for your answer"), placement)


def _says_where_it_stands(request, heading: str, placement):
    """With whom to call, for whoever regrets the answer."""
    return says(request, heading, _where_it_stands(placement), contact=placement.wish.round.contact)


def _where_it_stands(placement) -> str:
    words = {"name": placement.employee, "host": placement.host}
    is_held = placement.state == PlacementState.CONFIRMED and not placement.is_told
    state = PlacementState.ACCEPTED if is_held else placement.state
    return {
        PlacementState.PROPOSED: _("The consultants are still preparing this visit."),
        PlacementState.ASKED: _("The visit waits for an answer."),
        PlacementState.OFFERED: _(
            "You have offered %(name)s other days. You get a mail when the visit is settled."
        ),
        PlacementState.ACCEPTED: _(
            "You have said yes to %(name)s. You get a mail with the calendar invitation when the consultants confirm."
        ),
        PlacementState.CONFIRMED: _("The visit of %(name)s to %(host)s is settled."),
        PlacementState.DECLINED: _(
            "You have said no to %(name)s this time. The consultants look for another place."
        ),
        PlacementState.UNSUITED: _(
            "None of the days you offered suited %(name)s. The consultants look for another place."
        ),
        PlacementState.EXPIRED: _(
            "The request about %(name)s has run out without an answer, and the days are free again. "
            "Would you still like the visit? Then call or write to the consultants."
        ),
        PlacementState.CANCELLED: _("The visit of %(name)s to %(host)s was cancelled."),
    }[state] % words


@behind_link
def evaluation(request, token: str):
    """One side evaluates a visit, or changes its evaluation."""
    placement, side, author = mail_links.read_evaluation(token)
    with in_language_of(author, request):
        now = clock.now()
        given = placement.evaluations.filter(side=side).select_related("idea").first()
        try:
            evaluations.check_evaluable(placement, side, now=now)
        except Refused as refusal:
            if given:
                return _shows_evaluation(request, given, str(refusal))
            return says(request, _("Nothing more is needed"), str(refusal))
        form = EvaluationForm(request.POST or None, side=side, given=given)
        if request.method == "POST" and form.is_valid():
            try:
                evaluations.submit(
                    placement=placement, side=side, author=author, answers=form.answers, now=now
                )
            except ValidationError as error:
                form.show_problems(error)
            else:
                return says(
                    request,
                    _("Thank you for your evaluation"),
                    _("You can change it for 14 days: open the link in the mail again."),
                )
        return render(
            request,
            "placements/evaluation.html",
            {
                "form": form,
                "placement": placement,
                "side": side,
                "given": given,
                "wish": placement.wish,
            },
        )


def _shows_evaluation(request, given: Evaluation, sentence: str):
    """What was answered, when it can be changed no more."""
    told = EvaluationForm(side=given.side, given=given).told
    context = {"placement": given.placement, "told": told, "sentence": sentence}
    return render(request, "placements/evaluation_given.html", context)


@contextmanager
def in_language_of(person, request):
    """The person's language, unless another one was chosen on the page.

    Of somebody who is not known (None), since the link is damaged, only the browser tells something.
    """
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    otherwise = person.language if person else translation.get_language_from_request(request)
    language = chosen if chosen in dict(settings.LANGUAGES) else otherwise
    request.LANGUAGE_CODE = language
    with translation.override(language):
        yield


def says(request, heading: str, message: str, *, status: int = 200, contact: Contact | None = None):
    """A page of one heading and one sentence, and whom to call if it is not so."""
    context = {"heading": heading, "message": message, "contact": contact}
    return render(request, "placements/says.html", context, status=status)
