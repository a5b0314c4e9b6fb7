"""The scale of the colours, in the corner of a map where no pair is."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from explorer.gui.plot.card_axes import label, pen, shade
from explorer.gui.plot.theme import Theme
from explorer.workspace.scales.gains import FIRST, LAST, palette
from explorer.workspace.words.numbers import power_of_ten

_SHARE, _MARGIN, _THICK = 0.44, 8.0, 9.0
_LEAST = 90.0
"""Pixels: a shorter bar has no room for its numbers."""


def paint_bar(painter: QPainter, square: QRectF, decades: int, theme: Theme) -> None:
    """Paint the scale 10^±``decades`` into the lower right corner of the pairs' ``square``, if it has room there."""
    line = painter.fontMetrics().height()
    width, height = _SHARE * square.width(), _THICK + line + 2 * _MARGIN
    # Its corner at the upper left must lie below the diagonal.
    if width < _LEAST or height + 4 > (1.0 - _SHARE) * square.height() * 0.9:
        return
    ground = QRectF(square.right() - width - _MARGIN, square.bottom() - height - 4, width + _MARGIN - 3, height)
    painter.fillRect(ground, shade(theme.card, 235))
    bar = QRectF(ground.left() + _MARGIN + 6, ground.top() + _MARGIN, ground.width() - 2 * _MARGIN - 12, _THICK)
    colours = np.ascontiguousarray(palette(theme)[FIRST : LAST + 1][None])
    image = QImage(colours.data, colours.shape[1], 1, 4 * colours.shape[1], QImage.Format.Format_RGBA8888)
    painter.drawImage(bar, image.copy())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(theme.border, 1.0))
    painter.drawRect(bar)
    for share, text in ((0.0, power_of_ten(-decades)), (0.5, "1"), (1.0, power_of_ten(decades))):
        x = bar.left() + share * bar.width()
        painter.setPen(QColor(theme.text))
        label(painter, x, bar.bottom() + 1, text, theme.text, 0.5, 0.0)
