"""What is told and shown of how W begins."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from PySide6.QtGui import QIcon, QImage, QPixmap

from explorer.engine.network.initialisation import INITIALISATIONS
from explorer.gui.plot.theme import Theme, icon_size, state_table
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import Recipe
from explorer.workspace.words.initialisations import INITIALISATION_WORDS

LABELS: Mapping[str, str] = {name: words.template for name, words in INITIALISATION_WORDS.items()}
_NOTES = {
    "gaussian": mark("Entries N(0, g²/n): ρ → g, σ₁ → 2g."),
    "glorot": mark("Uniform in ±g·√(3/n): ρ → g."),
    "orthogonal": mark("W = g·Q: every singular value is g."),
    "identity": mark("W = g·I: each unit keeps its own past."),
    "spectral": mark("Gaussian, rescaled: ρ = g exactly."),
    "rotation": mark("Pairs of units turn; all |λ| and σ are g."),
    "shift": mark("Unit i reads unit i−1: the n-th power of W is exactly zero."),
    "nonnormal": mark("All λ are 0.8g, yet with g = 1 powers of W first grow, then decay."),
}
_SHAPE_SIZE = 8


def note(name: str) -> str:
    """Return what the weights are like that begin so."""
    return tr(_NOTES.get(name, ""))


def begun(recipe: Recipe, init: str) -> str:
    """Return what initial weights of the kind ``init`` are like, or that others were learnt from them."""
    if recipe.trained is not None and recipe.trained.step:
        one = tr("Trained for 1 update from these initial weights; changing them gives the training up.")
        many = tr("Trained for {count} updates from these initial weights; changing them gives the training up.")
        return one if recipe.trained.step == 1 else many.format(count=recipe.trained.step)
    return note(init)


@cache
def picture(name: str, theme: Theme) -> QIcon:
    """Return what W looks like, as a small picture."""
    W = INITIALISATIONS[name](_SHAPE_SIZE, 1.0, 2, 0)
    level = np.clip(W / np.abs(W).max() * 127.5 + 127.5, 0, 255).astype(np.uint8)
    pixels = np.ascontiguousarray(state_table(theme)[level])
    image = QImage(pixels.data, _SHAPE_SIZE, _SHAPE_SIZE, 4 * _SHAPE_SIZE, QImage.Format.Format_RGBA8888)
    side = _SHAPE_SIZE * max(1, round(icon_size(theme) / _SHAPE_SIZE))
    return QIcon(QPixmap.fromImage(image.scaled(side, side)))
