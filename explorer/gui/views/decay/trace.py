"""Lines of the decay view, stroked as fast as Qt can."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter

from explorer.engine.floats import Floats
from explorer.gui.plot.strokes import MANY, stroke

# Qt's rasteriser is slow far outside the picture.
_FAR = 5000.0
# Dense lines are thinned to what so many pixels across can show.
_PIXELS = 2.0


def trace(painter: QPainter, x: Floats, y: Floats, straight: bool, height: float) -> None:
    """Draw the line through the points, a straight one through its ends, a dense one thinned."""
    if straight:
        x, y = _ends(x, y, height)
        if len(x):
            painter.drawLine(QLineF(x[0], y[0], x[1], y[1]))
        return
    x, y = _thinned(x, y) if len(x) > MANY else (x, y)
    stroke(painter, x, np.clip(y, -_FAR, _FAR))


def _ends(x: Floats, y: Floats, height: float) -> tuple[Floats, Floats]:
    """Return the last point of a straight line and its first, or where it leaves the picture above or below."""
    finite = np.flatnonzero(np.isfinite(y))
    if len(finite) < 2:
        return x[:0], y[:0]
    first, last = finite[0], finite[-1]
    fall = y[first] - y[last]
    edge = height if fall > 0 else 0.0
    share = min(1.0, max((edge - y[last]) / fall, 0.0)) if fall else 1.0
    return np.array([x[last], x[last] + share * (x[first] - x[last])]), np.array([y[last], y[last] + share * fall])


def _thinned(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the lowest and the highest point of every two pixels across, in the order of x."""
    finite = np.isfinite(y)
    pixel = np.floor(x / _PIXELS)
    starts = np.flatnonzero(np.diff(pixel, prepend=pixel[0] - 1))
    low = np.minimum.reduceat(np.where(finite, y, np.inf), starts)
    high = np.maximum.reduceat(np.where(finite, y, -np.inf), starts)
    turns = np.column_stack([low, high])
    turns[1::2] = turns[1::2, ::-1]
    return np.repeat(x[starts], 2), np.where(np.isfinite(turns), turns, np.nan).ravel()
