"""Painting a sweep: a map of cells or curves with their quartiles, theory over either, and what is on no scale."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explorer.gui.plot.card_axes import Axes, framed, label, pen, uprights
from explorer.gui.plot.theme import Theme
from explorer.gui.sweeps.paint_curves import paint_curves
from explorer.gui.sweeps.paint_map import bar_room, paint_bar, paint_map
from explorer.gui.sweeps.picture import Picture, cell_place
from explorer.gui.sweeps.words import quantity_title, setting_title, value_text

_APART = 46.0, 34.0
"""Pixels from tick to tick, at least."""


def paint(painter: QPainter, area: QRectF, picture: Picture, theme: Theme) -> Axes:
    """Paint the whole picture; return its axes."""
    line = painter.fontMetrics().height()
    across, up = picture.sides(int(area.width() / _across(painter, picture)), int(area.height() / _APART[1]))
    bar = bar_room(painter, picture) if picture.maps else 6.0
    room = area.adjusted(2.0, line + 6.0, -bar, -line - 8.0)
    if picture.maps:
        axes = framed(painter, theme, room, across, up)
        paint_map(painter, axes, picture, theme)
        paint_bar(painter, axes, picture, theme)
    else:
        axes = framed(painter, theme, room.adjusted(0, 0, -4.0, 0), across, up)
        uprights(painter, theme, axes, across.ticks)
        paint_curves(painter, axes, picture, theme)
    painter.setPen(pen(theme.border, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(axes.frame)
    title = quantity_title(picture.showing.quantity)
    upward = title if not picture.maps or picture.up is None else setting_title(picture.up.name)
    label(painter, area.left() + 2, area.top(), "↑ " + upward, theme.text, 0.0, 0.0)
    if picture.maps:
        label(painter, area.right() - 2, area.top(), title, theme.muted, 1.0, 0.0)
    below = axes.frame.bottom() + 6 + line
    label(painter, axes.frame.right(), below, setting_title(picture.across.name) + " →", theme.text, 1.0, 0.0)
    return axes


def cell_at(axes: Axes, picture: Picture, point: QPointF) -> tuple[int, int] | None:
    """Return row and column of the cell under a pixel, or of the point of a curve that is nearest; None outside."""
    if not axes.holds(point):
        return None
    x, y = axes.at(point)
    rows, columns = picture.cut.median.shape
    if picture.maps:
        return min(max(round(y), 0), rows - 1), min(max(round(x), 0), columns - 1)
    column = int(np.argmin(np.abs(picture.places() - x)))
    away = [abs(cell_place(axes, picture, row, column).center().y() - point.y()) for row in range(rows)]
    return int(np.argmin(away)), column


def _across(painter: QPainter, picture: Picture) -> float:
    """Return how wide the labels of the axis across are at most, with some room."""
    widest = max(painter.fontMetrics().horizontalAdvance(value_text(value, 4)) for value in picture.across.values[:200])
    return max(_APART[0], widest + 14.0)
