"""Lines and boxes, many at a time, drawn as fast as Qt can."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import shiboken6
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

from explorer.engine.floats import Floats
from explorer.gui.plot.painting import on_screen

MANY = 300
"""Points from which on a line is dense: its pieces are short, and Qt takes ever longer for it as one shape."""
_POINT = 16
"""Bytes of one of Qt's points."""


def stroke(painter: QPainter, x: Floats, y: Floats) -> None:
    """Draw the line through the points (pixels) with the painter's pen, broken where one is not finite.

    Qt strokes a thick path as one shape, which takes it seven times as long as its pieces; on the screen these look the
    same as long as nothing is seen through where they meet, and no piece begins with a dash of its own.
    """
    if len(x) < 2:
        return
    solid = painter.pen().style() == Qt.PenStyle.SolidLine
    opaque = painter.opacity() == 1.0 and painter.pen().color().alpha() == 255
    if not solid or (len(x) <= MANY and not (opaque and on_screen(painter))):
        painter.drawPath(shape(x, y))
        return
    pieces = np.empty((len(x) - 1, 4))
    pieces[:, 0], pieces[:, 1], pieces[:, 2], pieces[:, 3] = x[:-1], y[:-1], x[1:], y[1:]
    there = np.isfinite(pieces).all(axis=1)
    draw_lines(painter, pieces if there.all() else pieces[there])


def shape(x: Floats, y: Floats) -> QPainterPath:
    """Return the line through the points (pixels) as one shape, broken where one is not finite."""
    path, points = QPainterPath(), np.stack((x, y), axis=1)
    there = np.isfinite(points).all(axis=1)
    gaps = np.flatnonzero(~there)
    for run in (points,) if there.all() else np.split(points, gaps):
        # Each but the first begins with what breaks the line.
        line = run if len(run) and np.isfinite(run[0]).all() else run[1:]
        if len(line) > 1:
            path.addPolygon(_polygon(line))
    return path


def draw_lines(painter: QPainter, ends: Floats) -> None:
    """Draw straight lines from (x, y) to (x, y), ``ends`` (number, 4) in pixels."""
    if len(ends) and on_screen(painter):
        ends = np.ascontiguousarray(ends)
        # Qt's own lines are four numbers one after the other: to make an object of each takes four times as long as to draw.
        painter.drawLines(cast(QLineF, _first(ends, QLineF)), len(ends))
    elif len(ends):
        painter.drawLines([QLineF(*line) for line in ends.tolist()])


def draw_boxes(painter: QPainter, boxes: Floats) -> None:
    """Draw rectangles, ``boxes`` (number, 4) in pixels: left, top, width and height."""
    if len(boxes) and on_screen(painter):
        boxes = np.ascontiguousarray(boxes)
        painter.drawRects(cast(QRectF, _first(boxes, QRectF)), len(boxes))
    elif len(boxes):
        painter.drawRects([QRectF(*box) for box in boxes.tolist()])


def _polygon(points: Floats) -> QPolygonF:
    """Return ``points`` (number, 2) as Qt's own: to make an object of each would take many times as long."""
    polygon = QPolygonF()
    polygon.resize(len(points))
    # What PySide calls a point is where it stands.
    room = cast(Any, shiboken6.VoidPtr)(polygon.data(), _POINT * len(points), True)
    np.frombuffer(room, dtype=float).reshape(points.shape)[:] = points
    return polygon


def _first(array: Floats, kind: type) -> object:
    """Return what stands first in the memory of ``array`` as Qt's ``kind``; it holds as long as the array does."""
    return shiboken6.wrapInstance(array.__array_interface__["data"][0], kind)
