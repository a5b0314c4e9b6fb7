"""What is said, so that it can be said in any language: `Sentence` is translated, `Words` have all languages with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from explorer.engine.errors import Names
from explorer.workspace.words.catalogues import listed

Words = dict[str, str]
"""The same words in every language of the program, by the language's code."""


_END = re.compile(r"(?<=[.?]) (?=[A-Z])|(?<=[。？])")


def first_sentence(text: str) -> str:
    """Return the first sentence of ``text``."""
    return _END.split(text, maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English template with ``{named}`` places, and what stands there: text, numbers, names, other sentences."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def said(self, translate: Callable[[str], str]) -> str:
        """Return the sentence with every template in it put through ``translate`` first."""
        values = {name: _said(value, translate) for name, value in self.values.items()}
        return translate(self.template).format(**values)

    def __str__(self) -> str:
        """Return the sentence in English."""
        return self.said(lambda text: text)


def _said(value: object, translate: Callable[[str], str]) -> object:
    if isinstance(value, Sentence):
        return value.said(translate)
    return listed(value, translate) if isinstance(value, Names) else value
