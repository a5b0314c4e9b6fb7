"""Marks over letters in names: é is one character, δ̄ is two, and few fonts draw the second where it belongs.

A mark that composes with its letter (Unicode's form NFC) is part of it, as Python has it; another is spelt out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType

SIGNS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
"""The marks of Latin, Greek and mathematics, as in a class of a regular expression, where `\\w` lacks them."""
NAME = rf"[^\W\d][\w{SIGNS}]*"
BEGIN = rf"(?<![\w{SIGNS}])\d*+"
"""What stands before a name, so that a search doesn't begin again at each of its letters."""
_MARKED = re.compile(rf"(?:{BEGIN}(?=[^\W\d]\w*+[{SIGNS}])|(?=[{SIGNS}]))(?P<name>[\w{SIGNS}]+)")
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar", "\u0307": "dot", "\u0308": "ddot",
        "\u030c": "check", "\u0331": "under", "\u0332": "under", "\u20d7": "vec",
    }
)  # fmt: skip


def marked_names(row: str) -> Iterator[tuple[int, str]]:
    """Yield where in a line a name begins, from 0, with a mark that doesn't compose, and the name."""
    for found in _MARKED.finditer(row):
        if _is_mark(unicodedata.normalize("NFC", found["name"])):
            yield found.start("name"), found["name"]


def spelt_out(name: str) -> str:
    """Return a name without such marks: delta_bar for δ̄, `h_tilde` for h̃; "" where no letter is below the mark."""
    name = unicodedata.normalize("NFC", name)
    if _is_mark(name[:1]):
        return ""
    return re.sub(rf"(\w)([{SIGNS}]+)(?=(\w?))", _in_words, name)


def _is_mark(text: str) -> bool:
    return re.search(f"[{SIGNS}]", text) is not None


def _in_words(found: re.Match[str]) -> str:
    letter = unicodedata.normalize("NFKC", found[1])
    called = unicodedata.name(letter, "") if len(letter) == 1 else ""
    letter = called.rpartition(" ")[2].lower() if called.startswith("GREEK SMALL LETTER") else letter
    words = (_WORDS.get(mark) or unicodedata.name(mark).removeprefix("COMBINING ").lower() for mark in found[2])
    after = "_" if found[3].isalnum() else ""
    return "_".join((letter, *(re.sub(r"\W+", "_", word) for word in words))) + after
