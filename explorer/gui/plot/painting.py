"""Painting fast: drawings that are kept while nothing in them changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPaintEngine, QPainter, QPixmap


class Still:
    """A drawing that is made anew only when its key changes.

    On the screen it is kept as a picture in the screen's own pixels; into a file it is drawn as lines and shapes.
    """

    def __init__(self) -> None:
        self._key: Hashable = None
        self._kept = QPixmap()

    def paint(self, painter: QPainter, area: QRectF, key: Hashable, draw: Callable[[QPainter], None]) -> None:
        """Paint what ``draw`` draws within ``area``; it may change only when ``key`` does."""
        to_device = painter.deviceTransform()
        scale = to_device.m11()
        if not on_screen(painter) or to_device.isRotating() or scale != to_device.m22() or scale <= 0:
            draw(painter)
            return
        # A line along the edge stands over.
        area = area.adjusted(-1.0, -1.0, 1.0, 1.0)
        corner = to_device.map(area.topLeft())
        # The kept picture begins at a whole pixel, wherever the area does.
        shift = QPointF(corner.x() - math.floor(corner.x() + 1e-6), corner.y() - math.floor(corner.y() + 1e-6))
        whole = (key, scale, shift.x(), shift.y(), area.width(), area.height())
        if whole != self._key:
            self._kept = _drawn(painter, area, scale, shift, draw)
            self._key = whole
        painter.drawPixmap(area.topLeft() - shift / scale, self._kept)


def on_screen(painter: QPainter) -> bool:
    """Return whether ``painter`` paints pixels, not the shapes of a file."""
    return painter.paintEngine().type() == QPaintEngine.Type.Raster


def _drawn(painter: QPainter, area: QRectF, scale: float, shift: QPointF, draw: Callable[[QPainter], None]) -> QPixmap:
    width, height = (math.ceil(side * scale) + 2 for side in (area.width(), area.height()))
    kept = QPixmap(width, height)
    kept.fill(Qt.GlobalColor.transparent)
    inner = QPainter(kept)
    inner.setRenderHints(painter.renderHints())
    inner.translate(shift)
    inner.scale(scale, scale)
    inner.translate(-area.topLeft())
    inner.setFont(painter.font())
    draw(inner)
    inner.end()
    kept.setDevicePixelRatio(scale)
    return kept
