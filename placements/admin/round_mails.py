"""The mails of a whole round: what will go out when, pause, write to a group."""

from collections import Counter
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hosts.models import Host
from mail.models import LetterState
from mail.rendering import Letter
from placements.admin.base import pause_in_words
from placements.domain import audiences, mailcare, release_mails, rounds
from placements.enums import PlanState
from placements.forms.group_mail import GroupMailForm
from placements.models import GroupMail, PlannedMail, Round
from praktik.lib import clock
from praktik.lib.dates import COPENHAGEN


class RoundMailPages:
    """The pages of a round's mails, for the admin of rounds; names begin with placements_round_mails."""

    def mail_urls(self):
        """The addresses of these pages."""
        pages = {
            "<int:pk>/mails/": ("placements_round_mails", require_safe(self.mails)),
            "<int:pk>/mails/act/": ("placements_round_mails_act", require_POST(self.mails_act)),
            "<int:pk>/mails/write/": (
                "placements_round_mails_write",
                require_http_methods(["GET", "HEAD", "POST"])(self.mails_write),
            ),
        }
        return [
            path(address, self.admin_site.admin_view(view), name=name)
            for address, (name, view) in pages.items()
        ]

    def mails(self, request, pk: int):
        """What will go out on which days, as planned now; and what became of the rest."""
        round = self._round(request, pk)
        of_round = PlannedMail.objects.filter(wish__round=round)
        planned = of_round.filter(state=PlanState.PLANNED)
        return self._mails_page(
            request, round, "round",
            kinds=by_day_and_kind(round, planned), count=planned.count(),
            states=_by_state(round, of_round), all_mails=_list_of(round),
            mails=[] if round.released_at else release_mails.of_release(round, now=clock.now()),
            group_mails=round.group_mails.annotate(count=Count("planned_mails")).select_related("by"),
        )  # fmt: skip

    def mails_act(self, request, pk: int):
        """Pause, or go on."""
        round = self._round(request, pk)
        do = request.POST.get("do")
        if do not in {"pause", "resume"}:
            raise Http404
        rounds.pause_mails(round=round, is_paused=do == "pause")
        self.message_user(request, pause_in_words(do == "pause"), messages.SUCCESS)
        return redirect("admin:placements_round_mails", pk)

    def mails_write(self, request, pk: int):
        """Write to a group: first the preview with the count, then, asked once more, the letters."""
        round = self._round(request, pk)
        hosts = Host.objects.filter(placements__wish__round=round)
        form = GroupMailForm(
            request.POST or None, round=round, hosts=hosts.select_related("workplace").distinct()
        )
        people = None
        if request.method == "POST" and form.is_valid():
            people = audiences.recipients(
                round,
                form.cleaned_data["audience"],
                host=form.cleaned_data["host"],
                day=form.cleaned_data["day"],
            )
            # The second press counts only for the words and the people that were shown.
            if people and request.POST.get("confirmed") == mailcare.mark(form.instance, people):
                return self._write(request, round, form, people)
        return self._mails_page(
            request, round, "write", form=form, people=people,
            examples=_examples(form.instance, people) if people else [],
            mark=mailcare.mark(form.instance, people) if people else "",
        )  # fmt: skip

    def _write(self, request, round: Round, form: GroupMailForm, people):
        group_mail = form.save(commit=False)
        group_mail.round, group_mail.by = round, request.user
        group_mail.once = form.cleaned_data["once"]
        group_mail.audience = form.audience_in_words[:200]
        mailcare.write_to_group(group_mail=group_mail, people=people, now=clock.now())
        words = ngettext("%d letter is on its way.", "%d letters are on their way.", len(people))
        self.message_user(request, words % len(people), messages.SUCCESS)
        return redirect("admin:placements_round_mails", round.pk)

    def _mails_page(self, request, round: Round, name: str, **context):
        if not request.user.has_perm("placements.change_placement"):
            raise PermissionDenied
        return TemplateResponse(
            request,
            f"admin/placements/mails/{name}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Mails of %(round)s") % {"round": round},
                "round": round,
                **context,
            },
        )


def _examples(group_mail: GroupMail, people: audiences.Audience) -> list[Letter]:
    """The letter as the first of the people gets it; in both languages when it is written in both."""
    languages = ["da", "en"] if all(group_mail.texts) else [""]
    return [mailcare.group_example(group_mail, people, language=each) for each in languages]


def by_day_and_kind(round: Round, planned) -> list[dict]:
    """Rows of day, kind, side and count, in order, each with the list of these mails."""
    rows = planned.values("kind", "side", day=TruncDate("due", tzinfo=COPENHAGEN))
    rows = rows.annotate(count=Count("pk")).order_by("day", "kind", "side")
    return [
        {
            **row,
            "mail": PlannedMail(kind=row["kind"], side=row["side"]),
            "listed_at": _list_of(
                round,
                state__exact=PlanState.PLANNED,
                kind__exact=row["kind"],
                side__exact=row["side"],
                due__year=row["day"].year,
                due__month=row["day"].month,
                due__day=row["day"].day,
            ),
        }
        for row in rows
    ]


def _by_state(round: Round, of_round) -> list[tuple[str, int, str]]:
    """(label, count, list of these mails) of each state; of those written, what became of the letters."""
    states = of_round.values_list("state", "letter__state").annotate(count=Count("pk"))
    counts: Counter[tuple[str, str]] = Counter()
    for state, letter_state, count in states:
        counts[state, letter_state if state == PlanState.SENT and letter_state else ""] += count
    found = []
    for (state, letter_state), count in sorted(counts.items()):
        label = LetterState(letter_state).label if letter_state else PlanState(state).label
        of_letter = {"letter__state__exact": letter_state} if letter_state else {}
        found.append((label, count, _list_of(round, state__exact=state, **of_letter)))
    return found


def _list_of(round: Round, **filters) -> str:
    """The address of the list of a round's mails with these filters."""
    query = urlencode({"wish__round__id__exact": round.pk, **filters})
    return f"{reverse('admin:placements_plannedmail_changelist')}?{query}"
