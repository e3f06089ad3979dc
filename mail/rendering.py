"""From a template to a letter: subject, plain text and HTML come from one source.

A letter is one template, templates/mail/<kind>.txt, written with the tags in
mail/templatetags/letter.py. It is rendered twice, as text and as HTML. Mail programs ignore linked
style sheets, so the style stands in each tag; it is written there once, not for each letter.
"""

import re
import textwrap
from dataclasses import dataclass
from functools import cache, lru_cache

import css_inline
from django.contrib.staticfiles import finders
from django.template import Context, loader
from django.utils import translation
from django.utils.html import format_html

WIDTH = 72
FRAMES_KEPT = 64


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
        context |= {"own": own, "for_screen": for_screen}
        text = template.render(Context(context | {"as_html": False, "parts": parts}, autoescape=False))
        body = template.render(Context(context | {"as_html": True, "parts": {}}))
        frame = _frame(language, str(context.get("replies_to") or ""), for_screen)
    subject = " ".join(parts["subject"].split())
    return Letter(
        subject=subject,
        text=re.sub(r"\n{3,}", "\n\n", f"{text.strip()}\n\n{frame.footer}\n"),
        html=format_html(frame.page, subject=subject, body=body),
    )


@cache
def with_style(fragment: str) -> str:
    """A piece of HTML with the letters' style sheet written into its tags; a {} stays where it is."""
    return _inliner().inline_fragment(fragment, css=_style_sheet())


@dataclass(frozen=True)
class _Frame:
    """What stands around the words of every letter: `page` has {subject} and {body} in their places."""

    page: str
    footer: str


@lru_cache(maxsize=FRAMES_KEPT)
def _frame(language: str, replies_to: str, for_screen: bool) -> _Frame:
    from_whom = {"replies_to": replies_to.replace("{", "(").replace("}", ")")}
    own = {"language": language, "for_screen": for_screen, "subject": "{subject}", "body": "{body}"}
    page = loader.render_to_string("mail/layout.html", from_whom | own)
    return _Frame(
        page=page if for_screen else _inliner().inline(page),
        footer=textwrap.fill(loader.render_to_string("mail/footer.txt", from_whom), WIDTH),
    )


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=True, extra_css=_style_sheet())


@cache
def _style_sheet() -> str:
    with open(finders.find("mail.css"), encoding="utf-8") as sheet:
        return sheet.read()
