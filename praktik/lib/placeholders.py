"""Placeholders such as {fornavn} in texts that people write: checked when saved, filled in when used.

Only whole names are known: no attributes, no formats, no code of any kind.
"""

import re
from collections.abc import Container, Mapping

from django.utils.translation import gettext as _

_IN_BRACES = re.compile(r"\{([^{}]*)\}")


def placeholder_problems(text: str, known: Container[str]) -> list[str]:
    """What is wrong with the placeholders of a text, as sentences."""
    problems = []
    for name in dict.fromkeys(_IN_BRACES.findall(text)):
        if not name.strip():
            problems.append(_("There is an empty placeholder: {}."))
        elif name not in known:
            problems.append(_("The placeholder {%(name)s} is not known.") % {"name": name})
    if set(_IN_BRACES.sub("", text)) & set("{}"):
        problems.append(_("A brace { or } stands alone. Placeholders are written like {fornavn}."))
    return problems


def lacks_a_value(text: str, values: Mapping[str, str]) -> bool:
    """Whether a placeholder of the text would be left out."""
    return not all(values.get(name, "").strip() for name in _IN_BRACES.findall(text))


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in; one without a value is left out."""
    return _IN_BRACES.sub(lambda found: values.get(found[1], ""), text)
