"""The unrolled network drawn with circles and arrows, where there is room for them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QTransform

from explorer.engine.floats import Floats
from explorer.gui.plot.inks import gain_inks, state_inks
from explorer.gui.views.strip.scene import Scene, cross, head, line_width, rounded, with_alpha
from explorer.workspace.scales.states import BELOW, NAN, Indices, state_colours
from explorer.workspace.scales.ticks import stride
from explorer.workspace.words.numbers import subscript

_STRIPE = 2.0
_HEAD_ROOM = 6.0


def paint_upward_arrows(painter: QPainter, scene: Scene) -> None:
    """Paint the arrows from the inputs to the states and on to the outputs."""
    for first, last, strength in scene.parts():
        painter.setOpacity(strength)
        _upward_arrows(painter, scene, first, last)
    painter.setOpacity(1.0)


def paint_states(painter: QPainter, scene: Scene) -> None:
    """Paint the arrows from state to state, the states and their rings."""
    for first, last, strength in scene.parts():
        painter.setOpacity(strength)
        _arrows(painter, scene, max(first, 1), last)
        _circles(painter, scene, first, last)
    painter.setOpacity(1.0)
    _rings(painter, scene)
    _marks(painter, scene)


def _upward_arrows(painter: QPainter, scene: Scene, first: int, last: int) -> None:
    rows, centre = scene.layout, scene.layout.s.middle
    size = min(3.4, 0.16 * rows.spacing)
    painter.setPen(rounded(with_alpha(scene.theme.muted, 0.5), 1.1))
    lines: list[QLineF] = []
    for step in range(max(first, 1), last + 1):
        x = scene.at(step)
        for start, end in ((rows.x.top - 2, centre + rows.radius + 2), (centre - rows.radius - 2, rows.o.bottom + 2)):
            lines += (
                QLineF(x, start, x, end),
                QLineF(x, end, x - size, end + 1.3 * size),
                QLineF(x, end, x + size, end + 1.3 * size),
            )
    painter.drawLines(lines)


def _arrows(painter: QPainter, scene: Scene, first: int, last: int) -> None:
    """Draw s_{t−1} → s_t, or ← , for t from ``first`` to ``last``: colour and width are the gain of J_t."""
    rows, picture, inks = scene.layout, scene.picture, gain_inks(scene.theme)
    y, margin = rows.s.middle, rows.inner + rows.full + 1.5
    room, full = rows.spacing - 2 * margin, min(2.6, 0.16 * rows.radius + 1.2)
    steps = slice(first - 1, last)
    widths = line_width(picture.arrow_place[steps], full)
    painter.setPen(Qt.PenStyle.NoPen)
    for step, index, width in _each(first, picture.arrow_index[steps], widths):
        end = scene.at(step) - margin
        size = min(3.2 + 1.1 * width, 0.6 * room) if room >= _HEAD_ROOM else 0.0
        shaft = QRectF(end - room, y - width / 2, room - 0.8 * size, width)
        if picture.backward:
            shaft.moveRight(end)
        if index == BELOW:
            _dots(painter, shaft, inks[index])
        else:
            painter.fillRect(shaft, inks[index])
        if size:
            painter.setBrush(inks[index])
            painter.drawPolygon(head(end - room, y, -size) if picture.backward else head(end, y, size))


def _each(first: int, indices: Indices, widths: Floats) -> Iterator[tuple[int, int, float]]:
    """Yield the steps from ``first`` on, each with the colour and the width of its gain."""
    return zip(itertools.count(first), indices.tolist(), widths.tolist(), strict=False)


def _dots(painter: QPainter, shaft: QRectF, colour: QColor) -> None:
    pen = rounded(colour, 1.0)
    pen.setStyle(Qt.PenStyle.DotLine)
    painter.setPen(pen)
    painter.drawLine(QLineF(shaft.left(), shaft.center().y(), shaft.right(), shaft.center().y()))
    painter.setPen(Qt.PenStyle.NoPen)


def _circles(painter: QPainter, scene: Scene, first: int, last: int) -> None:
    rows, picture = scene.layout, scene.picture
    centre, radius = rows.s.middle, rows.inner
    table, inks = state_colours(scene.theme), state_inks(scene.theme)
    units = picture.block.stop - picture.block.start
    striped = 1 < units <= len(picture.units) and 2 * radius >= _STRIPE * units
    image = _barcode(picture.units, table) if striped else None
    painter.setPen(rounded(_outline(scene), 1.0))
    for step, fill in enumerate(picture.fill[first : last + 1].tolist(), first):
        x = scene.at(step)
        if image is not None:
            painter.setBrush(_stripes(image, step, x - radius, centre - radius, 2 * radius))
        else:
            painter.setBrush(inks[fill])
        painter.drawEllipse(QPointF(x, centre), radius, radius)
        if fill == NAN:
            cross(painter, QPointF(x, centre), 0.5 * radius)


def _barcode(units: np.ndarray, table: np.ndarray) -> QImage:
    pixels = np.ascontiguousarray(table[units[::-1]])
    return QImage(pixels.data, units.shape[1], units.shape[0], 4 * units.shape[1], QImage.Format.Format_RGBA8888).copy()


def _stripes(image: QImage, step: int, left: float, top: float, size: float) -> QBrush:
    """Return a brush that fills a circle with the units of s_t, unit 0 at the bottom as in the heatmap."""
    brush = QBrush(image.copy(step, 0, 1, image.height()))
    brush.setTransform(QTransform.fromTranslate(left, top).scale(size, size / image.height()))
    return brush


def _outline(scene: Scene) -> QColor:
    return with_alpha(scene.theme.muted, 0.55)


def _rings(painter: QPainter, scene: Scene) -> None:
    """Draw how much of the gradient of s_t arrives at each s_k."""
    rows, picture = scene.layout, scene.picture
    inks, centre, inner = gain_inks(scene.theme), rows.s.middle, rows.inner + 1.0
    full = rows.full
    painter.setBrush(Qt.BrushStyle.NoBrush)
    low, high = scene.heard
    first, last = max(scene.first, low), min(scene.last, high)
    steps = slice(first, last + 1)
    for step, index, width in _each(first, picture.ring_index[steps], line_width(picture.ring_place[steps], full)):
        x = scene.at(step)
        if index == BELOW:
            _zero_ring(painter, scene, QPointF(x, centre))
            continue
        painter.setPen(QPen(inks[index], width))
        painter.drawEllipse(QPointF(x, centre), inner + width / 2, inner + width / 2)
        if index == NAN:
            cross(painter, QPointF(x, centre), 0.5 * inner)


def _zero_ring(painter: QPainter, scene: Scene, centre: QPointF) -> None:
    pen = QPen(QColor(scene.theme.muted), 1.0)
    pen.setDashPattern([2.0, 2.4])
    painter.setPen(pen)
    painter.drawEllipse(centre, scene.layout.inner + 2.5, scene.layout.inner + 2.5)
    painter.setPen(rounded(scene.theme.text, 1.3))
    cross(painter, centre, 0.5 * scene.layout.inner)


def paint_backward_path(painter: QPainter, scene: Scene) -> None:
    """Lay light under the arrows that the gradient has come back along, with its head at the step that it is at."""
    if scene.playhead.phase != "backward":
        return
    y, radius = scene.layout.s.middle, scene.layout.radius
    start, end = scene.at(scene.playhead.step), scene.at(scene.picture.t)
    pen = QPen(with_alpha(scene.theme.accent, 0.28), 1.3 * radius)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawLine(QPointF(start, y), QPointF(end, y))
    if scene.layout.spacing < 16:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(scene.theme.accent))
    size = min(8.0, 0.22 * scene.layout.spacing)
    for step in range(max(scene.first, scene.playhead.step) + 1, min(scene.last, scene.picture.t) + 1):
        painter.drawPolygon(head(scene.at(step - 0.5) - size / 2, y - radius * 0.95, -size))


def _marks(painter: QPainter, scene: Scene) -> None:
    """Mark s_t, s_k and the step that plays."""
    rows = scene.layout
    marked = [(scene.t, Qt.PenStyle.SolidLine, 1.6), (scene.k, Qt.PenStyle.DotLine, 1.6)]
    if scene.playhead.phase != "rest":
        marked.append((scene.playhead.step, Qt.PenStyle.SolidLine, 3.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for step, style, width in marked:
        pen = QPen(QColor(scene.theme.accent), width)
        pen.setStyle(style)
        painter.setPen(pen)
        size = rows.radius + 1.6
        painter.drawEllipse(QPointF(scene.at(step), rows.s.middle), size, size)


def paint_state_labels(painter: QPainter, scene: Scene) -> None:
    """Name the states below their circles: all where they fit, else some; s_t and s_k always."""
    metrics, rows = scene.metrics, scene.layout
    widest = metrics.horizontalAdvance("s" + subscript(scene.picture.steps))
    every = stride(rows.spacing, widest + (10 if rows.spacing > 30 else 14))
    chosen = {scene.t, scene.k}
    top = rows.s.middle + rows.radius + 1.0
    below = min(rows.below.top, rows.x.top) if rows.below.height > 0 else rows.x.top
    if top + metrics.height() > below:
        return
    painter.setFont(scene.font)
    for step in (s for s in range(scene.first, scene.last + 1) if s % every == 0 or s in chosen):
        if step not in chosen and any(abs(step - c) * rows.spacing < widest + 10 for c in chosen):
            continue
        _label(painter, scene, step, top)


def _label(painter: QPainter, scene: Scene, step: int, top: float) -> None:
    text, metrics = "s" + subscript(step), scene.metrics
    left = scene.at(step) + 5.0
    if left + metrics.horizontalAdvance(text) > scene.width:
        return
    chosen = step in (scene.t, scene.k)
    low, high = scene.picture.span
    faint = not chosen and not low <= step <= min(high, scene.reached)
    painter.setOpacity(0.5 if faint else 1.0)
    painter.setPen(QColor(scene.theme.accent if chosen else scene.theme.muted))
    painter.drawText(QPointF(left, top + metrics.ascent()), text)
    painter.setOpacity(1.0)
