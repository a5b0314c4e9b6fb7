"""What the settings of a training are called, and their values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from explorer.workspace.words.numbers import signed
from explorer.workspace.words.sentence import Sentence


def _as_is(text: str) -> Sentence:
    """Return what is the same in every language."""
    return Sentence("{value}", {"value": text})


SETTING_WORDS: Mapping[str, Sentence] = MappingProxyType(
    {
        "optimiser": Sentence("optimiser"),
        "rate": _as_is("η"),
        "momentum": _as_is("μ"),
        "batch": Sentence("batch"),
        "clip": Sentence("clip"),
        "threshold": Sentence("threshold"),
        "decay": _as_is("λ"),
        "decay_form": Sentence("decay"),
        "omega": _as_is("Ω"),
        "omega_form": Sentence("Ω form"),
        "floss": Sentence("flossing"),
        "floss_first": Sentence("flossing first"),
        "exponents": Sentence("exponents"),
        "window": _as_is("τ"),
        "chunk": Sentence("chunks"),
        "force": Sentence("forcing"),
        "learn": Sentence("learn"),
        "seed": Sentence("order"),
    }
)
_VALUES: Mapping[str, Sentence] = MappingProxyType(
    {
        "sgd": _as_is("SGD"),
        "momentum": Sentence("momentum"),
        "rmsprop": _as_is("RMSProp"),
        "adam": _as_is("Adam"),
        "none": Sentence("not at all"),
        "norm": Sentence("by norm"),
        "value": Sentence("by value"),
        "l2": _as_is("ℓ₂"),
        "l1": _as_is("ℓ₁"),
        "paper": Sentence("as in the paper"),
        "squared": Sentence("squared (code)"),
    }
)


def value_words(value: str | float | tuple[str, ...]) -> Sentence:
    """Return a value of a setting as it is said."""
    if isinstance(value, tuple):
        return _as_is(" ".join(value) or "–")
    if isinstance(value, str):
        return _VALUES[value]
    return _as_is(f"{value:g}" if 1e-3 <= abs(value) < 1e5 or value == 0 else signed(value))
