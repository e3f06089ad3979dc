"""What every free text must satisfy."""

from django.utils.translation import gettext as _

from praktik.lib.personal_numbers import holds_personal_number

LONGEST_TEXT = 2000


def text_problems(text: str, longest: int = LONGEST_TEXT) -> list[str]:
    """What is wrong with a free text, as sentences for the person who wrote it."""
    problems = []
    if len(text) > longest:
        problems.append(
            _("The text is too long: %(length)d characters of at most %(most)d.")
            % {"length": len(text), "most": longest}
        )
    if holds_personal_number(text):
        problems.append(
            _("This looks like a CPR number. Please leave it out: Praktik must not store it.")
        )
    return problems
