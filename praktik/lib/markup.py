"""Plain text with a little shape, as people write it in mails, as safe HTML.

A line that begins with # is a heading, with - or * a line of a list, with 1. of a numbered list; an empty
line begins a new paragraph. Everything else is text: no HTML of the writer's survives.
"""

import re
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_HEADING = re.compile(r"(#{1,2})\s+(.*)")
_BULLET = re.compile(r"[-*•]\s+(.*)")
_NUMBERED = re.compile(r"\d{1,2}[.)]\s+(.*)")


def as_html(text: str) -> SafeString:
    """The text as HTML. Headings begin at h2, since a page has its own h1."""
    lines = [_kind_and_words(line.strip()) for line in text.splitlines()]
    blocks = (_block(kind, [words for _, words in group]) for kind, group in groupby(lines, _kind))
    return mark_safe("\n".join(filter(None, blocks)))


def _kind(line: tuple[str, str]) -> str:
    return line[0]


def _kind_and_words(line: str) -> tuple[str, str]:
    if found := _HEADING.fullmatch(line):
        return f"h{len(found[1]) + 1}", found[2]
    if found := _BULLET.fullmatch(line):
        return "ul", found[1]
    if found := _NUMBERED.fullmatch(line):
        return "ol", found[1]
    return ("p" if line else ""), line


def _block(kind: str, lines: list[str]) -> str:
    words = [escape(line) for line in lines]
    if kind in {"ul", "ol"}:
        return f"<{kind}>{''.join(f'<li>{each}</li>' for each in words)}</{kind}>"
    if kind in {"h2", "h3"}:
        return "\n".join(f"<{kind}>{each}</{kind}>" for each in words)
    return f"<p>{'<br>'.join(words)}</p>" if kind else ""
