"""Where lines leave a plot above or below its axis: an arrow head there says that they go on."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from explorer.engine.floats import Floats

BESIDE = 9.0
"""Pixels from one arrow head to the next behind it."""
_HALF, _LONG, _RIM = 5.0, 7.5, 1.0
"""Pixels: half the width of an arrow head, its length, and what sets it off from lines."""
_APART = 2 * _HALF + 2 * _RIM
"""Pixels between two arrow heads of a line that goes out and in again, at least."""


def exits(x: Floats, y: Floats, top: float, bottom: float) -> list[QPointF]:
    """Return the points where the line through the points (pixels), x in one direction, leaves at ``top`` or ``bottom``."""
    found: list[QPointF] = []
    for edge, beyond in ((top, y < top), (bottom, y > bottom)):
        there = np.isfinite(y[1:]) & np.isfinite(y[:-1]) & (beyond[1:] != beyond[:-1])
        for i in np.flatnonzero(there).tolist():
            at = _crossing(x[i : i + 2].tolist(), y[i : i + 2].tolist(), edge)
            if all(abs(at - other.x()) >= _APART for other in found if other.y() == edge):
                found.append(QPointF(at, edge))
    return found


def entry(x: Floats, y: Floats, i: int, top: float, bottom: float) -> QPointF:
    """Return where a line comes into sight whose point ``i`` is the first that is seen: there, or at an edge before."""
    if i == 0 or not np.isfinite(y[i - 1]) or top <= y[i - 1] <= bottom:
        return QPointF(float(x[i]), float(y[i]))
    edge = top if y[i - 1] < top else bottom
    return QPointF(_crossing(x[i - 1 : i + 1].tolist(), y[i - 1 : i + 1].tolist(), edge), edge)


def draw_exits(painter: QPainter, points: Iterable[QPointF], top: float, colour: str, ground: str) -> None:
    """Draw an arrow head outwards at each of ``points``, up at those that are at the ``top``, down at the others."""
    for point in points:
        draw_head(painter, point, point.y() == top, colour, ground)


def draw_head(painter: QPainter, at: QPointF, upwards: bool, colour: str, ground: str) -> None:
    """Draw an arrow head whose point is ``at`` a point, set off from what is behind it by the colour of the ``ground``."""
    back = _LONG if upwards else -_LONG
    painter.setPen(QPen(QColor(ground), _RIM))
    painter.setBrush(QColor(colour))
    painter.drawPolygon(QPolygonF([at, at + QPointF(-_HALF, back), at + QPointF(_HALF, back)]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _crossing(x: list[float], y: list[float], edge: float) -> float:
    """Return where a piece of a line comes to the height ``edge``, which is between those of its ends or one of them."""
    share = (edge - y[0]) / (y[1] - y[0])
    return x[0] + min(max(share, 0.0), 1.0) * (x[1] - x[0])
