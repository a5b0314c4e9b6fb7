"""The row of many seeds of one of the networks that stand side by side: a band about the median."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from explorer.engine.errors import Refusal
from explorer.engine.floats import Floats
from explorer.gui.plot.card_axes import Axes, pen, shade
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import say, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.seed_words import seeds_sentence
from explorer.workspace.looks.seeds import SeedBand, Seeds

_ALL_SEEDS, _HALF_OF_SEEDS = 0.16, 0.28
"""How strong is the band of all seeds, and that of the middle half of them over it."""
_LN10 = math.log(10.0)


def levels(seeds: Seeds, length: int) -> tuple[Floats, ...]:
    """Return the log10 of the least of many ``seeds``, the quartiles, the greatest; none where they are of another row."""
    if not isinstance(seeds, SeedBand) or seeds.rows.shape[1] != length:
        return ()
    return tuple(level / _LN10 for level in seeds.levels)


def paint_seeds(painter: QPainter, axes: Axes, levels_: Sequence[Floats], colour: str, theme: Theme) -> None:
    """Fill between the least and the greatest, more strongly between the quartiles; the median is a line."""
    if not levels_:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    for low, high, opacity in ((levels_[0], levels_[4], _ALL_SEEDS), (levels_[1], levels_[3], _HALF_OF_SEEDS)):
        # A true zero lies below all that is seen.
        below, above = (axes.ys(np.where(end == -np.inf, axes.bottom - 1.0, end)) for end in (low, high))
        there = np.flatnonzero(np.isfinite(below) & np.isfinite(above))
        x = axes.xs(there.astype(np.float64)).tolist()
        upper, lower = above[there].tolist(), below[there][::-1].tolist()
        corners = [*zip(x, upper, strict=True), *zip(x[::-1], lower, strict=True)]
        painter.setBrush(shade(colour, round(255 * opacity)))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(theme.muted, theme.line_width))
    painter.drawPath(axes.curve(np.arange(len(levels_[2]), dtype=np.float64), levels_[2]))


def said_of_seeds(seeds: Seeds, network: str) -> str:
    """Return what the band is, or why there is none."""
    if isinstance(seeds, SeedBand):
        return tr("{count} seeds of {network}: all, half, median").format(count=seeds.count, network=network)
    return "" if seeds is None else say(seeds)


def seeds_told(seeds: Seeds, shown: Inspection | None) -> str:
    """Return what becomes of the gradient over many seeds of the framed network, or why that is not known."""
    if isinstance(seeds, SeedBand) and shown is not None:
        return seeds_sentence(seeds, shown.analysis.run.recipe).said(tr)
    return say(seeds) if isinstance(seeds, Refusal) else ""
