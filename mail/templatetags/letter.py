"""The few building blocks a letter is written with; each renders as plain text or as HTML.

{% subject %}…{% endsubject %}      the subject line
{% words %}…{% endwords %}          the opening words, which somebody may have replaced by own ones
{% paragraph %}…{% endparagraph %}  a paragraph
{% fact label %}…{% endfact %}      a line "label: value"; nothing when the value is empty
{% quote %}…{% endquote %}          words of a person
{% item address count label %}       a line of a list, with where it leads
{% aside address %}…{% endaside %}    a link beside it
{% button address %}…{% endbutton %} the one thing to do
"""

import re
import textwrap

from django import template
from django.utils.html import format_html, linebreaks
from django.utils.safestring import mark_safe

from mail.rendering import WIDTH, with_style

register = template.Library()

PARAGRAPH = "<p>{}</p>"
QUOTED = '<p class="quoted">{}</p>'
QUOTE = "<blockquote>{}</blockquote>"
ASIDE = '<p class="fact"><a href="{}">{}</a></p>'
FACT = '<p class="fact"><b>{}:</b> {}</p>'
ITEM = '<p class="fact"><a href="{}">{}</a>: <b>{}</b></p>'
BUTTON = '<table role="presentation" class="button"><tr><td><a href="{}">{}</a></td></tr></table>'


def _html(context, block: str, *contents) -> str:
    return format_html(block if context["for_screen"] else with_style(block), *contents)


def _paragraphs(context, block: str, text: str, *, autoescape: bool = False) -> str:
    """Plain text with a paragraph for each empty line; each written as this block."""
    opening = _html(context, block, "\n").partition("\n")[0]
    return mark_safe(linebreaks(text, autoescape).replace("<p>", opening))


def _filled(line: str) -> str:
    return textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)


def _words(content: str) -> str:
    return " ".join(content.split())


@register.simple_block_tag(takes_context=True)
def subject(context, content):
    context["parts"]["subject"] = context["own"].subject or content
    return ""


@register.simple_block_tag(takes_context=True)
def words(context, content):
    own = context["own"].words
    if not own:
        return content
    if context["as_html"]:
        return _paragraphs(context, PARAGRAPH, own, autoescape=True)
    paragraphs = re.split(r"\n\s*\n", own.strip())
    return "\n\n".join("\n".join(map(_filled, each.splitlines())) for each in paragraphs) + "\n"


@register.simple_block_tag(takes_context=True)
def paragraph(context, content):
    line = _words(content)
    if context["as_html"]:
        return _html(context, PARAGRAPH, mark_safe(line))
    return _filled(line) + "\n"


@register.simple_block_tag(takes_context=True)
def fact(context, content, label):
    words = _words(content)
    if not words:
        return ""
    if context["as_html"]:
        return _html(context, FACT, label, mark_safe(words))
    return f"{label}: {words}"


@register.simple_block_tag(takes_context=True)
def quote(context, content):
    if context["as_html"]:
        return _html(context, QUOTE, _paragraphs(context, QUOTED, content.strip()))
    lines = (
        textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent="  ")
        for line in content.strip().splitlines()
    )
    return "\n".join(lines) + "\n"


@register.simple_tag(takes_context=True)
def item(context, address, count, label):
    if context["as_html"]:
        return _html(context, ITEM, address, label, count)
    return f"{label}: {count}\n{address}\n\n"


@register.simple_block_tag(takes_context=True)
def aside(context, content, address):
    label = _words(content)
    if context["as_html"]:
        return _html(context, ASIDE, address, mark_safe(label))
    return f"{label}:\n{address}\n"


@register.simple_block_tag(takes_context=True)
def button(context, content, address):
    label = _words(content)
    if context["as_html"]:
        return _html(context, BUTTON, address, mark_safe(label))
    return f"{label}:\n{address}\n"
