"""What the steps of a sequence are called along an axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from explorer.workspace.words.numbers import subscript

LEAST_FOR_WORDS = 9.0
"""Pixels to a step: where it has less, numbers say more."""
_BLANK = "·"
"""What is written where nothing is said: its step's number alone is read better."""
_LONGEST, _LEAST = 14, 3
"""Signs of a word under an axis: what is longer is cut, and says so; and of a cut word beside an axis at least."""


def named_step(step: int, words: Sequence[str]) -> str:
    """Return what a ``step`` is called under an axis: by the word read there, "was₂"."""
    return _named(step, words, _LONGEST)


def fitting_step(step: int, words: Sequence[str], fits: Callable[[str], bool]) -> str:
    """Return what a ``step`` is called beside an axis: its word, or as many signs of it as ``fits``; else its number."""
    longest = len(words[step - 1]) if 1 <= step <= len(words) else 0
    forms = (_named(step, words, signs) for signs in range(longest, min(_LEAST, longest - 1), -1))
    return next(filter(fits, forms), str(step))


def _named(step: int, words: Sequence[str], longest: int) -> str:
    """Return the name of a ``step``, its word cut to ``longest`` signs with that which says so."""
    word = words[step - 1] if 1 <= step <= len(words) else _BLANK
    if word == _BLANK:
        return str(step)
    return (word if len(word) <= longest else word[: longest - 1] + "…") + subscript(step)
