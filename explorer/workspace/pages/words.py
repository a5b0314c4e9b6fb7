"""What the page says: its own words, each in every language, so that it can change the language without the program."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from explorer.workspace.words.catalogues import LANGUAGES, within
from explorer.workspace.words.marking import mark
from explorer.workspace.words.sentence import Sentence, Words

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "brand": mark("Gradient Flow Explorer"),
        "language": mark("Language"),
        "quantity": mark("Quantity"),
        "theme": mark("Theme"),
        "dark": mark("Dark"),
        "light": mark("Light"),
        "verdict": mark("Verdict"),
        "map": mark("Gradient flow"),
        "map of": mark("Gradient flow of {name}"),
        "map help": mark(
            "The cell in row t and column k is how much of the gradient of s at step t reaches step k: point at one, or "
            "choose one."
        ),
        "axes": mark("k →, t ↑"),
        "row": mark("Row t"),
        "column": mark("Column k"),
        "pin": mark("Pin the cell"),
        "unpin": mark("Take the pin out"),
        "pinned": mark("pinned"),
        "chosen": mark("chosen"),
        "pointed": mark("under the pointer"),
        "decay": mark("Decay"),
        "decay rms": mark("RMS gain of ∂sₜ/∂sₖ, to every sₖ"),
        "decay spectral": mark("spectral norm of ∂sₜ/∂sₖ, to every sₖ"),
        "decay of": mark("Decay of row t = {t}"),
        "states": mark("Hidden states"),
        "states of": mark("Hidden states of {name}"),
        "states at": mark("{name}: from {low} to {high}"),
        "formulas": mark("Equations and Jacobian"),
        "numbers": mark("Numbers of the row"),
        "pair": mark("{pair} = ×{gain} ({norm}, {decades} decades)"),
        "rough pair": mark("{pair} ≈ ×{gain} ({norm}, {decades} decades)"),
        "undefined": mark("∂s{t}/∂s{k} is not defined: s{t} does not depend on the later s{k}."),
        "undefined back": mark(
            "∂s{t}/∂s{k} is not defined: the chain runs backward, and s{t} does not depend on the earlier s{k}."
        ),
        "zero pair": mark("{pair} is exactly 0: nothing of the gradient arrives."),
        "nan pair": mark("{pair} is NaN: the network overflowed."),
        "rms": mark("RMS gain"),
        "spectral": mark("spectral norm"),
        "exactly 0": mark("exactly 0"),
        "fit": mark("fit"),
        "bound": mark("bound"),
        "trend": mark("ρ trend"),
        "steep trend": mark("γρ trend"),
        "threshold": mark("threshold {gain}"),
        "of": mark("{name}: {value}"),
        "ratio": mark("{ratio} times the pinned one"),
        "reads": mark("x{t}: {token}"),
        "zero": mark("exactly zero"),
        "nan": "NaN",
        "beyond": mark("beyond the scale"),
        "notes": mark("Notes"),
        "about": mark(
            "Made with the Gradient Flow Explorer. The numbers are the program's own, all their digits are in this file; "
            "it loads nothing and sends nothing."
        ),
        "keys": mark(
            "In the map, the arrow keys choose a cell, with Shift ten steps at once, Home and End the ends of its row. P "
            "pins it, Esc takes the pin out, and the number keys choose a network."
        ),
        "needs script": mark("This page needs JavaScript, which is switched off here."),
    }
)  # fmt: skip
"""By the names that the page's scripts and its template have for them."""


def translated(text: str) -> Words:
    """Return an English sentence in every language."""
    return {code: within(code)(text) for code in LANGUAGES}


def said(sentence: Sentence) -> Words:
    """Return a sentence in every language."""
    return {code: sentence.said(within(code)) for code in LANGUAGES}
