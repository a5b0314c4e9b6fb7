"""What the classes of the shipped tasks are called in the language that is spoken; the data keep their English names."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.gui.words.character_names import unseen_name
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.feed.tokens import SENTENCE_END, visible

_CLASSES = {
    "positive": mark("positive"),
    "neutral": mark("neutral"),
    "negative": mark("negative"),
    "determiner": mark("determiner"),
    "adjective": mark("adjective"),
    "noun": mark("noun"),
    "relative": mark("relative"),
    "verb": mark("verb"),
    "preposition": mark("preposition"),
    "adverb": mark("adverb"),
    "stop": mark("stop"),
    "→": mark("right"),
    "↗": mark("up right"),
    "↑": mark("up"),
    "↖": mark("up left"),
    "←": mark("left"),
    "↙": mark("down left"),
    "↓": mark("down"),
    "↘": mark("down right"),
}
_SYMBOLS = {SENTENCE_END: mark("end of the sentence")}
"""Symbols that are no words of a text."""
_SIGNS = frozenset("→↗↑↖←↙↓↘")
"""These stand before what they are called."""


def spoken(name: str, names: Sequence[str]) -> str:
    """Return what ``name``, one of the outputs' ``names``, is called in the language that is spoken.

    Among other names "stop" is no class but a word of a text, which stays as it is.
    """
    words = _CLASSES if all(other in _CLASSES for other in names) else _SYMBOLS
    if name not in words:
        return f"{visible(name)} {unseen_name(name)}".rstrip()
    return f"{name} {tr(words[name])}" if name in _SIGNS else tr(words[name])
