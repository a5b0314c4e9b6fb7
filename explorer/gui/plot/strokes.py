"""Lines through many points, stroked as fast as Qt can."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter

from explorer.engine.floats import Floats
from explorer.gui.plot.graphs import pg
from explorer.gui.plot.painting import on_screen

MANY = 300
"""Points from which on a line is dense: its pieces are short, and Qt takes ever longer for it as one shape."""


def stroke(painter: QPainter, x: Floats, y: Floats) -> None:
    """Draw the line through the points (pixels) with the painter's pen, broken where one is not finite.

    Qt strokes a thick path as one shape, which takes it seven times as long as its pieces; on the screen these look the
    same as long as nothing is seen through where they meet.
    """
    opaque = painter.opacity() == 1.0 and painter.pen().color().alpha() == 255
    if len(x) <= MANY and not (opaque and on_screen(painter)):
        painter.drawPath(pg.functions.arrayToQPath(x, y, connect="finite"))
        return
    pieces = np.column_stack([x[:-1], y[:-1], x[1:], y[1:]])
    painter.drawLines([QLineF(*piece) for piece in pieces[np.isfinite(pieces).all(axis=1)].tolist()])
