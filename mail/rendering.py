"""From a template to a letter: subject, plain text and HTML come from one source.

A letter is one template, templates/mail/<kind>.txt, written with the tags in
mail/templatetags/letter.py. It is rendered twice, as text and as HTML. Mail programs ignore linked
style sheets, so the style stands in each tag; it is written there once, not for each letter.
"""

import re
import textwrap
from dataclasses import dataclass
from functools import cache

import css_inline
from django.contrib.staticfiles import finders
from django.template import Context, loader
from django.utils import translation
from django.utils.html import format_html

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
    Raises TemplateDoesNotExist for an unknown kind.
    """
    template = loader.get_template(f"mail/{kind}.txt").template
    with translation.override(language):
        parts: dict[str, str] = {}
        context |= {"own": own, "for_screen": for_screen}
        text = template.render(Context(context | {"as_html": False, "parts": parts}, autoescape=False))
        body = template.render(Context(context | {"as_html": True, "parts": {}}))
        page = _page(language, for_screen=True) if for_screen else _page_with_style(language)
        footer = _footer(language)
    subject = " ".join(parts["subject"].split())
    return Letter(
        subject=subject,
        text=re.sub(r"\n{3,}", "\n\n", f"{text.strip()}\n\n{footer}\n"),
        html=format_html(page, subject=subject, body=body),
    )


@cache
def with_style(fragment: str) -> str:
    """A piece of HTML with the letters' style sheet written into its tags; a {} stays where it is."""
    return _inliner().inline_fragment(fragment, css=_style_sheet())


def _page(language: str, *, for_screen: bool) -> str:
    """The page around the words of every letter, with {subject} and {body} in their places."""
    context = {"language": language, "for_screen": for_screen, "subject": "{subject}", "body": "{body}"}
    return loader.render_to_string("mail/layout.html", context)


@cache
def _page_with_style(language: str) -> str:
    return _inliner().inline(_page(language, for_screen=False))


@cache
def _footer(language: str) -> str:
    return textwrap.fill(loader.render_to_string("mail/footer.txt"), WIDTH)


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=True, extra_css=_style_sheet())


@cache
def _style_sheet() -> str:
    with open(finders.find("mail.css"), encoding="utf-8") as sheet:
        return sheet.read()
