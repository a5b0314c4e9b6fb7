"""Painting a sweep over two axes: a cell for each point, pale where a coarser one stands for it, and theory's edge."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from explorer.engine.floats import Floats
from explorer.gui.plot.card_axes import Axes, label, pen, shade
from explorer.gui.plot.cells import Cells
from explorer.gui.plot.graphs import pg
from explorer.gui.plot.level_lines import contour
from explorer.gui.plot.matrix import show
from explorer.gui.plot.patterns import fill, hatch
from explorer.gui.plot.theme import Theme
from explorer.gui.sweeps.marks import paint_failure
from explorer.gui.sweeps.picture import Picture, cell_place
from explorer.gui.words.i18n import tr
from explorer.workspace.scales.gains import FIRST, LAST, NAN, PATTERNS, UNDEFINED, ZERO
from explorer.workspace.sweeps.scale import nearest_known

_BAR = 10.0
_PALE = 0.32
"""How much of its colour a cell has for which another stands."""


def paint_map(painter: QPainter, axes: Axes, picture: Picture, theme: Theme) -> None:
    cut, known = picture.cut, picture.cut.known > 0
    hatch(painter, axes.frame, theme)
    if not known.any():
        return
    failed = known & (cut.failed == cut.known) & np.isnan(cut.median)
    codes = picture.scale.codes(cut.median)
    codes[failed] = UNDEFINED
    pale = codes[nearest_known(known)]
    pale[known] = UNDEFINED
    table = picture.scale.table(theme)
    faint = table.copy()
    faint[:, 3] = (_PALE * table[:, 3]).astype(np.uint8)
    if (~known).any():
        Cells.of(pale, faint, {}).paint(painter, axes.frame, theme)
    codes[~known] = UNDEFINED
    Cells.of(codes, table, PATTERNS).paint(painter, axes.frame, theme)
    painter.save()
    painter.setClipRect(axes.frame)
    for row, column in np.argwhere(cut.failed > 0).tolist():
        paint_failure(painter, cell_place(axes, picture, row, column), theme, whole=bool(failed[row, column]))
    if picture.theory is not None:
        _paint_edge(painter, axes, picture, theme)
    painter.restore()


def _paint_edge(painter: QPainter, axes: Axes, picture: Picture, theme: Theme) -> None:
    """Draw where theory has neither growth nor decay, and say what the line is."""
    theory = picture.theory
    assert theory is not None
    if min(theory.values.shape) < 2:
        return
    lines = among_numbers(contour(theory.values, 0.0), theory.values)
    if not len(lines):
        return
    x = np.interp(lines[:, ::2].ravel(), np.arange(len(theory.across)), theory.across)
    y = np.interp(lines[:, 1::2].ravel(), np.arange(len(theory.up)), theory.up)
    xs, ys = axes.xs(x), axes.ys(y)
    path = pg.functions.arrayToQPath(xs, ys, connect="pairs")
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width, alpha in ((theme.rest, 3.6, 190), (theme.ink, 1.6, 255)):
        painter.setPen(pen(colour, width, alpha=alpha))
        painter.drawPath(path)
    text = tr("mean field, n → ∞: χ = 1")
    width, height = painter.fontMetrics().horizontalAdvance(text) + 8, painter.fontMetrics().height()
    at = int(np.argmax(ys))
    left = min(max(float(xs[at]) + 6, axes.frame.left() + 4), axes.frame.right() - width - 2)
    place = QRectF(left, min(float(ys[at]) - height - 4, axes.frame.bottom() - height - 4), width, height)
    painter.fillRect(place, shade(theme.rest, 215))
    label(painter, place.center().x(), place.center().y(), text, theme.ink)


def among_numbers(lines: Floats, values: Floats) -> Floats:
    """Return the pieces of ``lines`` (K, 4), at the level 0, that lie among finite ``values``: beside others is no edge.

    Where a corner has no number a piece ends in one that has: see `contour`.
    """
    ends = lines.reshape(-1, 2, 2)
    column, row = (np.rint(ends[..., i]).astype(int) for i in (0, 1))
    in_corner = (ends == np.rint(ends)).all(axis=2) & (values[row, column] != 0.0)
    return lines[~in_corner.any(axis=1)]


def paint_bar(painter: QPainter, axes: Axes, picture: Picture, theme: Theme) -> None:
    """Paint the scale at the right, and below it what is on none, as far as there is any."""
    line, scale, cut = painter.fontMetrics().height(), picture.scale, picture.cut
    table, known = scale.table(theme), cut.known > 0
    odd = [
        ("0" if scale.diverging else "−∞", ZERO, bool((cut.median == -np.inf).any())),
        ("NaN", NAN, bool((known & np.isnan(cut.median) & (cut.failed == 0)).any())),
    ]
    shown = [(text, code) for text, code, there in odd if there]
    place = QRectF(axes.frame.right() + 7, axes.frame.top(), _BAR, axes.frame.height() - line * len(shown))
    colours = np.ascontiguousarray(table[FIRST : LAST + 1][::-1])
    show(painter, place, QImage(colours.tobytes(), 1, len(colours), 4, QImage.Format.Format_RGBA8888).copy(), theme)
    last = math.inf
    for value, said in scale.ticks(max(2, int(place.height() / (1.6 * line)))):
        text = said.said(tr)
        y = place.bottom() - float(scale.shares(np.array(value))) * place.height()
        y = min(max(y, place.top() + line / 2), place.bottom() - line / 2)
        if last - y >= 0.9 * line:
            label(painter, place.right() + 5, y, text, theme.muted, 0.0, 0.5)
            last = y
    for i, (text, code) in enumerate(shown):
        y = place.bottom() + (i + 0.5) * line
        colour = QColor(*table[code][:3].tolist())
        fill(painter, QRectF(place.left(), y - 5, _BAR, 10), colour, PATTERNS[code], theme)
        label(painter, place.right() + 5, y, text, theme.muted, 0.0, 0.5)


def bar_room(painter: QPainter, picture: Picture) -> float:
    widest = max(
        (painter.fontMetrics().horizontalAdvance(said.said(tr)) for _, said in picture.scale.ticks(6)), default=0
    )
    return _BAR + 20.0 + widest
