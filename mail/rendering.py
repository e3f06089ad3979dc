"""From a template to a letter: subject, plain text and HTML come from one source.

A letter is one template, templates/mail/<kind>.txt, written with the tags in
mail/templatetags/letter.py. It is rendered twice, as text and as HTML.
"""

import re
import textwrap
from dataclasses import dataclass
from functools import cache

import css_inline
from django.contrib.staticfiles import finders
from django.template import Context, loader
from django.utils import translation

WIDTH = 72


@dataclass(frozen=True)
class Letter:
    """A subject (one line), a plain text and a whole HTML document."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class OwnWords:
    """A subject and opening words (plain text) in place of a letter's own; empty ones change nothing."""

    subject: str = ""
    words: str = ""


def render(
    kind: str, *, language: str, own: OwnWords = OwnWords(), for_screen: bool = False, **context
) -> Letter:
    """The letter of this kind in this language.

    for_screen: the HTML links to its style sheet, where a page's policy refuses inline styles.
    replies_to, in the context, is who gets the answers when that is not the consultants.
    Raises TemplateDoesNotExist for an unknown kind.
    """
    template = loader.get_template(f"mail/{kind}.txt").template
    with translation.override(language):
        parts: dict[str, str] = {}
        from_whom = {"replies_to": context.get("replies_to")}
        context |= {"own": own}
        text = template.render(Context(context | {"as_html": False, "parts": parts}, autoescape=False))
        body = template.render(Context(context | {"as_html": True, "parts": {}}))
        subject = " ".join(parts["subject"].split())
        page = loader.render_to_string(
            "mail/layout.html",
            {
                "subject": subject,
                "body": body,
                "language": language,
                "for_screen": for_screen,
                **from_whom,
            },
        )
        footer = textwrap.fill(loader.render_to_string("mail/footer.txt", from_whom), WIDTH)
    return Letter(
        subject=subject,
        text=re.sub(r"\n{3,}", "\n\n", f"{text.strip()}\n\n{footer}\n"),
        html=page if for_screen else _inliner().inline(page),
    )


@cache
def _inliner() -> css_inline.CSSInliner:
    with open(finders.find("mail.css"), encoding="utf-8") as sheet:
        return css_inline.CSSInliner(keep_style_tags=True, extra_css=sheet.read())
