"""What failed, marked so that it looks like no value: a cross, or a corner where only some of a cell's points did."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from explorer.gui.plot.card_axes import pen
from explorer.gui.plot.theme import Theme

MARK = 8.0
"""Pixels: the side of a mark on an edge."""
_CROSSED = 7.0
"""Pixels: in a smaller cell a cross is not seen, and its colour must do."""


def paint_failure(painter: QPainter, place: QRectF, theme: Theme, whole: bool) -> None:
    """Cross a cell of which every point failed; of one of which some did mark a corner."""
    small = min(place.width(), place.height()) < _CROSSED
    if whole:
        painter.fillRect(place, QColor(theme.bound if small else theme.card))
    if small:
        return
    if not whole:
        side = min(place.width(), place.height()) / 3
        corner = [
            QPointF(place.right() - side, place.top()),
            place.topRight(),
            QPointF(place.right(), place.top() + side),
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.bound))
        painter.drawPolygon(QPolygonF(corner))
        return
    inner = place.adjusted(2, 2, -2, -2)
    painter.setPen(pen(theme.bound, 1.4))
    painter.drawLines([QLineF(inner.topLeft(), inner.bottomRight()), QLineF(inner.bottomLeft(), inner.topRight())])
