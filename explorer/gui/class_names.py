"""What the classes of the shipped tasks are called in the language that is spoken; the data keep their English names."""

from __future__ import annotations

from explorer.gui.i18n import mark, tr
from explorer.workspace.words import SENTENCE_END

_SHIPPED = {
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
    SENTENCE_END: mark("end of the sentence"),
}
_ARROWS = frozenset("→↗↑↖←↙↓↘")


def spoken(name: str) -> str:
    """Return what a class is called in the language that is spoken."""
    if name not in _SHIPPED:
        return name
    return f"{name} {tr(_SHIPPED[name])}" if name in _ARROWS else tr(_SHIPPED[name])
