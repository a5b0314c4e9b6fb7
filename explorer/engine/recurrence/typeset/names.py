"""What a name looks like: b_f at all steps alike, h_{t−1}, β_t, and the layer's number on top, h²_t."""

from __future__ import annotations

import re
from dataclasses import dataclass

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
_LOWERED = str.maketrans("0123456789-tjk", "₀₁₂₃₄₅₆₇₈₉₋ₜⱼₖ")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DIGITS_AT_END = re.compile(r"(?<=[A-Za-z])(?=\d+$)")


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart: the ``layer`` before the stroke, the ``base``, and what stands below it."""

    layer: str
    base: str
    below: str

    @classmethod
    def of(cls, name: str) -> Name:
        """Return the parts of "W_f", "2→/h", "e_0" or "h1"."""
        layer, _, rest = name.rpartition("/")
        base, _, below = rest.partition("_")
        if not below:
            base, *digits = _DIGITS_AT_END.split(base)
            below = "".join(digits)
        return cls(layer, base or rest, below)


def tex_name(name: str, time: str = "", above: str = "") -> str:
    """Return a name as TeX, at a ``time`` and with something ``above``."""
    parts = Name.of(name)
    lowered = ",".join(part for part in (_tex_word(parts.below) if parts.below else "", time) if part)
    raised = ",".join(part for part in (_tex_layer(parts.layer), _tex_word(above) if above else "") if part)
    return (
        _tex_word(parts.base) + (f"^{{{raised}}}" if raised else "") + (f"_{{{lowered}}}" if lowered else "")
    )  # fmt: skip


def plain_name(name: str, time: str = "", above: str = "") -> str:
    """Return a name as plain text; letters that have no lowered form stand after a stroke."""
    parts = Name.of(name)
    below = f"_{GREEK.get(parts.below, parts.below)}" if parts.below and not parts.below.isdigit() else ""
    digits = parts.below.translate(_LOWERED) if parts.below.isdigit() else ""
    raised = parts.layer.translate(_RAISED) + (f"^{plain_name(above)}" if above else "")
    return GREEK.get(parts.base, parts.base) + raised + digits + below + time.translate(_LOWERED)


def _tex_word(word: str) -> str:
    if word in GREEK:
        return rf"\{word}"
    return word if len(word) == 1 or word.isdigit() else rf"\mathrm{{{_escaped(word)}}}"


def _tex_layer(layer: str) -> str:
    return layer.replace("→", r"\rightarrow").replace("←", r"\leftarrow")


def _escaped(word: str) -> str:
    return word.replace("_", r"\_")
