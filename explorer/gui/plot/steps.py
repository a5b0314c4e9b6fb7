"""What the steps of a sequence are called along an axis."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.workspace.words.numbers import subscript

LEAST_FOR_WORDS = 9.0
"""Pixels to a step: where it has less, numbers say more."""
_LONGEST = (14, 6)
"""Signs of a word under an axis, and beside one: what is longer is cut, and says so."""


def named_step(step: int, words: Sequence[str], upright: bool = False) -> str:
    """Return what a ``step`` is called under an axis, or beside an ``upright`` one: by the word read there, "was₂"."""
    if not 1 <= step <= len(words):
        return str(step)
    word, longest = words[step - 1], _LONGEST[upright]
    return (word if len(word) <= longest else word[: longest - 1] + "…") + subscript(step)
