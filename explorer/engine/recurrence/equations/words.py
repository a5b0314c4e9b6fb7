"""The nearest right word to a wrong one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

# What people call it elsewhere.
_ELSEWHERE = {
    "sigma": "sigmoid", "logistic": "sigmoid", "expit": "sigmoid", "swish": "silu", "max": "maximum", "min": "minimum",
    "ln": "log", "fabs": "abs",
}  # fmt: skip


def nearest(word: str, among: Iterable[str]) -> str:
    """Return the word of ``among`` that ``word`` was most likely meant to be."""
    choices = list(among)
    usual = _ELSEWHERE.get(word.lower())
    if usual in choices:
        return str(usual)
    return (difflib.get_close_matches(word.lower(), choices, n=1, cutoff=0.0) or choices)[0]
