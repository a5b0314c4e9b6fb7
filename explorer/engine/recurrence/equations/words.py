"""The nearest right word to a wrong one, if any is near."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from explorer.engine.errors import Names, Refusal

# What people call it elsewhere.
_ELSEWHERE = {
    "sigma": "sigmoid", "logistic": "sigmoid", "expit": "sigmoid", "swish": "silu", "max": "maximum", "min": "minimum",
    "ln": "log", "fabs": "abs", "σ": "sigmoid", "th": "tanh", "sgm": "sigmoid", "sigm": "sigmoid",
}  # fmt: skip
_NEAR = 0.55


def no_operator(word: str, among: Iterable[str]) -> Refusal:
    """Return the refusal of what is none of the operators ``among``: with the one that was probably meant, else with all."""
    choices = list(among)
    usual = _ELSEWHERE.get(word.lower())
    near = [usual] if usual in choices else difflib.get_close_matches(word.lower(), choices, n=1, cutoff=_NEAR)
    if not near:
        return Refusal("there is no operator `{name}`; there are {choices}.", name=word, choices=Names(choices))
    return Refusal("there is no operator `{name}`; did you mean `{nearest}`?", name=word, nearest=near[0])
