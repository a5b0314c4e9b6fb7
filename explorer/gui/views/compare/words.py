"""What is said of networks that stand side by side: their names, what sets them apart, and what becomes of the gradient."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtGui import QFont

from explorer.engine.errors import Refusal
from explorer.gui.core.quantities import item_name
from explorer.gui.core.written import notes_at
from explorer.gui.plot.theme import Theme, font
from explorer.gui.words.cell_words import called
from explorer.gui.words.i18n import language, say, tr
from explorer.gui.words.joining import told
from explorer.workspace.disk.presets import Preset
from explorer.workspace.exploration.differences import differences, names
from explorer.workspace.exploration.exploration import Exploration, Note, Recipe
from explorer.workspace.looks.comparison import Comparison, Side
from explorer.workspace.looks.headline import Headline, headline
from explorer.workspace.looks.sets import looked_for
from explorer.workspace.words.numbers import derivative, scientific

_LN10 = math.log(10.0)


def bold(theme: Theme, scale: float) -> QFont:
    """Return the type of what stands over a picture."""
    face = QFont(font(theme, language(), scale))
    face.setBold(True)
    return face


def names_of(recipes: tuple[Recipe, ...]) -> list[str]:
    """Return what each network is called beside the others."""
    return [name.said(tr) for name in names(recipes, called)]


def difference_text(before: Recipe, after: Recipe) -> str:
    """Return what ``after`` has otherwise than ``before``."""
    found = [one.said(tr) for one in differences(before, after, called)]
    return " · ".join(found) or tr("nothing differs yet: change something")


def heading(exploration: Exploration, preset: Preset | None) -> tuple[str, str]:
    """Return the title and the sentence over the networks: those of the ``preset`` while it is about them."""
    if preset is not None and _is_about(preset, exploration):
        return preset.titles.get(language(), preset.titles["en"]), preset.look.get(language(), preset.look["en"])
    look = looked_for(exploration.networks)
    if look is not None:
        return tr("Side by side"), look.said(tr)
    first, *rest = exploration.networks
    if len(rest) == 1:
        return tr("Side by side"), difference_text(first, rest[0])
    if not any(differences(first, one, called) for one in rest):
        return tr("Side by side"), difference_text(first, first)
    return tr("Side by side"), tr("the same input, one scale, one cursor")


def _is_about(preset: Preset, exploration: Exploration) -> bool:
    """Return whether what sets the networks apart is what sets those of ``preset`` apart: they were changed together only."""
    return _apart(exploration.networks) == _apart(preset.exploration.networks)


def _apart(recipes: tuple[Recipe, ...]) -> list[tuple[str, ...]]:
    """Return what each network is called, and what it has otherwise than the first."""
    said = [tuple(one.said(tr) for one in differences(recipes[0], recipe, called)) for recipe in recipes]
    return [(called(recipe), *others) for recipe, others in zip(recipes, said, strict=True)]


def verdict_text(side: Side) -> str:
    """Return the word on a row with its gain."""
    found = headline(side)
    return found.word.said(tr) if found.gain is None else f"{found.word.said(tr)} · {found.gain.said(tr)}"


def verdict_colour(found: Headline, theme: Theme) -> str:
    """Return the ink of a verdict: that of what a gain does."""
    if found.kind in ("gone", "fading", "dead"):
        return theme.shrink
    if found.kind in ("growing", "exploding", "undefined"):
        return theme.grow
    return theme.keep if found.kind == "preserved" else theme.muted


def gain_text(log: float) -> str:
    """Return the gain e^``log``."""
    if log == -math.inf:
        return tr("exactly 0")
    return "×" + scientific(log / _LN10) if math.isfinite(log) else "NaN"


def named_item(quantity: str, t: int, k: int) -> str:
    """Return what is shown of the pair (t, k): ∂sₜ/∂sₖ, δₜ,ₖ, or a term of a gradient."""
    return derivative(t, k) if quantity == "flow" else item_name(quantity, t, k)


def item_text(quantity: str, side: Side, t: int, k: int) -> str:
    """Return the gain of one network at the pair (t, k), or the norm of what a loss sends back, with a doubt if there is."""
    text = gain_text(float(side.shown[t, k]))
    if quantity == "flow":
        return text
    doubted = side.unsure is not None and side.unsure[t, k]
    return text.removeprefix("×") + (f" ({tr('may be rounding and nothing else')})" if doubted else "")


def pair_text(comparison: Comparison, called_: list[str], t: int, k: int, notes: Sequence[Note] = ()) -> str:
    """Return the gains of all networks at the pair (t, k), one a line, and what is written there."""
    return "\n".join([_gains_text(comparison, called_, t, k), *notes_at(notes, t, k, called_)])


def _gains_text(comparison: Comparison, called_: list[str], t: int, k: int) -> str:
    if k > t:
        return tr("not defined: nothing flows from the future")
    known = [(name, side) for name, side in zip(called_, comparison.sides, strict=True) if isinstance(side, Side)]
    head, what = named_item(comparison.quantity, t, k), comparison.quantity
    return "\n".join([head, *(told(name, item_text(what, side, t, k)) for name, side in known)])


def ratio_text(comparison: Comparison, called_: list[str], t: int, k: int) -> str:
    """Return by how much the second gain of the pair of networks is greater than the first at (t, k)."""
    assert comparison.pair is not None
    if k > t:
        return tr("not defined: nothing flows from the future")
    one, other = (called_[i] for i in comparison.pair)
    lines = [named_item(comparison.quantity, t, k)]
    for i in comparison.pair:
        side = comparison.sides[i]
        if isinstance(side, Side):
            lines.append(told(called_[i], item_text(comparison.quantity, side, t, k)))
    if comparison.log_ratio is not None:
        ratio = float(comparison.log_ratio[t, k])
        lines.append(told(tr("{other} to {one}").format(other=other, one=one), _ratio(ratio)))
    return "\n".join(lines)


def _ratio(log: float) -> str:
    if math.isnan(log):
        return tr("no number: both are exactly 0, or one overflowed")
    if math.isinf(log):
        return tr("one of them is exactly 0")
    return "×" + scientific(log / _LN10)


def side_text(side: Side | Refusal | None, name: str, t: int, k: int, quantity: str = "flow") -> str:
    """Return a column in words."""
    if isinstance(side, Refusal):
        return told(name, say(side))
    if side is None:
        return told(name, tr("still being worked out"))
    at = told(named_item(quantity, t, k), item_text(quantity, side, t, k))
    return f"{told(name, verdict_text(side))}\n{at}"
